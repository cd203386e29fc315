/** The best split of a node by its histograms. */
import { MISSING } from '../data/features.ts';
import type { Split } from '../model/trees.ts';
import { BINS, histogramStart } from './arena.ts';
import type { Arena } from './arena.ts';
import type { BoostOptions } from './options.ts';

/** Sums over rows, in the whole numbers of the arena. */
export interface Sums {
  readonly gradient: number;
  readonly hessian: number;
}

export interface FoundSplit extends Pick<Split, 'feature' | 'goesLeft' | 'missingLeft' | 'gain'> {
  readonly left: Sums;
  readonly right: Sums;
}

/** Bounds of a leaf's log odds that monotone features above it set. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

const NONE: Sums = { gradient: 0, hessian: 0 };

export const FREE: Bounds = { low: -Infinity, high: Infinity };

/** What a training run fixes for every search. */
export interface SearchSpace {
  readonly arena: Arena;
  readonly options: BoostOptions;
  /** By feature: bins that hold values, whether it is categorical, and its direction. */
  readonly bins: Int32Array;
  readonly categorical: Uint8Array;
  readonly directions: Int8Array;
}

/** Gains below are noise of floating point. */
const NOISE = 1e-9;

/**
 * Scans histograms. Units: the arena's whole numbers divided by `gradientScale` and `hessianScale` are gradients and hessians.
 * Equal gains go to the first feature and bin, so that the answer depends on nothing else.
 */
export class SplitFinder {
  readonly #space: SearchSpace;
  readonly #perGradient: number;
  readonly #perHessian: number;
  readonly #least: number;
  #best: FoundSplit | null = null;
  #bar = 0;
  #parent: Sums = { gradient: 0, hessian: 0 };
  #bounds: Bounds = FREE;
  /** What the parent scores unsplit, with the penalty of numeric and of categorical splits. */
  #unsplit = 0;
  #unsplitByCategory = 0;

  constructor(space: SearchSpace, gradientScale: number, hessianScale: number) {
    this.#space = space;
    this.#perGradient = 1 / gradientScale;
    this.#perHessian = 1 / hessianScale;
    // In whole numbers; a child without hessian has no log odds.
    this.#least = Math.max(1, Math.ceil(space.options.minChildWeight * hessianScale));
  }

  /** The best split of a node whose histograms are in a slot, of the first `columns` chosen features; null when none gains. */
  find(slot: number, columns: number, parent: Sums, bounds: Bounds): FoundSplit | null {
    const { arena, options, categorical } = this.#space;
    this.#best = null;
    this.#bar = Math.max(options.minGain, NOISE);
    this.#parent = parent;
    this.#bounds = bounds;
    this.#unsplit = this.#scoreOf(parent.hessian, parent.gradient, 0);
    this.#unsplitByCategory = this.#scoreOf(parent.hessian, parent.gradient, options.categorySmoothing);
    for (const feature of arena.chosen.subarray(0, columns)) {
      const start = histogramStart(arena.layout, slot, feature);
      const histogram = arena.histograms.subarray(start, start + BINS * 2);
      if (categorical[feature] === 1) this.#scanCategories(feature, histogram);
      else this.#scanNumbers(feature, histogram);
    }
    return this.#best;
  }

  /** Log odds of a leaf, before the learning rate. */
  valueOf({ gradient, hessian }: Sums, bounds: Bounds): number {
    // From 0, as files know no -0.
    const value = ((0 - gradient) * this.#perGradient) / (hessian * this.#perHessian + this.#space.options.lambda);
    return Math.min(bounds.high, Math.max(bounds.low, value));
  }

  #scanNumbers(feature: number, histogram: Int32Array): void {
    const missing = { hessian: histogram[MISSING * 2]!, gradient: histogram[MISSING * 2 + 1]! };
    const hasMissing = missing.hessian !== 0 || missing.gradient !== 0;
    this.#scanSide(feature, histogram, NONE, hasMissing ? false : null);
    if (hasMissing) this.#scanSide(feature, histogram, missing, true);
  }

  /**
   * All borders of a feature, with what goes left besides the bins up to each. Where nothing bounds the log odds, candidates are
   * judged without a call and without a division: nearly all end there, and there are more of them than of anything else.
   */
  #scanSide(feature: number, histogram: Int32Array, besides: Sums, missingLeft: boolean | null): void {
    const direction = this.#space.directions[feature]!;
    const isFree = this.#bounds === FREE && direction === 0;
    const { hessian: allHessian, gradient: allGradient } = this.#parent;
    const [perHessian, perGradient, least] = [this.#perHessian, this.#perGradient, this.#least];
    const [ridge, unsplit] = [this.#space.options.lambda, this.#unsplit];
    const end = this.#space.bins[feature]! * 2;
    let { hessian, gradient } = besides;
    for (let place = 0; place < end; place += 2) {
      const more = histogram[place]!;
      const slope = histogram[place + 1]!;
      if (more === 0 && slope === 0) continue;
      hessian += more;
      gradient += slope;
      if (hessian < least || allHessian - hessian < least) continue;
      if (isFree) {
        const left = gradient * perGradient;
        const right = (allGradient - gradient) * perGradient;
        const leftCurve = hessian * perHessian + ridge;
        const rightCurve = (allHessian - hessian) * perHessian + ridge;
        const both = left * left * rightCurve + right * right * leftCurve;
        if (both <= (this.#bar + unsplit) * leftCurve * rightCurve) continue;
      }
      const gain = this.#gainOf(hessian, gradient, 0, direction);
      if (gain > this.#bar) this.#takeNumeric(feature, place / 2, { gradient, hessian }, missingLeft, gain);
    }
  }

  /** `missingLeft` null: none is missing here, so those to come go where most are. */
  #takeNumeric(feature: number, upTo: number, left: Sums, missingLeft: boolean | null, gain: number): void {
    const right = this.#restOf(left);
    this.#bar = gain;
    this.#best = { feature, goesLeft: { upTo }, missingLeft: missingLeft ?? left.hessian >= right.hessian, gain, left, right };
  }

  /** Categories sorted by what they say; the few at either end against all others, those absent here included. Missing is one of them. */
  #scanCategories(feature: number, histogram: Int32Array): void {
    const { options, bins } = this.#space;
    const smoothing = options.categorySmoothing;
    const present: number[] = [];
    for (const bin of [...Array(bins[feature]).keys(), MISSING]) if (histogram[bin * 2]! > 0) present.push(bin);
    const rank = (bin: number): number =>
      (histogram[bin * 2 + 1]! * this.#perGradient) / (histogram[bin * 2]! * this.#perHessian + smoothing);
    const sorted = present.toSorted((one, other) => rank(one) - rank(other) || one - other);
    for (const side of [sorted, sorted.toReversed()]) {
      let hessian = 0;
      let gradient = 0;
      const most = Math.min(options.maxCategories, sorted.length - 1);
      for (let taken = 0; taken < most; taken += 1) {
        hessian += histogram[side[taken]! * 2]!;
        gradient += histogram[side[taken]! * 2 + 1]!;
        const gain = this.#gainOf(hessian, gradient, smoothing, 0);
        if (gain <= this.#bar) continue;
        const chosen = side.slice(0, taken + 1);
        this.#bar = gain;
        this.#best = {
          feature,
          goesLeft: { oneOf: chosen.filter((bin) => bin !== MISSING).toSorted((one, other) => one - other) },
          missingLeft: chosen.includes(MISSING),
          gain,
          left: { gradient, hessian },
          right: this.#restOf({ gradient, hessian }),
        };
      }
    }
  }

  #restOf({ gradient, hessian }: Sums): Sums {
    return { gradient: this.#parent.gradient - gradient, hessian: this.#parent.hessian - hessian };
  }

  /** What a left side of these sums gains over no split; -Infinity where it may not be. */
  #gainOf(hessian: number, gradient: number, penalty: number, direction: number): number {
    const otherHessian = this.#parent.hessian - hessian;
    const otherGradient = this.#parent.gradient - gradient;
    if (hessian < this.#least || otherHessian < this.#least) return -Infinity;
    if (direction !== 0) {
      const left = this.valueOf({ gradient, hessian }, this.#bounds);
      const right = this.valueOf({ gradient: otherGradient, hessian: otherHessian }, this.#bounds);
      if ((right - left) * direction < 0) return -Infinity;
    }
    const unsplit = penalty === 0 ? this.#unsplit : this.#unsplitByCategory;
    return this.#scoreOf(hessian, gradient, penalty) + this.#scoreOf(otherHessian, otherGradient, penalty) - unsplit;
  }

  /** Twice the loss that the best log odds within bounds save. */
  #scoreOf(hessian: number, gradient: number, penalty: number): number {
    const slope = gradient * this.#perGradient;
    const curve = hessian * this.#perHessian + this.#space.options.lambda + penalty;
    const value = Math.min(this.#bounds.high, Math.max(this.#bounds.low, -slope / curve));
    return -(2 * slope * value + curve * value * value);
  }
}
