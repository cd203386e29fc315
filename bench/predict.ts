/**
 * The learning kernel on prepared rows and, for one task, the whole way from a file to scores: how well it tells who will, on tasks of public data, and how fast it learns and explains, against
 * scikit-learn's and XGBoost's histogram gradient boosting with the same number of trees, rate and leaves. BENCH_ROWS sets the rows
 * of the second part.
 */
import {
  auc,
  bootstrap,
  brier,
  explainerOf,
  logLoss,
  predictMargins,
  prAuc,
  probabilitiesOf,
  seededRandom,
  trainBoosted,
  trainLogistic,
} from '../packages/propensity/src/index.ts';
import type { BoostedModel, Column, LabelledTable, PropensityModel } from '../packages/propensity/src/index.ts';
import { measure, row, sizeSetting } from './_measure.ts';
import type { Row, RunOptions } from './_measure.ts';
import { madeUpSplit, RETAIL, tasks } from './_predict-data.ts';
import { throughThePath } from './_predict-path.ts';
import type { Split, Task } from './_predict-data.ts';
import { installedPeers, runPeer } from './_predict-peer.ts';
import type { PeerName, PeerOptions } from './_predict-peer.ts';
import { inFolder } from './_stores.ts';

const SMALL: PeerOptions = { trees: 150, learningRate: 0.05, maxLeaves: 15, maxDepth: 6, lambda: 5, minChildWeight: 5 };
const LARGE: PeerOptions = { trees: 200, learningRate: 0.1, maxLeaves: 31, maxDepth: 6, lambda: 1, minChildWeight: 1 };
/** Rows that peers explain; they take long. */
const EXPLAINED = 1000;
const THREADS = 2;

async function run({ note }: RunOptions): Promise<readonly Row[]> {
  const peers = installedPeers(note);
  return inFolder(async (folder) => {
    const rows: Row[] = [];
    for (const task of tasks(note)) {
      note(`${task.name}: ${task.splits.length} split(s)`);
      rows.push(...(await quality(task, peers, folder)));
    }
    rows.push(...(await wholeWay(peers, folder, note)));
    rows.push(...(await speed(peers, folder, note)));
    return rows;
  });
}

/** The way that users go; peers learn from the very rows that its test learned from, with the features that it made, and are judged on the same. */
async function wholeWay(peers: readonly PeerName[], folder: string, note: RunOptions['note']): Promise<readonly Row[]> {
  const result = await throughThePath(folder, note);
  if (result === null) return [];
  const facts = { case: `${RETAIL}, the whole way`, unit: '' };
  const { split } = result;
  note(
    `${split.train.table.rows} rows of ${split.train.table.columns.length} features to learn from, ${split.test.table.rows} to judge by`,
  );
  const compared = peers.flatMap((peer) => {
    const judged = { scores: runPeer(peer, [split], folder, SMALL).scores, labels: split.test.labels };
    return Object.entries(METRICS).map(([metric, of]) => {
      const value = result[metric as keyof typeof METRICS];
      return row({ ...facts, metric, value, peer, peerValue: of(judged) });
    });
  });
  const alone = { ...facts, peer: null, peerValue: null };
  return [
    ...(compared.length > 0 ? compared : [row({ ...alone, metric: 'AUC', value: result.AUC })]),
    row({ ...alone, metric: 'from the goal to scores', unit: 's', value: result.seconds }),
  ];
}

const METRICS = { AUC: auc, 'average precision': prAuc, Brier: brier } as const;

async function quality(task: Task, peers: readonly PeerName[], folder: string): Promise<readonly Row[]> {
  const labels = Uint8Array.from(task.splits.flatMap(({ test }) => [...test.labels]));
  const ours = await pooled(task.splits, chosenModel);
  const trees = await pooled(task.splits, (split) => trainBoosted({ train: together(split), options: SMALL }));
  const rows: Row[] = [];
  for (const peer of peers) {
    const { scores } = runPeer(
      peer,
      task.splits.map((split) => ({ train: together(split), test: split.test })),
      folder,
      SMALL,
    );
    for (const [metric, of] of Object.entries(METRICS)) {
      const peerValue = of({ scores, labels });
      const facts = { metric, unit: '', peer, peerValue };
      rows.push(row({ ...facts, case: task.name, value: of({ scores: ours, labels }) }));
      rows.push(row({ ...facts, case: `${task.name}, trees alone`, value: of({ scores: trees, labels }) }));
    }
  }
  const { standardError } = bootstrap({ scores: ours, labels }, auc, { random: seededRandom(1) });
  rows.push(row({ case: task.name, metric: 'standard error of AUC', unit: '', value: standardError, peer: null, peerValue: null }));
  return rows;
}

/** Scores of the test rows of all splits, each by a model that has not seen them. */
async function pooled(splits: readonly Split[], train: (split: Split) => Promise<PropensityModel>): Promise<Float64Array> {
  const scores: number[] = [];
  for (const split of splits) scores.push(...probabilitiesOf(predictMargins(await train(split), split.test.table)));
  return Float64Array.from(scores);
}

/** Trees or logistic regression, whichever has the smaller loss on the newest rows, trained again on all. */
async function chosenModel(split: Split): Promise<PropensityModel> {
  const { train, newest } = split;
  const [boosted, logistic] = [await trainBoosted({ train, validation: newest }), await trainLogistic({ train })];
  if (lossOf(logistic, newest) < lossOf(boosted, newest)) return trainLogistic({ train: together(split) });
  return trainBoosted({ train: together(split), options: { trees: Math.max(1, boosted.trees.length) } });
}

function lossOf(model: PropensityModel, { table, labels }: LabelledTable): number {
  return logLoss({ scores: probabilitiesOf(predictMargins(model, table)), labels });
}

/** All rows one may learn from. */
function together({ train, newest }: Split): LabelledTable {
  const columns = train.table.columns.map((column, at): Column => {
    const other = newest.table.columns[at]!;
    if (column.kind === 'numeric' && other.kind === 'numeric')
      return { ...column, values: Float64Array.from([...column.values, ...other.values]) };
    if (column.kind !== 'categorical' || other.kind !== 'categorical') throw new Error(`${column.name} is not of one kind`);
    const categories = [...new Set([...column.categories, ...other.categories])];
    const codes = [...other.codes].map((code) => categories.indexOf(other.categories[code]!));
    return { ...column, categories, codes: Int32Array.from([...column.codes, ...codes]) };
  });
  return { table: { rows: train.table.rows + newest.table.rows, columns }, labels: Uint8Array.from([...train.labels, ...newest.labels]) };
}

async function speed(peers: readonly PeerName[], folder: string, note: RunOptions['note']): Promise<readonly Row[]> {
  const size = sizeSetting('BENCH_ROWS', 200_000);
  const split = madeUpSplit(size);
  const columns = split.train.table.columns.length;
  note(`${size} rows of ${columns} columns, ${LARGE.trees} trees, ${THREADS} threads`);
  let model: BoostedModel | undefined;
  const options = { ...LARGE, rowSample: 1, columnSample: 1 };
  const training = await measure(async () => {
    model = await trainBoosted({ train: split.train, options, threads: THREADS });
  });
  const ours = auc({ scores: predictMargins(model!, split.test.table), labels: split.test.labels });
  const explainer = explainerOf(model!);
  const explaining = await measure(async () => void explainer.explain(split.test.table));
  const rows: Row[] = [];
  for (const peer of peers) {
    const { costs, scores } = runPeer(peer, [split], folder, LARGE, EXPLAINED);
    const [cost] = costs;
    const facts = { case: `${size} rows of ${columns} columns`, peer };
    rows.push(row({ ...facts, metric: 'training', unit: 's', value: training.wall / 1000, peerValue: cost!.wall / 1000 }));
    rows.push(row({ ...facts, metric: 'training, processor time', unit: 's', value: training.cpu / 1000, peerValue: cost!.cpu / 1000 }));
    rows.push(row({ ...facts, metric: 'AUC', unit: '', value: ours, peerValue: auc({ scores, labels: split.test.labels }) }));
    if (cost!.explain === undefined) continue;
    const perCpu = (rowsExplained: number, cpu: number): number => (rowsExplained * 1000) / cpu;
    const [value, peerValue] = [perCpu(split.test.table.rows, explaining.cpu), perCpu(EXPLAINED, cost!.explain.cpu)];
    rows.push(row({ ...facts, metric: 'exact Shapley values a second of processor time', unit: 'rows', value, peerValue }));
  }
  return rows;
}

export default {
  name: 'predict',
  describe: 'predictions, on prepared rows and from a file to scores, against scikit-learn and XGBoost',
  run,
};
