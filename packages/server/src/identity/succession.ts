/** Profiles that are no more, because they turned out to be part of others: what was noted under their ordinals holds for those. */

export class Succession {
  readonly #successors: Map<number, number>;
  #edition = 0;

  constructor(successors: Iterable<readonly [profile: number, successor: number]>) {
    this.#successors = new Map(successors);
  }

  /** Another number after every change. */
  get edition(): number {
    return this.#edition;
  }

  set(profile: number, successor: number): void {
    this.#successors.set(profile, successor);
    this.#edition++;
  }

  /** Profiles that this one took the place of. */
  before(profile: number): readonly number[] {
    return [...this.all()].flatMap(([gone, present]) => (present === profile ? [gone] : []));
  }

  forget(profile: number): void {
    for (const gone of this.before(profile)) this.#successors.delete(gone);
    this.#edition++;
  }

  /** The profiles that are no more, with those that took their place. */
  *all(): Iterable<readonly [gone: number, present: number]> {
    for (const gone of this.#successors.keys()) yield [gone, this.presentOf(gone)];
  }

  /** Itself, while it is there. */
  presentOf(profile: number): number {
    let present = profile;
    const seen = new Set<number>();
    // A profile may have been left and come back to: then it is there.
    for (let next = this.#successors.get(present); next !== undefined && !seen.has(next); next = this.#successors.get(present)) {
      seen.add(next);
      present = next;
    }
    return present;
  }
}
