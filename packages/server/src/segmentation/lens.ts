/** A way to look at the tables: the same queries, over some of the rows, or over other tables in their place. */
import { UNIVERSE } from '../identity/index.ts';
import type { ClickHouse, QueryOptions } from '../store/index.ts';
import { identifier, literal } from '../store/index.ts';

export interface Lens {
  /** Conditions on the rows of tables, added by the engine wherever a query reads them. */
  readonly filters: Readonly<Record<string, string>>;
  /** The table to read instead of `profiles`; asked for when a query reads them for the first time. */
  readonly profiles?: (signal: AbortSignal | undefined) => Promise<string>;
  /** The query for all profiles. */
  readonly universe?: string;
}

/** ClickHouse for reading, seen through a lens. */
export function through(clickhouse: ClickHouse, lens: Lens): ClickHouse {
  const options = (given: QueryOptions = {}): QueryOptions => ({ ...given, settings: { ...given.settings, ...settingsOf(lens) } });
  const seen = async (sql: string, { signal }: QueryOptions = {}): Promise<string> => {
    if (sql === UNIVERSE && lens.universe !== undefined) return lens.universe;
    if (lens.profiles === undefined || !readsProfiles(sql)) return sql;
    return withProfiles(sql, await lens.profiles(signal));
  };
  const refuse = (): Promise<never> => Promise.reject(new Error('a lens is for reading'));
  return {
    query: async (sql, given) => await clickhouse.query(await seen(sql, given), options(given)),
    bytes: async (sql, format, given) => await clickhouse.bytes(await seen(sql, given), format, options(given)),
    command: refuse,
    insert: refuse,
    close: refuse,
  };
}

function settingsOf({ filters }: Lens): NonNullable<QueryOptions['settings']> {
  const entries = Object.entries(filters).map(([table, condition]) => `${literal(table)}: ${literal(condition)}`);
  return entries.length === 0 ? {} : { additional_table_filters: `{${entries.join(', ')}}` };
}

/** Texts and quoted names, which are passed over, or a place where the table is read. */
const READ = /'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|\b(FROM|JOIN) profiles\b/gs;

function readsProfiles(sql: string): boolean {
  return [...sql.matchAll(READ)].some(([, keyword]) => keyword !== undefined);
}

/** The same query over another table of profiles. */
export function withProfiles(sql: string, table: string): string {
  return sql.replace(READ, (found: string, keyword: string | undefined) =>
    keyword === undefined ? found : `${keyword} ${identifier(table)}`,
  );
}
