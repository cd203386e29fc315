/** Trees as data: what training writes, files keep, and prediction and explanation read. */

export interface Leaf {
  /** Log odds that a row in it gets; the learning rate is within. */
  readonly value: number;
  /** Sum of weights of the training rows in it, above 0. */
  readonly cover: number;
}

export interface Split {
  /** Index of the feature. */
  readonly feature: number;
  /** Which bins go left: those up to a bin (numeric), or those of a list (categorical). The missing bin goes by `missingLeft`. */
  readonly goesLeft: { readonly upTo: number } | { readonly oneOf: readonly number[] };
  readonly missingLeft: boolean;
  /** Indices of nodes of the same tree, always above that of the split itself. */
  readonly left: number;
  readonly right: number;
  /** By how much it lessened the training loss (twice, in units of weighted log loss, regularisation within). */
  readonly gain: number;
  readonly cover: number;
}

export type TreeNode = Leaf | Split;

/** The root is the first. */
export type Tree = readonly TreeNode[];

export function isSplit(node: TreeNode): node is Split {
  return 'feature' in node;
}
