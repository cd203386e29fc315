/**
 * Learns a model from snapshots: tries trees and logistic regression on past cut-offs, where both know only what was over by then,
 * takes the better one, trains it on everything, and says how good it was on the newest cut-off.
 */
import type { Calibration, LabelledTable, ModelDocument, PropensityModel } from '@kindred/propensity';
import {
  calibrate,
  countByEdges,
  fitBeta,
  IDENTITY,
  logLoss,
  predictMargins,
  psi,
  quantileEdges,
  saveModel,
  trainBoosted,
  trainLogistic,
} from '@kindred/propensity';
import { comeAgainOf } from './come-again.ts';
import type { Curves, Judged, Metrics, Result } from './evaluate.ts';
import { curvesOf, metricsOf, resultOf } from './evaluate.ts';
import type { Dropped } from './guards.ts';
import { guard } from './guards.ts';
import type { Importance } from './importance.ts';
import { importancesOf } from './importance.ts';
import type { LabelledRows, LearnedFeature } from './table.ts';
import { labelledOf, labelsOf, NUMBERS, tableOf, weightsOf } from './table.ts';

export interface LearnInput {
  readonly features: readonly LearnedFeature[];
  /** Newest first. */
  readonly snapshots: readonly LabelledRows[];
  /** Length of a window of outcomes, ms. */
  readonly window: number;
  /** Place of the days since the last event, and whether many of them make the outcome likelier. */
  readonly recency: { readonly place: number; readonly rises: boolean };
  readonly seed: number;
}

export type Algorithm = 'boosted' | 'logistic';

export interface BackTest {
  /** Epoch ms. */
  readonly at: number;
  readonly rows: number;
  readonly positives: number;
  readonly results: readonly Result[];
}

/** How the values of a feature, or scores, lay when the model was made; missing ones are counted last. */
export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  /** How far it lay from this at other cut-offs, at most: the population stability index. Absent in models of before it was kept. */
  readonly ordinary?: number;
}

export interface Learned extends Curves {
  readonly algorithm: Algorithm;
  readonly document: ModelDocument;
  /** Places of the features in it. */
  readonly kept: readonly number[];
  readonly dropped: readonly Dropped[];
  readonly metrics: Metrics;
  readonly backTest: readonly BackTest[];
  readonly importances: readonly Importance[];
  /** Of the features kept, on the newest snapshot. */
  readonly histograms: readonly Histogram[];
  readonly trainedOn: readonly { readonly at: number; readonly rows: number; readonly positives: number }[];
  /** Calibrated probabilities and labels of the newest snapshot by a model that has not seen it, as they were judged. */
  readonly judged: Judged;
}

export interface LearnOptions {
  readonly threads: number;
  readonly signal: AbortSignal;
  /** @param done from 0 to 1 */
  readonly onProgress: (step: string, done: number) => void;
}

/** Past cut-offs that models are tried on, and snapshots that one is trained on. */
const TESTS = 3;
const TRAINED_ON = 4;
/** With fewer outcomes of a kind, trees learn noise. */
const ENOUGH_FOR_TREES = 500;
const EXPLAINED = 20_000;

/** Throws PropensityError; rejects with the signal's reason. */
export async function learn(input: LearnInput, options: LearnOptions): Promise<Learned> {
  const { features, snapshots } = input;
  const dropped = guard(features, snapshots);
  const gone = new Set(dropped.map(({ place }) => place));
  const kept = [...features.keys()].filter((place) => !gone.has(place));
  const setting: Setting = { input, kept, options };
  const trials: Trial[] = [];
  for (const [index, test] of testsOf(snapshots, input.window).entries()) {
    options.onProgress(`Testing on the past, cut-off ${index + 1}`, index / (TESTS + 1));
    trials.push(await tryOn(test, setting));
  }
  const algorithm = betterOf(trials);
  options.onProgress('Training on everything', TESTS / (TESTS + 1));
  const newest = snapshots[0]!;
  const chosen = trials[0]!.contenders[algorithm]!;
  const trainedOn = snapshots.slice(0, TRAINED_ON);
  const model = await fit(algorithm, labelledOf(features, kept, trainedOn), { trees: chosen.trees, setting });
  // The newest snapshot as seen by the model that did not know it.
  const calibration = fitted(chosen.margins, newest);
  const judged = { scores: chosen.probabilities, labels: newest.labels, ...weightsOf([newest]) };
  const table = tableOf(features, kept, [sampled(newest)]);
  return {
    algorithm,
    document: saveModel({ model, calibration }),
    kept,
    dropped,
    metrics: metricsOf(judged, input.seed),
    ...curvesOf(judged),
    backTest: trials.map(({ backTest }) => backTest),
    importances: importancesOf(model, table),
    histograms: kept.map((place) => histogramOf(place, snapshots)),
    trainedOn: trainedOn.map(({ at, labels }) => ({ at, rows: labels.length, positives: count(labels) })),
    judged,
  };
}

interface Setting {
  readonly input: LearnInput;
  readonly kept: readonly number[];
  readonly options: LearnOptions;
}

interface Test {
  readonly test: LabelledRows;
  /** Newest first; all of their windows were over at the cut-off of the test. */
  readonly known: readonly LabelledRows[];
}

interface Contender {
  readonly trees: number;
  readonly margins: Float64Array;
  /** Calibrated on rows that were known at the cut-off. */
  readonly probabilities: Float64Array;
}

interface Trial {
  readonly backTest: BackTest;
  readonly contenders: Partial<Record<Algorithm, Contender>>;
  readonly test: LabelledRows;
}

/** Newest first. */
function testsOf(snapshots: readonly LabelledRows[], window: number): readonly Test[] {
  const tests = snapshots.map((test) => ({ test, known: snapshots.filter(({ at }) => at <= test.at - window).slice(0, TRAINED_ON) }));
  return tests.filter(({ test, known }) => isTwoSided(test) && known.some(isTwoSided)).slice(0, TESTS);
}

async function tryOn({ test, known }: Test, setting: Setting): Promise<Trial> {
  const { input, options } = setting;
  const split = splitOf(known);
  const positives = count(labelsOf(known));
  const enough = Math.min(positives, labelsOf(known).length - positives) >= ENOUGH_FOR_TREES;
  const contenders: Partial<Record<Algorithm, Contender>> = {};
  for (const algorithm of enough ? (['logistic', 'boosted'] as const) : (['logistic'] as const)) {
    options.signal.throwIfAborted();
    contenders[algorithm] = await contend(algorithm, { test, split, known }, setting);
  }
  const comeAgain = await comeAgainOf(test, known, { window: input.window, occurs: !input.recency.rises, signal: options.signal });
  const judged = { labels: test.labels, ...weightsOf([test]) };
  const results = Object.entries(contenders).map(([name, { probabilities }]) =>
    resultOf(name === 'boosted' ? 'Boosted trees' : 'Logistic regression', { scores: probabilities, ...judged }, true),
  );
  if (comeAgain !== null) {
    const { probabilities, model } = comeAgain;
    results.push({ ...resultOf('BG/NBD', { scores: probabilities, ...judged }, true), parameters: { ...model } });
  }
  results.push(resultOf('Recency rule', { scores: recencyRule(test, input.recency), ...judged }, false));
  return { backTest: { at: test.at, rows: test.labels.length, positives: count(test.labels), results }, contenders, test };
}

/** Who came last is likeliest to come again; who never came is least likely. */
function recencyRule({ values, width, labels }: LabelledRows, { place, rises }: LearnInput['recency']): Float64Array {
  return Float64Array.from({ length: labels.length }, (_, row) => {
    const days = values[row * width + place]!;
    const since = Number.isNaN(days) ? Number.MAX_SAFE_INTEGER : days;
    return rises ? since : -since;
  });
}

interface Split {
  readonly older: readonly LabelledRows[];
  /** For the number of trees, and for calibration. */
  readonly newer: readonly LabelledRows[];
}

/** The newest snapshot apart; of a single one, every fifth row. */
function splitOf(known: readonly LabelledRows[]): Split {
  const usable = known.filter(isTwoSided);
  const [newest, ...older] = usable;
  if (older.length > 0) return { older, newer: [newest!] };
  const rows = [...newest!.labels.keys()];
  const [most, fifth] = [rows.filter((row) => row % 5 !== 0), rows.filter((row) => row % 5 === 0)];
  return { older: [rowsOf(newest!, most)], newer: [rowsOf(newest!, fifth)] };
}

async function contend(
  algorithm: Algorithm,
  { test, split, known }: { readonly test: LabelledRows; readonly split: Split; readonly known: readonly LabelledRows[] },
  setting: Setting,
): Promise<Contender> {
  const { features } = setting.input;
  const { kept } = setting;
  const [older, newer] = [labelledOf(features, kept, split.older), labelledOf(features, kept, split.newer)];
  const first = await fit(algorithm, older, { validation: newer, setting });
  const calibration = fitted(predictMargins(first, newer.table), newer);
  const trees = first.kind === 'boosted' ? Math.max(1, first.trees.length) : 0;
  // What it was calibrated on is learned from too: it is the newest there is.
  const model = await fit(algorithm, labelledOf(features, kept, known), { trees, setting });
  const margins = predictMargins(model, tableOf(features, kept, [test]));
  return { trees, margins, probabilities: calibrate(calibration, margins) };
}

async function fit(
  algorithm: Algorithm,
  train: LabelledTable,
  { trees, validation, setting }: { readonly trees?: number; readonly validation?: LabelledTable; readonly setting: Setting },
): Promise<PropensityModel> {
  const { signal, threads } = setting.options;
  if (algorithm === 'logistic') return await trainLogistic({ train, signal });
  const options = { seed: setting.input.seed, ...(trees !== undefined && { trees }) };
  return await trainBoosted({ train, options, threads, signal, ...(validation !== undefined && { validation }) });
}

/** Beta calibration; none where it would say less than the margins themselves. */
function fitted(
  margins: Float64Array,
  { labels, weights }: { readonly labels: Uint8Array; readonly weights?: Float64Array | null },
): Calibration {
  const beta = fitBeta(margins, labels, weights ?? null);
  const rest = { labels, ...(weights && { weights }) };
  const loss = (calibration: Calibration): number => logLoss({ scores: calibrate(calibration, margins), ...rest });
  return loss(beta) <= loss(IDENTITY) ? beta : IDENTITY;
}

/** The smaller mean loss over all cut-offs. */
function betterOf(trials: readonly Trial[]): Algorithm {
  const lossOf = (algorithm: Algorithm): number => {
    const losses = trials.map(({ contenders, test }) => {
      const contender = contenders[algorithm];
      return contender === undefined ? Infinity : logLoss({ scores: contender.probabilities, labels: test.labels, ...weightsOf([test]) });
    });
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  };
  return lossOf('boosted') < lossOf('logistic') ? 'boosted' : 'logistic';
}

/** @param snapshots newest first */
function histogramOf(place: number, snapshots: readonly LabelledRows[]): Histogram {
  const columns = snapshots.map(({ values, width }) =>
    Float64Array.from({ length: values.length / width }, (_, row) => values[row * width + place]!),
  );
  const edges = quantileEdges(columns[0]!);
  const [counts, ...others] = snapshots.map(({ weights }, index) => countByEdges(columns[index]!, edges, weights));
  const indices = others.map((each) => psi(counts!, each)).filter(Number.isFinite);
  return { edges, counts: [...counts!], ordinary: Math.max(0, ...indices) };
}

/** Rows at equal steps of what they stand for: as everybody is, whatever was left out. */
function sampled(rows: LabelledRows): LabelledRows {
  const { labels, weights } = rows;
  const all = weights?.reduce((sum, weight) => sum + weight, 0) ?? labels.length;
  const step = weights === null ? Math.ceil(all / EXPLAINED) : all / Math.min(EXPLAINED, labels.length);
  if (step <= 1 && weights === null) return rows;
  const chosen: number[] = [];
  let passed = 0;
  for (const row of labels.keys()) {
    passed += weights?.[row] ?? 1;
    while (chosen.length * step < passed) chosen.push(row);
  }
  return rowsOf(rows, chosen);
}

function rowsOf({ at, width, values, labels, weights, repeats }: LabelledRows, rows: readonly number[]): LabelledRows {
  const chosen = new Float32Array(rows.length * width);
  for (const [index, row] of rows.entries()) chosen.set(values.subarray(row * width, (row + 1) * width), index * width);
  return {
    at,
    width,
    values: chosen,
    labels: Uint8Array.from(rows, (row) => labels[row]!),
    weights: weights && Float64Array.from(rows, (row) => weights[row]!),
    repeats: repeats && Float32Array.from(rows.flatMap((row) => [...repeats.subarray(row * NUMBERS, (row + 1) * NUMBERS)])),
  };
}

function isTwoSided({ labels }: LabelledRows): boolean {
  const positives = count(labels);
  return positives > 0 && positives < labels.length;
}

function count(labels: Uint8Array): number {
  return labels.reduce((sum, label) => sum + label, 0);
}
