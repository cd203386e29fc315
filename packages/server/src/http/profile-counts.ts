/** Counts of profiles by what they are known from, over the tables of ClickHouse. */
import type { ClickHouse } from '../store/index.ts';
import { instantLiteral, literal } from '../store/index.ts';

/** What profiles are sorted by, and the rows that say so: `profile` and `group`. */
const ROWS = {
  dataset: 'SELECT profile, dataset AS group FROM events UNION ALL SELECT profile, dataset AS group FROM fragments',
  namespace: 'SELECT DISTINCT profile, namespace AS group, id FROM identities',
} as const;
export type Grouping = keyof typeof ROWS;

export interface GroupCount {
  readonly group: string;
  readonly profiles: number;
  /** Events and records, or identities. */
  readonly rows: number;
}

/** The largest first. */
export async function countProfilesBy(clickhouse: ClickHouse, grouping: Grouping): Promise<readonly GroupCount[]> {
  const rows = await clickhouse.query<{ group: string; profiles: string; total: string }>(
    `SELECT group, uniqExact(profile) AS profiles, count() AS total FROM (${ROWS[grouping]}) GROUP BY group ORDER BY profiles DESC, group`,
  );
  return rows.map(({ group, profiles, total }) => ({ group, profiles: Number(profiles), rows: Number(total) }));
}

/** Profiles that are in exactly some groups, by their names. */
export async function overlapOf(clickhouse: ClickHouse, grouping: Grouping): Promise<Record<string, number>> {
  const rows = await clickhouse.query<{ groups: string; profiles: string }>(
    `SELECT arrayStringConcat(groups, ',') AS groups, count() AS profiles
     FROM (SELECT profile, arraySort(groupUniqArray(group)) AS groups FROM (${ROWS[grouping]}) GROUP BY profile) GROUP BY groups ORDER BY profiles DESC, groups`,
  );
  return Object.fromEntries(rows.map(({ groups, profiles }) => [groups, Number(profiles)]));
}

export interface UnknownCount {
  readonly countOfProfiles: number;
  readonly eventsAssociated: number;
  readonly nsDistribution: Record<string, number>;
}

/** Profiles with identities of some namespaces only, of which nothing was heard since an instant (epoch ms). */
export async function countUnknown(clickhouse: ClickHouse, namespaces: readonly string[], since: number): Promise<UnknownCount> {
  const rows = await clickhouse.query<{ namespaces: string; profiles: string; events: string }>(
    `SELECT arrayStringConcat(names, ',') AS namespaces, count() AS profiles, sum(events) AS events
     FROM (SELECT profile, arraySort(groupUniqArray(namespace)) AS names FROM identities GROUP BY profile HAVING hasAll(${literal(namespaces)}, names)) AS people
     LEFT JOIN (SELECT profile, count() AS events, max(timestamp) AS last FROM events GROUP BY profile) AS done ON people.profile = done.profile
     WHERE last < ${instantLiteral(since)} GROUP BY names ORDER BY profiles DESC`,
  );
  return {
    countOfProfiles: rows.reduce((sum, { profiles }) => sum + Number(profiles), 0),
    eventsAssociated: rows.reduce((sum, { events }) => sum + Number(events), 0),
    nsDistribution: Object.fromEntries(rows.map((row) => [row.namespaces, Number(row.profiles)])),
  };
}
