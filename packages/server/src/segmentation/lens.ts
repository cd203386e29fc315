/** A way to look at the tables: the same queries, over some of the rows, or over other tables in their place. */
import { UNIVERSE } from '../identity/index.ts';
import type { AttributeMerge } from '../profile/index.ts';
import type { ClickHouse, QueryOptions } from '../store/index.ts';
import { identifier, literal } from '../store/index.ts';

export interface Lens {
  /** Conditions on the rows of tables, added by the engine wherever a query reads them. */
  readonly filters: Readonly<Record<string, string>>;
  /** The table to read where a query reads `profiles`, merged as a policy says; asked for by every query that does. */
  readonly profiles: (by: AttributeMerge, signal: AbortSignal | undefined) => Promise<string>;
  /** The query for all profiles. */
  readonly universe?: string;
}

/** ClickHouse for reading, seen through a lens by a policy. */
export function through(clickhouse: ClickHouse, lens: Lens, by: AttributeMerge): ClickHouse {
  const seen = async (given: string, options: QueryOptions = {}): Promise<readonly [sql: string, options: QueryOptions]> => {
    const sql = given === UNIVERSE ? (lens.universe ?? given) : given;
    const table = readsProfiles(sql) ? await lens.profiles(by, options.signal) : PROFILES;
    const looked = table === PROFILES ? sql : withProfiles(sql, table);
    return [looked, { ...options, settings: { ...options.settings, ...settingsOf(lens, table) } }];
  };
  const refuse = (): Promise<never> => Promise.reject(new Error('a lens is for reading'));
  return {
    query: async (sql, options) => await clickhouse.query(...(await seen(sql, options))),
    async bytes(sql, format, options) {
      const [looked, settled] = await seen(sql, options);
      return await clickhouse.bytes(looked, format, settled);
    },
    command: refuse,
    insert: refuse,
    close: refuse,
  };
}

const PROFILES = 'profiles';

/** @param profiles the table that stands for `profiles`, whose filter it gets */
function settingsOf({ filters }: Lens, profiles: string): NonNullable<QueryOptions['settings']> {
  const entries = Object.entries(filters).map(
    ([table, condition]) => `${literal(table === PROFILES ? profiles : table)}: ${literal(condition)}`,
  );
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
