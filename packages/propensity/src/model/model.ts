/** What training gives: plain data that says all of how a row is scored. */
import type { BoostOptions } from '../boost/options.ts';
import type { Feature } from '../data/features.ts';
import type { Tree } from './trees.ts';

export interface BoostedModel {
  readonly kind: 'boosted';
  readonly features: readonly Feature[];
  /** Log odds before any tree: those of the training rows. */
  readonly base: number;
  readonly trees: readonly Tree[];
  /** How it was trained. */
  readonly options: BoostOptions;
}

export interface LogisticModel {
  readonly kind: 'logistic';
  readonly features: readonly Feature[];
  readonly base: number;
  /** By feature: what each bin adds to the log odds, and what a missing value does. */
  readonly logOdds: readonly { readonly bins: readonly number[]; readonly missing: number }[];
  readonly penalty: number;
}

/** Either scores a row by log odds. */
export type PropensityModel = BoostedModel | LogisticModel;
