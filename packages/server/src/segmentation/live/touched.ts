/** People about whom something came, until they are decided anew. */
import type { DataChange } from '../../profile/index.ts';

/** What came about one of them. */
export interface Touch {
  /** The first change of the tables that has not been looked at. */
  readonly since: number;
  /** Not only events: attributes, or identities. */
  readonly attributes: boolean;
  /** Their history has changed: what was kept of them holds no more. */
  readonly anew: boolean;
}

/** Nothing came. */
export const UNTOUCHED: Touch = { since: Infinity, attributes: false, anew: false };

export type Touches = ReadonlyMap<number, Touch>;

/** The same, some people at a time. */
export function* inPieces(touches: Touches, size: number): Generator<Touches> {
  const all = [...touches];
  for (let from = 0; from < all.length; from += size) yield new Map(all.slice(from, from + size));
}

/** Kept one by one at most; beyond that they are everybody. */
const MOST = 200_000;

export class Touched {
  #people = new Map<number, Touch>();
  #everybody = false;

  note({ profiles, revision, eventsOnly, named }: DataChange): void {
    if (profiles === null || this.#people.size > MOST) {
      this.everybody();
      return;
    }
    for (const profile of profiles) {
      const before = this.#people.get(profile);
      this.#people.set(profile, {
        since: Math.min(before?.since ?? Infinity, revision),
        attributes: !eventsOnly || named.has(profile) || before?.attributes === true,
        anew: before?.anew === true,
      });
    }
  }

  /** These turned out to be one, or several. */
  noteMoved(profiles: Iterable<number>): void {
    for (const profile of profiles) this.#people.set(profile, { since: Infinity, attributes: true, anew: true });
  }

  /** These are in other audiences than was told: time has turned them, if nothing is told of them that has. */
  noteTurned(profiles: Iterable<number>): void {
    for (const profile of profiles) if (!this.#people.has(profile)) this.#people.set(profile, UNTOUCHED);
  }

  /** Something may have come about anybody. */
  everybody(): void {
    this.#everybody = true;
  }

  /** What came since the last `take`. */
  peek(): { readonly people: Touches; readonly everybody: boolean } {
    return { people: this.#people, everybody: this.#everybody };
  }

  /** The same, and forgets it. */
  take(): { readonly people: Touches; readonly everybody: boolean } {
    const taken = this.peek();
    this.#people = new Map();
    this.#everybody = false;
    return taken;
  }
}
