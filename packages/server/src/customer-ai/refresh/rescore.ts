/** New scores of some people: with the model in force, on what is known of them now. */
import type { AmendedScores } from '../../profile/index.ts';
import { literal } from '../../store/index.ts';
import type { Prediction, ScoresInForce } from '../prediction.ts';
import type { UsedFile } from '../model.ts';
import type { SeenParts } from '../score/as-they-are.ts';
import { asTheyAre } from '../score/as-they-are.ts';
import type { Written } from '../score/rows.ts';
import { COLUMNS, goneLine, lineOf, partOf, personOf } from '../score/rows.ts';
import type { ScoringThread } from '../score/scoring-thread.ts';

/** A prediction whose scores are brought up to date. */
export interface Refreshed {
  readonly prediction: Prediction;
  readonly scores: ScoresInForce & Required<Pick<ScoresInForce, 'percentiles'>>;
  readonly file: UsedFile;
}

export interface RescoreOptions {
  readonly now: Date;
  /** The state of the data, read before anything of it was. */
  readonly revision: number;
  readonly thread: () => ScoringThread;
  readonly signal: AbortSignal;
}

/** @param people ascending ordinals. Throws StoreError and SegmentationError. */
export async function rescore(
  people: Uint32Array,
  { prediction, scores, file }: Refreshed,
  { now, revision, thread, signal }: RescoreOptions,
  parts: SeenParts,
): Promise<AmendedScores> {
  const { profiles: eligible, values, width } = await asTheyAre(people, { task: prediction.task, file, at: now.getTime(), signal }, parts);
  const { features, cuts } = file;
  const { run, modelVersion: version, percentiles } = scores;
  const written: Written = { run, version, now, revision, features, cuts, percentiles };
  const lines: string[] = [];
  if (eligible.length > 0) {
    const kept = values.slice();
    const part = partOf(await thread().score({ values, width }), eligible, kept);
    for (const row of eligible.keys()) lines.push(lineOf(personOf(part, row, written), written));
  }
  const about = new Set(eligible);
  const gone = await scoredAmong(
    people.filter((profile) => !about.has(profile)),
    run,
    parts,
  );
  for (const profile of gone) lines.push(goneLine(profile, written));
  const rows = Buffer.from(lines.join('\n'));
  return { key: prediction.key, run, revision, people: Uint32Array.from([...eligible, ...gone]), columns: COLUMNS, rows };
}

/** Those who have a score. */
async function scoredAmong(people: Uint32Array, run: string, { clickhouse }: SeenParts): Promise<readonly number[]> {
  if (people.length === 0) return [];
  const rows = await clickhouse.query<{ profile: number }>(
    `SELECT profile FROM scores WHERE run = ${literal(run)} AND profile IN ${literal([...people])}
     GROUP BY profile HAVING NOT argMax(gone, revision)`,
  );
  return rows.map(({ profile }) => profile);
}
