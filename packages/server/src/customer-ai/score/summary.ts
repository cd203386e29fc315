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
  readonly state: DriftState;
}

export interface ScoreSummary {
  /** People by score, in twenty steps of five. */
  readonly distribution: readonly { readonly from: number; readonly to: number; readonly profiles: number }[];
  /** High, medium, low. */
  readonly buckets: readonly BucketSummary[];
  /** Those that moved most first. */
  readonly drift: readonly FeatureDrift[];
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

  finish(drift: readonly Omit<FeatureDrift, 'state'>[]): ScoreSummary {
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
      drift: drift
        .filter(({ psi }) => Number.isFinite(psi))
        .toSorted((one, other) => other.psi - one.psi)
        .slice(0, SHOWN_FEATURES)
        .map((each) => ({ ...each, state: stateOf(each.psi) })),
    };
  }
}

function emptyTally(): Tally {
  return { profiles: 0, sum: 0, from: 100, to: 0, factors: new Map() };
}

function stateOf(psi: number): DriftState {
  if (psi < 0.1) return 'fine';
  return psi < 0.25 ? 'warn' : 'alert';
}
