/** From a source to chunks and dead letters: parse, map, check, encode. Runs in the worker. */
import type { Chunk, LookupRecord } from '../profile/index.ts';
import type { Problem, RecordKind, XdmClass, XdmSchema } from '../schema/index.ts';
import { Encoder } from './encoder.ts';
import { LookupGatherer } from './lookup-gatherer.ts';
import { compileMapping } from './mapping/compile.ts';
import type { ReadRecord } from './mapping/draft.ts';
import type { Run } from './mapping/language/functions/function.ts';
import type { Mapping } from './mapping/mapping.ts';
import type { Batch, Source } from './sources/source.ts';
import { cutDeep } from './stream/limits.ts';

/** A record that was not imported. */
export interface DeadLetter {
  readonly line: number;
  /** Dotted path of the first field with a problem, '' for the whole record. */
  readonly field: string;
  readonly reason: string;
  /** What else is wrong with it. */
  readonly more?: readonly Problem[];
  /** The word of JSON Schema that it breaks, when a schema says so. */
  readonly keyword?: string;
  /** Of a piece of the source that is no record at all. */
  readonly malformed?: true;
  /** As the source has it: values by column, a document, or the text of a broken line. */
  readonly record: unknown;
}

/** Part of an import, complete in itself. */
export interface Step {
  /** Records read for this step, bad ones and skipped ones too. */
  readonly rowsIn: number;
  readonly chunks: readonly { readonly target: XdmClass; readonly chunk: Chunk }[];
  readonly lookups: readonly LookupRecord[];
  readonly deadLetters: readonly DeadLetter[];
  /** How many records were left out by which rule. */
  readonly skipped: Readonly<Record<string, number>>;
  /** In units of the source. */
  readonly position: number;
  /** Unknown fields left out so far in the whole import, by path. */
  readonly dropped: Readonly<Record<string, number>>;
}

export interface PipelineOptions {
  readonly source: Source;
  readonly mapping: Mapping;
  readonly schema: XdmSchema;
  readonly run: Run;
  /** Records in a chunk. */
  readonly chunkRows: number;
}

/** Dead letters kept in memory at most. */
const MOST_LETTERS = 10_000;

export class Pipeline {
  readonly #source: Source;
  readonly #chunkRows: number;
  readonly #mapped: RecordKind;
  readonly #readers: Readonly<Record<RecordKind, ReadRecord>>;
  readonly #encoders: Readonly<Record<XdmClass, Encoder>>;
  readonly #lookups: LookupGatherer;
  #rowsIn = 0;
  #deadLetters: DeadLetter[] = [];
  #skipped: Record<string, number> = {};

  /** Throws ImportError when the mapping does not fit. */
  constructor({ source, mapping, schema, run, chunkRows }: PipelineOptions) {
    const { columns, asOf } = source;
    const reader = (target: RecordKind): ReadRecord => compileMapping({ ...mapping, target }, { schema, columns, asOf, run });
    const encoder = (target: XdmClass): Encoder => new Encoder({ target, schema, unknownFields: mapping.unknownFields });
    this.#source = source;
    this.#chunkRows = chunkRows;
    this.#mapped = mapping.target;
    const mapped = reader(mapping.target);
    // Only sources of documents hold both kinds, and documents need no other mapping.
    const documents = mapping.target !== 'lookup' && mapping.fields === null && mapping.rows === null && columns === null;
    const other = documents ? reader(mapping.target === 'event' ? 'profile' : 'event') : mapped;
    this.#readers = { event: other, profile: other, lookup: mapped, [mapping.target]: mapped };
    this.#encoders = { event: encoder('event'), profile: encoder('profile') };
    this.#lookups = new LookupGatherer(schema, mapping.dataset);
  }

  async *steps(): AsyncGenerator<Step> {
    for await (const batch of this.#source.batches()) {
      for (const part of inParts(batch, this.#chunkRows)) {
        this.#add(part);
        if (this.#full()) yield this.#take();
      }
    }
    yield this.#take();
  }

  #full(): boolean {
    const { event, profile } = this.#encoders;
    return event.rows + profile.rows + this.#lookups.rows >= this.#chunkRows || this.#deadLetters.length >= MOST_LETTERS;
  }

  #add(batch: Batch): void {
    this.#rowsIn += batch.rows.length + batch.malformed.length;
    for (const { line, reason, text } of batch.malformed)
      this.#deadLetters.push({ line, field: '', reason, malformed: true, record: text });
    for (const { line, value, kind = this.#mapped } of batch.rows) {
      const reading = this.#readers[kind](value, line);
      if ('skipped' in reading) this.#skipped[reading.skipped] = (this.#skipped[reading.skipped] ?? 0) + 1;
      else if ('problems' in reading) this.#reject(line, value, reading.problems);
      else this.#reject(line, value, kind === 'lookup' ? this.#lookups.add(reading) : this.#encoders[kind].add(reading));
    }
  }

  #reject(line: number, value: unknown, problems: readonly Problem[]): void {
    const [first, ...more] = problems;
    if (first === undefined) return;
    const { columns } = this.#source;
    const record =
      columns === null
        ? cutDeep(value)
        : Object.fromEntries(columns.map((column, index) => [column, (value as readonly unknown[])[index]]));
    this.#deadLetters.push({ line, ...first, ...(more.length === 0 ? {} : { more }), record });
  }

  #take(): Step {
    const filled = (['profile', 'event'] as const).filter((target) => this.#encoders[target].rows > 0);
    const dropped = new Map([...this.#encoders.profile.dropped, ...this.#encoders.event.dropped]);
    const step = {
      rowsIn: this.#rowsIn,
      chunks: filled.map((target) => ({ target, chunk: this.#encoders[target].take() })),
      lookups: this.#lookups.take(),
      deadLetters: this.#deadLetters,
      skipped: this.#skipped,
      position: this.#source.position(),
      dropped: Object.fromEntries(dropped),
    };
    this.#rowsIn = 0;
    this.#deadLetters = [];
    this.#skipped = {};
    return step;
  }
}

/** Cuts large batches, so that chunks and letters stay near their sizes. */
function* inParts(batch: Batch, size: number): Generator<Batch> {
  const part = Math.min(size, 5000);
  if (batch.rows.length <= part) return yield batch;
  for (let from = 0; from < batch.rows.length; from += part) {
    yield { rows: batch.rows.slice(from, from + part), malformed: from === 0 ? batch.malformed : [] };
  }
}
