/** The table of a group: for every pattern of its conditions the Shapley values of its leaves, summed. */
import type { Tree } from '../model/trees.ts';
import { featuresOf, leavesBelow } from './groups.ts';
import type { Group, Literal, Step } from './groups.ts';
import { leafShapley } from './shapley.ts';

export interface GroupTable {
  /** Bit i of a pattern: whether all literals of condition i hold. */
  readonly conditions: readonly (readonly Literal[])[];
  /** Columns of the table. */
  readonly features: readonly number[];
  /** One line a pattern, one number a feature; log odds. */
  readonly values: Float32Array;
}

export function tableOfGroup(tree: Tree, { root, path, splits }: Group): GroupTable {
  const above = featuresOf(path);
  const leaves = leavesBelow(tree, root).map((leaf) => ({ value: leaf.value, within: leaf.path, path: [...path, ...leaf.path] }));
  const features = [...new Set(leaves.flatMap((leaf) => featuresOf(leaf.path)))];
  const conditions = [
    ...above.map((feature) => path.filter((step) => step.feature === feature)),
    ...splits.map((node) => [{ node, left: true }]),
  ];
  const lines = 2 ** conditions.length;
  const sums = new Float64Array(lines * features.length);
  for (const leaf of leaves) {
    const own = featuresOf(leaf.path);
    const needs = own.map((feature) => needOf(feature, above, splits, leaf.within));
    const shares = own.map((feature) => leaf.path.reduce((all, step) => (step.feature === feature ? all * step.share : all), 1));
    const columns = own.map((feature) => features.indexOf(feature));
    const known: (Float64Array | undefined)[] = [];
    for (let line = 0; line < lines; line += 1) {
      let outcomes = 0;
      for (const [at, need] of needs.entries()) if (((line ^ need.wanted) & need.bits) === 0) outcomes |= 1 << at;
      const values = (known[outcomes] ??= leafShapley(leaf.value, shares, outcomes));
      for (const [at, column] of columns.entries()) sums[line * features.length + column]! += values[at]!;
    }
  }
  return { conditions, features, values: Float32Array.from(sums) };
}

/** The conditions of a pattern that a feature must meet to lead to a leaf, and how. */
interface Need {
  readonly bits: number;
  readonly wanted: number;
}

function needOf(feature: number, above: readonly number[], splits: readonly number[], within: readonly Step[]): Need {
  let [bits, wanted] = [0, 0];
  const first = above.indexOf(feature);
  if (first >= 0) bits = wanted = 1 << first;
  for (const step of within) {
    if (step.feature !== feature) continue;
    const bit = 1 << (above.length + splits.indexOf(step.node));
    bits |= bit;
    if (step.left) wanted |= bit;
  }
  return { bits, wanted };
}
