/**
 * The data as it was at an instant: events up to then, and attributes as the records up to then say. Attributes are
 * merged into a table of their own when a query reads them, unless no record is younger than the instant.
 */
import { randomUUID } from 'node:crypto';
import type { AttributeMerge, ProfileTables } from '../../profile/index.ts';
import { identifier, instantLiteral, literal } from '../../store/index.ts';
import type { Lens } from '../lens.ts';

const PREFIX = 'profiles_as_of_';

export interface Past {
  readonly lens: Lens;
  /** Removes what was made for it. */
  close(): Promise<void>;
}

/** Removes tables that a crash left. */
export async function dropLeftovers({ clickhouse }: Pick<ProfileTables, 'clickhouse'>): Promise<void> {
  const tables = await clickhouse.query<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, ${literal(PREFIX)})`,
  );
  for (const { name } of tables) await clickhouse.command(`DROP TABLE IF EXISTS ${identifier(name)} SYNC`);
}

/**
 * @param asOf epoch ms, included
 * @param events which rows of events are in view, as SQL; all up to then when left out
 */
export function openPast(tables: ProfileTables, asOf: number, events?: string): Past {
  const stop = new AbortController();
  /** By what a policy says. */
  const made = new Map<string, Promise<string>>();
  const at = instantLiteral(asOf);
  return {
    lens: {
      filters: { events: events ?? `timestamp <= ${at}` },
      profiles(by) {
        const key = JSON.stringify(by);
        const table = made.get(key) ?? profilesUntil(tables, { asOf, by, signal: stop.signal });
        made.set(key, table);
        return table;
      },
      // Known is who had an event or a record by then: identities have no time of their own.
      universe: `SELECT groupBitmapState(profile) AS members FROM (
        SELECT profile FROM events UNION ALL SELECT profile FROM fragments WHERE time <= ${at})`,
    },
    async close() {
      stop.abort(new DOMException('Nobody asks any more.', 'AbortError'));
      for (const table of made.values()) {
        const name = await table.catch(() => undefined);
        if (name?.startsWith(PREFIX)) await tables.clickhouse.command(`DROP TABLE IF EXISTS ${identifier(name)} SYNC`);
      }
    },
  };
}

interface Wanted {
  readonly asOf: number;
  readonly by: AttributeMerge;
  readonly signal: AbortSignal;
}

async function profilesUntil(tables: ProfileTables, { asOf, by, signal }: Wanted): Promise<string> {
  const { clickhouse } = tables;
  const [row] = await clickhouse.query<{ younger: number }>(`SELECT max(time) > ${instantLiteral(asOf)} AS younger FROM fragments`, {
    signal,
  });
  if (by.type === 'timestampOrdered' && Number(row?.younger) !== 1) return 'profiles';
  const name = `${PREFIX}${randomUUID().replaceAll('-', '')}`;
  try {
    await tables.mergeApart(name, { version: 1, until: asOf, by }, signal);
    return name;
  } catch (error) {
    await clickhouse.command(`DROP TABLE IF EXISTS ${identifier(name)} SYNC`);
    throw error;
  }
}
