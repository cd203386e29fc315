/** Gathers checked records as the columns of a chunk. */
import { createHash } from 'node:crypto';
import xxhash from 'xxhash-wasm';
import type { Identity, Person, SeenPerson } from '../identity/index.ts';
import type { Chunk } from '../profile/index.ts';
import { EVENT_KEYS, FRAGMENT_KEYS } from '../profile/index.ts';
import type { ColumnWriter, Problem, UnknownFields, XdmClass, XdmSchema } from '../schema/index.ts';
import { Bytes, columnWriter, Shredder, storable } from '../schema/index.ts';
import type { Draft } from './mapping/draft.ts';

const hasher = await xxhash();

export interface EncoderOptions {
  readonly target: XdmClass;
  readonly schema: XdmSchema;
  readonly unknownFields: UnknownFields;
}

export class Encoder {
  readonly target: XdmClass;
  readonly #shredder: Shredder;
  #rows = 0;
  #bodySize = 1 << 20;
  readonly #keys: readonly ColumnWriter[];
  /** By slot of the shredder; they stay from chunk to chunk. */
  readonly #writers: (ColumnWriter | undefined)[] = [];
  /** By slot: whether the chunk has a value there. */
  readonly #used: Uint8Array;
  #people: Seen[] = [];
  #personOfRow: number[] = [];
  #idHashes: bigint[] = [];
  /** Indexes of people by the id of their primary identity. */
  #known = new Map<string, number[]>();

  constructor(options: EncoderOptions) {
    this.target = options.target;
    const event = options.target === 'event';
    this.#shredder = new Shredder(
      event ? 'events' : 'profiles',
      event ? options.schema.event : options.schema.profile,
      options.unknownFields,
    );
    this.#keys = (event ? EVENT_KEYS : FRAGMENT_KEYS).map(columnWriter);
    this.#used = new Uint8Array(this.#shredder.columns.length);
  }

  get rows(): number {
    return this.#rows;
  }

  /** How often unknown fields were left out, by path. */
  get dropped(): ReadonlyMap<string, number> {
    return this.#shredder.dropped;
  }

  /** Adds a record. Gives what is wrong with it, in which case nothing is added. */
  add(draft: Draft): readonly Problem[] {
    if (!storable(draft.time)) return [{ field: 'timestamp', reason: 'only times from 1900 to 2299 can be stored' }];
    const shredder = this.#shredder;
    if (!shredder.shred(draft.document)) return shredder.problems;
    const row = this.#rows++;
    this.#setKeys(row, draft);
    if (this.target === 'event') this.#idHashes.push(hasher.h64(draft.id));
    for (let index = 0; index < shredder.count; index++) {
      const slot = shredder.slots[index] as number;
      const writer = (this.#writers[slot] ??= columnWriter(this.#column(slot)));
      this.#used[slot] = 1;
      writer.set(row, shredder.cells[index] ?? null);
    }
    this.#personOfRow.push(this.#personIndex(draft));
    return [];
  }

  /** What was added since the last call. */
  take(): Chunk {
    const slots = [...this.#used.keys()].filter((slot) => this.#used[slot] === 1);
    const body = new Bytes(this.#bodySize);
    const [first, ...others] = [...this.#keys, ...slots.map((slot) => this.#writers[slot])];
    first?.write(this.#rows, body);
    const firstSize = body.size;
    for (const writer of others) writer?.write(this.#rows, body);
    const chunk: Chunk = {
      rows: this.#rows,
      people: this.#people,
      personOfRow: Uint32Array.from(this.#personOfRow),
      columns: slots.map((slot) => this.#column(slot)),
      body: body.take(),
      firstSize,
      idHashes: new Uint32Array(BigUint64Array.from(this.#idHashes).buffer),
    };
    // Room for one as large and a bit: growing would copy it all. Room that is not used costs nothing.
    this.#bodySize = Math.ceil(chunk.body.length * 1.2);
    this.#rows = 0;
    this.#used.fill(0);
    this.#people = [];
    this.#personOfRow = [];
    this.#idHashes = [];
    this.#known = new Map();
    return chunk;
  }

  /** In the order of EVENT_KEYS and FRAGMENT_KEYS. */
  #setKeys(row: number, draft: Draft): void {
    const values = this.target === 'event' ? [draft.id, draft.time, draft.eventType] : [draft.time, this.#contentHash()];
    for (const [index, writer] of this.#keys.entries()) writer.set(row, values[index] ?? null);
  }

  /** 48 bits over the columns and values of the record in the shredder, whatever the order of its fields. */
  #contentHash(): number {
    const { slots, cells, count } = this.#shredder;
    const cellsByName = Array.from({ length: count }, (_, index) => [this.#column(slots[index] as number).name, cells[index]] as const);
    const content = JSON.stringify(cellsByName.toSorted(([one], [other]) => (one < other ? -1 : 1)));
    return createHash('sha1').update(content).digest().readUIntLE(0, 6);
  }

  #personIndex({ person, time }: Draft): number {
    const { id } = person.primary;
    const known = this.#known.get(id);
    for (const index of known ?? []) {
      const seen = this.#people[index] as Seen;
      if (!samePerson(seen, person)) continue;
      seen.first = Math.min(seen.first, time);
      seen.last = Math.max(seen.last, time);
      return index;
    }
    const index = this.#people.push({ ...person, first: time, last: time }) - 1;
    if (known === undefined) this.#known.set(id, [index]);
    else known.push(index);
    return index;
  }

  #column(slot: number): Chunk['columns'][number] {
    const column = this.#shredder.columns[slot];
    if (column === undefined) throw new Error(`no column ${slot}`);
    return column;
  }
}

/** Being gathered. */
type Seen = { -readonly [Key in keyof SeenPerson]: SeenPerson[Key] };

function samePerson(one: Person, other: Person): boolean {
  return (
    sameIdentity(one.primary, other.primary) &&
    one.others.length === other.others.length &&
    one.others.every((identity, index) => sameIdentity(identity, other.others[index] as Identity))
  );
}

function sameIdentity(one: Identity, other: Identity): boolean {
  return one.id === other.id && one.namespace === other.namespace;
}
