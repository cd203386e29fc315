/**
 * Trees cut into groups of leaves. The Shapley values of a group depend on no more than a few yes-or-no conditions of a row: whether
 * each feature above the group leads to it, and which way each split within it goes. So they are looked up in a table.
 */
import { isSplit } from '../model/trees.ts';
import type { Split, Tree } from '../model/trees.ts';

/** A split and the side it must take. */
export interface Literal {
  readonly node: number;
  readonly left: boolean;
}

/** One step of a path: the split, its side, and the part of training rows that take it. */
export interface Step extends Literal {
  readonly feature: number;
  readonly share: number;
}

export interface Group {
  /** The top node of the group, which may be a leaf. */
  readonly root: number;
  /** From the tree's root to it. */
  readonly path: readonly Step[];
  /** Splits within. */
  readonly splits: readonly number[];
}

/** Conditions of a group, where a path is no longer: a table has two to that power lines. Fewer or more are slower, as measured. */
const CONDITIONS = 7;

/** Groups of all leaves, as large as the number of conditions allows. */
export function groupsOf(tree: Tree): readonly Group[] {
  const groups: Group[] = [];
  const cut = (root: number, path: readonly Step[]): void => {
    const splits = splitsBelow(tree, root);
    const node = tree[root]!;
    if (!isSplit(node) || featuresOf(path).length + splits.length <= CONDITIONS) {
      groups.push({ root, path, splits });
      return;
    }
    cut(node.left, [...path, stepOf(tree, root, true)]);
    cut(node.right, [...path, stepOf(tree, root, false)]);
  };
  cut(0, []);
  return groups;
}

/** Distinct features of a path, the topmost first. */
export function featuresOf(path: readonly Step[]): readonly number[] {
  return [...new Set(path.map(({ feature }) => feature))];
}

/** Leaves below a node, with the steps from it. */
export function leavesBelow(
  tree: Tree,
  root: number,
  path: readonly Step[] = [],
): readonly { readonly value: number; readonly path: readonly Step[] }[] {
  const node = tree[root]!;
  if (!isSplit(node)) return [{ value: node.value, path }];
  return [true, false].flatMap((left) => leavesBelow(tree, left ? node.left : node.right, [...path, stepOf(tree, root, left)]));
}

function stepOf(tree: Tree, at: number, left: boolean): Step {
  const node = tree[at] as Split;
  return { node: at, left, feature: node.feature, share: tree[left ? node.left : node.right]!.cover / node.cover };
}

function splitsBelow(tree: Tree, root: number): readonly number[] {
  const node = tree[root]!;
  return isSplit(node) ? [root, ...splitsBelow(tree, node.left), ...splitsBelow(tree, node.right)] : [];
}
