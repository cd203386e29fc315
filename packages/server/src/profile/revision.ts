/**
 * The number of the data: it grows with every change, so an answer kept with its number is right as long as the
 * number stands. A change cut off by a crash counts as one too.
 */
import type { Database } from 'lmdb';
import type { Lmdb } from '../store/index.ts';

const REVISION = 'revision';
/** Present while the tables change. */
const CHANGING = 'changing';

export class Revision {
  readonly #state: Database<number, string>;

  constructor(lmdb: Lmdb) {
    this.#state = lmdb.environment<number, string>('revision', {});
  }

  get current(): number {
    return this.#state.get(REVISION) ?? 0;
  }

  /** Whether the last change was not completed: it failed, or the process ended in the middle of it. */
  get interrupted(): boolean {
    return this.#state.get(CHANGING) !== undefined;
  }

  /** Marks the beginning of a change. Durable on return. Gives the revision that the change will make. */
  async begin(): Promise<number> {
    const next = this.current + 1;
    await this.#state.put(CHANGING, next);
    await this.#state.flushed;
    return next;
  }

  /**
   * Ends a change. `nothing`: it was complete and all it brought was known. `failed`: it may have changed something
   * nevertheless, and the next one has to put that right.
   */
  async end(outcome: 'changed' | 'nothing' | 'failed'): Promise<void> {
    this.#state.transactionSync(() => {
      if (outcome !== 'nothing') this.#state.putSync(REVISION, this.current + 1);
      if (outcome !== 'failed') this.#state.removeSync(CHANGING);
    });
    await this.#state.flushed;
  }
}
