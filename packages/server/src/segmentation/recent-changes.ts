/** The end of the log of changes, kept to hand: who follows the log need not have it read. */
import type { ChangeRow } from './membership-rows.ts';

/** People who came or left that are kept at most. */
const MOST = 300_000;

export class RecentChanges {
  readonly #most: number;
  /** In the order of their places. */
  #kept: ChangeRow[] = [];
  #people = 0;
  /** All from this place on is kept. */
  #from = Infinity;

  constructor(most = MOST) {
    this.#most = most;
  }

  /** After changes have been added to the log. */
  note(changes: readonly ChangeRow[]): void {
    for (const change of changes) {
      const size = sizeOf(change);
      if (size === 0) continue;
      this.#from = Math.min(this.#from, change.offset);
      this.#kept.push(change);
      this.#people += size;
    }
    let gone = 0;
    for (const oldest of this.#kept) {
      if (this.#people <= this.#most) break;
      this.#people -= sizeOf(oldest);
      this.#from = oldest.offset + sizeOf(oldest);
      gone++;
    }
    if (gone > 0) this.#kept = this.#kept.slice(gone);
  }

  /** What is in the log has been changed. */
  clear(): void {
    this.#kept = [];
    this.#people = 0;
    this.#from = Infinity;
  }

  /** The changes that have a place from this one on, the first one first; null when not all of them are kept. */
  since(place: number): readonly ChangeRow[] | null {
    if (place < this.#from) return null;
    // The first whose end is behind the place.
    let [low, high] = [0, this.#kept.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const change = this.#kept[middle] as ChangeRow;
      if (change.offset + sizeOf(change) > place) high = middle;
      else low = middle + 1;
    }
    return this.#kept.slice(low);
  }
}

function sizeOf({ entered, exited }: ChangeRow): number {
  return entered.size + exited.size;
}
