/** How the records of a person become one profile. */

export interface MergePolicy {
  readonly id: string;
  readonly name: string;
  /** `pdg`: the records of all identities of the graph; `none`: of the identity asked for alone. */
  readonly identityGraph: 'pdg' | 'none';
  readonly attributeMerge: AttributeMerge;
  /** Used where none is named. Exactly one is. */
  readonly isDefault: boolean;
  /** Used by the edge. Exactly one is. */
  readonly isActiveOnEdge: boolean;
  /** Counts the changes, from 1. */
  readonly version: number;
  readonly updatedAt: Date;
}

export type AttributeMerge =
  /** Of each field the newest known value counts. */
  | { readonly type: 'timestampOrdered' }
  /** Of each field the value of the first of these datasets that knows one; other datasets do not count. */
  | { readonly type: 'dataSetPrecedence'; readonly order: readonly string[] };

/** The table `profiles` is merged by it, always. */
export const TIMESTAMP_ORDERED: AttributeMerge = { type: 'timestampOrdered' };
