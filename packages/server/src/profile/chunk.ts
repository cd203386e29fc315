/** Records on their way into the tables: taken apart, checked, and encoded as columns, but not yet numbered. */
import type { SeenPerson } from '../identity/index.ts';
import type { Column, WrittenColumn } from '../schema/index.ts';

export interface Chunk {
  readonly rows: number;
  /** Each person once, with the times of its first and last row. */
  readonly people: readonly SeenPerson[];
  /** For each row, whose it is: an index into `people`. */
  readonly personOfRow: Uint32Array;
  /** Columns of the schema with a value in some row. */
  readonly columns: readonly Column[];
  /** `EVENT_KEYS` or `FRAGMENT_KEYS`, then `columns`, in the Native format without the block's head. */
  readonly body: Uint8Array;
  /** How many bytes of the body its first column takes: of events, the ids. */
  readonly firstSize: number;
  /** Of events, xxHash64 of the ids, row by row: two halves each, the lower one first. */
  readonly idHashes: Uint32Array;
}

/** What every event has, in the order of a chunk's body. */
export const EVENT_KEYS: readonly WrittenColumn[] = [
  { name: 'id', chType: 'String' },
  { name: 'timestamp', chType: "DateTime64(3, 'UTC')" },
  { name: 'eventType', chType: 'LowCardinality(String)' },
];

/** What every profile record has: when it was true, and a hash of its content, which makes it one with its repetitions. */
export const FRAGMENT_KEYS: readonly WrittenColumn[] = [
  { name: 'time', chType: "DateTime64(3, 'UTC')" },
  { name: 'content', chType: 'UInt64' },
];

export interface WriteResult {
  /** Ordinals of the chunk's people, in their order. */
  readonly profiles: Uint32Array;
  /** Rows stored. */
  readonly added: number;
  /** Rows left out: known already, or twice in the chunk. */
  readonly duplicates: number;
  /** Rows taken away, or identities whose rows went to other profiles; none when left out. */
  readonly removed?: number;
  /** Profiles whose identities have changed; none when left out. */
  readonly named?: ReadonlySet<number>;
  /** All events that it brought, when it altered none of those before; left out when that is not known. */
  readonly events?: readonly StoredEvents[];
}

/** Events as they were written into the table. */
export interface StoredEvents {
  /** The change of the tables that brought them. */
  readonly revision: number;
  readonly chunk: Chunk;
  /** Ordinals of the chunk's people, in their order. */
  readonly profiles: Uint32Array;
}

/** What a deletion took away. */
export interface Erased {
  readonly events: number;
  /** Profile records, and records of lookup entities. */
  readonly records: number;
  readonly profiles: number;
}

/** A change of the tables, for those who follow it. */
export interface DataChange {
  /** Whom it is about; null: it may be about anybody. */
  readonly profiles: Iterable<number> | null;
  /** Events have it that it brought; grows with every change. */
  readonly revision: number;
  /** Only events came, and maybe identities. */
  readonly eventsOnly: boolean;
  /** Whose identities have changed. */
  readonly named: ReadonlySet<number>;
}
