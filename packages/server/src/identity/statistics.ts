/** How many people and identities there are, from the table that queries see. */
import type { ClickHouse } from '../store/index.ts';

export interface IdentityStatistics {
  readonly people: number;
  readonly identities: number;
  readonly namespaces: readonly { readonly namespace: string; readonly identities: number; readonly people: number }[];
  /** How many people have how many identities, the fewest first. */
  readonly sizes: readonly { readonly identities: number; readonly people: number }[];
}

export async function identityStatistics(clickhouse: ClickHouse): Promise<IdentityStatistics> {
  const namespaces = await clickhouse.query<{ namespace: string; identities: string; people: string }>(
    `SELECT namespace, uniqExact(id) AS identities, uniqExact(profile) AS people FROM identities GROUP BY namespace ORDER BY namespace`,
  );
  const sizes = await clickhouse.query<{ size: string; people: string }>(
    `SELECT size, count() AS people FROM (SELECT profile, uniqExact(namespace, id) AS size FROM identities GROUP BY profile) GROUP BY size ORDER BY size`,
  );
  const bySize = sizes.map(({ size, people }) => ({ identities: Number(size), people: Number(people) }));
  return {
    people: bySize.reduce((sum, { people }) => sum + people, 0),
    identities: bySize.reduce((sum, { identities, people }) => sum + identities * people, 0),
    namespaces: namespaces.map(({ namespace, identities, people }) => ({
      namespace,
      identities: Number(identities),
      people: Number(people),
    })),
    sizes: bySize,
  };
}
