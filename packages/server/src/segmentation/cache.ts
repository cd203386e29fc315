/** Bitmaps kept for the next question, the least recently used go first. */
import type { Bitmap } from './bitmap/index.ts';

/** Keyed by what a bitmap is the answer to: a query with all its constants, or a leaf with its clock. */
export class BitmapCache {
  readonly #budget: number;
  readonly #entries = new Map<string, Bitmap>();
  #bytes = 0;
  #revision = -1;

  /** @param budget in bytes */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** Undefined when it is not known for this state of the data. */
  get(key: string, revision: number): Bitmap | undefined {
    if (revision !== this.#revision) return undefined;
    const bitmap = this.#entries.get(key);
    if (bitmap !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, bitmap);
    }
    return bitmap;
  }

  /** Of two states of the data the newer one counts: revisions only grow. */
  set(key: string, revision: number, bitmap: Bitmap): void {
    if (revision < this.#revision) return;
    if (revision > this.#revision) this.#clear(revision);
    this.#bytes += bitmap.bytes - (this.#entries.get(key)?.bytes ?? 0);
    this.#entries.delete(key);
    this.#entries.set(key, bitmap);
    for (const [oldest, { bytes }] of this.#entries) {
      if (this.#bytes <= this.#budget) return;
      this.#entries.delete(oldest);
      this.#bytes -= bytes;
    }
  }

  #clear(revision: number): void {
    this.#entries.clear();
    this.#bytes = 0;
    this.#revision = revision;
  }
}
