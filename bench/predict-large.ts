/**
 * Predictions on many people: making the training set, making all features of everybody, and the whole way from a goal to scores, with the
 * peak of memory. BENCH_EVENTS and BENCH_PROFILES set the sizes.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { row, sizeSetting } from './_measure.ts';
import type { Row, RunOptions } from './_measure.ts';
import type { LargeResult } from './_predict-large.ts';
import { inFolder } from './_stores.ts';

const [GENERATE, WORK] = ['_generate.ts', '_predict-large.ts'].map((name) => fileURLToPath(new URL(name, import.meta.url))) as [
  string,
  string,
];

async function run({ note }: RunOptions): Promise<readonly Row[]> {
  const events = sizeSetting('BENCH_EVENTS', 10_000_000);
  const profiles = sizeSetting('BENCH_PROFILES', 200_000);
  return await inFolder((folder) => {
    note(`making ${events} events of ${profiles} profiles`);
    const dataFolder = join(folder, 'data');
    execFileSync(process.execPath, [GENERATE, dataFolder, String(events), String(profiles)], { stdio: 'inherit' });
    note('training set, features of everybody, and all of it');
    const result = JSON.parse(execFileSync(process.execPath, [WORK, dataFolder], { encoding: 'utf8' })) as LargeResult;
    const facts = { case: `${profiles} profiles, ${events} events`, peer: null, peerValue: null };
    const timed = (metric: string, { wall, cpu }: LargeResult['trainingSet']): readonly Row[] => [
      row({ ...facts, metric, unit: 's', value: wall }),
      row({ ...facts, metric: `${metric}, processor time`, unit: 's', value: cpu }),
    ];
    return Promise.resolve([
      ...timed(`training set: ${result.rows} of ${result.everybody} rows of ${result.features} features`, result.trainingSet),
      ...timed(`all features of ${result.eligible} people`, result.allFeatures),
      row({ ...facts, metric: 'peak of memory of both', unit: 'MB', value: result.memory }),
      ...timed('from the goal to scores in force', result.toScores),
      row({ ...facts, metric: 'peak of memory of that', unit: 'MB', value: result.memoryOfAll }),
    ]);
  });
}

export default {
  name: 'predict-large',
  describe: 'predictions on many people: training set, features of everybody, from a goal to scores; time and memory',
  run,
};
