/** Regularised logistic regression: what trees have to beat, and do not always where rows are few. */
import { baseMargin } from '../boost/gradients.ts';
import { binTable } from '../data/bins.ts';
import type { Bins } from '../data/bins.ts';
import { binCount, fitFeatures, MISSING } from '../data/features.ts';
import { checkTrainable } from '../data/table.ts';
import type { LabelledTable } from '../data/table.ts';
import { sigmoid } from '../model/forest.ts';
import type { LogisticModel } from '../model/model.ts';
import { requireOption } from '../problems.ts';
import { addTable } from './additive.ts';
import { BINS, designOf, tableOf } from './design.ts';
import type { Design } from './design.ts';
import { minimise } from '../minimise.ts';
import type { Objective } from '../minimise.ts';

export interface LogisticTraining {
  readonly train: LabelledTable;
  /** Half the L2 penalty on coefficients of standardised columns, in units of log loss of one row; above 0. */
  readonly penalty?: number;
  readonly signal?: AbortSignal;
}

/** @throws PropensityError when the rows or options make no training set */
export async function trainLogistic({ train, penalty = 10, signal }: LogisticTraining): Promise<LogisticModel> {
  checkTrainable(train);
  requireOption(penalty > 0 && penalty < Infinity, `penalty must be above 0, not ${penalty}`);
  const features = fitFeatures(train.table);
  const bins = binTable(train.table, features);
  const design = designOf(features, bins, train.weights ?? null);
  const start = new Float64Array(design.coefficients + 1);
  start[design.coefficients] = baseMargin({ labels: train.labels, weights: train.weights ?? null });
  const beforeStep = async (): Promise<void> => {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    signal?.throwIfAborted();
  };
  const tolerance = 1e-5 * Math.sqrt(train.table.rows);
  const found = await minimise(objectiveOf(train, bins, design, penalty), start, { steps: 200, tolerance, beforeStep });
  return logisticOf(features, design, found, penalty);
}

/** The intercept is the last coefficient; it goes unpunished. */
function objectiveOf({ labels, weights }: LabelledTable, bins: Bins, design: Design, penalty: number): Objective {
  const margins = new Float64Array(bins.rows);
  const size = design.coefficients + 1;
  const evaluate = (point: Float64Array, gradient: Float64Array): number => {
    margins.fill(point[size - 1]!);
    addTable(tableOf(design, point), bins, margins);
    let loss = 0;
    let slopes = 0;
    for (let row = 0; row < bins.rows; row += 1) {
      const weight = weights === undefined ? 1 : weights[row]!;
      const margin = margins[row]!;
      const toward = labels[row] === 1 ? margin : -margin;
      loss += weight * (toward > 0 ? Math.log1p(Math.exp(-toward)) : Math.log1p(Math.exp(toward)) - toward);
      margins[row] = weight * (sigmoid(margin) - labels[row]!);
      slopes += margins[row]!;
    }
    addSlopes(design, bins, margins, gradient);
    gradient[size - 1] = slopes;
    for (let at = 0; at < size - 1; at += 1) {
      loss += (penalty / 2) * point[at]! ** 2;
      gradient[at]! += penalty * point[at]!;
    }
    return loss;
  };
  return { size, evaluate };
}

/** Slopes of rows, summed by feature and bin first: a row costs one addition a column. */
function addSlopes({ coefficient, factor }: Design, { rows, stride, bytes }: Bins, slopes: Float64Array, gradient: Float64Array): void {
  const sums = new Float64Array(factor.length);
  const features = factor.length / BINS;
  for (let row = 0; row < rows; row += 1) {
    const slope = slopes[row]!;
    for (let feature = 0; feature < features; feature += 1) sums[feature * BINS + bytes[row * stride + feature]!]! += slope;
  }
  gradient.fill(0);
  for (const [at, sum] of sums.entries()) if (coefficient[at]! >= 0) gradient[coefficient[at]!]! += factor[at]! * sum;
}

/** Every feature's log odds are centred on the training rows, so that they say how far a value moves a row from the mean. */
function logisticOf(features: LogisticModel['features'], design: Design, found: Float64Array, penalty: number): LogisticModel {
  const table = tableOf(design, found);
  let base = found[design.coefficients]!;
  const logOdds = features.map((feature, index) => {
    const entries = table.subarray(index * BINS, (index + 1) * BINS);
    const counts = design.counts.subarray(index * BINS, (index + 1) * BINS);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const mean = entries.reduce((sum, value, bin) => sum + (value * counts[bin]!) / total, 0);
    base += mean;
    return { bins: [...entries.subarray(0, binCount(feature))].map((value) => value - mean), missing: entries[MISSING]! - mean };
  });
  return { kind: 'logistic', features, base, logOdds, penalty };
}
