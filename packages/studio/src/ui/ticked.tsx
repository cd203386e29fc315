/** Text of the server with `code` in backticks, as the checker writes it. */
export function Ticked({ text }: { readonly text: string }) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}
