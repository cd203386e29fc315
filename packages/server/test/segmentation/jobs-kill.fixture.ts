/**
 * A process that evaluates all audiences of a folder and kills itself at a chosen moment. Arguments: folder, day, moment
 * and how many batches are stored before it.
 */
import { ALL, createSegmentation } from '../../src/segmentation/index.ts';
import type { ClickHouse } from '../../src/store/index.ts';
import { openStores } from '../../src/store/index.ts';
import { TestPopulation } from './support/people.ts';
import { schema } from './support/shop.ts';

const START = Date.UTC(2026, 3, 30, 12);
const DAY = 86_400_000;
/** More than are stored at once. */
const AUDIENCES = 60;

const [dataFolder = '', day = '0', moment = 'never', batches = '0'] = process.argv.slice(2);
const stores = await openStores({ dataFolder, clickhouseUrl: undefined, postgresUrl: undefined, querySlots: 2 });
let stored = 0;
const clickhouse: ClickHouse = {
  ...stores.clickhouse,
  async insert(table, ...rest) {
    const now = (name: string): boolean => moment === name && stored === Number(batches);
    if (table === 'membership_changes' && now('before the changes')) process.kill(process.pid, 'SIGKILL');
    if (table === 'memberships' && now('before the members')) process.kill(process.pid, 'SIGKILL');
    await stores.clickhouse.insert(table, ...rest);
    if (table === 'memberships' && now('after the members')) process.kill(process.pid, 'SIGKILL');
    if (table === 'memberships') stored++;
  },
};
const clock = (): Date => new Date(START + Number(day) * DAY);
const population = await TestPopulation.within(stores, schema);
if ((await stores.postgres.selectFrom('segment_definitions').select('id').execute()).length === 0) {
  const viewed = (days: number): object => ({ _id: 'v', timestamp: new Date(START - days * DAY).toISOString(), eventType: 'view' });
  await population.add(Array.from({ length: AUDIENCES }, (_, days) => ({ attributes: { points: days }, events: [viewed(days) as never] })));
}
const segmentation = await createSegmentation({ stores: { ...stores, clickhouse }, tables: population.tables, clock });
const { total } = await segmentation.definitions.list();
for (let days = total; days < AUDIENCES; days++) {
  const pql = `xEvent[eventType = "view" and timestamp occurs <= ${days + 1} days before now]`;
  await segmentation.definitions.create({ name: `Within ${days + 1} days`, pql, createdBy: 'test' }, clock());
}
const job = await segmentation.jobs.create([ALL], 'api');
process.stdout.write(`${(await segmentation.jobs.ended(job.id)).status}\n`);
await segmentation.close();
await stores.close();
