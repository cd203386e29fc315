/** What segment jobs took, day by day. */
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Database } from '../store/index.ts';

export interface DailyJobs {
  /** 2026-11-27 */
  readonly day: string;
  /** Those that have ended. */
  readonly jobs: number;
  readonly failed: number;
  readonly totalMs: number;
  readonly longestMs: number;
}

/** Days on which a job was begun that has ended, oldest first. @param zone IANA name of the zone whose days they are */
export async function dailyJobs(
  db: Kysely<Database>,
  { since, zone }: { readonly since: Date; readonly zone: string },
): Promise<readonly DailyJobs[]> {
  // A job counts every audience it evaluated: of that, nothing but the time is read.
  const took = sql<number | null>`(metrics #>> '{totalTime,totalTimeInMs}')::float8`;
  const rows = await db
    .selectFrom('segment_jobs')
    .select(['status', 'created_at', took.as('took')])
    .where('created_at', '>=', since)
    .where('status', 'in', ['SUCCEEDED', 'FAILED', 'CANCELLED'])
    .orderBy('created_at')
    .execute();
  // The form of the Canadian calendar is the year first.
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone });
  return [...Map.groupBy(rows, (row) => format.format(row.created_at))].map(([day, jobs]) => {
    const times = jobs.map((job) => job.took ?? 0);
    return {
      day,
      jobs: jobs.length,
      failed: jobs.filter(({ status }) => status === 'FAILED').length,
      totalMs: times.reduce((sum, time) => sum + time, 0),
      longestMs: Math.max(...times),
    };
  });
}
