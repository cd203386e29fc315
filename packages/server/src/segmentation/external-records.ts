/** What lists from outside say of their people, in ClickHouse. */
import type { ClickHouse } from '../store/index.ts';
import { literal } from '../store/index.ts';

export interface ExternalRecord {
  /** The identity, in the namespace of the audience. */
  readonly id: string;
  /** The other columns of the list. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The list that records came with. */
export interface ListKey {
  readonly audience: string;
  readonly generation: number;
  readonly number: number;
  /** Grows from the beginning of the list to its end. */
  readonly part: number;
}

export class ExternalRecords {
  readonly #clickhouse: ClickHouse;

  constructor(clickhouse: ClickHouse) {
    this.#clickhouse = clickhouse;
  }

  async add({ audience, generation, number, part }: ListKey, records: readonly ExternalRecord[]): Promise<void> {
    if (records.length === 0) return;
    const lines = records.map(({ id, payload }) => JSON.stringify([audience, generation, number, part, id, JSON.stringify(payload)]));
    const columns = ['audience', 'generation', 'number', 'part', 'id', 'payload'];
    await this.#clickhouse.insert('audience_records', columns, 'JSONCompactEachRow', Buffer.from(lines.join('\n')));
  }

  /** By id; of several records with one id the last one of the latest list. */
  async page(
    { audience, generation, numbers }: Omit<ListKey, 'number' | 'part'> & { readonly numbers: readonly number[] },
    { start, limit }: { readonly start: number; readonly limit: number },
  ): Promise<{ readonly total: number; readonly records: readonly ExternalRecord[] }> {
    if (numbers.length === 0) return { total: 0, records: [] };
    const from = `FROM audience_records WHERE audience = ${literal(audience)} AND generation = ${literal(generation)} AND number IN ${literal(numbers)}`;
    const [row] = await this.#clickhouse.query<{ total: string }>(`SELECT uniqExact(id) AS total ${from}`);
    const rows = await this.#clickhouse.query<{ id: string; payload: string }>(
      `SELECT id, payload FROM (SELECT id, payload ${from} ORDER BY id, number DESC, part DESC LIMIT 1 BY id)
       ORDER BY id LIMIT ${literal(limit)} OFFSET ${literal(start)}`,
    );
    return {
      total: Number(row?.total ?? 0),
      records: rows.map(({ id, payload }) => ({ id, payload: JSON.parse(payload) as ExternalRecord['payload'] })),
    };
  }

  /** Forgets the records that a later list replaced. */
  async dropBefore(audience: string, generation: number): Promise<void> {
    await this.#clickhouse.command(
      `DELETE FROM audience_records WHERE audience = ${literal(audience)} AND generation < ${literal(generation)}`,
    );
  }

  /** Forgets the records of one list. */
  async drop({ audience, generation, number }: Omit<ListKey, 'part'>): Promise<void> {
    await this.#clickhouse.command(
      `DELETE FROM audience_records
       WHERE audience = ${literal(audience)} AND generation = ${literal(generation)} AND number = ${literal(number)}`,
    );
  }

  /** Forgets what lists said of some ids. Gives how many records that were. */
  async dropIds(audiences: readonly string[], ids: readonly string[]): Promise<number> {
    const where = `audience IN ${literal(audiences)} AND id IN ${literal(ids)}`;
    const [row] = await this.#clickhouse.query<{ records: string }>(`SELECT count() AS records FROM audience_records WHERE ${where}`);
    const records = Number(row?.records ?? 0);
    if (records > 0) await this.#clickhouse.command(`DELETE FROM audience_records WHERE ${where}`);
    return records;
  }

  async forget(audience: string): Promise<void> {
    await this.#clickhouse.command(`DELETE FROM audience_records WHERE audience = ${literal(audience)}`);
  }
}
