/**
 * The way that users go, on a clock of the past: the file imported, a goal in PQL, features made from the schema, training and its test. What
 * the model was tested by is made once more, for others to learn from.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { planFeatures } from '../packages/server/src/customer-ai/features/plan.ts';
import { DAY, readHistory } from '../packages/server/src/customer-ai/history.ts';
import { CustomerAi } from '../packages/server/src/customer-ai/index.ts';
import { labelledOf } from '../packages/server/src/customer-ai/learn/table.ts';
import type { Task } from '../packages/server/src/customer-ai/index.ts';
import { takeSnapshots } from '../packages/server/src/customer-ai/snapshots.ts';
import { parseMapping, runImport } from '../packages/server/src/ingest/index.ts';
import type { TrainParts } from '../packages/server/src/customer-ai/train.ts';
import { createSegmentation } from '../packages/server/src/segmentation/index.ts';
import { datasets } from './_predict-data.ts';
import type { Split } from './_predict-data.ts';
import { measure } from './_measure.ts';
import { withStores } from './_stores.ts';

/** The end of the window of the frozen task: its cut-off is 60 days before. */
const NOW = Date.parse('2011-12-08T00:00Z');
const BUYS = 'eventType = "commerce.purchases"';
const MAPPING = fileURLToPath(new URL('../data/online-retail/mapping.json', import.meta.url));

const TASK: Task = {
  kind: 'conversion',
  goal: { occurs: 'will', match: 'any', events: [{ name: null, condition: BUYS }], windowDays: 60 },
  population: `xEvent[${BUYS} and (timestamp occurs <= 180 days before now)].count() >= 1`,
  exclusions: [],
  customEvents: [],
  excludedFields: [],
};
/** Snapshots that a model learns from. */
const TRAINED_ON = 4;

export interface PathResult {
  readonly AUC: number;
  readonly Brier: number;
  readonly 'average precision': number;
  /** Of importing apart; s. */
  readonly seconds: number;
  /** The rows that its test learned from and was judged on, with all the features that it had. */
  readonly split: Pick<Split, 'train' | 'test'>;
}

/** Null where there is no data. */
export async function throughThePath(folder: string, note: (text: string) => void): Promise<PathResult | null> {
  const path = join(datasets, 'online_retail/lines.csv.gz');
  if (!existsSync(path)) return null;
  const clock = (): Date => new Date(NOW);
  return await withStores(folder, async ({ stores, tables }) => {
    note('online retail, the whole way: importing');
    const mapping = parseMapping(JSON.parse(readFileSync(MAPPING, 'utf8')));
    await runImport({
      source: { kind: 'file', path },
      mapping,
      tables,
      deadLetterFile: join(folder, 'dead.jsonl'),
      clock: () => performance.now(),
    });
    const segmentation = await createSegmentation({ stores, tables, clock });
    const onUnexpected = (error: unknown): void => note(String(error));
    const customerAi = await CustomerAi.open({ stores, tables, segmentation, kept: () => [], clock, onUnexpected });
    try {
      const { id } = await customerAi.create(
        {
          name: 'Buys again',
          key: null,
          description: '',
          buckets: { high: 10, medium: 30 },
          schedule: { score: 'off', train: 'off', refresh: false },
          task: TASK,
        },
        'bench',
      );
      note('online retail, the whole way: training');
      const cost = await measure(async () => {
        const run = await customerAi.train(id, 'bench');
        while (customerAi.runs.isRunning(id)) await new Promise((resolve) => void setTimeout(resolve, 200));
        const { error } = await customerAi.runs.get(id, run.id);
        if (error !== null) throw new Error(error.message);
      });
      const { metrics, algorithm, snapshots, features } = await customerAi.model(id);
      note(`${algorithm} on ${snapshots.length} snapshots, ${snapshots[0]?.eligible} people at the cut-off ${snapshots[0]?.at}`);
      const split = await splitOf(new Set(features.map(({ code }) => code)), { tables, segmentation, clickhouse: stores.clickhouse });
      const { auc, brier, prAuc } = metrics;
      return { AUC: auc.value, Brier: brier.value, 'average precision': prAuc.value, seconds: cost.wall / 1000, split };
    } finally {
      await customerAi.close();
      await segmentation.close();
    }
  });
}

/** @param codes of the features that were not left out */
async function splitOf(codes: ReadonlySet<string>, parts: TrainParts): Promise<PathResult['split']> {
  const { signal } = new AbortController();
  const history = await readHistory(parts.clickhouse, NOW);
  const planned = await planFeatures(TASK, { ...parts, history, now: NOW, options: {} });
  const plan = { ...planned, features: planned.features.filter(({ code }) => codes.has(code)) };
  const all = await takeSnapshots(TASK, { ...parts, plan, history, now: NOW, seed: 1, signal, onStep: () => undefined });
  const [test] = all;
  if (test === undefined) throw new Error('there is no snapshot to judge by');
  const features = plan.features.map((each) => ({ ...each, categories: each.kind === 'categorical' ? each.categories : [] }));
  const known = all.filter(({ at }) => at <= test.at - TASK.goal.windowDays * DAY).slice(0, TRAINED_ON);
  const places = [...features.keys()];
  return { train: labelledOf(features, places, known), test: labelledOf(features, places, [test]) };
}
