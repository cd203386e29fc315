/** Events that were stored lately, as they were written: who follows the tables need not read them again. */
import type { StoredEvents } from './chunk.ts';

/** Bytes of chunks that are kept at most. */
const MOST = 32 * 1024 * 1024;

export class RecentEvents {
  readonly #most: number;
  /** The oldest first. */
  #kept: readonly StoredEvents[] = [];
  /** What this change and later ones have brought is kept, all of it. */
  #from: number;

  /** @param from the next change */
  constructor(from: number, most = MOST) {
    this.#from = from;
    this.#most = most;
  }

  /** After a change. @param events all that it brought; undefined when that is not known, or it altered some of before */
  note(revision: number, events: readonly StoredEvents[] | undefined): void {
    this.#kept = events === undefined ? [] : [...this.#kept, ...events];
    if (events === undefined) this.#from = revision + 1;
    let bytes = this.#kept.reduce((sum, { chunk }) => sum + chunk.body.length, 0);
    for (const oldest of this.#kept) {
      if (bytes <= this.#most) return;
      bytes -= oldest.chunk.body.length;
      this.#kept = this.#kept.slice(1);
      this.#from = oldest.revision + 1;
    }
  }

  /** What a change and later ones have brought, the oldest first; null when not all of it is kept. */
  since(revision: number): readonly StoredEvents[] | null {
    return revision < this.#from ? null : this.#kept.filter((stored) => stored.revision >= revision);
  }
}
