import { describe, expect, test } from 'vitest';
import { auc, logLoss, predictMargins, probabilitiesOf, PropensityError, trainLogistic } from '../src/index.ts';
import type { LogisticModel, Table } from '../src/index.ts';
import { categorical, madeUp, numeric } from './support/made-up.ts';

const train = madeUp(6000);
const later = madeUp(4000, 2);

const lossOf = (model: LogisticModel, { table, labels }: { table: Table; labels: Uint8Array }): number =>
  logLoss({ scores: probabilitiesOf(predictMargins(model, table)), labels });

describe('logistic regression', () => {
  test('comes near the best that can be known of made-up rows', async () => {
    const model = await trainLogistic({ train });
    const oracle = auc({ scores: later.truth, labels: later.labels });
    expect(auc({ scores: predictMargins(model, later.table), labels: later.labels })).toBeGreaterThan(oracle - 0.012);
    expect(lossOf(model, later)).toBeLessThan(logLoss({ scores: probabilitiesOf(later.truth), labels: later.labels }) + 0.02);
  });

  test('is at the least of its penalised loss: any coefficient moved makes it worse', async () => {
    const penalty = 3;
    const model = await trainLogistic({ train, penalty });
    // Every bin of "recency" by the same factor is what its one coefficient does.
    const scaled = (factor: number): LogisticModel => ({
      ...model,
      logOdds: model.logOdds.map((each, at) => (at === 0 ? { ...each, bins: each.bins.map((value) => value * factor) } : each)),
    });
    // Columns are standardised, so the mean square of what a column adds is the square of its coefficient.
    const { values } = numeric('recency', [...(train.table.columns[0] as { values: Float64Array }).values]);
    const alone = { ...model, base: 0, features: model.features.slice(0, 1), logOdds: model.logOdds.slice(0, 1) };
    const added = predictMargins(alone, { rows: values.length, columns: [{ kind: 'numeric', name: 'recency', values }] });
    const square = added.reduce((sum, value) => sum + value * value, 0) / added.length;
    const total = (factor: number): number => lossOf(scaled(factor), train) * train.table.rows + (penalty / 2) * square * factor ** 2;
    for (const factor of [0.97, 1.03]) expect(total(factor)).toBeGreaterThan(total(1));
  });

  test('a strong penalty leaves the rate of all', async () => {
    const model = await trainLogistic({ train, penalty: 1e9 });
    const rate = train.labels.reduce((sum, label) => sum + label, 0) / train.labels.length;
    for (const chance of probabilitiesOf(predictMargins(model, later.table)).subarray(0, 50)) expect(chance).toBeCloseTo(rate, 3);
  });

  test('weights count as rows do', async () => {
    const half = { ...train, weights: new Float64Array(6000).fill(0.5) };
    const [one, other] = [await trainLogistic({ train: half, penalty: 5 }), await trainLogistic({ train, penalty: 10 })];
    expect(one.base).toBeCloseTo(other.base, 3);
  });

  test('separated rows, columns that say nothing and unknown categories stay finite', async () => {
    const labels = Uint8Array.from({ length: 60 }, (_, row) => row % 2);
    const columns = [
      numeric('sure', [...labels]),
      numeric(
        'constant',
        Array.from({ length: 60 }, () => 1),
      ),
      numeric(
        'none',
        Array.from({ length: 60 }, () => Number.NaN),
      ),
      categorical(
        'one',
        Array.from({ length: 60 }, () => 'a'),
      ),
      categorical(
        'some',
        Array.from({ length: 60 }, (_, row) => [null, 'a', 'b'][row % 3]!),
      ),
    ];
    const model = await trainLogistic({ train: { table: { rows: 60, columns }, labels } });
    const row = [
      numeric('sure', [1]),
      numeric('constant', [2]),
      numeric('none', [5]),
      categorical('one', ['z']),
      categorical('some', ['z']),
    ];
    const [margin] = predictMargins(model, { rows: 1, columns: row });
    expect(margin!).toBeGreaterThan(0.5);
    expect(Number.isFinite(margin)).toBe(true);
  });

  test('refuses what cannot be learned from', async () => {
    const labels = new Uint8Array(3);
    const failed = trainLogistic({ train: { table: { rows: 3, columns: [numeric('x', [1, 2, 3])] }, labels } });
    await expect(failed).rejects.toThrow(PropensityError);
  });

  test('can be aborted', async () => {
    await expect(trainLogistic({ train, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});
