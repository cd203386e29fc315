import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  auc,
  logLoss,
  predictMargins,
  probabilitiesOf,
  PropensityError,
  seededRandom,
  trainBoosted,
  trainingMemory,
} from '../src/index.ts';
import type { BoostedModel, BoostOptions, Column, LabelledTable } from '../src/index.ts';
import { categorical, madeUp, numeric } from './support/made-up.ts';

const train = madeUp(6000);
const later = madeUp(4000, 2);

function labelled(columns: readonly Column[], labels: readonly number[], weights?: readonly number[]): LabelledTable {
  const rows = { table: { rows: labels.length, columns }, labels: Uint8Array.from(labels) };
  return weights === undefined ? rows : { ...rows, weights: Float64Array.from(weights) };
}

const hashOf = (model: BoostedModel): string => createHash('sha256').update(JSON.stringify(model)).digest('hex');

const aucOf = (model: BoostedModel, { table, labels }: LabelledTable): number => auc({ scores: predictMargins(model, table), labels });

const SMALL: Partial<BoostOptions> = { trees: 30, learningRate: 0.2, maxLeaves: 8, rowSample: 1, columnSample: 1 };

describe('boosting', () => {
  test('comes near the best that can be known of made-up rows', async () => {
    const model = await trainBoosted({ train, validation: later });
    const oracle = auc({ scores: later.truth, labels: later.labels });
    expect(aucOf(model, later)).toBeGreaterThan(oracle - 0.012);
    const losses = { ours: probabilitiesOf(predictMargins(model, later.table)), best: probabilitiesOf(later.truth) };
    expect(logLoss({ scores: losses.ours, labels: later.labels })).toBeLessThan(
      logLoss({ scores: losses.best, labels: later.labels }) + 0.02,
    );
  });

  test('stops where the validation loss is least', async () => {
    const losses: number[] = [];
    const options = { trees: 300, learningRate: 0.3, patience: 10 };
    const model = await trainBoosted({ train, validation: later, options, onProgress: ({ loss }) => void losses.push(loss!) });
    expect(losses.length).toBeLessThan(300);
    expect(model.trees.length).toBe(losses.indexOf(Math.min(...losses)) + 1);
    expect(losses.length).toBe(model.trees.length + 10);
  });

  test('the sums that training keeps are those that prediction gives', async () => {
    const losses: number[] = [];
    const model = await trainBoosted({
      train,
      validation: train,
      options: { ...SMALL, rowSample: 0.5 },
      onProgress: ({ loss }) => void losses.push(loss!),
    });
    expect(logLoss({ scores: probabilitiesOf(predictMargins(model, train.table)), labels: train.labels })).toBeCloseTo(
      Math.min(...losses),
      9,
    );
  });

  test('the same rows, options and seed give the same model; another seed another', async () => {
    const of = (seed: number) => trainBoosted({ train, options: { ...SMALL, rowSample: 0.7, columnSample: 0.6, seed } });
    const [one, again, other] = [await of(1), await of(1), await of(2)];
    expect(hashOf(again)).toBe(hashOf(one));
    expect(hashOf(other)).not.toBe(hashOf(one));
  });

  test('depends on the order of rows in nothing but the sample', async () => {
    const turn = <Values extends { toReversed: () => unknown }>(values: Values): Values => values.toReversed() as Values;
    const columns = train.table.columns.map((column) =>
      column.kind === 'numeric' ? { ...column, values: turn(column.values) } : { ...column, codes: turn(column.codes) },
    );
    const turned = { table: { rows: train.table.rows, columns }, labels: turn(train.labels) };
    expect(hashOf(await trainBoosted({ train: turned, options: SMALL }))).toBe(hashOf(await trainBoosted({ train, options: SMALL })));
  });

  test('keeps to depth and leaves', async () => {
    const { trees } = await trainBoosted({ train, options: { ...SMALL, maxLeaves: 5, maxDepth: 2 } });
    for (const tree of trees) expect(tree.filter((node) => 'value' in node).length).toBeLessThanOrEqual(4);
    const wide = await trainBoosted({ train, options: { ...SMALL, maxLeaves: 5, minChildWeight: 1 } });
    for (const tree of wide.trees) expect(tree.filter((node) => 'value' in node).length).toBeLessThanOrEqual(5);
  });

  test('covers are those of the training rows, children adding up to parents', async () => {
    const { trees } = await trainBoosted({ train, options: SMALL });
    for (const tree of trees) {
      expect(tree[0]!.cover).toBe(6000);
      for (const node of tree) if ('feature' in node) expect(tree[node.left]!.cover + tree[node.right]!.cover).toBe(node.cover);
    }
  });

  test('a stronger penalty shrinks what leaves say', async () => {
    const spread = async (lambda: number): Promise<number> => {
      const { trees } = await trainBoosted({ train, options: { ...SMALL, trees: 1, lambda } });
      return Math.max(...trees[0]!.map((node) => ('value' in node ? Math.abs(node.value) : 0)));
    };
    expect(await spread(1000)).toBeLessThan((await spread(0)) / 2);
  });

  test('a row that weighs three times counts as three rows', async () => {
    const random = seededRandom(3);
    const values = Array.from({ length: 400 }, () => Math.floor(random() * 20));
    const labels = values.map((value) => (random() < value / 20 ? 1 : 0));
    const weights = values.map((_, row) => (row % 2 === 0 ? 3 : 1));
    const expanded = values.flatMap((_, row) => Array.from({ length: weights[row]! }, () => row));
    const one = await trainBoosted({ train: labelled([numeric('x', values)], labels, weights), options: SMALL });
    const many = labelled(
      [
        numeric(
          'x',
          expanded.map((row) => values[row]!),
        ),
      ],
      expanded.map((row) => labels[row]!),
    );
    const table = labelled(
      [numeric('x', [...Array(20).keys()])],
      Array.from({ length: 20 }, () => 0),
    ).table;
    const [weighed, repeated] = [predictMargins(one, table), predictMargins(await trainBoosted({ train: many, options: SMALL }), table)];
    for (let row = 0; row < 20; row += 1) expect(weighed[row]).toBeCloseTo(repeated[row]!, 3);
  });

  test('rows with a missing value go where they belong, learned', async () => {
    const values = Array.from({ length: 300 }, (_, row) => (row % 3 === 0 ? Number.NaN : row));
    const labels = values.map((value, row) => (Number.isNaN(value) ? Number(row % 30 !== 0) : Number(row % 5 === 0)));
    const model = await trainBoosted({ train: labelled([numeric('x', values)], labels), options: SMALL });
    const [missing, present] = predictMargins(model, { rows: 2, columns: [numeric('x', [Number.NaN, 100])] });
    expect(missing!).toBeGreaterThan(1);
    expect(present!).toBeLessThan(-0.5);
  });

  test('a monotone feature never lowers the score as it grows, whatever the noise', async () => {
    const random = seededRandom(9);
    const [x, y] = [Array.from({ length: 800 }, random), Array.from({ length: 800 }, random)];
    const labels = x.map((value, row) => (random() < 0.5 + 0.4 * Math.sin(value * 9) * y[row]! ? 1 : 0));
    const rows = labelled([numeric('x', x), numeric('y', y)], labels);
    const [free, held] = [
      await trainBoosted({ train: rows, options: { ...SMALL, minChildWeight: 1 } }),
      await trainBoosted({ train: rows, options: { ...SMALL, minChildWeight: 1, monotone: { x: 1 } } }),
    ];
    const falls = (model: BoostedModel, fixed: number): boolean => {
      const steps = Array.from({ length: 100 }, (_, at) => at / 100);
      const line = {
        rows: 100,
        columns: [
          numeric('x', steps),
          numeric(
            'y',
            Array.from({ length: 100 }, () => fixed),
          ),
        ],
      };
      return predictMargins(model, line).some((margin, at, all) => at > 0 && margin < all[at - 1]! - 1e-12);
    };
    expect([0, 0.3, 0.7, 1].some((fixed) => falls(free, fixed))).toBe(true);
    expect([0, 0.3, 0.7, 1].some((fixed) => falls(held, fixed))).toBe(false);
  });

  test('can be aborted between trees, with the reason of the signal', async () => {
    const controller = new AbortController();
    const onProgress = ({ tree }: { tree: number }): void => {
      if (tree === 3) controller.abort(new Error('the user changed his mind'));
    };
    await expect(trainBoosted({ train, signal: controller.signal, onProgress })).rejects.toThrow('the user changed his mind');
  });

  test('tells beforehand what memory it takes', () => {
    expect(trainingMemory(1_000_000, 60)).toBeGreaterThan(120e6);
    expect(trainingMemory(1_000_000, 60)).toBeLessThan(200e6);
  });
});

describe('categories', () => {
  test('are told apart by what they say, not by their order', async () => {
    const names = Array.from({ length: 1200 }, (_, row) => `c${(row * 7) % 12}`);
    const labels = names.map((name, row) => Number(['c1', 'c6', 'c11'].includes(name) ? row % 10 !== 0 : row % 10 === 0));
    const model = await trainBoosted({ train: labelled([categorical('c', names)], labels), options: { ...SMALL, trees: 1 } });
    const [split] = model.trees[0]!;
    const feature = model.features[0]!;
    const found = 'feature' in split! && 'oneOf' in split.goesLeft ? split.goesLeft.oneOf : [];
    expect(new Set(found.map((bin) => (feature.kind === 'categorical' ? feature.categories[bin] : bin)))).toEqual(
      new Set(['c1', 'c6', 'c11']),
    );
  });

  test('may be numbered in another way when scoring; those never seen count as missing', async () => {
    const model = await trainBoosted({ train, options: SMALL });
    const table = (cities: readonly string[], codes: readonly number[]) => ({
      rows: codes.length,
      columns: train.table.columns.map((column) =>
        column.kind === 'numeric'
          ? numeric(column.name, [...column.values.subarray(0, codes.length)])
          : { ...column, categories: cities, codes: Int32Array.from(codes) },
      ),
    });
    const one = predictMargins(model, table(['Basel', 'Bern'], [0, 1, -1]));
    expect(predictMargins(model, table(['Atlantis', 'Bern', 'Basel'], [2, 1, 0]))).toEqual(one);
  });

  test('more than 254 share a bin among the rarest', async () => {
    const random = seededRandom(4);
    const names = Array.from({ length: 9000 }, () => `c${Math.floor(random() ** 2 * 600)}`);
    const labels = names.map((name) => Number(random() < (Number(name.slice(1)) < 30 ? 0.8 : 0.2)));
    const model = await trainBoosted({ train: labelled([categorical('c', names)], labels), options: SMALL });
    expect(model.features[0]).toMatchObject({ kind: 'categorical', pooled: true });
    expect(aucOf(model, labelled([categorical('c', names)], labels))).toBeGreaterThan(0.7);
  });
});

describe('columns that say nothing', () => {
  const labels = Array.from({ length: 200 }, (_, row) => row % 2);
  const flat = <Value>(value: Value): Value[] => Array.from({ length: 200 }, () => value);

  test.each<[string, Column]>([
    ['constant', numeric('x', flat(7))],
    ['all missing', numeric('x', flat(Number.NaN))],
    ['infinite', numeric('x', flat(Infinity))],
    ['of one category', categorical('x', flat('only'))],
    ['of no category', categorical('x', flat(null))],
  ])('%s: everybody gets the rate of all', async (_, column) => {
    const model = await trainBoosted({ train: labelled([column], labels), options: SMALL });
    expect(model.trees).toEqual([]);
    for (const margin of predictMargins(model, { rows: 200, columns: [column] })) expect(margin).toBeCloseTo(0, 9);
  });

  test('beside one that does change nothing', async () => {
    const x = numeric(
      'x',
      labels.map((label, row) => label + (row % 7) / 7),
    );
    const alone = await trainBoosted({ train: labelled([x], labels), options: SMALL });
    const beside = await trainBoosted({
      train: labelled([x, numeric('k', flat(7)), numeric('m', flat(Number.NaN))], labels),
      options: SMALL,
    });
    expect(beside.trees).toEqual(alone.trees);
  });

  test('infinite values are values, at either end', async () => {
    const values = labels.map((label, row) => (row % 4 < 2 ? (label === 1 ? Infinity : -Infinity) : label === 1 ? 1 : 0));
    const model = await trainBoosted({ train: labelled([numeric('x', values)], labels), options: SMALL });
    expect(aucOf(model, labelled([numeric('x', values)], labels))).toBe(1);
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
  });
});

describe('training refuses', () => {
  const x = numeric('x', [1, 2, 3]);
  test.each<[string, LabelledTable, Partial<BoostOptions>]>([
    ['no-rows', labelled([numeric('x', [])], []), {}],
    ['no-features', labelled([], [0, 1]), {}],
    ['one-class', labelled([x], [1, 1, 1]), {}],
    ['one-class', labelled([x], [0, 0, 0]), {}],
    ['length-mismatch', labelled([x], [0, 1]), {}],
    ['bad-weight', labelled([x], [0, 1, 1], [1, 0, 1]), {}],
    ['bad-weight', labelled([x], [0, 1, 1], [1, Number.NaN, 1]), {}],
    ['bad-option', labelled([x, x], [0, 1, 1]), {}],
    ['bad-option', labelled([x], [0, 1, 1]), { maxDepth: 9 }],
    ['bad-option', labelled([x], [0, 1, 1]), { learningRate: 0 }],
    ['bad-option', labelled([x], [0, 1, 1]), { monotone: { y: 1 } }],
  ])('%s', async (code, rows, options) => {
    const error: unknown = await trainBoosted({ train: rows, options }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PropensityError);
    expect(error).toMatchObject({ code });
  });

  test('and prediction refuses a table without a column of the model', async () => {
    const model = await trainBoosted({ train, options: { ...SMALL, trees: 1 } });
    const table = { rows: 1, columns: train.table.columns.slice(1).map(({ name }) => numeric(name, [1])) };
    expect(() => predictMargins(model, table)).toThrow(/"recency"/);
  });

  test('tiny sets of any shape are trained or refused, never worse', async () => {
    const row = fc.tuple(fc.constantFrom(Number.NaN, -1, 0, 1, Infinity), fc.constantFrom('a', 'b', null), fc.integer({ min: 0, max: 1 }));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (rows) => {
        const columns = [
          numeric(
            'n',
            rows.map(([value]) => value),
          ),
          categorical(
            'c',
            rows.map(([, name]) => name),
          ),
        ];
        const set = labelled(
          columns,
          rows.map(([, , label]) => label),
        );
        const options = { ...SMALL, trees: 3, minChildWeight: 0, lambda: 0, rowSample: 0.6 };
        const model = await trainBoosted({ train: set, options }).catch((error: unknown) => error);
        if (model instanceof PropensityError) expect(model.code).toBe('one-class');
        else expect(predictMargins(model as BoostedModel, set.table).every(Number.isFinite)).toBe(true);
      }),
    );
  });
});
