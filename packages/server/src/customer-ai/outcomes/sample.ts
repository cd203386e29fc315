/** Some of the people that a run scored, with what was said of them, until it is known whether it came. */
import type { ClickHouse } from '../../store/index.ts';
import { literal, queryColumns } from '../../store/index.ts';
import type { BucketName } from '../model.ts';

/** Enough to tell a rate of 2 % to a tenth of it. */
const PEOPLE = 20_000;

/** Of everybody whom a run has scored, drawn by a hash. Durable on return. */
export async function keepSample(clickhouse: ClickHouse, run: string): Promise<void> {
  await clickhouse.command(
    `INSERT INTO score_samples SELECT run, profile, probability, bucket FROM scores
     WHERE run = ${literal(run)} ORDER BY sipHash64(run, profile), profile LIMIT ${PEOPLE}`,
  );
}

export interface SampledPeople {
  /** Ordinals they had then. */
  readonly profiles: readonly number[];
  readonly probabilities: readonly number[];
  readonly buckets: readonly BucketName[];
}

export async function readSample(clickhouse: ClickHouse, run: string): Promise<SampledPeople> {
  const sql = `SELECT profile, probability, bucket FROM score_samples WHERE run = ${literal(run)} ORDER BY profile`;
  const [profiles = [], probabilities = [], buckets = []] = await queryColumns(clickhouse, sql);
  return { profiles: profiles as number[], probabilities: probabilities as number[], buckets: buckets as BucketName[] };
}

export async function dropSample(clickhouse: ClickHouse, run: string): Promise<void> {
  await clickhouse.command(`ALTER TABLE score_samples DROP PARTITION ${literal(run)}`);
}

/** Removes all but those of some runs. */
export async function keepOnly(clickhouse: ClickHouse, runs: readonly string[]): Promise<void> {
  const rows = await clickhouse.query<{ run: string }>('SELECT DISTINCT run FROM score_samples');
  for (const { run } of rows) if (!runs.includes(run)) await dropSample(clickhouse, run);
}
