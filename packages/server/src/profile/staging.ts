/** A table in memory that holds a chunk while it is compared with what is known; made anew for each. */
import { Readable } from 'node:stream';
import type { Resolved } from '../identity/index.ts';
import type { Table, WrittenColumn } from '../schema/index.ts';
import { blockHead } from '../schema/index.ts';
import type { ClickHouse } from '../store/index.ts';
import { identifier } from '../store/index.ts';
import type { Chunk, WriteResult } from './chunk.ts';
import { KEYS, OWNERS, ownersOf } from './owners.ts';
import { ID } from './own-columns.ts';

/** Its name. */
export const STAGING = 'staging';

export class Staging {
  readonly #clickhouse: ClickHouse;
  /** Whether there may be one: the end of a process can leave it. */
  #made = true;

  constructor(clickhouse: ClickHouse) {
    this.#clickhouse = clickhouse;
  }

  /** Whether no event of a chunk is known or comes twice; then it needs no staging. False also when two ids have one hash. */
  async allNew(chunk: Chunk): Promise<boolean> {
    await this.#make([ID]);
    await this.send(STAGING, [ID], chunk.rows, [chunk.body.subarray(0, chunk.firstSize)]);
    const [row] = await this.#clickhouse.query<{ new: number }>(
      `SELECT (SELECT uniqExact(sipHash64(id)) FROM ${STAGING}) = ${chunk.rows}
        AND (SELECT count() FROM events WHERE idHash IN (SELECT sipHash64(id) FROM ${STAGING})) = 0 AS new`,
    );
    return Number(row?.new) === 1;
  }

  /** Puts a chunk beside the tables, with whose each row is. */
  async put(table: Table, chunk: Chunk, people: Resolved): Promise<void> {
    const columns = [...OWNERS[table], ...KEYS[table], ...chunk.columns];
    await this.#make(columns);
    await this.send(STAGING, columns, chunk.rows, [...ownersOf(table, chunk, people), chunk.body]);
  }

  async #make(columns: readonly WrittenColumn[]): Promise<void> {
    await this.drop();
    this.#made = true;
    const definitions = columns.map((column) => `${identifier(column.name)} ${column.chType}`);
    await this.#clickhouse.command(`CREATE TABLE ${STAGING} (${definitions.join(', ')}) ENGINE = Memory`);
  }

  /** Inserts one block whose columns are written in `parts`. */
  async send(table: string, columns: readonly WrittenColumn[], rows: number, parts: readonly Uint8Array[]): Promise<void> {
    const data = Readable.from([blockHead(columns.length, rows), ...parts], { objectMode: false });
    await this.#clickhouse.insert(
      table,
      columns.map(({ name }) => name),
      'Native',
      data,
    );
  }

  /** @param own columns that have one value in all rows, as SQL */
  async insert(
    table: 'events' | 'fragments',
    columns: string,
    own: Readonly<Record<string, string>>,
    where: string,
  ): Promise<Omit<WriteResult, 'profiles'>> {
    const [staged, before] = [await this.count(STAGING), await this.count(table)];
    const values = Object.values(own);
    await this.#clickhouse.command(
      `INSERT INTO ${table} (${Object.keys(own).map(identifier).join(', ')}, ${columns}) SELECT ${values.join(', ')}, ${columns} FROM ${STAGING} WHERE ${where}`,
    );
    const added = (await this.count(table)) - before;
    return { added, duplicates: staged - added };
  }

  async count(table: string): Promise<number> {
    const [row] = await this.#clickhouse.query<{ rows: string }>(`SELECT count() AS rows FROM ${table}`);
    return Number(row?.rows ?? 0);
  }

  async drop(): Promise<void> {
    if (!this.#made) return;
    await this.#clickhouse.command(`DROP TABLE IF EXISTS ${STAGING} SYNC`);
    this.#made = false;
  }
}
