/** What came in, minute by minute: told by when rows were stored, so also after a restart. */
import type { ThroughputMinute } from '@kindred/contract';
import { sql } from 'kysely';
import { receivedSql } from '../profile/index.ts';
import type { Rooms } from './rooms.ts';

const MINUTE = 60_000;

/** The last minutes, the one under way last; those without anything too. */
export async function throughputOf(
  { stores, clock }: Pick<Rooms, 'stores' | 'clock'>,
  minutes: number,
): Promise<readonly ThroughputMinute[]> {
  const last = Math.floor(clock().getTime() / MINUTE) * MINUTE;
  const first = last - (minutes - 1) * MINUTE;
  const [events, records, deadLetters] = await Promise.all([
    stored(stores, 'events', first),
    stored(stores, 'fragments', first),
    failed(stores, first),
  ]);
  return Array.from({ length: minutes }, (_, index) => {
    const at = first + index * MINUTE;
    const among = (counts: Counts): number => counts.get(at) ?? 0;
    return { at: new Date(at).toISOString(), events: among(events), records: among(records), deadLetters: among(deadLetters) };
  });
}

/** By the beginning of the minute, epoch ms. */
type Counts = ReadonlyMap<number, number>;

async function stored({ clickhouse }: Rooms['stores'], table: 'events' | 'fragments', first: number): Promise<Counts> {
  const rows = await clickhouse.query<{ minute: string; rows: string }>(
    `SELECT toUnixTimestamp(toStartOfMinute(\`received#time\`)) AS minute, count() AS rows FROM ${table}
      WHERE ${receivedSql({ after: first - 1, until: null })} GROUP BY minute`,
  );
  return new Map(rows.map(({ minute, rows: count }) => [Number(minute) * 1000, Number(count)]));
}

async function failed({ postgres }: Rooms['stores'], first: number): Promise<Counts> {
  const rows = await postgres
    .selectFrom('stream_dead_letters')
    .select([sql<Date>`date_trunc('minute', received_at)`.as('minute'), ({ fn }) => fn.countAll<number | string>().as('letters')])
    .where('received_at', '>=', new Date(first))
    .groupBy('minute')
    .execute();
  return new Map(rows.map(({ minute, letters }) => [minute.getTime(), Number(letters)]));
}
