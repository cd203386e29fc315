/**
 * Lookup entities: records such as products and stores, which fields of profiles and events refer to by their ids. Of each the
 * newest record counts, whole. What is kept is in LMDB; queries read tables in memory that are made from it.
 */
import type { Data, DataObject, ObjectType } from '@kindred/pql';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Database } from 'lmdb';
import type { WrittenColumn, XdmSchema } from '../schema/index.ts';
import { blockHead, Bytes, columnsOf, columnWriter, Layout, Shredder } from '../schema/index.ts';
import type { ClickHouse, Lmdb } from '../store/index.ts';
import { identifier, literal } from '../store/index.ts';

/** A record on its way in. */
export interface LookupRecord {
  readonly id: string;
  /** Code of the identity namespace of the id. */
  readonly namespace: string;
  /** When it was true, epoch ms. */
  readonly time: number;
  readonly document: DataObject;
  /** Left out: the record counts whole. `merge`: its fields are written over those of the record before. */
  readonly operation?: 'merge' | 'delete';
}

export interface KeptRecord extends Omit<LookupRecord, 'id' | 'operation'> {
  readonly dataset: string;
  /** The batch it came with, '' when it came otherwise. */
  readonly batch: string;
}

/** A table of the engine Join, and the columns in it. */
export interface LookupTable {
  readonly name: string;
  readonly layout: Layout;
}

/** Where records come from; null: anywhere. */
export interface LookupOrigin {
  readonly dataset?: string;
  readonly batch?: string;
}

/** A key; the library wants it mutable. */
type Key = [entity: string, id: string];

/** No field can have such a name. */
const ID: WrittenColumn = { name: '#id', chType: 'String' };
/** Rows inserted at a time. */
const CHUNK = 20_000;

export class Lookups {
  readonly #clickhouse: ClickHouse;
  readonly #records: Database<KeptRecord, Key>;
  #types: Readonly<Record<string, ObjectType>> = {};
  #tables: ReadonlyMap<string, LookupTable> = new Map();

  private constructor(clickhouse: ClickHouse, lmdb: Lmdb) {
    this.#clickhouse = clickhouse;
    this.#records = lmdb.environment<KeptRecord, Key>('lookups', { maxDbs: 1 });
  }

  static async open({ clickhouse, lmdb, schema }: Opening): Promise<Lookups> {
    const lookups = new Lookups(clickhouse, lmdb);
    await lookups.adopt(schema);
    return lookups;
  }

  /** The table of an entity; null for one that the schema does not have. */
  tableOf(entity: string): LookupTable | null {
    return this.#tables.get(entity) ?? null;
  }

  /** The fields of a record; null when there is none. */
  get(entity: string, id: string): DataObject | null {
    return this.find(entity, id)?.document ?? null;
  }

  /** A record and where it came from. */
  find(entity: string, id: string): KeptRecord | null {
    return this.#records.get([keyOf(entity), id]) ?? null;
  }

  /** How many records an entity has. */
  count(entity: string): number {
    return this.#records.getKeysCount(rangeOf(entity));
  }

  /** The tables that a schema asks for, filled where they are new or have other columns than before. */
  async adopt({ lookups }: Pick<XdmSchema, 'lookups'>): Promise<void> {
    const tables = new Map<string, LookupTable>();
    for (const [entity, type] of Object.entries(lookups)) {
      const table = { name: `lookup_${keyOf(entity)}`, layout: new Layout('lookups', columnsOf('lookups', type)) };
      const before = this.#tables.get(entity);
      this.#types = { ...this.#types, [entity]: type };
      if (before === undefined || columnsText(before) !== columnsText(table)) await this.#fill(entity, table);
      tables.set(entity, table);
    }
    this.#tables = tables;
    this.#types = lookups;
  }

  /** Stores records that are not older than what is known. Durable on return; safe to repeat. Gives how many changed something. */
  async write(entity: string, records: readonly LookupRecord[], { dataset = '', batch = '' }: LookupOrigin): Promise<number> {
    const changed = new Map<string, KeptRecord | null>();
    const key = keyOf(entity);
    await this.#records.transaction(() => {
      for (const { id, operation, namespace, time, document } of records) {
        const before = this.#records.get([key, id]);
        if (before !== undefined && before.time > time) continue;
        const after =
          operation === 'delete'
            ? null
            : { namespace, time, dataset, batch, document: operation === 'merge' ? merged(before?.document, document) : document };
        if (after === null) this.#records.removeSync([key, id]);
        else this.#records.putSync([key, id], after);
        changed.set(id, after);
      }
    });
    await this.#records.flushed;
    await this.#follow(entity, changed);
    return changed.size;
  }

  /** Takes away what came from somewhere. What it had replaced does not come back. Durable on return. Gives how many. */
  async erase({ dataset, batch }: LookupOrigin): Promise<number> {
    let erased = 0;
    for (const entity of this.#tables.keys()) {
      const gone = new Map<string, null>();
      for (const { key, value } of this.#records.getRange(rangeOf(entity)))
        if ((dataset === undefined || value.dataset === dataset) && (batch === undefined || value.batch === batch)) gone.set(key[1], null);
      await this.#records.transaction(() => {
        for (const id of gone.keys()) this.#records.removeSync([keyOf(entity), id]);
      });
      await this.#records.flushed;
      await this.#follow(entity, gone);
      erased += gone.size;
    }
    return erased;
  }

  async #fill(entity: string, table: LookupTable): Promise<void> {
    await this.#clickhouse.command(`DROP TABLE IF EXISTS ${table.name} SYNC`);
    const columns = [ID, ...table.layout.columns.values()].map(({ name, chType }) => `${identifier(name)} ${chType}`);
    await this.#clickhouse.command(
      `CREATE TABLE ${table.name} (${columns.join(', ')}) ENGINE = Join(ANY, LEFT, ${identifier(ID.name)}) SETTINGS join_any_take_last_row = 1, persistent = 0`,
    );
    let rows: (readonly [string, DataObject])[] = [];
    for (const { key, value } of this.#records.getRange(rangeOf(entity))) {
      rows.push([key[1], value.document]);
      if (rows.length >= CHUNK) {
        await this.#insert(table.name, entity, rows);
        rows = [];
      }
    }
    await this.#insert(table.name, entity, rows);
  }

  /** Brings the table up to what is kept. */
  async #follow(entity: string, changed: ReadonlyMap<string, KeptRecord | null>): Promise<void> {
    const table = this.#tables.get(entity);
    if (table === undefined || changed.size === 0) return;
    const gone = [...changed].flatMap(([id, record]) => (record === null ? [id] : []));
    for (let from = 0; from < gone.length; from += CHUNK) {
      const ids = gone.slice(from, from + CHUNK).map((id) => literal(id));
      await this.#clickhouse.command(`ALTER TABLE ${table.name} DELETE WHERE ${identifier(ID.name)} IN (${ids.join(', ')})`);
    }
    const rows = [...changed].flatMap(([id, record]) => (record === null ? [] : [[id, record.document] as const]));
    for (let from = 0; from < rows.length; from += CHUNK) await this.#insert(table.name, entity, rows.slice(from, from + CHUNK));
  }

  async #insert(name: string, entity: string, rows: readonly (readonly [id: string, document: DataObject])[]): Promise<void> {
    const type = this.#types[entity];
    if (rows.length === 0 || type === undefined) return;
    // Fields that the schema no longer has stay with the records, unseen.
    const shredder = new Shredder('lookups', type, 'drop');
    const ids = columnWriter(ID);
    const writers = shredder.columns.map((column) => columnWriter(column));
    for (const [row, [id, document]] of rows.entries()) {
      ids.set(row, id);
      if (!shredder.shred(document)) throw new Error(`bug: the record ${id} does not fit its schema: ${JSON.stringify(shredder.problems)}`);
      for (let index = 0; index < shredder.count; index++)
        writers[shredder.slots[index] as number]?.set(row, shredder.cells[index] ?? null);
    }
    const body = new Bytes(1 << 20);
    for (const writer of [ids, ...writers]) writer.write(rows.length, body);
    const names = [ID, ...shredder.columns].map((column) => column.name);
    const block = [blockHead(names.length, rows.length), body.take()];
    await this.#clickhouse.insert(name, names, 'Native', Readable.from(block, { objectMode: false }));
  }
}

interface Opening {
  readonly clickhouse: ClickHouse;
  readonly lmdb: Lmdb;
  readonly schema: Pick<XdmSchema, 'lookups'>;
}

/** Ids of classes are addresses, and long; 64 bits tell them apart. */
function keyOf(entity: string): string {
  return createHash('sha256').update(entity).digest('hex').slice(0, 16);
}

function rangeOf(entity: string): { readonly start: Key; readonly end: Key } {
  const key = keyOf(entity);
  return { start: [key, ''], end: [`${key}~`, ''] };
}

function columnsText({ layout }: LookupTable): string {
  return JSON.stringify([...layout.columns.values()].map(({ name, chType }) => [name, chType]));
}

/** The fields of a record written over those of another; null takes a field away. */
function merged(before: DataObject | undefined, after: DataObject): DataObject {
  const fields = new Map<string, Data>(
    Object.entries(before ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  for (const [name, value] of Object.entries(after)) {
    const known = fields.get(name);
    if (value === null || value === undefined) fields.delete(name);
    else fields.set(name, isObject(value) && isObject(known) ? merged(known, value) : value);
  }
  return Object.fromEntries(fields);
}

function isObject(value: Data | undefined): value is DataObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
