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

/**
 * Members of every part of a rule by its path: '' is the whole, '1' its second term, '1.0' the first term of that. The
 * one term of a NOT is its term 0.
 */
export function combineNodes(logic: Logic, leaves: ReadonlyMap<LeafHash, Bitmap>, universe: Bitmap): ReadonlyMap<string, Bitmap> {
  const nodes = new Map<string, Bitmap>();
  const visit = (node: Logic, path: string): Bitmap => {
    const parts = termsOf(node).map((term, index) => visit(term, path === '' ? String(index) : `${path}.${index}`));
    const [first = universe, ...others] = parts;
    const members = {
      constant: () => combineLeaves(node, leaves, universe),
      leaf: () => combineLeaves(node, leaves, universe).and(universe),
      not: () => universe.andNot(first),
      and: () => others.reduce((a, b) => a.and(b), first),
      or: () => others.reduce((a, b) => a.or(b), first),
    }[node.op]();
    nodes.set(path, members);
    return members;
  };
  visit(logic, '');
  return nodes;
}

function termsOf(node: Logic): readonly Logic[] {
  if (node.op === 'not') return [node.term];
  return node.op === 'and' || node.op === 'or' ? node.terms : [];
}

/** Negated terms are taken away from the others, without the detour over the universe. */
function conjunction(terms: readonly Logic[], leaves: ReadonlyMap<LeafHash, Bitmap>, universe: Bitmap): Bitmap {
  const positive = terms.filter((term) => term.op !== 'not').map((term) => combineLeaves(term, leaves, universe));
  const negative = terms.filter((term) => term.op === 'not').map(({ term }) => combineLeaves(term, leaves, universe));
  const all = positive.length === 0 ? universe : positive.reduce((a, b) => a.and(b));
  return negative.reduce((members, others) => members.andNot(others), all);
}
