/** How long deciding takes, measured all the time: tells whether to decide about people or to evaluate everybody, and how many at a time. */

/** Of what is known, how much a new measurement counts. */
const WEIGHT = 0.3;
/** So many people tell what one of them takes; fewer tell what it takes to ask at all. */
const MANY = 200;
/** And of those without a state, who take most of it, fewer tell nothing of either. */
const SOME = 20;
/** Turns told at a time, about. */
const TURNS = 50_000;
const LEAST_TOGETHER = 1000;
/** After an evaluation of everybody time has to be looked ahead to anew, which takes two more. */
const AGAIN = 3;
/**
 * People who have a state lose it by an evaluation, and whatever comes about them next is dear: it is worth that only after a whole import,
 * not when the server was held up for a moment. In ms.
 */
const LONG = 10_000;
/** People whose causes are looked for when everybody was evaluated, at most: who turns is decided one by one for that. */
export const MOST_CAUSES = 5000;
/** Of what it takes to make the state of somebody, how much that counts who loses it: most are made when there is nothing else to do. */
const LOST = 0.1;

export class Costs {
  /** To ask about anybody, in ms. */
  #asking = 50;
  /** To decide about somebody who has a state, and who has none; in ms. */
  #hot = 0.05;
  #cold = 0.5;
  /** To evaluate everybody, in ms. */
  #all = 500;
  /** Audiences that somebody decided comes into or leaves. */
  #turns = 1;

  get all(): number {
    return this.#all;
  }

  /** Whether deciding about so many people, with a state or without, takes longer than evaluating everybody. */
  isDearer({ hot = 0, cold = 0 }: { readonly hot?: number; readonly cold?: number }): boolean {
    const least = cold > 0 ? 0 : LONG;
    const causes = Math.min(MOST_CAUSES, cold) * this.#cold;
    const evaluating = AGAIN * this.#all + hot * LOST * this.#cold + causes;
    return hot + cold > 0 && this.#asking + hot * this.#hot + cold * this.#cold > Math.max(least, evaluating);
  }

  /** How many people to decide at a time: what they turn is told before the next are decided. Each time what came is looked through. */
  get together(): number {
    return Math.max(LEAST_TOGETHER, Math.round(TURNS / this.#turns));
  }

  turned(people: number, turns: number): void {
    this.#turns = mixed(this.#turns, turns / people);
  }

  decided(ms: number, hot: number, cold: number): void {
    if (hot + cold < MANY) this.#asking = mixed(this.#asking, Math.max(1, ms - hot * this.#hot - cold * this.#cold));
    else if (cold >= SOME) this.#cold = mixed(this.#cold, Math.max(0.01, (ms - this.#asking - hot * this.#hot) / cold));
    else if (cold === 0) this.#hot = mixed(this.#hot, Math.max(0.01, (ms - this.#asking) / hot));
  }

  evaluated(ms: number): void {
    this.#all = mixed(this.#all, ms);
  }
}

function mixed(before: number, now: number): number {
  return before + WEIGHT * (now - before);
}
