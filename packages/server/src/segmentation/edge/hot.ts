/**
 * What was found of people, kept in memory while they come again: a bounded number, those who came longest ago go first. Who is wanted
 * at the same time is looked for together. What changes of a person must be told (`forget`).
 */

export interface HotOptions<Found> {
  readonly load: (profiles: readonly number[]) => Promise<ReadonlyMap<number, Found>>;
  /** How much of the bound it takes. */
  readonly weightOf: (found: Found) => number;
  readonly most: number;
}

interface Kept<Found> {
  readonly found: Found;
  readonly weight: number;
}

/** Looked for at a time: a query for more takes longer than the first of them should wait. */
const TOGETHER = 50;

export class Hot<Found> {
  readonly #options: HotOptions<Found>;
  readonly #kept = new Map<number, Kept<Found>>();
  /** Being looked for, by those who came since the last change of the person. */
  readonly #wanted = new Map<number, Promise<Found | null>>();
  #weight = 0;
  #next: { readonly profiles: number[]; readonly loaded: Promise<ReadonlyMap<number, Found>> } | null = null;
  /** Ends when the load under way has. */
  #loading: Promise<unknown> = Promise.resolve();

  constructor(options: HotOptions<Found>) {
    this.#options = options;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Null when there is no such profile. At once for who is kept. */
  get(profile: number): Found | Promise<Found | null> {
    const kept = this.#kept.get(profile);
    if (kept === undefined) return this.#wanted.get(profile) ?? this.#want(profile);
    this.#kept.delete(profile);
    this.#kept.set(profile, kept);
    return kept.found;
  }

  /** Something has changed of these people; null: of anybody. */
  forget(profiles: Iterable<number> | null): void {
    if (profiles === null) {
      this.#kept.clear();
      this.#wanted.clear();
      this.#next = null;
      this.#weight = 0;
      return;
    }
    for (const profile of profiles) {
      this.#weight -= this.#kept.get(profile)?.weight ?? 0;
      this.#kept.delete(profile);
      // What is read now may be of before: who asks from now on asks anew.
      this.#wanted.delete(profile);
      if (this.#next?.profiles.includes(profile) === true) this.#next = null;
    }
  }

  #want(profile: number): Promise<Found | null> {
    const wanted: Promise<Found | null> = this.#load(profile).then(
      (found) => {
        if (this.#wanted.get(profile) === wanted) this.#keep(profile, found);
        return found;
      },
      (error: unknown) => {
        if (this.#wanted.get(profile) === wanted) this.#wanted.delete(profile);
        throw error;
      },
    );
    this.#wanted.set(profile, wanted);
    return wanted;
  }

  async #load(profile: number): Promise<Found | null> {
    if (this.#next === null || this.#next.profiles.length >= TOGETHER) {
      const profiles: number[] = [];
      const loaded = this.#loading.then(async () => {
        if (this.#next?.profiles === profiles) this.#next = null;
        return await this.#options.load(profiles);
      });
      this.#next = { profiles, loaded };
      this.#loading = loaded.catch(() => undefined);
    }
    this.#next.profiles.push(profile);
    return (await this.#next.loaded).get(profile) ?? null;
  }

  #keep(profile: number, found: Found | null): void {
    this.#wanted.delete(profile);
    if (found === null) return;
    const weight = this.#options.weightOf(found);
    this.#kept.set(profile, { found, weight });
    this.#weight += weight;
    for (const [oldest, kept] of this.#kept) {
      if (this.#weight <= this.#options.most) break;
      this.#kept.delete(oldest);
      this.#weight -= kept.weight;
    }
  }
}
