/** From lines of the log to chunks and letters. Runs in the thread of the sink. */
import type { Identity } from '../../identity/index.ts';
import type { Chunk, LookupRecord } from '../../profile/index.ts';
import type { Problem, RecordKind, XdmClass, XdmSchema } from '../../schema/index.ts';
import { DatasetValidators } from '../../schema/index.ts';
import { Encoder } from '../encoder.ts';
import { LookupGatherer } from '../lookup-gatherer.ts';
import type { Draft } from '../mapping/draft.ts';
import { RecordChecker } from './checker.ts';
import type { StreamRecord } from './record.ts';
import { parseRecord } from './record.ts';

/** Lines of the log in a row. */
export interface Portion {
  readonly offset: number;
  readonly lines: Uint8Array;
}

/** What a dataset has under some identities goes. */
export interface EncodedDeletion {
  readonly dataset: string;
  readonly identities: readonly Identity[];
}

/** Records of a lookup entity, in the order in which they came. */
export interface EncodedLookups {
  readonly entity: string;
  readonly dataset: string;
  readonly records: readonly LookupRecord[];
}

export interface EncodedChunk {
  readonly target: XdmClass;
  readonly dataset: string;
  readonly chunk: Chunk;
}

/** A record that cannot be stored. */
export interface StreamLetter {
  readonly offset: number;
  readonly kind: RecordKind;
  readonly dataset: string;
  readonly source: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** What is wrong: the most telling problem first. */
  readonly problems: readonly Problem[];
  /** The document as JSON text. */
  readonly document: string;
  readonly operation?: StreamRecord['operation'];
}

export interface Encoded {
  readonly records: number;
  /** In the order in which they must be done. */
  readonly steps: readonly (EncodedChunk | EncodedDeletion | EncodedLookups)[];
  readonly letters: readonly StreamLetter[];
}

/** What the rows of an encoder have in common. */
interface Group {
  readonly target: XdmClass;
  readonly dataset: string;
  readonly encoder: Encoder;
}

/** Encoders are dear to make; those of datasets that nothing came for are dropped beyond so many. */
const MOST_GROUPS = 64;

export class StreamEncoder {
  readonly #schema: XdmSchema;
  readonly #checker: RecordChecker;
  readonly #validators: DatasetValidators;
  /** Those used last come last. */
  readonly #groups = new Map<string, Group>();
  /** By dataset. */
  readonly #lookups = new Map<string, LookupGatherer>();
  readonly #decoder = new TextDecoder();

  constructor(schema: XdmSchema) {
    this.#schema = schema;
    this.#checker = new RecordChecker(schema);
    this.#validators = new DatasetValidators(schema);
  }

  /** One record after the other: none stays in memory as the document it was. */
  encode(portions: readonly Portion[]): Encoded {
    const letters: StreamLetter[] = [];
    const steps: Encoded['steps'][number][] = [];
    let records = 0;
    for (const { offset, lines } of portions) {
      for (const [index, line] of this.#decoder.decode(lines).split('\n').entries()) {
        records++;
        const record = parseRecord(line);
        const problems = this.#read(record, steps);
        if (problems.length > 0) letters.push(letterOf(offset + index, record, problems));
      }
    }
    return { records, steps: [...this.#takeLookups(), ...steps, ...this.#take()], letters };
  }

  #read(record: StreamRecord, steps: Encoded['steps'][number][]): readonly Problem[] {
    const checked = this.#checker.check(record);
    if (!('person' in checked)) return checked;
    if (record.kind === 'lookup') return this.#addLookup(record, checked);
    return record.operation === 'delete' ? this.#delete(record.dataset, checked, steps) : this.#add(record, record.kind, checked);
  }

  #addLookup({ dataset, document, operation }: StreamRecord, draft: Draft): readonly Problem[] {
    const problems = operation === 'delete' ? [] : this.#validators.problems(dataset, document);
    if (problems.length > 0) return problems;
    const gatherer = this.#lookups.get(dataset) ?? new LookupGatherer(this.#schema, dataset);
    this.#lookups.set(dataset, gatherer);
    return gatherer.add(draft, operation);
  }

  /** What came before it is stored first, so that it goes too. */
  #delete(dataset: string, { person }: Draft, steps: Encoded['steps'][number][]): readonly Problem[] {
    steps.push(...this.#take());
    const last = steps.at(-1);
    const before = last !== undefined && 'identities' in last && last.dataset === dataset ? last.identities : null;
    if (before !== null) steps.pop();
    steps.push({ dataset, identities: [...(before ?? []), person.primary] });
    return [];
  }

  #add(record: StreamRecord, target: XdmClass, draft: Draft): readonly Problem[] {
    const problems = this.#validators.problems(record.dataset, record.document);
    return problems.length > 0 ? problems : this.#group(record, target).encoder.add(draft);
  }

  /** They are of nobody, and so in nobody's way. */
  #takeLookups(): readonly EncodedLookups[] {
    return [...this.#lookups].flatMap(([dataset, gatherer]) => {
      const { entity } = gatherer;
      return entity === null || gatherer.rows === 0 ? [] : [{ entity, dataset, records: gatherer.take() }];
    });
  }

  /** Who somebody is comes before what they did, as far as it came together. */
  #take(): readonly EncodedChunk[] {
    const filled = [...this.#groups.values()].filter(({ encoder }) => encoder.rows > 0);
    const chunks = filled.map(({ target, dataset, encoder }) => ({ target, dataset, chunk: encoder.take() }));
    for (const key of this.#groups.keys()) {
      if (this.#groups.size <= MOST_GROUPS) break;
      this.#groups.delete(key);
    }
    return chunks.toSorted((one, other) => rank(one) - rank(other));
  }

  #group({ dataset, unknownFields }: StreamRecord, target: XdmClass): Group {
    const key = `${target} ${unknownFields} ${dataset}`;
    let group = this.#groups.get(key);
    if (group === undefined || group.encoder.rows === 0) {
      group ??= { target, dataset, encoder: new Encoder({ target, schema: this.#schema, unknownFields }) };
      this.#groups.delete(key);
      this.#groups.set(key, group);
    }
    return group;
  }
}

function rank({ target }: EncodedChunk): number {
  return target === 'profile' ? 0 : 1;
}

function letterOf(
  offset: number,
  { kind, dataset, source, receivedAt, document, operation }: StreamRecord,
  problems: readonly Problem[],
): StreamLetter {
  return { offset, kind, dataset, source, receivedAt, problems, document: JSON.stringify(document), ...(operation && { operation }) };
}
