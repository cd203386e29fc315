/** JSON Lines: one JSON object a line. */
import { isUtf8 } from 'node:buffer';
import { openFile } from './bytes.ts';
import type { Batch, MalformedRow, Source, SourceRow } from './source.ts';

/** In bytes; a longer line is malformed and is not kept in memory whole. */
const LONGEST_LINE = 1 << 24;

const CUT = 65_536;

/** Throws ImportError when the file is missing or empty. */
export async function openJsonl(path: string): Promise<Source> {
  const file = await openFile(path);
  return { columns: null, asOf: file.modified, size: file.size, position: () => file.position(), batches: () => batchesOf(file.bytes()) };
}

async function* batchesOf(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Batch> {
  const parser = new LineParser();
  for await (const piece of pieces) yield parser.push(piece);
  yield parser.end();
}

const LINE_FEED = 10;

/** Cuts bytes into lines and parses each. Text is made line by line: one exotic character would widen all of a larger text. */
class LineParser {
  /** Bytes of a line whose end has not come. */
  #rest: Buffer = Buffer.alloc(0);
  #line = 1;
  /** Within a line that was given up. */
  #skipping = false;
  #rows: SourceRow[] = [];
  #malformed: MalformedRow[] = [];

  push(piece: Buffer): Batch {
    const all = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    let at = 0;
    for (let end = all.indexOf(LINE_FEED); end !== -1; end = all.indexOf(LINE_FEED, at)) {
      this.#parse(all.subarray(at, end));
      at = end + 1;
    }
    this.#rest = all.subarray(at);
    if (this.#rest.length > LONGEST_LINE || this.#skipping) this.#giveUp();
    return this.#take();
  }

  end(): Batch {
    this.#parse(this.#rest);
    return this.#take();
  }

  #take(): Batch {
    const batch = { rows: this.#rows, malformed: this.#malformed };
    this.#rows = [];
    this.#malformed = [];
    return batch;
  }

  #parse(bytes: Buffer): void {
    const line = this.#line++;
    if (this.#skipping) {
      this.#skipping = false;
      return;
    }
    const trimmed = bytes.toString('utf8').trim();
    if (trimmed === '') return;
    if (trimmed.includes('\uFFFD') && !isUtf8(bytes)) {
      this.#malformed.push({ line, reason: 'the line is no UTF-8 text', text: trimmed.slice(0, CUT) });
      return;
    }
    try {
      this.#rows.push({ line, value: JSON.parse(trimmed) as unknown });
    } catch (error) {
      this.#malformed.push({ line, reason: `the line is no JSON: ${(error as SyntaxError).message}`, text: trimmed.slice(0, CUT) });
    }
  }

  #giveUp(): void {
    if (!this.#skipping) {
      this.#malformed.push({
        line: this.#line,
        reason: `the line is longer than ${LONGEST_LINE} bytes`,
        text: this.#rest.toString('utf8', 0, CUT),
      });
    }
    this.#skipping = true;
    this.#rest = Buffer.alloc(0);
  }
}
