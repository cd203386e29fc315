/** Scores of everybody whom a prediction is about now, written beside those in force. */
import { psi } from '@kindred/propensity';
import type { ProfileTables } from '../../profile/index.ts';
import { refusal, RunRefused } from '../errors.ts';
import type { Feature } from '../features/feature.ts';
import { valueWords } from '../features/feature.ts';
import { selectFeatures } from '../features/select.ts';
import type { GoalParts } from '../goal.ts';
import { eligibleAt } from '../goal.ts';
import { readHistory } from '../history.ts';
import type { BucketName, ModelFile } from '../model.ts';
import type { BucketShares, Prediction } from '../prediction.ts';
import type { Scored } from './explain-worker.ts';
import { FACTORS, strengthOf } from './factors.ts';
import { withScoring } from './scoring-thread.ts';
import type { ScoreSummary } from './summary.ts';
import { Summary } from './summary.ts';

/** People whose features are in memory at once. */
const PORTION = 50_000;
/** Rows sent to the engine at once. */
const CHUNK = 10_000;

export interface ScoreParts extends GoalParts {
  readonly tables: ProfileTables;
}

export interface ScoreOptions {
  readonly run: string;
  readonly version: number;
  readonly file: ModelFile;
  readonly now: Date;
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number) => void;
}

export interface ScoreResult {
  readonly profiles: number;
  readonly cuts: NonNullable<ModelFile['cuts']>;
  readonly summary: ScoreSummary;
}

interface Part extends Scored {
  readonly people: Uint32Array;
  /** `FACTORS` a row: the values of the features that speak, NaN where missing. */
  readonly told: Float32Array;
}

/** Durable on return, and not in force. Throws RunRefused, StoreError; rejects with the signal's reason. */
export async function scoreEverybody(prediction: Prediction, options: ScoreOptions, parts: ScoreParts): Promise<ScoreResult> {
  const { now, signal, file, onProgress } = options;
  const history = await readHistory(parts.clickhouse, now.getTime(), { signal });
  const people = (await eligibleAt(prediction.task, history, { at: now.getTime(), signal }, parts)).toArray();
  if (people.length === 0)
    throw new RunRefused(
      refusal('no-scoring-data', { message: 'Today the goal is about nobody.', hint: 'Bring newer events, or another population.' }),
    );
  const exclusions = file.exclusions.map((condition) => parts.segmentation.eventCondition(condition, now.getTime()));
  const select = { tables: parts.tables, features: file.features, at: now.getTime(), history, exclusions, options: { signal } };
  const scored = await withScoring(file, async (score) => {
    const all: Part[] = [];
    for (let from = 0; from < people.length; from += PORTION) {
      signal.throwIfAborted();
      onProgress('Scoring', from / people.length);
      const some = people.subarray(from, from + PORTION);
      const { values, width } = await selectFeatures(some, select);
      const kept = values.slice();
      all.push(told(await score({ values, width }), some, kept, width));
    }
    return all;
  });
  const margins = Float64Array.from(scored.flatMap((part) => [...part.margins]));
  const cuts = file.cuts ?? cutsOf(margins, prediction.buckets);
  const summary = new Summary();
  await write(scored, { ...options, ranks: margins.toSorted(), cuts, summary }, parts);
  return { profiles: people.length, cuts, summary: summary.finish(driftOf(file, scored)) };
}

function told(scored: Scored, people: Uint32Array, values: Float32Array, width: number): Part {
  const found = Float32Array.from(scored.places, (place, at) =>
    place < 0 ? Number.NaN : values[Math.floor(at / FACTORS) * width + place]!,
  );
  return { ...scored, people, told: found };
}

/** The margins from which on people are in a bucket. Throws RunRefused where all are the same. */
function cutsOf(margins: Float64Array, { high, medium }: BucketShares): NonNullable<ModelFile['cuts']> {
  const sorted = margins.toSorted();
  if (sorted[0] === sorted.at(-1))
    throw new RunRefused(
      refusal('ineligible-scores', { message: 'Everybody has the same score.', hint: 'Train it again with more data.' }),
    );
  const from = (share: number): number => sorted[Math.max(0, Math.floor(sorted.length * (1 - share / 100)))]!;
  return { high: from(high), medium: from(high + medium) };
}

interface Writing extends ScoreOptions {
  /** All margins, ascending. */
  readonly ranks: Float64Array;
  readonly cuts: NonNullable<ModelFile['cuts']>;
  readonly summary: Summary;
}

async function write(scored: readonly Part[], writing: Writing, { clickhouse }: ScoreParts): Promise<void> {
  const columns =
    'run profile version scored margin probability score percentile bucket codes labels texts importances contributions'.split(' ');
  const { signal, onProgress } = writing;
  let done = 0;
  for (const part of scored) {
    for (let from = 0; from < part.people.length; from += CHUNK) {
      signal.throwIfAborted();
      const until = Math.min(from + CHUNK, part.people.length);
      const lines = Array.from({ length: until - from }, (_, index) => JSON.stringify(rowOf(part, from + index, writing)));
      await clickhouse.insert('scores', columns, 'JSONCompactEachRow', Buffer.from(lines.join('\n')), { signal });
      done += until - from;
      onProgress('Writing scores', done / writing.ranks.length);
    }
  }
}

function rowOf(part: Part, row: number, { run, version, now, ranks, cuts, summary, file }: Writing): readonly unknown[] {
  const [margin, probability] = [part.margins[row]!, part.probabilities[row]!];
  const score = Math.round(probability * 100);
  const bucket: BucketName = margin >= cuts.high ? 'High' : margin >= cuts.medium ? 'Medium' : 'Low';
  const factors = factorsOf(part, row, file.features);
  summary.add({ score, probability, bucket, factors });
  return [
    run,
    part.people[row],
    version,
    now.toISOString().replace('T', ' ').replace('Z', ''),
    margin,
    probability,
    score,
    Math.min(100, 1 + Math.floor((100 * below(ranks, margin)) / ranks.length)),
    bucket,
    factors.map(({ feature }) => feature.code),
    factors.map(({ feature }) => feature.label),
    factors.map(({ feature, value }) => valueWords(feature, value)),
    factors.map(({ contribution }) => strengthOf(contribution)),
    factors.map(({ contribution }) => contribution),
  ];
}

export interface Factor {
  readonly feature: Feature;
  readonly value: number;
  readonly contribution: number;
}

function factorsOf({ places, contributions, told: values }: Part, row: number, features: readonly Feature[]): readonly Factor[] {
  return Array.from({ length: FACTORS }, (_, rank) => row * FACTORS + rank).flatMap((at) => {
    const feature = features[places[at]!];
    return feature === undefined ? [] : [{ feature, value: values[at]!, contribution: contributions[at]! }];
  });
}

/** How many of ascending numbers are smaller. */
function below(sorted: Float64Array, value: number): number {
  let [from, until] = [0, sorted.length];
  while (from < until) {
    const middle = (from + until) >> 1;
    if (sorted[middle]! < value) from = middle + 1;
    else until = middle;
  }
  return from;
}

/** Population stability of each feature against the newest snapshot of training. */
function driftOf(
  { features, histograms }: ModelFile,
  scored: readonly Part[],
): readonly { readonly code: string; readonly label: string; readonly psi: number }[] {
  return features.map(({ code, label }, place) => {
    const expected = histograms[place]?.counts ?? [];
    const counts = Float64Array.from({ length: expected.length }, (_, bin) =>
      scored.reduce((sum, part) => sum + part.counts[place]![bin]!, 0),
    );
    return { code, label, psi: psi(expected, counts) };
  });
}
