/** Segment jobs whose process is killed: members, changes and sizes agree, and the job goes on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSegmentation } from '../../src/segmentation/index.ts';
import { Memberships } from '../../src/segmentation/memberships.ts';
import { openStores } from '../../src/store/index.ts';
import { temporaryFolder } from '../support/processes.ts';
import { checkAgreement } from './support/agreement.ts';
import { TestPopulation } from './support/people.ts';
import { schema } from './support/shop.ts';

const FIXTURE = join(import.meta.dirname, 'jobs-kill.fixture.ts');
const folder = temporaryFolder('kindred-jobs-kill');
const data = join(folder.path, 'data');
let day = 0;

afterAll(() => folder.remove());

/** Evaluates in a process of its own; gives what it wrote, nothing when it was killed. */
async function evaluate(moment: string, batches: number): Promise<string> {
  const child = spawn(process.execPath, [FIXTURE, data, String(day), moment, String(batches)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [written] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return written.trim();
}

beforeAll(async () => {
  expect(await evaluate('never', 0)).toBe('SUCCEEDED');
}, 120_000);

test.for([
  ['before the changes', 0],
  // The changes are the deed: the members follow.
  ['before the members', 0],
  ['before the changes', 1],
  ['before the members', 1],
  ['after the members', 1],
] as const)('killed %s of batch %i, every audience is whole, and the job is repeated', { timeout: 120_000 }, async ([moment, batches]) => {
  day += 2;
  expect(await evaluate(moment, batches)).toBe('');
  const stores = await openStores({ dataFolder: data, clickhouseUrl: undefined, postgresUrl: undefined, querySlots: 2 });
  try {
    await Memberships.open({ clickhouse: stores.clickhouse, db: stores.postgres });
    const cut = await checkAgreement(stores.clickhouse, stores.postgres);
    expect(cut).toMatchObject({ audiences: 60, problems: [] });
    day += 1;
    const clock = (): Date => new Date(Date.UTC(2026, 3, 30, 12) + day * 86_400_000);
    const population = await TestPopulation.within(stores, schema);
    const segmentation = await createSegmentation({ stores, tables: population.tables, clock });
    const [job] = (await segmentation.jobs.list({ limit: 1 })).jobs;
    expect(await segmentation.jobs.ended(job?.id ?? '')).toMatchObject({ status: 'SUCCEEDED', attempts: 2, errors: [] });
    const whole = await checkAgreement(stores.clickhouse, stores.postgres);
    expect(whole.problems).toEqual([]);
    // Of the first batch, of both, or of none, the evaluation that was cut off counts.
    expect(whole.evaluations).toBe(cut.evaluations + 60);
    await segmentation.close();
  } finally {
    await stores.close();
  }
});
