/** How much audiences have in common, from the members that are stored. */
import { Bitmap } from './bitmap/index.ts';

/** An audience with its members. */
export interface Sized<Audience> {
  readonly audience: Audience;
  readonly members: Bitmap;
}

export interface Overlap<Audience> {
  readonly audiences: readonly {
    readonly audience: Audience;
    readonly size: number;
    /** In none of the others. */
    readonly only: number;
  }[];
  /** All profiles. */
  readonly universe: number;
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
    union: all.reduce((a, b) => a.or(b), Bitmap.empty).size,
    common: all.length === 0 ? 0 : all.reduce((a, b) => a.and(b)).size,
    intersections,
    jaccard: matrix((both, a, b) => (a + b === 0 ? null : both / (a + b - both))),
    lift: matrix((both, a, b) => (a === 0 || b === 0 ? null : (both / a) * (universe / b))),
  };
}
