/** CSV files, the first record being the names of the columns unless they are given. */
import { Buffer } from 'node:buffer';
import { ImportError } from '../errors.ts';
import { openFile } from './bytes.ts';
import { CsvParser } from './csv-parser.ts';
import type { Batch, Source, SourceRow } from './source.ts';

export interface CsvSourceOptions {
  /** Default `,`. */
  readonly delimiter?: string;
  /** An encoding that TextDecoder knows. Default `utf-8`. */
  readonly encoding?: string;
  /** Names of the columns, for files that have no such line. */
  readonly columns?: readonly string[];
}

/** Throws ImportError when the file is missing, empty, or its first line names no columns. */
export async function openCsv(path: string, options: CsvSourceOptions): Promise<Source> {
  const encoding = options.encoding ?? 'utf-8';
  const file = await openFile(path);
  const parser = new CsvParser({ delimiter: options.delimiter ?? ',', width: options.columns?.length ?? null });
  const batches = batchesOf(textsOf(file.bytes(), encoding), parser, encoding);
  const first = options.columns === undefined ? await nonEmpty(batches) : null;
  const columns = options.columns ?? headerOf(path, first);
  parser.width = columns.length;
  return {
    columns,
    asOf: file.modified,
    size: file.size,
    position: () => file.position(),
    async *batches() {
      if (first !== null) yield checkWidth({ rows: first.rows.slice(1), malformed: first.malformed }, columns.length);
      yield* batches;
    },
  };
}

interface Text {
  readonly text: string;
  /** Some bytes up to here were no text in the encoding, and became U+FFFD. */
  readonly damaged: boolean;
}

const REPLACEMENT = '\uFFFD';
const REPLACEMENT_BYTES = Buffer.from(REPLACEMENT);

/** A U+FFFD may also stand in the file as such: more of them in the text than in the bytes are damage. */
async function* textsOf(pieces: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Text> {
  const decoder = new TextDecoder(encoding);
  let surplus = 0;
  let tail: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const text = decoder.decode(piece, { stream: true });
    if (text.includes(REPLACEMENT)) {
      surplus += text.split(REPLACEMENT).length - 1;
      if (decoder.encoding === 'utf-8') surplus -= occurrences(Buffer.concat([tail, piece]), REPLACEMENT_BYTES);
    }
    tail = piece.subarray(-2);
    yield { text, damaged: surplus > 0 };
  }
  const text = decoder.decode();
  yield { text, damaged: surplus > 0 || text.includes(REPLACEMENT) };
}

function occurrences(bytes: Buffer, sought: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(sought); at !== -1; at = bytes.indexOf(sought, at + sought.length)) count++;
  return count;
}

async function* batchesOf(texts: AsyncGenerator<Text>, parser: CsvParser, encoding: string): AsyncGenerator<Batch> {
  let damaged = false;
  for await (const { text, damaged: now } of texts) {
    damaged = now;
    yield damaged ? legible(parser.push(text), encoding) : parser.push(text);
  }
  yield damaged ? legible(parser.end(), encoding) : parser.end();
}

async function nonEmpty(batches: AsyncGenerator<Batch>): Promise<Batch | null> {
  for (;;) {
    const { value, done } = await batches.next();
    if (done === true) return null;
    if (value.rows.length + value.malformed.length > 0) return value;
  }
}

/** What no name of a column has, and what it is a sign of. */
const ODD_NAMES = [
  {
    odd: /\0/,
    message: 'is no UTF-8 text: the names of its columns hold the character NUL',
    hint: 'Name the encoding in the mapping, for example "csv": {"encoding": "utf-16le"}.',
  },
  {
    odd: /\r(?!\n)/,
    message: 'ends its lines with carriage returns alone, so all of it is one line',
    hint: String.raw`Save it with line feeds, for example by: tr '\r' '\n' < old.csv > new.csv`,
  },
] as const;

function headerOf(path: string, batch: Batch | null): readonly string[] {
  const columns = (batch?.rows[0]?.value ?? []) as readonly string[];
  const seen = new Set<string>();
  const twice = columns.find((column) => seen.size === seen.add(column).size);
  const odd = ODD_NAMES.find((each) => columns.some((column) => each.odd.test(column)));
  if (odd !== undefined) throw new ImportError({ code: 'SOURCE_HEADER_INVALID', message: `${path} ${odd.message}`, hint: odd.hint });
  if (columns.length > 0 && twice === undefined) return columns;
  const what = twice === undefined ? 'does not begin with the names of its columns' : `has two columns called ${JSON.stringify(twice)}`;
  throw new ImportError({
    code: batch === null ? 'SOURCE_EMPTY' : 'SOURCE_HEADER_INVALID',
    message: `${path} ${what}`,
    hint: 'The first line must name every column once; or name them in the mapping as "csv": {"columns": […]}.',
  });
}

/** The records that came with the header, when the number of columns was not known yet. */
function checkWidth(batch: Batch, width: number): Batch {
  const rows: SourceRow[] = [];
  const malformed = [...batch.malformed];
  for (const row of batch.rows) {
    const values = row.value as readonly string[];
    if (values.length === width) rows.push(row);
    else malformed.push({ line: row.line, reason: `expected ${width} values, found ${values.length}`, text: values.join() });
  }
  return { rows, malformed };
}

function broken(row: SourceRow): boolean {
  return (row.value as readonly string[]).some((value) => value.includes('\uFFFD'));
}

/** Puts aside records with bytes that are no text in the encoding. */
function legible(batch: Batch, encoding: string): Batch {
  return {
    rows: batch.rows.filter((row) => !broken(row)),
    malformed: [
      ...batch.malformed,
      ...batch.rows.filter(broken).map((row) => ({
        line: row.line,
        reason: `the line is no ${encoding} text; name the encoding in the mapping as "csv": {"encoding": "windows-1252"}`,
        text: (row.value as readonly string[]).join(),
      })),
    ],
  };
}
