/**
 * Prints, as JSON, what a prediction takes on the data of the batch bench, and the peak of resident memory of this process:
 * `node _predict-large.ts <folder>`.
 */
import { CustomerAi } from '../packages/server/src/customer-ai/index.ts';
import { planFeatures } from '../packages/server/src/customer-ai/features/plan.ts';
import { audienceMembers } from '../packages/server/src/customer-ai/features/audiences.ts';
import { selectFeatures } from '../packages/server/src/customer-ai/features/select.ts';
import { eligibleAt } from '../packages/server/src/customer-ai/goal.ts';
import { readHistory } from '../packages/server/src/customer-ai/history.ts';
import type { NewPrediction } from '../packages/server/src/customer-ai/index.ts';
import { takeSnapshots } from '../packages/server/src/customer-ai/snapshots.ts';
import { createSegmentation } from '../packages/server/src/segmentation/index.ts';
import { openStores } from '../packages/server/src/store/index.ts';
import { DATA_END, openTables } from './_batch-data.ts';
import { measure, peakMemory } from './_measure.ts';
import type { Cost } from './_measure.ts';

interface Seconds {
  readonly wall: number;
  /** Of all processors. */
  readonly cpu: number;
}

export interface LargeResult {
  /** Rows of all snapshots, those of everybody, and features. */
  readonly rows: number;
  readonly everybody: number;
  readonly features: number;
  readonly eligible: number;
  readonly trainingSet: Seconds;
  readonly allFeatures: Seconds;
  readonly toScores: Seconds;
  /** MB: of both, and of training and scoring after them. */
  readonly memory: number;
  readonly memoryOfAll: number;
}

const PREDICTION: NewPrediction = {
  name: 'Buys',
  key: null,
  description: '',
  buckets: { high: 10, medium: 30 },
  schedule: { score: 'off', train: 'off', refresh: false },
  task: {
    kind: 'conversion',
    goal: { occurs: 'will', match: 'any', events: [{ name: null, condition: 'eventType = "commerce.purchases"' }], windowDays: 14 },
    population: null,
    exclusions: [],
    customEvents: [],
    excludedFields: [],
  },
};
/** As in scoring. */
const PORTION = 50_000;

const [dataFolder = ''] = process.argv.slice(2);
const stores = await openStores({ dataFolder, clickhouseUrl: undefined, postgresUrl: undefined, querySlots: 4 });
const { clickhouse } = stores;
const tables = await openTables(stores);
const clock = (): Date => new Date(DATA_END);
const segmentation = await createSegmentation({ stores, tables, clock });
const customerAi = await CustomerAi.open({
  stores,
  tables,
  segmentation,
  kept: () => [],
  clock,
  onUnexpected: (error) => void process.stderr.write(`${String(error)}\n`),
});
const { signal } = new AbortController();
const parts = { tables, segmentation, clickhouse };
const now = DATA_END;
const { task } = PREDICTION;

const peak = peakMemory();
let [rows, everybody, features, eligible] = [0, 0, 0, 0];
const trainingSet = await measure(async () => {
  const history = await readHistory(clickhouse, now, { signal });
  const plan = await planFeatures(task, { ...parts, history, now, options: { signal } });
  features = plan.features.length;
  const snapshots = await takeSnapshots(task, { ...parts, plan, history, now, seed: 1, signal, onStep: () => undefined });
  for (const { labels, eligible: all } of snapshots) [rows, everybody] = [rows + labels.length, everybody + all];
});
const allFeatures = await measure(async () => {
  const history = await readHistory(clickhouse, now, { signal });
  const plan = await planFeatures(task, { ...parts, history, now, options: { signal } });
  const people = (await eligibleAt(task, history, { at: now, signal }, parts)).toArray();
  eligible = people.length;
  const audiences = await audienceMembers(plan.features, { at: now, history, exclusions: plan.exclusions, signal }, segmentation);
  for (let from = 0; from < people.length; from += PORTION)
    await selectFeatures(people.subarray(from, from + PORTION), { tables, ...plan, at: now, history, audiences, options: { signal } });
});
const memory = peak();
const peakOfAll = peakMemory();
const { id } = await customerAi.create(PREDICTION, 'bench');
const toScores = await measure(async () => {
  const run = await customerAi.train(id, 'bench');
  while (customerAi.runs.isRunning(id)) await new Promise((resolve) => void setTimeout(resolve, 100));
  const { error } = await customerAi.runs.get(id, run.id);
  if (error !== null) throw new Error(error.message);
});
const seconds = ({ wall, cpu }: Cost): Seconds => ({ wall: wall / 1000, cpu: cpu / 1000 });
const result: LargeResult = {
  rows,
  everybody,
  features,
  eligible,
  trainingSet: seconds(trainingSet),
  allFeatures: seconds(allFeatures),
  toScores: seconds(toScores),
  memory,
  memoryOfAll: peakOfAll(),
};
process.stdout.write(JSON.stringify(result));
await customerAi.close();
await segmentation.close();
await stores.close();
