/** A leaf of a plan as one query: what the engine runs for it. */
import type { Leaf } from '@kindred/pql';
import { attributeQuery } from './attribute-leaf.ts';
import type { SqlContext } from './context.ts';
import { eventQuery } from './event-leaf.ts';
import { generalQuery } from './general-leaf.ts';
import { sequenceQuery } from './sequence-leaf.ts';

/** Profiles by their ordinals: from the first one to before the other. */
export interface ProfileRange {
  readonly from: number;
  readonly until: number;
}

export interface LeafQuery {
  /**
   * A SELECT of one row with the column `members`, a groupBitmapState of ordinals; null: every profile. Equal text means
   * an equal answer on equal data, since the clock is resolved in it.
   */
  readonly sql: string | null;
  /** True: the answer is every profile but those. */
  readonly complement: boolean;
  /** False: the answer holds every member, and others too, which the reference evaluator has to take out. */
  readonly exact: boolean;
  /**
   * `sql` for the profiles of a range alone. Its memory grows with the range as that of `sql` does with all profiles, so a
   * large population is asked range by range and the answers are joined. Null: memory does not grow, or there is no `sql`.
   */
  readonly ranged: ((range: ProfileRange) => string) | null;
}

/** The query of a leaf; none for an audience, which is an evaluation of its own. */
export function leafQuery(leaf: Exclude<Leaf, { readonly kind: 'audience' }>, context: SqlContext): LeafQuery {
  switch (leaf.kind) {
    case 'attribute':
      return attributeQuery(leaf, context);
    case 'event':
      return eventQuery(leaf, context);
    case 'sequence':
      return sequenceQuery(leaf, context);
    case 'general':
      return generalQuery(leaf, context);
    default:
      return leaf satisfies never;
  }
}
