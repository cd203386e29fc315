/**
 * Small seeded randomness: sfc32 with the distributions the shop needs. The same (seed, stream) always gives
 * the same numbers, on every machine, and streams do not depend on each other.
 */

const WARM_UP_ROUNDS = 15;

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d = 1;

  /** `seed` and `stream` are integers; each pair is a sequence of its own. */
  constructor(seed: number, stream: number) {
    this.#a = seed | 0;
    this.#b = stream | 0;
    this.#c = Math.floor(stream / 2 ** 32) ^ Math.floor(seed / 2 ** 32) ^ 0x9e3779b9;
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1) this.bits();
  }

  /** An unsigned 32-bit integer. */
  bits(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.bits() / 2 ** 32;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** A whole number in [low, high], both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.unit() * items.length)]!;
  }

  /** Waiting time with the given mean. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.unit());
  }

  /** Mean 0, deviation 1. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }

  /** Heavy-tailed factor with mean 1; a larger `spread` means fewer, larger outliers. */
  factor(spread: number): number {
    return Math.exp(spread * this.normal() - (spread * spread) / 2);
  }

  /** How many happen when `mean` are expected (Poisson). Meant for means below 100. */
  count(mean: number): number {
    const limit = Math.exp(-mean);
    let product = this.unit();
    let count = 0;
    while (product > limit) {
      product *= this.unit();
      count += 1;
    }
    return count;
  }
}

/** A fixed set of items drawn by weight. */
export class Weighted<T> {
  readonly #items: readonly T[];
  readonly #upTo: Float64Array;

  constructor(items: readonly T[], weight: (item: T, rank: number) => number) {
    this.#items = items;
    this.#upTo = new Float64Array(items.length);
    let total = 0;
    items.forEach((item, rank) => {
      total += weight(item, rank);
      this.#upTo[rank] = total;
    });
  }

  pick(random: Random): T {
    const target = random.unit() * this.#upTo[this.#upTo.length - 1]!;
    return this.#items[firstAbove(this.#upTo, target)]!;
  }
}

/** Index of the first element greater than `target` in an ascending array; the last index when there is none. */
export function firstAbove(ascending: Float64Array, target: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! > target) high = middle;
    else low = middle + 1;
  }
  return low;
}
