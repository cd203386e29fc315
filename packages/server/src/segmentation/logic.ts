/** Bitmaps of leaves → the bitmap of an audience. */
import type { LeafHash, Logic } from '@kindred/pql';
import { Bitmap } from './bitmap/index.ts';

/** Members of the whole; NOT means every other profile of the universe. */
export function combineLeaves(logic: Logic, leaves: ReadonlyMap<LeafHash, Bitmap>, universe: Bitmap): Bitmap {
  switch (logic.op) {
    case 'constant':
      return logic.value ? universe : Bitmap.empty;
    case 'leaf': {
      const bitmap = leaves.get(logic.hash);
      if (bitmap === undefined) throw new Error(`no bitmap for the leaf ${logic.hash}`);
      return bitmap;
    }
    case 'not':
      return universe.andNot(combineLeaves(logic.term, leaves, universe));
    case 'and':
      return conjunction(logic.terms, leaves, universe);
    case 'or':
      return logic.terms.map((term) => combineLeaves(term, leaves, universe)).reduce((a, b) => a.or(b), Bitmap.empty);
    default:
      return logic satisfies never;
  }
}

/** Negated terms are taken away from the others, without the detour over the universe. */
function conjunction(terms: readonly Logic[], leaves: ReadonlyMap<LeafHash, Bitmap>, universe: Bitmap): Bitmap {
  const positive = terms.filter((term) => term.op !== 'not').map((term) => combineLeaves(term, leaves, universe));
  const negative = terms.filter((term) => term.op === 'not').map(({ term }) => combineLeaves(term, leaves, universe));
  const all = positive.length === 0 ? universe : positive.reduce((a, b) => a.and(b));
  return negative.reduce((members, others) => members.andNot(others), all);
}
