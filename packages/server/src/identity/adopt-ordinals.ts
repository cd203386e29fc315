/** Brings the map of data folders from before there was a graph into it: the primary identity of a profile gets its ordinal as number. */
import type { ClickHouse, Lmdb } from '../store/index.ts';
import type { GraphStore } from './graph-store.ts';
import type { Identity } from './identity.ts';
import { keyOf } from './identity.ts';

/** Identities numbered in one transaction. */
const SLICE = 10_000;

export async function adoptOrdinals(lmdb: Lmdb, clickhouse: ClickHouse, graph: GraphStore): Promise<void> {
  const rows = await clickhouse.query<Identity & { profile: number }>(
    'SELECT DISTINCT profile, namespace, id FROM identities ORDER BY profile, namespace, id',
  );
  if (rows.length === 0) return;
  /** Ordinal × 2, plus 1 for a primary identity. */
  const ordinals = lmdb.environment<unknown>('identities', {}).openDB<number, string>('ordinals', {});
  const entryOf = (row: Identity & { profile: number }): number => ordinals.get(keyOf(row)) ?? row.profile * 2 + 1;
  graph.transaction(() => graph.beginAt(rows.reduce((last, { profile }) => Math.max(last, profile), 0) + 1));
  for (let from = 0; from < rows.length; from += SLICE) {
    graph.transaction(() => {
      for (const row of rows.slice(from, from + SLICE)) {
        const entry = entryOf(row);
        // An identity that leads to another profile belongs to that one.
        if (Math.floor(entry / 2) !== row.profile) continue;
        if (entry % 2 === 1) graph.place({ namespace: row.namespace, id: row.id, primary: true }, row.profile);
        const number = entry % 2 === 1 ? row.profile : graph.number(row, false);
        graph.setOwner(number, row.profile);
        if (number !== row.profile) graph.setLink(row.profile, number, { first: 0, last: 0, datasets: [] });
      }
    });
  }
  await graph.flushed;
}
