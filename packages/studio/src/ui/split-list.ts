/** Values of pasted text: by lines, tabs, semicolons, or commas; quoted ones may hold any of them. */
export function splitList(text: string): readonly string[] {
  const parts = text.match(/"(?:[^"]|"")*"|[^\n\r\t;,]+/g) ?? [];
  return parts
    .map((part) => {
      const trimmed = part.trim();
      return /^"[^]*"$/.test(trimmed) ? trimmed.slice(1, -1).replaceAll('""', '"') : trimmed;
    })
    .filter((part) => part !== '');
}
