/** Scores of everybody whom a prediction is about now, written beside those in force. */
import { countByEdges, psi, quantileEdges } from '@kindred/propensity';
import type { ProfileTables } from '../../profile/index.ts';
import { refusal, RunRefused } from '../errors.ts';
import { selectFeatures } from '../features/select.ts';
import type { GoalParts } from '../goal.ts';
import { eligibleAt } from '../goal.ts';
import { readHistory } from '../history.ts';
import type { Histogram } from '../learn/learn.ts';
import type { ModelFile } from '../model.ts';
import type { BucketShares, Prediction } from '../prediction.ts';
import type { Part, Written } from './rows.ts';
import { COLUMNS, lineOf, partOf, percentilesOf, personOf } from './rows.ts';
import { withScoring } from './scoring-thread.ts';
import { selectionOf } from './selection.ts';
import type { FeatureDrift, ScoreSummary } from './summary.ts';
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

export interface ScoreResult extends Pick<Written, 'cuts' | 'percentiles' | 'revision'> {
  readonly profiles: number;
  /** How log odds lie. */
  readonly margins: Histogram;
  readonly summary: ScoreSummary;
}

/** Durable on return, and not in force. Throws RunRefused, StoreError; rejects with the signal's reason. */
export async function scoreEverybody(prediction: Prediction, options: ScoreOptions, parts: ScoreParts): Promise<ScoreResult> {
  const { now, signal, file, onProgress } = options;
  // Read first: what comes meanwhile is newer, whether it is seen or not.
  const revision = parts.tables.currentRevision();
  const history = await readHistory(parts.clickhouse, now.getTime(), { signal });
  const people = (await eligibleAt(prediction.task, history, { at: now.getTime(), signal }, parts)).toArray();
  if (people.length === 0)
    throw new RunRefused(
      refusal('no-scoring-data', { message: 'Today the goal is about nobody.', hint: 'Bring newer events, or another population.' }),
    );
  const select = await selectionOf(file, { at: now.getTime(), history, signal }, parts);
  const scored = await withScoring(file, async (score) => {
    const all: Part[] = [];
    for (let from = 0; from < people.length; from += PORTION) {
      signal.throwIfAborted();
      onProgress('Scoring', from / people.length);
      const some = people.subarray(from, from + PORTION);
      const { values, width } = await selectFeatures(some, select);
      const kept = values.slice();
      all.push(partOf(await score({ values, width }), some, kept));
    }
    return all;
  });
  const margins = marginsOf(scored, people.length).toSorted();
  const cuts = file.cuts ?? cutsOf(margins, prediction.buckets);
  const percentiles = percentilesOf(margins);
  const summary = new Summary();
  await write(scored, { ...options, features: file.features, revision, percentiles, cuts, summary, people: people.length }, parts);
  const drift = { features: driftOf(file, scored), scores: file.scores === undefined ? null : psiOf(file.scores, margins) };
  return { profiles: people.length, revision, cuts, percentiles, margins: histogramOf(margins), summary: summary.finish(drift) };
}

function marginsOf(scored: readonly Part[], people: number): Float64Array {
  const margins = new Float64Array(people);
  let at = 0;
  for (const part of scored) {
    margins.set(part.margins, at);
    at += part.margins.length;
  }
  return margins;
}

/** The margins from which on people are in a bucket. Throws RunRefused where all are the same. */
function cutsOf(sorted: Float64Array, { high, medium }: BucketShares): NonNullable<ModelFile['cuts']> {
  if (sorted[0] === sorted.at(-1))
    throw new RunRefused(
      refusal('ineligible-scores', { message: 'Everybody has the same score.', hint: 'Train it again with more data.' }),
    );
  const from = (share: number): number => sorted[Math.max(0, Math.floor(sorted.length * (1 - share / 100)))]!;
  return { high: from(high), medium: from(high + medium) };
}

interface Writing extends Written, Pick<ScoreOptions, 'signal' | 'onProgress'> {
  readonly summary: Summary;
  /** How many. */
  readonly people: number;
}

async function write(scored: readonly Part[], writing: Writing, { clickhouse }: ScoreParts): Promise<void> {
  const { signal, onProgress, summary } = writing;
  let done = 0;
  for (const part of scored) {
    for (let from = 0; from < part.people.length; from += CHUNK) {
      signal.throwIfAborted();
      const until = Math.min(from + CHUNK, part.people.length);
      const lines = Array.from({ length: until - from }, (_, index) => {
        const person = personOf(part, from + index, writing);
        summary.add(person);
        return lineOf(person, writing);
      });
      await clickhouse.insert('scores', COLUMNS, 'JSONCompactEachRow', Buffer.from(lines.join('\n')), { signal });
      done += until - from;
      onProgress('Writing scores', done / writing.people);
    }
  }
}

function histogramOf(margins: Float64Array): Histogram {
  const edges = quantileEdges(margins);
  return { edges, counts: [...countByEdges(margins, edges)] };
}

/** Population stability of log odds against those of the first scoring. */
function psiOf({ edges, counts }: Histogram, margins: Float64Array): number {
  return psi(counts, countByEdges(margins, edges));
}

/** Population stability of each feature against the newest snapshot of training. */
function driftOf({ features, histograms }: ModelFile, scored: readonly Part[]): readonly Omit<FeatureDrift, 'state'>[] {
  return features.map(({ code, label }, place) => {
    const expected = histograms[place]?.counts ?? [];
    const counts = Float64Array.from({ length: expected.length }, (_, bin) =>
      scored.reduce((sum, part) => sum + part.counts[place]![bin]!, 0),
    );
    return { code, label, psi: psi(expected, counts), ordinary: histograms[place]?.ordinary ?? 0 };
  });
}
