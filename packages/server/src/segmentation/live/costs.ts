/** How long deciding takes, measured all the time: tells whether to decide about people or to evaluate everybody. */

/** Of what is known, how much a new measurement counts. */
const WEIGHT = 0.3;

export class Costs {
  /** To decide about somebody who has a state, and who has none; in ms. */
  #hot = 0.2;
  #cold = 2;
  /** To evaluate everybody, in ms. */
  #all = 500;

  get all(): number {
    return this.#all;
  }

  /** Whether deciding about so many people takes longer than evaluating everybody. */
  isDearer(people: number, hot: number): boolean {
    return hot * this.#hot + (people - hot) * this.#cold > this.#all;
  }

  decided(ms: number, people: number, hot: number): void {
    if (people === 0) return;
    // What all those of one kind take is known when there are no others.
    if (hot === people) this.#hot = mixed(this.#hot, ms / people);
    else this.#cold = mixed(this.#cold, Math.max(0, ms - hot * this.#hot) / (people - hot));
  }

  evaluated(ms: number): void {
    this.#all = mixed(this.#all, ms);
  }
}

function mixed(before: number, now: number): number {
  return before + WEIGHT * (now - before);
}
