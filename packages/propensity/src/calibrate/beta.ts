/**
 * Beta calibration (Kull, Silva Filho, Flach 2017): makes of a model's log odds the probability that rows like it had, by three
 * numbers fitted on rows that the model was not trained on. It keeps the order of scores, and can bend each end by itself.
 */
import { sigmoid } from '../model/forest.ts';
import { requireLength } from '../problems.ts';

/** log odds = c + a · log p − b · log(1 − p) of the model's probability p. */
export interface Calibration {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** Changes nothing. */
export const IDENTITY: Calibration = { a: 1, b: 1, c: 0 };

/** Pull toward changing nothing, as strong as this many rows: few rows can say little, and separated ones would say infinity. */
const PRIOR = 1;

/** Log odds are held in here, where exp loses nothing. */
const FARTHEST = 30;

/** Probabilities of a model's log odds. */
export function calibrate({ a, b, c }: Calibration, margins: Float64Array): Float64Array {
  return margins.map((margin) => sigmoid(c + a * logOf(margin) - b * logOf(-margin)));
}

/**
 * Fits on log odds and what became true of them.
 * @throws PropensityError `length-mismatch`
 */
export function fitBeta(margins: Float64Array, labels: Uint8Array, weights: Float64Array | null = null): Calibration {
  requireLength('labels', labels.length, margins.length);
  if (weights !== null) requireLength('weights', weights.length, margins.length);
  const rows = { margins, labels, weights };
  // A negative a or b would turn the order of scores around at one end: that end stays flat then.
  const free = newton(rows, [true, true, true]);
  if (free[0] < 0) return calibrationOf(newton(rows, [false, true, true]));
  if (free[1] < 0) return calibrationOf(newton(rows, [true, false, true]));
  return calibrationOf(free);
}

type Three<Value> = readonly [Value, Value, Value];

interface Rows {
  readonly margins: Float64Array;
  readonly labels: Uint8Array;
  readonly weights: Float64Array | null;
}

function calibrationOf([a, b, c]: Three<number>): Calibration {
  return { a: Math.max(0, a), b: Math.max(0, b), c };
}

/** Parameters held back are 0. Steps that do not lessen the loss are halved. */
function newton(rows: Rows, free: Three<boolean>): Three<number> {
  let point: Three<number> = [free[0] ? 1 : 0, free[1] ? 1 : 0, 0];
  let here = lossAt(rows, point);
  for (let step = 0; step < 60; step += 1) {
    const move = solve(here.hessian, here.gradient, free);
    let length = 1;
    let next = here;
    for (; length > 1e-6; length /= 2) {
      next = lossAt(rows, movedBy(point, move, length));
      if (next.loss <= here.loss) break;
    }
    if (length <= 1e-6) break;
    point = movedBy(point, move, length);
    const gained = here.loss - next.loss;
    here = next;
    if (gained < 1e-10 * Math.max(1, here.loss)) break;
  }
  return point;
}

function movedBy(point: Three<number>, move: Three<number>, length: number): Three<number> {
  return [point[0] - length * move[0], point[1] - length * move[1], point[2] - length * move[2]];
}

interface Here {
  readonly loss: number;
  readonly gradient: Three<number>;
  /** aa, ab, ac, bb, bc, cc. */
  readonly hessian: readonly [number, number, number, number, number, number];
}

function lossAt({ margins, labels, weights }: Rows, [a, b, c]: Three<number>): Here {
  let loss = (PRIOR / 2) * ((a - 1) ** 2 + (b - 1) ** 2 + c ** 2);
  const [ga, gb, gc] = [PRIOR * (a - 1), PRIOR * (b - 1), PRIOR * c];
  const sums = [ga, gb, gc, PRIOR, 0, 0, PRIOR, 0, PRIOR] as [number, number, number, number, number, number, number, number, number];
  for (let row = 0; row < margins.length; row += 1) {
    const weight = weights === null ? 1 : weights[row]!;
    const [x, y] = [logOf(margins[row]!), -logOf(-margins[row]!)];
    const margin = c + a * x + b * y;
    const chance = sigmoid(margin);
    const slope = weight * (chance - labels[row]!);
    const curve = weight * chance * (1 - chance);
    loss -= weight * logOf(labels[row] === 1 ? margin : -margin);
    sums[0] += slope * x;
    sums[1] += slope * y;
    sums[2] += slope;
    sums[3] += curve * x * x;
    sums[4] += curve * x * y;
    sums[5] += curve * x;
    sums[6] += curve * y * y;
    sums[7] += curve * y;
    sums[8] += curve;
  }
  const [da, db, dc, ...hessian] = sums;
  return { loss, gradient: [da, db, dc], hessian };
}

/** Newton's step; parameters that are not free stay. */
function solve([aa, ab, ac, bb, bc, cc]: Here['hessian'], gradient: Three<number>, free: Three<boolean>): Three<number> {
  const matrix = [
    [aa, ab, ac],
    [ab, bb, bc],
    [ac, bc, cc],
  ].map((line, i) => line.map((value, j) => (free[i] && free[j] ? value : i === j ? 1 : 0)));
  const [first, second, third] = matrix as [number[], number[], number[]];
  const right = gradient.map((value, at) => (free[at] ? value : 0)) as unknown as Three<number>;
  const whole = determinant(first, second, third);
  const column = (at: number): number => {
    const [one, two, three] = matrix.map((line, row) => line.with(at, right[row]!)) as [number[], number[], number[]];
    return determinant(one, two, three) / whole;
  };
  return [column(0), column(1), column(2)];
}

function determinant(one: readonly number[], two: readonly number[], three: readonly number[]): number {
  const [a, b, c] = one as Three<number>;
  const [d, e, f] = two as Three<number>;
  const [g, h, i] = three as Three<number>;
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

/** log(1 / (1 + e^-margin)), without overflow. */
function logOf(margin: number): number {
  const held = Math.min(FARTHEST, Math.max(-FARTHEST, margin));
  return held > 0 ? -Math.log1p(Math.exp(-held)) : held - Math.log1p(Math.exp(held));
}
