/** Server-sent events of an answer, one by one. */
export interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
}

export async function* serverEvents(response: Response): AsyncGenerator<ServerEvent> {
  if (response.body === null) return;
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = `${rest}${chunk}`.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = eventOf(block);
      if (event !== null) yield event;
    }
  }
}

function eventOf(block: string): ServerEvent | null {
  const lines = block.split('\n');
  const line = (name: string): string | undefined => lines.find((each) => each.startsWith(`${name}: `))?.slice(name.length + 2);
  const data = line('data');
  return data === undefined ? null : { event: line('event') ?? 'message', data: JSON.parse(data) as unknown };
}
