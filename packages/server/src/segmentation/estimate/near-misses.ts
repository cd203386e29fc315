/**
 * Who is one condition away from a query. For a condition these are the people who are not in, and would be if that one
 * condition were otherwise for them and all others stayed as they are.
 *
 * From the root down each part has its *deciders*: the people for whom the answer turns when that part turns. Everybody
 * at the root; below an `and` those for whom all other terms hold, below an `or` those for whom no other one does.
 */
import { Bitmap } from '../bitmap/index.ts';
import type { AnsweredConditions, QueryNode } from './nodes.ts';
import { combine } from './nodes.ts';

export interface NearMiss {
  readonly condition: QueryNode;
  /** Whether it holds for these people, and must not: it stands below an odd number of `not`. */
  readonly holds: boolean;
  readonly people: Bitmap;
}

export interface NearMisses {
  /** In the order of the query. */
  readonly conditions: readonly NearMiss[];
  /** One condition away, whichever it is. */
  readonly people: Bitmap;
  /** In already. */
  readonly members: Bitmap;
}

export function nearMisses(root: QueryNode, { universe, bitmapOf }: Omit<AnsweredConditions, 'revision'>): NearMisses {
  const holding = new Map<QueryNode, Bitmap>();
  const fill = (node: QueryNode): Bitmap => {
    const parts = node.parts.map(fill);
    const found = node.kind === 'condition' ? bitmapOf(node) : combine(node.kind, parts, universe);
    holding.set(node, found);
    return found;
  };
  const members = fill(root);
  const visit = (node: QueryNode, deciders: Bitmap, negated: boolean): readonly NearMiss[] => {
    if (node.kind === 'condition') return [{ condition: node, holds: negated, people: deciders.andNot(members) }];
    const below = node.kind === 'not' ? !negated : negated;
    const sets = node.parts.map((part) => holding.get(part) ?? Bitmap.empty);
    const others = node.kind === 'not' ? [universe] : decidedByOne(node.kind, sets, universe);
    return node.parts.flatMap((part, index) => visit(part, deciders.and(others[index] ?? Bitmap.empty), below));
  };
  const conditions = visit(root, universe, false);
  return { conditions, people: conditions.reduce((all, { people }) => all.or(people), Bitmap.empty), members };
}

/** For each term, the people for whom it alone decides: all others hold (`and`), or none does (`or`). */
function decidedByOne(kind: 'and' | 'or', sets: readonly Bitmap[], universe: Bitmap): readonly Bitmap[] {
  const terms = kind === 'and' ? sets : sets.map((set) => universe.andNot(set));
  const before = running(terms, universe);
  const after = running(terms.toReversed(), universe).toReversed();
  return terms.map((_, index) => (before[index] ?? universe).and(after[index] ?? universe));
}

/** At each place, what all sets before it have in common. */
function running(sets: readonly Bitmap[], universe: Bitmap): readonly Bitmap[] {
  let common = universe;
  return sets.map((set) => {
    const before = common;
    common = common.and(set);
    return before;
  });
}
