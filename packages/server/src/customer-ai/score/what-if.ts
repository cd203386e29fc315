/**
 * What a model says of somebody as they are, and what it would say if some of their features were others. It tells how the model decides;
 * it does not promise that whoever is made so will do so.
 */
import { PredictionError } from '../errors.ts';
import type { Feature, Unit } from '../features/feature.ts';
import { valueWords } from '../features/feature.ts';
import type { BucketName, UsedFile } from '../model.ts';
import type { Prediction, ScoresInForce } from '../prediction.ts';
import type { SeenParts } from './as-they-are.ts';
import { asTheyAre } from './as-they-are.ts';
import { strengthOf } from './factors.ts';
import type { PersonFactor } from './read.ts';
import type { Factor } from './rows.ts';
import { partOf, percentileOf, personOf } from './rows.ts';
import { withScoring } from './scoring-thread.ts';

/** A number, a category by its name, or null for what is not known. */
export type FeatureValue = number | string | null;

export interface Outlook {
  readonly score: number;
  readonly probability: number;
  /** Among the people of the last whole run; null: of one made before that was kept. */
  readonly percentile: number | null;
  readonly bucket: BucketName;
  /** The strongest first. */
  readonly factors: readonly PersonFactor[];
}

export interface WhatIfFeature {
  readonly code: string;
  readonly label: string;
  readonly family: string;
  readonly unit: Unit;
  readonly value: FeatureValue;
  /** The value in words. */
  readonly words: string;
  /** What it is taken for; the value, when nothing was said of it. */
  readonly taken: FeatureValue;
  /** Numbers between which most people lay when the model was made; null where there are too few different ones. */
  readonly usual: { readonly low: number; readonly high: number } | null;
  /** Those the model knows; null for numbers. */
  readonly categories: readonly string[] | null;
}

export interface WhatIf {
  readonly modelVersion: number;
  readonly before: Outlook;
  readonly after: Outlook;
  /** In the order of the model. */
  readonly features: readonly WhatIfFeature[];
  readonly warnings: readonly string[];
}

export interface Asked {
  readonly prediction: Prediction;
  readonly scores: ScoresInForce;
  readonly file: UsedFile;
  /** Epoch ms. */
  readonly at: number;
  readonly signal: AbortSignal;
}

/**
 * @param changes by code of the feature
 * Throws PredictionError `prediction-unscored` and `prediction-invalid`, StoreError, SegmentationError.
 */
export async function whatIf(profile: number, changes: ReadonlyMap<string, FeatureValue>, asked: Asked, parts: SeenParts): Promise<WhatIf> {
  const { prediction, scores, file, at, signal } = asked;
  const { features, cuts, histograms } = file;
  const wanted = numbersOf(changes, features);
  const { profiles, values: found, width } = await asTheyAre(Uint32Array.of(profile), { task: prediction.task, file, at, signal }, parts);
  if (profiles.length === 0) {
    throw new PredictionError({
      code: 'prediction-unscored',
      message: `${prediction.name} is not about this person now.`,
      hint: 'It is about whoever is in its population: see GET /api/predictions/{id}.',
    });
  }
  const taken = Float32Array.from(found, (value, place) => wanted.get(place) ?? value);
  const values = new Float32Array(2 * width);
  values.set(found);
  values.set(taken, width);
  const kept = values.slice();
  const part = partOf(await withScoring(file, async (score) => await score({ values, width })), Uint32Array.of(profile, profile), kept);
  const outlook = (row: number): Outlook => {
    const { margin, score, probability, bucket, factors } = personOf(part, row, { features, cuts });
    const percentile = scores.percentiles === undefined ? null : percentileOf(scores.percentiles, margin);
    return { score, probability, percentile, bucket, factors: factors.map(told) };
  };
  const described = features.map((feature, place): WhatIfFeature => {
    const { code, label, family, unit } = feature;
    const value = found[place]!;
    return {
      code,
      label,
      family,
      unit,
      value: valueOf(feature, value),
      words: valueWords(feature, value),
      taken: valueOf(feature, taken[place]!),
      usual: usualOf(feature, histograms[place]?.edges ?? []),
      categories: feature.kind === 'categorical' ? feature.categories : null,
    };
  });
  return { modelVersion: scores.modelVersion, before: outlook(0), after: outlook(1), features: described, warnings: warningsOf(described) };
}

/** Features named in a hint: a model has hundreds. */
const NAMED = 12;

/** Those with a word of the wrong one in common, else the first. */
function hintOf(code: string, features: readonly Feature[]): string {
  const codes = features.map((feature) => feature.code);
  const words = code.toLowerCase().split(/\W+/).filter(Boolean);
  const alike = codes.filter((each) => words.some((word) => each.toLowerCase().includes(word)));
  const named = (alike.length > 0 ? alike : codes).slice(0, NAMED);
  return `It has ${codes.length}, such as ${named.join(', ')}. All of them are told when nothing is changed.`;
}

/** By place of the feature. */
function numbersOf(changes: ReadonlyMap<string, FeatureValue>, features: readonly Feature[]): ReadonlyMap<number, number> {
  return new Map(
    [...changes].map(([code, value]) => {
      const place = features.findIndex((feature) => feature.code === code);
      const feature = features[place];
      if (feature === undefined) throw invalid(`The model has no feature ${code}.`, hintOf(code, features), code);
      return [place, numberOf(feature, value)];
    }),
  );
}

function numberOf(feature: Feature, value: FeatureValue): number {
  if (feature.kind === 'categorical') {
    if (value === null) return -1;
    const place = typeof value === 'string' ? feature.categories.indexOf(value) : -1;
    if (place >= 0) return place;
    throw invalid(`${feature.label} cannot be ${value}.`, `It is one of ${feature.categories.join(', ')}, or null.`, feature.code);
  }
  if (value === null) return Number.NaN;
  if (typeof value === 'number' && Number.isFinite(Math.fround(value))) return value;
  throw invalid(`${feature.label} cannot be ${value}.`, 'It is a number, or null for one that is not known.', feature.code);
}

function invalid(message: string, hint: string, code: string): PredictionError {
  return new PredictionError({ code: 'prediction-invalid', message, hint, details: { feature: code } });
}

function valueOf(feature: Feature, value: number): FeatureValue {
  if (feature.kind === 'categorical') return feature.categories[value] ?? null;
  return Number.isNaN(value) ? null : value;
}

function usualOf({ kind }: Feature, edges: readonly number[]): WhatIfFeature['usual'] {
  const [low, high] = [edges[0], edges.at(-1)];
  return kind === 'categorical' || low === undefined || high === undefined || low === high ? null : { low, high };
}

/** Of what was changed. */
function warningsOf(features: readonly WhatIfFeature[]): readonly string[] {
  return features.flatMap(({ label, value, taken, usual }) => {
    if (usual === null || typeof taken !== 'number' || taken === value) return [];
    const { low, high } = usual;
    const width = high - low;
    return taken < low - width || taken > high + width
      ? [`${label}: ${taken} is far from what the model has learnt from, mostly ${low} to ${high}.`]
      : [];
  });
}

function told({ feature, value, contribution }: Factor): PersonFactor {
  const { code, label } = feature;
  const direction = contribution > 0 ? 'up' : 'down';
  return { code, label, value: valueWords(feature, value), direction, importance: strengthOf(contribution), contribution };
}
