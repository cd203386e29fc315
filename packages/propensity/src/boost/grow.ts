/** One tree, best leaf first: the leaf whose split gains most is split next, until leaves or gains run out. */
import { maskOf } from '../model/forest.ts';
import { isSplit } from '../model/trees.ts';
import type { Tree, TreeNode } from '../model/trees.ts';
import { BINS, histogramStart } from './arena.ts';
import type { Arena } from './arena.ts';
import { FREE } from './find-split.ts';
import type { Bounds, FoundSplit, SplitFinder, Sums } from './find-split.ts';
import type { Kernel } from './kernel.ts';
import type { BoostOptions } from './options.ts';

/** What one tree is grown from: `order[0 … rows)` and the first `columns` of `chosen` are what it sees. */
export interface Growth {
  readonly arena: Arena;
  readonly kernel: Kernel;
  readonly finder: SplitFinder;
  readonly options: BoostOptions;
  readonly directions: Int8Array;
  readonly rows: number;
  readonly columns: number;
  readonly weights: Float64Array | null;
}

/** Rows of the arena's `order` in one leaf of the tree. */
export interface LeafRows {
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

export interface Grown {
  readonly tree: Tree;
  readonly leaves: readonly LeafRows[];
}

interface OpenLeaf {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  /** Place in the tree, and the slot of its histograms. */
  readonly node: number;
  readonly slot: number;
  readonly sums: Sums;
  readonly bounds: Bounds;
  readonly split: FoundSplit | null;
}

export function growTree(growth: Growth): Grown {
  const nodes: (TreeNode | null)[] = [null];
  const open: OpenLeaf[] = [rootOf(growth)];
  while (open.length < growth.options.maxLeaves) {
    const best = bestOf(open);
    if (best === null) break;
    const [left, right] = splitLeaf(growth, open[best]!, nodes, open.length);
    open[best] = left;
    open.push(right);
  }
  const leaves = open.map((leaf) => ({ start: leaf.start, end: leaf.end, value: valueOf(growth, leaf) }));
  for (const [at, leaf] of open.entries()) nodes[leaf.node] = { value: leaves[at]!.value, cover: coverOf(growth, leaf) };
  return { tree: withCovers(nodes as TreeNode[]), leaves };
}

function rootOf(growth: Growth): OpenLeaf {
  const { kernel, finder, rows, columns, arena } = growth;
  kernel.fill(0, 0, rows, columns);
  // Any column holds every row.
  const start = histogramStart(arena.layout, 0, arena.chosen[0]!);
  const sums = { gradient: 0, hessian: 0 };
  for (let place = start; place < start + BINS * 2; place += 2) {
    sums.hessian += arena.histograms[place]!;
    sums.gradient += arena.histograms[place + 1]!;
  }
  return { start: 0, end: rows, depth: 0, node: 0, slot: 0, sums, bounds: FREE, split: finder.find(0, columns, sums, FREE) };
}

function bestOf(open: readonly OpenLeaf[]): number | null {
  let best: number | null = null;
  for (const [at, { split }] of open.entries()) if (split !== null && split.gain > (best === null ? 0 : open[best]!.split!.gain)) best = at;
  return best;
}

/** Writes the split where the leaf was; gives its two children, the first in its slot, the other in `freeSlot`. */
function splitLeaf(growth: Growth, leaf: OpenLeaf, nodes: (TreeNode | null)[], freeSlot: number): readonly [OpenLeaf, OpenLeaf] {
  const split = leaf.split!;
  const { feature, goesLeft, missingLeft, gain } = split;
  const middle = partition(growth.arena, leaf, split);
  const [left, right] = [nodes.length, nodes.length + 1];
  nodes.push(null, null);
  nodes[leaf.node] = { feature, goesLeft, missingLeft, left, right, gain, cover: 0 };
  const [leftBounds, rightBounds] = boundsOf(growth, leaf, split);
  const depth = leaf.depth + 1;
  const mayGrow = depth < growth.options.maxDepth && freeSlot + 1 < growth.options.maxLeaves;
  // Only the smaller child is added up; the larger is what is left of the parent, in the parent's own slot.
  const isLeftSmaller = middle - leaf.start < leaf.end - middle;
  if (mayGrow) {
    const [start, end] = isLeftSmaller ? [leaf.start, middle] : [middle, leaf.end];
    growth.kernel.fill(freeSlot, start, end, growth.columns);
    growth.kernel.subtract(leaf.slot, freeSlot, growth.columns);
  }
  const child = (part: Omit<OpenLeaf, 'depth' | 'slot' | 'split'>, isSmaller: boolean): OpenLeaf => {
    const slot = isSmaller ? freeSlot : leaf.slot;
    return { ...part, depth, slot, split: mayGrow ? growth.finder.find(slot, growth.columns, part.sums, part.bounds) : null };
  };
  return [
    child({ node: left, start: leaf.start, end: middle, sums: split.left, bounds: leftBounds }, isLeftSmaller),
    child({ node: right, start: middle, end: leaf.end, sums: split.right, bounds: rightBounds }, !isLeftSmaller),
  ];
}

/** Brings the rows that go left before those that go right, each in the order they had; gives the first that goes right. */
function partition({ columnBins, layout, order, scratch }: Arena, { start, end }: OpenLeaf, split: FoundSplit): number {
  const mask = maskOf(split);
  const goesLeft = Uint8Array.from({ length: 256 }, (_, bin) => (mask[bin >>> 5]! >>> (bin & 31)) & 1);
  const first = split.feature * layout.rows;
  let left = start;
  let right = 0;
  for (let at = start; at < end; at += 1) {
    const row = order[at]!;
    // Written to both sides, counted on one: no branch to guess wrong.
    const isLeft = goesLeft[columnBins[first + row]!]!;
    order[left] = row;
    scratch[right] = row;
    left += isLeft;
    right += 1 - isLeft;
  }
  order.set(scratch.subarray(0, right), left);
  return left;
}

/** After a split on a monotone feature no leaf of one side may cross the middle of the two. */
function boundsOf({ directions, finder }: Growth, { bounds }: OpenLeaf, split: FoundSplit): readonly [Bounds, Bounds] {
  const direction = directions[split.feature]!;
  if (direction === 0) return [bounds, bounds];
  const middle = (finder.valueOf(split.left, bounds) + finder.valueOf(split.right, bounds)) / 2;
  const [below, above] = [
    { low: bounds.low, high: middle },
    { low: middle, high: bounds.high },
  ];
  return direction > 0 ? [below, above] : [above, below];
}

function valueOf({ finder, options }: Growth, { sums, bounds }: OpenLeaf): number {
  return finder.valueOf(sums, bounds) * options.learningRate;
}

function coverOf({ weights, arena }: Growth, { start, end }: OpenLeaf): number {
  if (weights === null) return end - start;
  let cover = 0;
  for (const row of arena.order.subarray(start, end)) cover += weights[row]!;
  return cover;
}

/** A split covers what its children cover; children stand behind it. */
function withCovers(nodes: readonly TreeNode[]): Tree {
  const tree = [...nodes];
  for (let at = tree.length - 1; at >= 0; at -= 1) {
    const node = tree[at]!;
    if (isSplit(node)) tree[at] = { ...node, cover: tree[node.left]!.cover + tree[node.right]!.cover };
  }
  return tree;
}
