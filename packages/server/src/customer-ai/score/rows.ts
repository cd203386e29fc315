/** Scores of people as rows of the table `scores`: by the model's borders of buckets, and among the people of the last whole run. */
import type { Feature } from '../features/feature.ts';
import { valueWords } from '../features/feature.ts';
import type { BucketName, ModelFile } from '../model.ts';
import type { Scored } from './explain-worker.ts';
import { FACTORS, strengthOf } from './factors.ts';

export interface Part extends Scored {
  readonly people: Uint32Array;
  /** `FACTORS` a row: the values of the features that speak, NaN where missing. */
  readonly told: Float32Array;
}

/** What rows of one writing have in common. */
export interface Written {
  readonly run: string;
  readonly version: number;
  readonly now: Date;
  /** The state of the data that the scores were made of. */
  readonly revision: number;
  readonly features: readonly Feature[];
  readonly cuts: NonNullable<ModelFile['cuts']>;
  /** Margins that 1, 2, … 99 per cent of the people of the last whole run had at most. */
  readonly percentiles: readonly number[];
}

export interface Factor {
  readonly feature: Feature;
  readonly value: number;
  readonly contribution: number;
}

export interface ScoredPerson {
  readonly profile: number;
  readonly margin: number;
  readonly probability: number;
  readonly score: number;
  readonly bucket: BucketName;
  readonly factors: readonly Factor[];
}

export const COLUMNS: readonly string[] =
  'run profile version scored margin probability score percentile bucket codes labels texts importances contributions revision gone'.split(
    ' ',
  );

/** @param values features row after row, as they were scored */
export function partOf(scored: Scored, people: Uint32Array, values: Float32Array): Part {
  const width = values.length / Math.max(people.length, 1);
  const told = Float32Array.from(scored.places, (place, at) =>
    place < 0 ? Number.NaN : values[Math.floor(at / FACTORS) * width + place]!,
  );
  return { ...scored, people, told };
}

export function personOf(part: Part, row: number, { features, cuts }: Pick<Written, 'features' | 'cuts'>): ScoredPerson {
  const [margin, probability] = [part.margins[row]!, part.probabilities[row]!];
  return {
    profile: part.people[row]!,
    margin,
    probability,
    score: Math.round(probability * 100),
    bucket: margin >= cuts.high ? 'High' : margin >= cuts.medium ? 'Medium' : 'Low',
    factors: factorsOf(part, row, features),
  };
}

/** A line of the format JSONCompactEachRow. */
export function lineOf({ profile, margin, probability, score, bucket, factors }: ScoredPerson, written: Written): string {
  return JSON.stringify([
    written.run,
    profile,
    written.version,
    timeText(written.now),
    margin,
    probability,
    score,
    percentileOf(written.percentiles, margin),
    bucket,
    factors.map(({ feature }) => feature.code),
    factors.map(({ feature }) => feature.label),
    factors.map(({ feature, value }) => valueWords(feature, value)),
    factors.map(({ contribution }) => strengthOf(contribution)),
    factors.map(({ contribution }) => contribution),
    written.revision,
    false,
  ]);
}

/** The line of somebody whom the prediction is not about any more. */
export function goneLine(profile: number, { run, version, now, revision }: Written): string {
  return JSON.stringify([run, profile, version, timeText(now), 0, 0, 0, 0, '', [], [], [], [], [], revision, true]);
}

/** From 1 to 100. @param percentiles as of `percentilesOf` */
export function percentileOf(percentiles: readonly number[], margin: number): number {
  return 1 + below(percentiles, margin);
}

/** @param sorted all margins, ascending */
export function percentilesOf(sorted: Float64Array): readonly number[] {
  return Array.from({ length: 99 }, (_, index) => sorted[Math.ceil(((index + 1) * sorted.length) / 100) - 1]!);
}

function factorsOf({ places, contributions, told: values }: Part, row: number, features: readonly Feature[]): readonly Factor[] {
  return Array.from({ length: FACTORS }, (_, rank) => row * FACTORS + rank).flatMap((at) => {
    const feature = features[places[at]!];
    return feature === undefined ? [] : [{ feature, value: values[at]!, contribution: contributions[at]! }];
  });
}

function timeText(time: Date): string {
  return time.toISOString().replace('T', ' ').replace('Z', '');
}

/** How many of ascending numbers are smaller. */
function below(sorted: readonly number[], value: number): number {
  let [from, until] = [0, sorted.length];
  while (from < until) {
    const middle = (from + until) >> 1;
    if (sorted[middle]! < value) from = middle + 1;
    else until = middle;
  }
  return from;
}
