/**
 * BG/NBD (Fader, Hardie, Lee 2005): how often people come again, and whether they have gone for good, from three numbers of each. While
 * somebody is there they come at a rate of their own, gamma(r, alpha) over people; after each time they stay away for ever with a chance
 * of their own, beta(a, b). Fitted by maximum likelihood; it needs no outcomes, and is what a model with many features has to beat.
 */
import { minimise } from '../minimise.ts';
import type { Objective } from '../minimise.ts';
import { PropensityError, requireLength, requireOption } from '../problems.ts';

/** What somebody did up to an instant; all times in one unit. */
export interface Repeats {
  /** How often they came after the first time: whole numbers. */
  readonly frequency: ArrayLike<number>;
  /** From the first time to the last; 0 where there was one. */
  readonly recency: ArrayLike<number>;
  /** From the first time to the instant. */
  readonly age: ArrayLike<number>;
  /** How many people a row stands for; 1 without. */
  readonly weights?: ArrayLike<number>;
}

export interface BgNbd {
  readonly r: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
}

export interface BgNbdFit {
  readonly repeats: Repeats;
  readonly signal?: AbortSignal;
}

/** Pull of the logarithms toward the start: parameters that the data says nothing about would run away. */
const PULL = 1e-3;

/** @throws PropensityError `no-rows`, `length-mismatch`, `bad-option` */
export async function fitBgNbd({ repeats, signal }: BgNbdFit): Promise<BgNbd> {
  const rows = checkRepeats(repeats);
  const ages = Array.from({ length: rows }, (_, row) => repeats.age[row]!);
  // In units of the mean age the parameters are near 1.
  const unit = Math.max(ages.reduce((sum, age) => sum + age, 0) / rows, Number.MIN_VALUE);
  const scaled = { ...repeats, recency: Array.from(repeats.recency, (time) => time / unit), age: ages.map((age) => age / unit) };
  const beforeStep = async (): Promise<void> => {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    signal?.throwIfAborted();
  };
  const found = await minimise(objectiveOf(scaled), new Float64Array(4), { steps: 500, tolerance: 1e-7 * rows, beforeStep });
  const { r, alpha, a, b } = modelOf(found);
  return { r, alpha: alpha * unit, a, b };
}

/** The logarithm of the probability density of what people did. @throws PropensityError as `fitBgNbd` */
export function bgNbdLogLikelihood(model: BgNbd, repeats: Repeats): number {
  checkRepeats(repeats);
  return likelihood(model, repeats, new Float64Array(4));
}

/** How likely each still comes at all. @throws PropensityError as `fitBgNbd` */
export function chanceAlive({ r, alpha, a, b }: BgNbd, repeats: Repeats): Float64Array {
  return Float64Array.from({ length: checkRepeats(repeats) }, (_, row) => {
    const times = repeats.frequency[row]!;
    if (times === 0) return 1;
    const longer = Math.log((alpha + repeats.age[row]!) / (alpha + repeats.recency[row]!));
    return 1 / (1 + (a / (b + times - 1)) * Math.exp((r + times) * longer));
  });
}

/** How likely each comes at least once within a time from the instant on. @throws PropensityError as `fitBgNbd` */
export function chanceOfRepeat(model: BgNbd, repeats: Repeats, within: number): Float64Array {
  requireOption(within > 0, `the time to come again must be above 0, not ${within}`);
  const { r, alpha } = model;
  return chanceAlive(model, repeats).map((alive, row) => {
    const known = alpha + repeats.age[row]!;
    return alive * -Math.expm1((r + repeats.frequency[row]!) * Math.log(known / (known + within)));
  });
}

function checkRepeats({ frequency, recency, age, weights }: Repeats): number {
  const rows = frequency.length;
  if (rows === 0) throw new PropensityError('no-rows', 'there is nobody to learn from');
  requireLength('recency', recency.length, rows);
  requireLength('age', age.length, rows);
  if (weights !== undefined) requireLength('weights', weights.length, rows);
  for (let row = 0; row < rows; row += 1) {
    const [times, last, known] = [frequency[row]!, recency[row]!, age[row]!];
    requireOption(Number.isSafeInteger(times) && times >= 0, `the frequency of row ${row} must be a whole number from 0, not ${times}`);
    requireOption(last >= 0 && last <= known, `the recency of row ${row} must lie between 0 and its age ${known}, not be ${last}`);
  }
  return rows;
}

/** Over the logarithms of r, alpha, a and b. */
function objectiveOf(repeats: Repeats): Objective {
  const evaluate = (point: Float64Array, gradient: Float64Array): number => {
    const model = modelOf(point);
    const loss = -likelihood(model, repeats, gradient);
    const values = [model.r, model.alpha, model.a, model.b];
    for (const [at, value] of values.entries()) gradient[at] = -gradient[at]! * value + PULL * point[at]!;
    return loss + (PULL / 2) * point.reduce((sum, each) => sum + each * each, 0);
  };
  return { size: 4, evaluate };
}

function modelOf(point: Float64Array): BgNbd {
  const [r, alpha, a, b] = point.map(Math.exp);
  return { r: r!, alpha: alpha!, a: a!, b: b! };
}

/** Adds up; the gradient is by r, alpha, a and b. */
function likelihood({ r, alpha, a, b }: BgNbd, repeats: Repeats, gradient: Float64Array): number {
  const { frequency, recency, age, weights } = repeats;
  const times = timesOf({ r, alpha, a, b }, frequency);
  gradient.fill(0);
  let total = 0;
  for (let row = 0; row < frequency.length; row += 1) {
    const x = frequency[row]!;
    const weight = weights === undefined ? 1 : weights[row]!;
    const [whole, last] = [alpha + age[row]!, alpha + recency[row]!];
    const [logWhole, logLast] = [Math.log(whole), Math.log(last)];
    const here = -(r + x) * logWhole;
    const gone = x === 0 ? -Infinity : Math.log(a) - Math.log(b + x - 1) - (r + x) * logLast;
    const top = Math.max(here, gone);
    const sum = Math.exp(here - top) + Math.exp(gone - top);
    const stays = Math.exp(here - top) / sum;
    const leaves = 1 - stays;
    total += weight * (times.value[x]! + top + Math.log(sum));
    gradient[0]! += weight * (times.r[x]! - stays * logWhole - leaves * logLast);
    gradient[1]! += weight * (r / alpha - (r + x) * (stays / whole + leaves / last));
    gradient[2]! += weight * (times.a[x]! + leaves / a);
    gradient[3]! += weight * (times.b[x]! - (x === 0 ? 0 : leaves / (b + x - 1)));
  }
  return total;
}

/** What depends on the frequency alone: quotients of gamma functions are products over it. By frequency. */
function timesOf({ r, alpha, a, b }: BgNbd, frequency: ArrayLike<number>) {
  let most = 0;
  for (let row = 0; row < frequency.length; row += 1) most = Math.max(most, frequency[row]!);
  const start = r * Math.log(alpha);
  const sums = {
    value: new Float64Array(most + 1).fill(start),
    r: new Float64Array(most + 1).fill(Math.log(alpha)),
    a: new Float64Array(most + 1),
    b: new Float64Array(most + 1),
  };
  for (let x = 1; x <= most; x += 1) {
    const done = x - 1;
    sums.value[x] = sums.value[done]! + Math.log(r + done) + Math.log(b + done) - Math.log(a + b + done);
    sums.r[x] = sums.r[done]! + 1 / (r + done);
    sums.a[x] = sums.a[done]! - 1 / (a + b + done);
    sums.b[x] = sums.b[done]! + 1 / (b + done) - 1 / (a + b + done);
  }
  return sums;
}
