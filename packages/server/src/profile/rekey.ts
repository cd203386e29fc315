/**
 * Puts rows where they belong after identities have gone to other profiles: copies them under the new ordinal, then removes the old
 * ones. Can be repeated from any point: what has been copied is not copied again.
 */
import type { Move } from '../identity/index.ts';
import type { ClickHouse } from '../store/index.ts';
import { identifier, literal } from '../store/index.ts';

/** Moves in one statement. */
const AT_ONCE = 2000;

/** What makes a row one with its copy. */
const SAME = { events: 'idHash', fragments: 'identity, dataset, time, content' } as const;

/** @param revision the change that this is part of: copies are new rows */
export async function rekey(clickhouse: ClickHouse, moves: readonly Move[], revision: number): Promise<void> {
  for (let from = 0; from < moves.length; from += AT_ONCE) {
    const some = moves.slice(from, from + AT_ONCE);
    for (const table of ['events', 'fragments'] as const) await move(clickhouse, table, { moves: some, revision });
  }
}

interface Work {
  readonly moves: readonly Move[];
  readonly revision: number;
}

async function move(clickhouse: ClickHouse, table: keyof typeof SAME, { moves, revision }: Work): Promise<void> {
  const numbers = literal(moves.map(({ number }) => number));
  const to = literal(moves.map((each) => each.to));
  const target = `toUInt32(transform(identity, ${numbers}, ${to}, profile))`;
  const from = literal([...new Set(moves.flatMap((each) => each.from))]);
  const misplaced = `profile IN ${from} AND identity IN ${numbers} AND profile != ${target}`;
  const [found] = await clickhouse.query<{ rows: string }>(`SELECT count() AS rows FROM ${table} WHERE ${misplaced}`);
  if (Number(found?.rows) === 0) return;
  const columns = (await columnsOf(clickhouse, table)).filter((name) => name !== 'profile' && name !== 'revision').map(identifier);
  const [own, values] =
    table === 'events'
      ? [
          ['profile', 'revision'],
          [target, String(revision)],
        ]
      : [['profile'], [target]];
  await clickhouse.command(`INSERT INTO ${table} (${[...own, ...columns].join(', ')}) SELECT ${[...values, ...columns].join(', ')} FROM ${table}
    WHERE ${misplaced} AND (${target}, ${SAME[table]}) NOT IN (SELECT profile, ${SAME[table]} FROM ${table} WHERE profile IN ${to})`);
  await clickhouse.command(`DELETE FROM ${table} WHERE ${misplaced}`);
}

/** Those that an insert names. */
async function columnsOf(clickhouse: ClickHouse, table: string): Promise<readonly string[]> {
  const rows = await clickhouse.query<{ name: string }>(
    `SELECT name FROM system.columns WHERE database = currentDatabase() AND table = ${literal(table)} AND default_kind NOT IN ('MATERIALIZED', 'ALIAS') ORDER BY position`,
  );
  return rows.map(({ name }) => name);
}
