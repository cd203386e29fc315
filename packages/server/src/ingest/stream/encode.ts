/** From lines of the log to chunks and letters. Runs in the thread of the sink. */
import type { Chunk } from '../../profile/index.ts';
import type { Problem, UnknownFields, XdmClass, XdmSchema } from '../../schema/index.ts';
import { Encoder } from '../encoder.ts';
import { RecordChecker } from './checker.ts';
import type { StreamRecord } from './record.ts';
import { parseRecord } from './record.ts';

/** Lines of the log in a row. */
export interface Portion {
  readonly offset: number;
  readonly lines: Uint8Array;
}

export interface EncodedChunk {
  readonly target: XdmClass;
  readonly dataset: string;
  readonly chunk: Chunk;
}

/** A record that cannot be stored. */
export interface StreamLetter {
  readonly offset: number;
  readonly kind: XdmClass;
  readonly dataset: string;
  readonly source: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** What is wrong: the most telling problem first. */
  readonly problems: readonly Problem[];
  /** The document as JSON text. */
  readonly document: string;
}

export interface Encoded {
  readonly records: number;
  readonly chunks: readonly EncodedChunk[];
  readonly letters: readonly StreamLetter[];
}

interface Located {
  readonly offset: number;
  readonly record: StreamRecord;
}

export class StreamEncoder {
  readonly #schema: XdmSchema;
  readonly #checker: RecordChecker;
  readonly #encoders = new Map<string, Encoder>();
  readonly #decoder = new TextDecoder();

  constructor(schema: XdmSchema) {
    this.#schema = schema;
    this.#checker = new RecordChecker(schema);
  }

  encode(portions: readonly Portion[]): Encoded {
    const groups = new Map<string, Located[]>();
    let records = 0;
    for (const located of this.#records(portions)) {
      records++;
      const { kind, dataset, unknownFields } = located.record;
      const key = `${kind} ${unknownFields} ${dataset}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [located]);
      else group.push(located);
    }
    const letters: StreamLetter[] = [];
    const chunks: EncodedChunk[] = [];
    for (const group of groups.values()) chunks.push(...this.#encodeGroup(group, letters));
    // Who somebody is comes before what they did, as far as it came together.
    return { records, chunks: chunks.toSorted((one, other) => rank(one) - rank(other)), letters };
  }

  *#records(portions: readonly Portion[]): Generator<Located> {
    for (const { offset, lines } of portions) {
      let at = offset;
      for (const line of this.#decoder.decode(lines).split('\n')) yield { offset: at++, record: parseRecord(line) };
    }
  }

  #encodeGroup(group: readonly Located[], letters: StreamLetter[]): readonly EncodedChunk[] {
    const [first] = group;
    if (first === undefined) return [];
    const { kind, dataset, unknownFields } = first.record;
    const encoder = this.#encoder(kind, unknownFields);
    for (const { offset, record } of group) {
      const problems = this.#add(encoder, record);
      if (problems.length > 0) letters.push(letterOf(offset, record, problems));
    }
    return encoder.rows === 0 ? [] : [{ target: kind, dataset, chunk: encoder.take() }];
  }

  #add(encoder: Encoder, record: StreamRecord): readonly Problem[] {
    const checked = this.#checker.check(record);
    return 'person' in checked ? encoder.add(checked) : checked;
  }

  #encoder(target: XdmClass, unknownFields: UnknownFields): Encoder {
    const key = `${target} ${unknownFields}`;
    let encoder = this.#encoders.get(key);
    if (encoder === undefined) {
      encoder = new Encoder({ target, schema: this.#schema, unknownFields });
      this.#encoders.set(key, encoder);
    }
    return encoder;
  }
}

function rank({ target }: EncodedChunk): number {
  return target === 'profile' ? 0 : 1;
}

function letterOf(
  offset: number,
  { kind, dataset, source, receivedAt, document }: StreamRecord,
  problems: readonly Problem[],
): StreamLetter {
  return { offset, kind, dataset, source, receivedAt, problems, document: JSON.stringify(document) };
}
