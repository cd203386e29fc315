/**
 * A process that trains or scores and kills itself in the middle: while models are tried on the past, or when scores are written and not in
 * force. Arguments: folder, now in epoch ms, prediction, `train` or `score`.
 */
import { CustomerAi, restoreScores } from '../../src/customer-ai/index.ts';
import { Identities } from '../../src/identity/index.ts';
import { ProfileTables } from '../../src/profile/index.ts';
import { createSegmentation } from '../../src/segmentation/index.ts';
import type { ClickHouse } from '../../src/store/index.ts';
import { openStores } from '../../src/store/index.ts';
import { schema } from './shop.ts';

const [dataFolder = '', now = '', prediction = '', kind = ''] = process.argv.slice(2);
const die = (): void => void process.kill(process.pid, 'SIGKILL');
const stores = await openStores({ dataFolder, clickhouseUrl: undefined, postgresUrl: undefined, querySlots: 4 });
const { clickhouse, lmdb, postgres } = stores;
const clock = (): Date => new Date(Number(now));
const tables = await ProfileTables.open({ clickhouse, lmdb, identities: await Identities.open(lmdb, clickhouse), schema, clock });
await restoreScores(postgres, tables);
const killing: ClickHouse = {
  ...clickhouse,
  async insert(table, ...rest) {
    await clickhouse.insert(table, ...rest);
    if (table === 'scores') die();
  },
};
const segmentation = await createSegmentation({ stores, tables, clock });
const onUnexpected = (error: unknown): void => void process.stderr.write(`${String(error)}\n`);
const customerAi = await CustomerAi.open({
  stores: { ...stores, clickhouse: killing },
  tables,
  segmentation,
  kept: () => [],
  clock,
  onUnexpected,
});
const { id } = kind === 'train' ? await customerAi.train(prediction, 'test') : await customerAi.score(prediction, 'test');
for (;;) {
  const { step, endedAt } = await customerAi.runs.get(prediction, id);
  if (step.startsWith('Testing on the past')) die();
  if (endedAt !== null) throw new Error('the run ended before it was killed');
  await new Promise((resolve) => void setTimeout(resolve, 5));
}
