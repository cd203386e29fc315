/** How much audiences have in common, from the members that are stored. */
import { Bitmap } from './bitmap/index.ts';

/** An audience with its members. */
export interface Sized<Audience> {
  readonly audience: Audience;
  readonly members: Bitmap;
}

export interface Combination {
  /** Places in the list of audiences. */
  readonly audiences: readonly number[];
  readonly size: number;
}

/** Each audience more may double the combinations. */
const MOST_COMBINED = 12;

export interface Overlap<Audience> {
  readonly audiences: readonly {
    readonly audience: Audience;
    readonly size: number;
    /** In none of the others. */
    readonly only: number;
  }[];
  /** All profiles. */
  readonly universe: number;
  /** Profiles in some of them and in none of the others, largest first; null beyond `MOST_COMBINED` audiences. */
  readonly combinations: readonly Combination[] | null;
  /** In one of them at least. */
  readonly union: number;
  /** In all of them. */
  readonly common: number;
  /** Rows and columns in the order of the audiences. */
  readonly intersections: readonly (readonly number[])[];
  /** In both by in either; null when both are empty. */
  readonly jaccard: readonly (readonly (number | null)[])[];
  /** How many times likelier a member of the one is in the other than anybody; null when one is empty. */
  readonly lift: readonly (readonly (number | null)[])[];
}

export function overlapOf<Audience>(audiences: readonly Sized<Audience>[], universe: number): Overlap<Audience> {
  const all = audiences.map(({ members }) => members);
  const intersections = all.map((a, row) => all.map((b, column) => (row === column ? a.size : a.and(b).size)));
  const matrix = (cell: (both: number, a: number, b: number) => number | null): readonly (readonly (number | null)[])[] =>
    intersections.map((cells, row) => cells.map((both, column) => cell(both, all[row]?.size ?? 0, all[column]?.size ?? 0)));
  return {
    audiences: audiences.map(({ audience, members }) => {
      const others = all.filter((each) => each !== members).reduce((a, b) => a.or(b), Bitmap.empty);
      return { audience, size: members.size, only: members.andNot(others).size };
    }),
    universe,
    combinations: all.length > MOST_COMBINED ? null : combinationsOf(all),
    union: all.reduce((a, b) => a.or(b), Bitmap.empty).size,
    common: all.length === 0 ? 0 : all.reduce((a, b) => a.and(b)).size,
    intersections,
    jaccard: matrix((both, a, b) => (a + b === 0 ? null : both / (a + b - both))),
    lift: matrix((both, a, b) => (a === 0 || b === 0 ? null : (both / a) * (universe / b))),
  };
}

/** Splits everybody by one audience after the other; empty parts end at once. */
function combinationsOf(sets: readonly Bitmap[]): readonly Combination[] {
  let parts: readonly { readonly audiences: readonly number[]; readonly profiles: Bitmap }[] = [
    { audiences: [], profiles: sets.reduce((a, b) => a.or(b), Bitmap.empty) },
  ];
  for (const [index, set] of sets.entries()) {
    parts = parts
      .flatMap(({ audiences, profiles }) => [
        { audiences: [...audiences, index], profiles: profiles.and(set) },
        { audiences, profiles: profiles.andNot(set) },
      ])
      .filter(({ profiles }) => profiles.size > 0);
  }
  return parts.map(({ audiences, profiles }) => ({ audiences, size: profiles.size })).toSorted((a, b) => b.size - a.size);
}
