/** In which audiences some people are as far as it was told: asked for once for all of them, not person by person. */
import { Bitmap } from '../bitmap/index.ts';

/** An audience that somebody is in and was told not to be, or the other way round. */
export interface Untold {
  readonly audience: string;
  readonly entered: boolean;
}

const NONE: ReadonlySet<string> = new Set();

export class Told {
  readonly #audiences: ReadonlySet<string>;
  readonly #of: ReadonlyMap<number, ReadonlySet<string>>;

  /** @param members of the audiences that it is about, by id; of others nothing is told */
  constructor(people: readonly number[], members: readonly (readonly [audience: string, members: Bitmap])[]) {
    const [all, of] = [Bitmap.of(people), new Map(people.map((profile) => [profile, new Set<string>()]))];
    for (const [audience, told] of members) for (const profile of told.and(all).toArray()) of.get(profile)?.add(audience);
    this.#audiences = new Set(members.map(([audience]) => audience));
    this.#of = of;
  }

  /** What differs for a person who is in these audiences, and in no others. */
  untold(profile: number, members: readonly string[]): readonly Untold[] {
    const [before, now] = [this.#of.get(profile) ?? NONE, new Set(members)];
    const left = [...before].filter((audience) => !now.has(audience));
    return [
      ...left.map((audience) => ({ audience, entered: false })),
      ...members.flatMap((audience) => (this.#audiences.has(audience) && !before.has(audience) ? [{ audience, entered: true }] : [])),
    ];
  }
}
