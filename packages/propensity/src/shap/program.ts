/** The tables of all trees laid out flat, so that a kernel walks them without following objects. */
import { maskOf } from '../model/forest.ts';
import { isSplit } from '../model/trees.ts';
import type { Tree } from '../model/trees.ts';
import { groupsOf } from './groups.ts';
import { tableOfGroup } from './tables.ts';
import type { GroupTable } from './tables.ts';

/**
 * One sequence of whole numbers. A tree: number of splits; of each its feature, the last bin that goes left (-1: as its mask says),
 * whether missing values do; number of groups; of each group:
 * number of conditions; of each condition the number of literals, then of each 2 · split (of this tree) + (1 for right);
 * number of features, the features, the first place in `values`.
 */
export interface Program {
  readonly trees: number;
  readonly code: Int32Array;
  /** Eight words a split, in the order of `code`: which bins go left. */
  readonly masks: Uint32Array;
  readonly values: Float32Array;
  /** Most splits of one tree. */
  readonly widest: number;
}

export function programOf(trees: readonly Tree[]): Program {
  const code: number[] = [];
  const masks: Uint32Array[] = [];
  const tables: Float32Array[] = [];
  let place = 0;
  let widest = 0;
  for (const tree of trees) {
    const splits = [...tree.keys()].filter((node) => isSplit(tree[node]!));
    const numberOf = new Map(splits.map((node, at) => [node, at]));
    code.push(splits.length);
    widest = Math.max(widest, splits.length);
    for (const node of splits) {
      const split = tree[node]!;
      if (!isSplit(split)) continue;
      code.push(split.feature, 'upTo' in split.goesLeft ? split.goesLeft.upTo : -1, split.missingLeft ? 1 : 0);
      masks.push(maskOf(split));
    }
    const groups = groupsOf(tree)
      .map((group) => tableOfGroup(tree, group))
      .filter(({ features }) => features.length > 0);
    code.push(groups.length);
    for (const group of groups) {
      writeGroup(code, group, numberOf, place);
      tables.push(group.values);
      place += group.values.length;
    }
  }
  return {
    trees: trees.length,
    code: Int32Array.from(code),
    masks: joined(masks, Uint32Array),
    values: joined(tables, Float32Array),
    widest,
  };
}

function writeGroup(code: number[], { conditions, features }: GroupTable, numberOf: ReadonlyMap<number, number>, place: number): void {
  code.push(conditions.length);
  for (const literals of conditions) {
    code.push(literals.length);
    for (const { node, left } of literals) code.push(2 * numberOf.get(node)! + (left ? 0 : 1));
  }
  code.push(features.length, ...features, place);
}

function joined<List extends Uint32Array | Float32Array>(parts: readonly List[], make: new (size: number) => List): List {
  const whole = new make(parts.reduce((sum, part) => sum + part.length, 0));
  let next = 0;
  for (const part of parts) {
    whole.set(part, next);
    next += part.length;
  }
  return whole;
}
