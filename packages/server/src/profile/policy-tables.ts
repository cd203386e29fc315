/**
 * Profiles as a merge policy sees them, each policy in a table like `profiles` of its own: made when it is first read, and brought up
 * to date for the profiles that have changed since when it is read again.
 */
import { identifier, literal } from '../store/index.ts';
import type { AttributeMerge } from './merge-policy.ts';
import type { ProfileTables } from './tables.ts';

const PREFIX = 'profiles_by_';

/** Policies whose tables are kept: as many as there can be at once, and one that has just changed. */
const KEPT = 6;

interface PolicyTable {
  readonly name: string;
  /** Columns of `profiles` when it was made. */
  readonly columns: number;
  /** The state of the data it shows. */
  readonly revision: number;
  /** The table that it has replaced: a query under way may still read it. */
  readonly before: string | null;
}

export class PolicyTables {
  readonly #tables: ProfileTables;
  /** By what the policy says; the last one read is the last. */
  readonly #known = new Map<string, Promise<PolicyTable | null>>();
  #made = 0;

  private constructor(tables: ProfileTables) {
    this.#tables = tables;
  }

  /** Removes tables that an earlier process has left. */
  static async open(tables: ProfileTables): Promise<PolicyTables> {
    const rows = await tables.clickhouse.query<{ name: string }>(
      `SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, ${literal(PREFIX)})`,
    );
    const opened = new PolicyTables(tables);
    for (const { name } of rows) await opened.#drop(name);
    return opened;
  }

  /** The name of the table to read instead of `profiles`. Throws StoreError. */
  async current(by: AttributeMerge): Promise<string> {
    if (by.type === 'timestampOrdered') return 'profiles';
    const key = JSON.stringify(by.order);
    const before = this.#known.get(key) ?? Promise.resolve(null);
    // One after the other: each brings up to date what the one before has made.
    const next = before.catch(() => null).then(async (table) => await this.#upToDate(table, by));
    this.#known.delete(key);
    this.#known.set(key, next);
    await this.#trim();
    const { name } = await next;
    return name;
  }

  async close(): Promise<void> {
    for (const key of this.#known.keys()) await this.#forget(key);
  }

  async #upToDate(table: PolicyTable | null, by: AttributeMerge): Promise<PolicyTable> {
    // Read first: what changes while we merge has a later revision, and is merged again the next time.
    const revision = this.#tables.currentRevision();
    const columns = this.#tables.layout('profiles').columns.size;
    if (table !== null && table.columns === columns && table.revision >= this.#tables.rebuilt) {
      if (table.revision === revision) return table;
      const profiles = `(SELECT profile FROM profiles WHERE version > ${literal(table.revision)})`;
      await this.#tables.mergeInto(table.name, { by, profiles, version: revision });
      return { ...table, revision };
    }
    const name = `${PREFIX}${++this.#made}`;
    await this.#drop(name);
    await this.#tables.mergeApart(name, { by, version: revision });
    if (table?.before) await this.#drop(table.before);
    return { name, columns, revision, before: table?.name ?? null };
  }

  async #trim(): Promise<void> {
    for (const key of [...this.#known.keys()].slice(0, -KEPT)) await this.#forget(key);
  }

  async #forget(key: string): Promise<void> {
    const table = await this.#known.get(key)?.catch(() => null);
    this.#known.delete(key);
    for (const name of [table?.before, table?.name]) if (name) await this.#drop(name);
  }

  async #drop(name: string): Promise<void> {
    await this.#tables.clickhouse.command(`DROP TABLE IF EXISTS ${identifier(name)} SYNC`);
  }
}
