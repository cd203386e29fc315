/**
 * Records that are acknowledged and not yet in the tables, by the identities they name: what was taken counts from then on, for who asks
 * about one person. The tables have the rest, and for a moment both have the same.
 */
import type { Document } from '../../schema/index.ts';
import type { Json } from '../tracking/values.ts';
import { list, object, text } from '../tracking/values.ts';
import type { StreamRecord } from './record.ts';
import { parseRecord } from './record.ts';
import type { EventLog, LogConsumer } from '../../store/index.ts';

export interface Underway {
  readonly events: readonly Document[];
  /** Fields of the person, of all records together; what came last counts. */
  readonly attributes: readonly Document[];
}

interface Entry {
  readonly offset: number;
  readonly keys: readonly string[];
  readonly record: StreamRecord;
}

interface Named {
  readonly namespace: string;
  readonly id: string;
}

/** Beyond so many the oldest are left out until they are stored. */
const MOST = 50_000;

/** Bytes of the log that are read when somebody asks for the first time. */
const CAUGHT_UP = 32 * 1024 * 1024;

export class InFlight {
  readonly #log: Pick<EventLog, 'read'>;
  /** What fills the tables. */
  readonly #sink: Pick<LogConsumer, 'position'>;
  readonly #fits: (record: StreamRecord) => boolean;
  /** Nothing is noted before somebody asks: most of what comes in nobody asks for. */
  #asked = false;
  /** In the order in which they came. */
  readonly #entries = new Set<Entry>();
  readonly #byKey = new Map<string, Set<Entry>>();

  /** @param fits whether a record will be stored: what will not be counts for nothing */
  constructor(log: Pick<EventLog, 'read'>, sink: Pick<LogConsumer, 'position'>, fits: (record: StreamRecord) => boolean) {
    this.#log = log;
    this.#sink = sink;
    this.#fits = fits;
  }

  /** @param offset of the first of the records in the log */
  add(offset: number, records: readonly StreamRecord[]): void {
    if (!this.#asked) return;
    for (const [index, record] of records.entries()) {
      if (record.kind === 'lookup' || record.operation === 'delete') continue;
      const keys = keysOf(record.document as Json);
      if (keys.length > 0) this.#add({ offset: offset + index, keys, record });
    }
    this.#trim();
  }

  /** Of the person who has these identities, and whatever identities the records themselves add to them. */
  of(identities: readonly Named[]): Underway {
    if (!this.#asked) this.#catchUp();
    this.#trim();
    const found = new Set<Entry>();
    const keys = new Set(identities.map(keyOf));
    // A set that grows while it is walked through.
    for (const key of keys) {
      for (const entry of this.#byKey.get(key) ?? []) {
        found.add(entry);
        for (const other of entry.keys) keys.add(other);
      }
    }
    const records = [...found]
      .toSorted((one, other) => one.offset - other.offset)
      .map(({ record }) => record)
      .filter(this.#fits);
    const documents = (kind: StreamRecord['kind']): readonly Document[] =>
      records.filter((record) => record.kind === kind).map(({ document }) => withoutIdentities(document as Document));
    return { events: documents('event'), attributes: documents('profile') };
  }

  #catchUp(): void {
    this.#asked = true;
    const decoder = new TextDecoder();
    for (const { offset, lines } of this.#log.read(this.#sink.position, CAUGHT_UP)) {
      this.add(offset, decoder.decode(lines).split('\n').map(parseRecord));
    }
  }

  #add(entry: Entry): void {
    this.#entries.add(entry);
    for (const key of entry.keys) {
      const others = this.#byKey.get(key);
      if (others === undefined) this.#byKey.set(key, new Set([entry]));
      else others.add(entry);
    }
  }

  #trim(): void {
    const stored = this.#sink.position;
    for (const entry of this.#entries) {
      if (entry.offset >= stored && this.#entries.size <= MOST) return;
      this.#entries.delete(entry);
      for (const key of entry.keys) {
        const others = this.#byKey.get(key);
        others?.delete(entry);
        if (others?.size === 0) this.#byKey.delete(key);
      }
    }
  }
}

/** A record without its identities, which are no fields of what happened. */
export function withoutIdentities(record: Document): Document {
  const { identityMap: _, ...fields } = record;
  return fields;
}

function keysOf(document: Json): readonly string[] {
  return Object.entries(object(document['identityMap']) ?? {}).flatMap(([namespace, entries]) =>
    list(entries).flatMap((entry) => {
      const id = text(object(entry)?.['id']);
      return id === undefined ? [] : [keyOf({ namespace, id })];
    }),
  );
}

const keyOf = ({ namespace, id }: Named): string => `${namespace}\0${id}`;
