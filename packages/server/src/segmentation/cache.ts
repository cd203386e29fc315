/** Bitmaps kept for the next question, the least recently used go first. */
import type { Bitmap } from './bitmap/index.ts';
import type { Clock } from './clock.ts';

export interface Kept {
  readonly bitmap: Bitmap;
  /** The state of the data. */
  readonly revision: number;
  readonly clock: Clock;
  /** All profiles then. */
  readonly universe: Bitmap;
}

/**
 * Keyed by a question (a leaf, a query) and by what the clock made of it. An answer of an older state of the data is kept
 * too: a newer one may be made from it.
 */
export class BitmapCache {
  readonly #budget: number;
  readonly #entries = new Map<string, Kept>();
  /** The key of the newest answer to each question. */
  readonly #newest = new Map<string, string>();
  #bytes = 0;

  /** @param budget in bytes */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** Undefined when it is not known for this state of the data. */
  get(question: string, clock: string, revision: number): Bitmap | undefined {
    const key = keyOf(question, clock);
    const kept = this.#entries.get(key);
    if (kept?.revision !== revision) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, kept);
    return kept.bitmap;
  }

  /** The answer of the newest state of the data that was asked for. */
  newest(question: string): Kept | undefined {
    const key = this.#newest.get(question);
    return key === undefined ? undefined : this.#entries.get(key);
  }

  /** Of two states of the data the newer one counts: revisions only grow. */
  set(question: string, clock: string, kept: Kept): void {
    const key = keyOf(question, clock);
    const known = this.#entries.get(key);
    if (known !== undefined && known.revision > kept.revision) return;
    this.#delete(key);
    const newest = this.#newest.get(question);
    const before = this.newest(question)?.revision ?? -1;
    // What is older than the newest state of the data is of no more use.
    if (newest !== undefined && before < kept.revision) this.#delete(newest);
    this.#bytes += kept.bitmap.bytes;
    this.#entries.set(key, kept);
    if (before <= kept.revision) this.#newest.set(question, key);
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#budget) return;
      this.#delete(oldest);
    }
  }

  #delete(key: string): void {
    const kept = this.#entries.get(key);
    if (kept === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= kept.bitmap.bytes;
    const question = key.slice(0, key.indexOf('\0'));
    if (this.#newest.get(question) === key) this.#newest.delete(question);
  }
}

/** No question holds a NUL. */
function keyOf(question: string, clock: string): string {
  return `${question}\0${clock}`;
}
