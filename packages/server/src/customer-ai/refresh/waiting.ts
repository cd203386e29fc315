/** People about whom something came that their scores do not know yet: each once, those of whom something came last are done first. */

/** When the first of it came. */
export interface Mark {
  /** The change of the tables. */
  readonly revision: number;
  /** Epoch ms. */
  readonly at: number;
}

export type Waiter = readonly [profile: number, first: Mark];

export class Waiting {
  /** The one touched last is the last. */
  readonly #people = new Map<number, Mark>();

  get size(): number {
    return this.#people.size;
  }

  add(profiles: Iterable<number>, mark: Mark): void {
    for (const profile of profiles) {
      const first = this.#people.get(profile) ?? mark;
      this.#people.delete(profile);
      this.#people.set(profile, first);
    }
  }

  /** Those touched last; they wait no more. */
  take(most: number): readonly Waiter[] {
    const taken = [...this.#people].slice(-most);
    for (const [profile] of taken) this.#people.delete(profile);
    return taken;
  }

  /** They were not done. What came about them meanwhile came later. */
  putBack(taken: readonly Waiter[]): void {
    for (const [profile, first] of taken) this.#people.set(profile, first);
  }

  clear(): void {
    this.#people.clear();
  }

  /** The earliest of all; null when nobody waits. */
  get first(): Mark | null {
    let first: Mark | null = null;
    for (const mark of this.#people.values()) if (first === null || mark.revision < first.revision) first = mark;
    return first;
  }
}
