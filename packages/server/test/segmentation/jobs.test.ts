/** Segment jobs on both engines: what they count, how they are found, cancelled and taken up again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Segmentation } from '../../src/segmentation/index.ts';
import { ALL, createSegmentation, parseJobProperty } from '../../src/segmentation/index.ts';
import type { JobQuery } from '../../src/segmentation/index.ts';
import type { ClickHouse } from '../../src/store/index.ts';
import type { ClickHouseNode } from '../support/clickhouse-node.ts';
import { startClickHouseNode } from '../support/clickhouse-node.ts';
import { ENGINES } from '../support/engines.ts';
import type { TestStores } from '../support/stores.ts';
import { withStores } from '../support/stores.ts';
import { checkAgreement } from './support/agreement.ts';
import { TestPopulation } from './support/people.ts';
import { schema } from './support/shop.ts';

const START = Date.UTC(2026, 3, 30, 12);

describe.each(ENGINES)('on the %s engine', (name) => {
  let node: ClickHouseNode | undefined;
  let stores: TestStores;
  let population: TestPopulation;
  let segmentation: Segmentation;
  let now = START;
  const clock = (): Date => new Date(now);

  /** While set, leaves that were not asked for before are answered by a query that does not end by itself. */
  let endless = false;
  const ENDLESS = 'SELECT groupBitmapState(toUInt32(number % 3)) AS members FROM numbers(1000000000000) SETTINGS max_threads = 1';

  const open = (): Promise<Segmentation> => {
    const { clickhouse } = stores.stores;
    const slow: ClickHouse = {
      ...clickhouse,
      bytes: (sql, ...rest) => clickhouse.bytes(endless && sql.includes('FROM profiles') ? ENDLESS : sql, ...rest),
    };
    return createSegmentation({ stores: { ...stores.stores, clickhouse: slow }, tables: population.tables, clock });
  };

  beforeAll(async () => {
    node = name === 'server' ? await startClickHouseNode() : undefined;
    stores = await withStores({ clickhouseUrl: node?.url });
    population = await TestPopulation.within(stores.stores, schema);
    await population.add(Array.from({ length: 5 }, (_, points) => ({ attributes: { points }, events: [] })));
    segmentation = await open();
  });
  afterAll(async () => {
    await segmentation.close();
    await stores.stop();
    await node?.stop();
  });
  beforeEach(async () => {
    now += 1000;
    endless = false;
    for (const table of ['segment_jobs', 'segment_definitions'] as const) await stores.stores.postgres.deleteFrom(table).execute();
  });

  const create = async (title: string, pql: string): Promise<string> =>
    (await segmentation.definitions.create({ name: title, pql, createdBy: 'test' }, clock())).id;

  const running = async (): Promise<number> => {
    const [row] = await stores.stores.clickhouse.query<{ n: string }>(
      "SELECT count() AS n FROM system.processes WHERE query LIKE '%numbers(1000000000000)%' AND query NOT LIKE '%system.processes%'",
    );
    return Number(row?.n);
  };

  test('a job counts profiles by merge policy, and members by namespace', async () => {
    const id = await create('Some', 'points >= 2');
    const job = await segmentation.jobs.ended((await segmentation.jobs.create([ALL], 'api', { requestId: 'asked' })).id);
    expect(job).toMatchObject({ status: 'SUCCEEDED', attempts: 1, requestId: 'asked', snapshot: expect.stringMatching(/^revision-\d+$/) });
    expect(job.metrics).toMatchObject({
      totalProfiles: 5,
      totalProfilesByMergePolicy: { 'timestamp-ordered': 5 },
      segmentedProfileByNamespaceCounter: { [id]: { CRMID: 3 } },
    });
  });

  test('cancelling a job stops its queries in the engine, once', async () => {
    const id = await create('Some', 'points >= 2 and points < 100');
    endless = true;
    const job = await segmentation.jobs.create([id], 'api');
    while ((await running()) === 0) await sleep(10);
    expect((await segmentation.jobs.get(job.id)).status).toBe('PROCESSING');
    await segmentation.jobs.cancel(job.id);
    expect((await segmentation.jobs.get(job.id)).status).toBe('CANCELLING');
    await expect(segmentation.jobs.cancel(job.id)).rejects.toMatchObject({ code: 'segment-job-cancelling' });
    expect((await segmentation.jobs.ended(job.id)).status).toBe('CANCELLED');
    expect(await running()).toBe(0);
    await expect(segmentation.jobs.cancel(job.id)).rejects.toMatchObject({ code: 'segment-job-over' });
    endless = false;
    expect((await segmentation.audiences.evaluate(id, 'api')).last?.size).toBe(3);
  });

  test('when nobody waits for an estimate any more its queries stop, those of its parts too', async () => {
    endless = true;
    for (const rule of ['points >= 2 and points < 400', 'points < 500 or not (points > 600)']) {
      const gone = new AbortController();
      const estimate = segmentation.estimateNodes(rule, { now: clock(), signal: gone.signal });
      while ((await running()) === 0) await sleep(10);
      gone.abort(new DOMException('gone', 'AbortError'));
      await expect(estimate).rejects.toThrow();
      expect(await running()).toBe(0);
    }
  });

  test('a job that the end of the server stops waits, and goes on after the next start', async () => {
    const id = await create('Some', 'points >= 2 and points < 200');
    endless = true;
    const job = await segmentation.jobs.create([id], 'api');
    while ((await running()) === 0) await sleep(10);
    await segmentation.close();
    expect(await running()).toBe(0);
    endless = false;
    segmentation = await open();
    expect(await segmentation.jobs.ended(job.id)).toMatchObject({ status: 'SUCCEEDED', attempts: 1 });
  });

  test('after a crash a job begins anew, but not a third time; what was being cancelled is', async () => {
    const row = {
      segment_ids: JSON.stringify([ALL]),
      metrics: '{}',
      errors: '[]',
      created_at: clock(),
      updated_at: clock(),
      source: 'api',
    };
    await stores.stores.postgres
      .insertInto('segment_jobs')
      .values([
        { ...row, id: 'waiting', status: 'QUEUED' },
        { ...row, id: 'once', status: 'PROCESSING', attempts: 1 },
        { ...row, id: 'twice', status: 'PROCESSING', attempts: 2 },
        { ...row, id: 'stopping', status: 'CANCELLING', attempts: 1 },
        { ...row, id: 'done', status: 'SUCCEEDED', attempts: 1 },
      ])
      .execute();
    await segmentation.close();
    segmentation = await open();
    for (const id of ['waiting', 'once']) expect(await segmentation.jobs.ended(id)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await segmentation.jobs.get('once')).toMatchObject({ attempts: 2 });
    expect(await segmentation.jobs.get('twice')).toMatchObject({ status: 'FAILED', errors: [{ code: 'segment-job-interrupted' }] });
    expect(await segmentation.jobs.get('stopping')).toMatchObject({ status: 'CANCELLED' });
    expect(await segmentation.jobs.get('done')).toMatchObject({ status: 'SUCCEEDED', attempts: 1 });
  });

  test('jobs are found by what the API shows of them', async () => {
    const [one, two] = [await create('One', 'points >= 1'), await create('Two', 'points >= 2')];
    const { jobs } = segmentation;
    const first = await jobs.ended((await jobs.create([one], 'api', { requestId: 'r1' })).id);
    now += 1;
    const second = await jobs.ended((await jobs.create([one, two], 'scheduler', { properties: { scheduleId: 's', runId: 'r' } })).id);
    const found = async (query: JobQuery): Promise<readonly string[]> => (await jobs.list(query)).jobs.map(({ id }) => id);
    const by = (text: string): Promise<readonly string[]> =>
      found({ property: parseJobProperty(text) ?? { array: [], path: [], value: '' } });
    expect(await by(`segments~segmentId==${one}`)).toEqual([second.id, first.id]);
    expect(await by(`segments~segmentId==${two}`)).toEqual([second.id]);
    expect(await by('source==scheduler')).toEqual([second.id]);
    expect(await by('properties.scheduleId==s')).toEqual([second.id]);
    expect(await by('requestId==r1')).toEqual([first.id]);
    expect(await by(`metrics.segmentedProfileCounter.${two}==3`)).toEqual([second.id]);
    expect(await by("source==' OR true --")).toEqual([]);
    expect(await by('source~segmentId==x')).toEqual([]);
    expect(await by('nothing.like.it==x')).toEqual([]);
    expect(await found({ snapshot: first.snapshot ?? '' })).toEqual([second.id, first.id]);
    expect(await found({ snapshot: 'revision-0' })).toEqual([]);
    expect(await found({ sort: [{ by: 'createdAt', descending: false }], limit: 1 })).toEqual([first.id]);
    expect((await jobs.list({ property: { array: null, path: ['source'], value: 'api' }, limit: 0 })).total).toBe(1);
    expect(parseJobProperty('source')).toBeNull();
  });

  test('an audience deleted while a job evaluates it gets no members', async () => {
    const [kept, gone] = [await create('Kept', 'points >= 1 and points < 300'), await create('Gone', 'points >= 2')];
    endless = true;
    const job = await segmentation.jobs.create([kept, gone], 'api');
    while ((await running()) === 0) await sleep(10);
    await segmentation.audiences.delete(gone, clock());
    await segmentation.close();
    endless = false;
    segmentation = await open();
    expect(await segmentation.jobs.ended(job.id)).toMatchObject({ status: 'SUCCEEDED', errors: [{ segmentId: gone }] });
    expect(await checkAgreement(stores.stores.clickhouse, stores.stores.postgres)).toMatchObject({ audiences: 1, problems: [] });
  });
});
