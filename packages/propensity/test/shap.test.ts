import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainerOf, predictMargins, trainBoosted, trainLogistic } from '../src/index.ts';
import type { BoostedModel, Table, Tree, TreeNode } from '../src/index.ts';
import { madeUp, numeric } from './support/made-up.ts';

const FEATURES = 5;
const EDGES = [0, 1, 2];

/** What a tree says when only some features are known: both sides by their cover where a split asks for another. */
function expectation(tree: Tree, row: readonly number[], known: number, at = 0): number {
  const node = tree[at]!;
  if ('value' in node) return node.value;
  const side = (child: number): number => expectation(tree, row, known, child);
  if (((known >>> node.feature) & 1) === 0) {
    const [left, right] = [tree[node.left]!.cover, tree[node.right]!.cover];
    return (side(node.left) * left + side(node.right) * right) / (left + right);
  }
  const bin = row[node.feature]!;
  const isLeft = Number.isNaN(bin) ? node.missingLeft : 'upTo' in node.goesLeft && bin <= node.goesLeft.upTo;
  return side(isLeft ? node.left : node.right);
}

/** Shapley values by their definition: the mean over all orders in which features could become known. */
function byDefinition(trees: readonly Tree[], row: readonly number[]): readonly number[] {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const game = (known: number): number => trees.reduce((sum, tree) => sum + expectation(tree, row, known), 0);
  return Array.from({ length: FEATURES }, (_, feature) => {
    let sum = 0;
    for (let known = 0; known < 2 ** FEATURES; known += 1) {
      if ((known >>> feature) & 1) continue;
      const size = known.toString(2).replaceAll('0', '').length;
      sum += ((factorial(size) * factorial(FEATURES - size - 1)) / factorial(FEATURES)) * (game(known | (1 << feature)) - game(known));
    }
    return sum;
  });
}

interface Shape {
  readonly feature: number;
  readonly upTo: number;
  readonly missingLeft: boolean;
  readonly left: Shape | readonly [value: number, cover: number];
  readonly right: Shape | readonly [value: number, cover: number];
}

const leaf = fc.tuple(
  fc.integer({ min: -20, max: 20 }).map((value) => value / 10),
  fc.integer({ min: 1, max: 50 }),
);
const { shape } = fc.letrec<{ shape: Shape; side: Shape | readonly [number, number] }>((tie) => ({
  shape: fc.record({
    feature: fc.integer({ min: 0, max: FEATURES - 1 }),
    upTo: fc.integer({ min: 0, max: 2 }),
    missingLeft: fc.boolean(),
    left: tie('side'),
    right: tie('side'),
  }),
  side: fc.oneof({ maxDepth: 6, depthSize: 'large' }, leaf, tie('shape')),
}));

/** As a list of nodes, the root first. */
function treeOf(from: Shape | readonly [number, number]): Tree {
  const nodes: TreeNode[] = [];
  const add = (each: Shape | readonly [number, number]): number => {
    const at = nodes.length;
    if (!('feature' in each)) {
      nodes.push({ value: each[0], cover: each[1] });
      return at;
    }
    nodes.push({ value: 0, cover: 0 });
    const [left, right] = [add(each.left), add(each.right)];
    const cover = nodes[left]!.cover + nodes[right]!.cover;
    nodes[at] = { feature: each.feature, goesLeft: { upTo: each.upTo }, missingLeft: each.missingLeft, left, right, gain: 1, cover };
    return at;
  };
  add(from);
  return nodes;
}

const depthOf = (from: Shape | readonly [number, number]): number =>
  'feature' in from ? 1 + Math.max(depthOf(from.left), depthOf(from.right)) : 0;

function modelOf(trees: readonly Tree[]): BoostedModel {
  const features = Array.from({ length: FEATURES }, (_, at) => ({ kind: 'numeric', name: `f${at}`, edges: EDGES }) as const);
  return { kind: 'boosted', features, base: 0.3, trees, options: {} as BoostedModel['options'] };
}

/** Values that are their own bins. */
const tableOf = (rows: readonly (readonly number[])[]): Table => ({
  rows: rows.length,
  columns: Array.from({ length: FEATURES }, (_, at) =>
    numeric(
      `f${at}`,
      rows.map((row) => row[at]!),
    ),
  ),
});

describe('explanations of trees', () => {
  test('are the Shapley values of the definition, in any trees', () => {
    const trees = fc.array(
      shape.filter((each) => depthOf(each) <= 8),
      { minLength: 1, maxLength: 3 },
    );
    const row = fc.array(fc.constantFrom(0, 1, 2, 3, Number.NaN), { minLength: FEATURES, maxLength: FEATURES });
    fc.assert(
      fc.property(trees, fc.array(row, { minLength: 1, maxLength: 3 }), (shapes, rows) => {
        const model = modelOf(shapes.map(treeOf));
        const { values, expected } = explainerOf(model).explain(tableOf(rows));
        expect(expected).toBeCloseTo(0.3 + model.trees.reduce((sum, tree) => sum + expectation(tree, [], 0), 0), 9);
        for (const [at, each] of rows.entries())
          for (const [feature, value] of byDefinition(model.trees, each).entries())
            expect(values[at * FEATURES + feature]).toBeCloseTo(value, 5);
      }),
    );
  });

  test('a path of eight features, more than a table usually holds, is exact as well', () => {
    const wide = {
      ...modelOf([]),
      features: Array.from({ length: 8 }, (_, at) => ({ kind: 'numeric', name: `f${at}`, edges: EDGES }) as const),
    };
    const chain = (feature: number): Shape | readonly [number, number] =>
      feature === 8 ? [1, 1] : { feature, upTo: 0, missingLeft: true, left: chain(feature + 1), right: [0, 1] };
    const model = { ...wide, trees: [treeOf(chain(0))] };
    const row = { rows: 1, columns: Array.from({ length: 8 }, (_, at) => numeric(`f${at}`, [0])) };
    const { values, expected } = explainerOf(model).explain(row);
    expect(expected + values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1.3, 6);
    // The later a feature is asked, the less of the way to the leaf it decides.
    for (let at = 1; at < 8; at += 1) expect(values[at]!).not.toBe(0);
  });

  test('trained ones with missing values and categories add up to the score within 1e-5', async () => {
    const train = madeUp(4000);
    const model = await trainBoosted({ train, options: { trees: 80, maxLeaves: 48, learningRate: 0.1 } });
    const { table } = madeUp(500, 3);
    const margins = predictMargins(model, table);
    const { expected, values, features } = explainerOf(model).explain(table);
    for (let row = 0; row < table.rows; row += 1) {
      const sum = values.subarray(row * features, (row + 1) * features).reduce((all, value) => all + value, expected);
      expect(Math.abs(sum - margins[row]!)).toBeLessThan(1e-5);
    }
  });

  test('a column that no tree asks for has none', () => {
    const tree = treeOf({ feature: 1, upTo: 1, missingLeft: false, left: [1, 10], right: [-1, 10] });
    expect([...explainerOf(modelOf([tree])).explain(tableOf([[0, 0, 0, 0, 0]])).values]).toEqual([0, 1, 0, 0, 0]);
  });

  test('a model without trees, and no rows, explain nothing', () => {
    expect(
      explainerOf(modelOf([]))
        .explain(tableOf([[0, 0, 0, 0, 0]]))
        .values.every((value) => value === 0),
    ).toBe(true);
    expect(explainerOf(modelOf([])).explain(tableOf([])).values).toHaveLength(0);
  });
});

test('explanations of a linear model are centred on the training rows and add up to the score', async () => {
  const train = madeUp(3000);
  const model = await trainLogistic({ train });
  const { expected, values, features } = explainerOf(model).explain(train.table);
  const margins = predictMargins(model, train.table);
  const sums = new Float64Array(features);
  for (let row = 0; row < train.table.rows; row += 1) {
    const own = values.subarray(row * features, (row + 1) * features);
    expect(Math.abs(own.reduce((all, value) => all + value, expected) - margins[row]!)).toBeLessThan(1e-5);
    for (const [feature, value] of own.entries()) sums[feature]! += value / train.table.rows;
  }
  for (const sum of sums) expect(Math.abs(sum)).toBeLessThan(1e-6);
});
