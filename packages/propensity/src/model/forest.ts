/** Trees laid out flat for walking rows of bins through them. */
import type { Bins } from '../data/bins.ts';
import { MISSING } from '../data/features.ts';
import { isSplit } from './trees.ts';
import type { Split, Tree } from './trees.ts';

/** Nodes of all trees in one sequence. */
export interface Forest {
  /** First node of each tree. */
  readonly roots: Int32Array;
  /** -1 at leaves. */
  readonly feature: Int32Array;
  /** 256 bits a node, eight words: whether a bin goes left. */
  readonly goesLeft: Uint32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Log odds; 0 at splits. */
  readonly value: Float64Array;
  readonly cover: Float64Array;
}

export function forestOf(trees: readonly Tree[]): Forest {
  const size = trees.reduce((sum, tree) => sum + tree.length, 0);
  const forest: Forest = {
    roots: new Int32Array(trees.length),
    feature: new Int32Array(size).fill(-1),
    goesLeft: new Uint32Array(size * 8),
    left: new Int32Array(size),
    right: new Int32Array(size),
    value: new Float64Array(size),
    cover: new Float64Array(size),
  };
  let first = 0;
  for (const [at, tree] of trees.entries()) {
    forest.roots[at] = first;
    for (const [index, node] of tree.entries()) {
      forest.cover[first + index] = node.cover;
      if (!isSplit(node)) {
        forest.value[first + index] = node.value;
        continue;
      }
      forest.feature[first + index] = node.feature;
      forest.left[first + index] = first + node.left;
      forest.right[first + index] = first + node.right;
      forest.goesLeft.set(maskOf(node), (first + index) * 8);
    }
    first += tree.length;
  }
  return forest;
}

/** The bins that go left, one bit each. */
export function maskOf({ goesLeft, missingLeft }: Pick<Split, 'goesLeft' | 'missingLeft'>): Uint32Array {
  const mask = new Uint32Array(8);
  const set = (bin: number): void => {
    mask[bin >>> 5]! |= 1 << (bin & 31);
  };
  if ('upTo' in goesLeft) for (let bin = 0; bin <= goesLeft.upTo; bin += 1) set(bin);
  else for (const bin of goesLeft.oneOf) set(bin);
  if (missingLeft) set(MISSING);
  return mask;
}

/** The leaf of one tree that a row ends in. */
export function leafOf(forest: Forest, root: number, bytes: Uint8Array, start: number): number {
  const { feature, goesLeft, left, right } = forest;
  let node = root;
  for (let at = feature[node]!; at >= 0; at = feature[node]!) {
    const bin = bytes[start + at]!;
    node = (goesLeft[node * 8 + (bin >>> 5)]! >>> (bin & 31)) & 1 ? left[node]! : right[node]!;
  }
  return node;
}

/** Adds the log odds of every tree, in their order, to each row's margin. */
export function addMargins(forest: Forest, { rows, stride, bytes }: Bins, margins: Float64Array): void {
  for (let row = 0; row < rows; row += 1) {
    let margin = margins[row]!;
    for (const root of forest.roots) margin += forest.value[leafOf(forest, root, bytes, row * stride)]!;
    margins[row] = margin;
  }
}

/** Probability of log odds. */
export function sigmoid(margin: number): number {
  return 1 / (1 + Math.exp(-margin));
}
