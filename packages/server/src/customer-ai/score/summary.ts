/** What scores are like as a whole: how they lie, how large buckets are, what drives each, how far features have moved. */
import type { BucketName } from '../model.ts';
import type { Factor } from './rows.ts';

export interface BucketSummary {
  readonly bucket: BucketName;
  readonly profiles: number;
  readonly meanProbability: number;
  /** Lowest and highest score in it. */
  readonly from: number;
  readonly to: number;
  /** The most frequent ones among its people's strongest, most frequent first. */
  readonly factors: readonly {
    readonly code: string;
    readonly label: string;
    readonly direction: 'up' | 'down';
    readonly profiles: number;
  }[];
}

export type DriftState = 'fine' | 'warn' | 'alert';

export interface FeatureDrift {
  readonly code: string;
  readonly label: string;
  readonly psi: number;
  /** What it was at most between the cut-offs of training: it moves as much without anything having changed. Absent in summaries of before it was kept. */
  readonly ordinary?: number;
  readonly state: DriftState;
}

export interface ScoreSummary {
  /** People by score, in twenty steps of five. */
  readonly distribution: readonly { readonly from: number; readonly to: number; readonly profiles: number }[];
  /** High, medium, low. */
  readonly buckets: readonly BucketSummary[];
  /** Those of the worst state first, and among them those that moved most. */
  readonly drift: readonly FeatureDrift[];
  /** Of the scores, against the first scoring by the same model; null for that one. Absent in summaries of before it was kept. */
  readonly scoreDrift?: { readonly psi: number; readonly state: DriftState } | null;
}

/** Factors shown of a bucket, and features of which drift is shown. */
const SHOWN_FACTORS = 10;
const SHOWN_FEATURES = 30;
const STEP = 5;

interface Person {
  readonly score: number;
  readonly probability: number;
  readonly bucket: BucketName;
  readonly factors: readonly Factor[];
}

interface Tally {
  profiles: number;
  sum: number;
  from: number;
  to: number;
  readonly factors: Map<string, { readonly code: string; readonly label: string; readonly direction: 'up' | 'down'; profiles: number }>;
}

interface Drift {
  readonly features: readonly Omit<FeatureDrift, 'state'>[];
  /** Population stability index; null: there is nothing to compare with. */
  readonly scores: number | null;
}

export class Summary {
  readonly #distribution = new Float64Array(100 / STEP);
  readonly #buckets = new Map<BucketName, Tally>((['High', 'Medium', 'Low'] as const).map((bucket) => [bucket, emptyTally()]));

  add({ score, probability, bucket, factors }: Person): void {
    this.#distribution[Math.min(this.#distribution.length - 1, Math.floor(score / STEP))]! += 1;
    const tally = this.#buckets.get(bucket)!;
    tally.profiles += 1;
    tally.sum += probability;
    tally.from = Math.min(tally.from, score);
    tally.to = Math.max(tally.to, score);
    for (const { feature, contribution } of factors) {
      const direction = contribution > 0 ? 'up' : 'down';
      const key = `${direction} ${feature.code}`;
      const known = tally.factors.get(key);
      if (known !== undefined) known.profiles += 1;
      else tally.factors.set(key, { code: feature.code, label: feature.label, direction, profiles: 1 });
    }
  }

  finish({ features, scores }: Drift): ScoreSummary {
    return {
      distribution: [...this.#distribution].map((profiles, index) => ({ from: index * STEP, to: (index + 1) * STEP, profiles })),
      buckets: [...this.#buckets].map(([bucket, { profiles, sum, from, to, factors }]) => ({
        bucket,
        profiles,
        meanProbability: profiles === 0 ? 0 : sum / profiles,
        from: profiles === 0 ? 0 : from,
        to,
        factors: [...factors.values()].toSorted((one, other) => other.profiles - one.profiles).slice(0, SHOWN_FACTORS),
      })),
      drift: features
        .filter(({ psi }) => Number.isFinite(psi))
        .map((each) => ({ ...each, state: stateOf(each.psi, each.ordinary ?? 0) }))
        .toSorted((one, other) => STATES.indexOf(other.state) - STATES.indexOf(one.state) || other.psi - one.psi)
        .slice(0, SHOWN_FEATURES),
      scoreDrift: scores === null ? null : { psi: scores, state: stateOf(scores, 0) },
    };
  }
}

function emptyTally(): Tally {
  return { profiles: 0, sum: 0, from: 100, to: 0, factors: new Map() };
}

/** The milder first. */
const STATES: readonly DriftState[] = ['fine', 'warn', 'alert'];

function stateOf(psi: number, ordinary: number): DriftState {
  if (psi < 0.1 || psi <= ordinary) return 'fine';
  return psi < 0.25 ? 'warn' : 'alert';
}
