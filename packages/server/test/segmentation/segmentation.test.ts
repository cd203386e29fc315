/** The room as a whole: rules, evaluations, members, jobs, previews, why, on real stores. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NewDefinition, Segmentation } from '../../src/segmentation/index.ts';
import { ALL, createSegmentation } from '../../src/segmentation/index.ts';
import { SegmentJobs } from '../../src/segmentation/jobs.ts';
import type { TestStores } from '../support/stores.ts';
import { withStores } from '../support/stores.ts';
import { TestPopulation } from './support/people.ts';
import { schema } from './support/shop.ts';

const START = Date.UTC(2026, 3, 30, 12);
const DAY = 86_400_000;

const at = (days: number): string => new Date(START - days * DAY).toISOString();

let stores: TestStores;
let population: TestPopulation;
let segmentation: Segmentation;
let now = START;
const clock = (): Date => new Date(now);

/** Ordinals: three people, of whom one has bought, one has looked, and one has done nothing. */
let [buyer, looker, stranger] = [-1, -1, -1];

beforeAll(async () => {
  stores = await withStores();
  population = await TestPopulation.within(stores.stores, schema);
  [buyer = -1, looker = -1, stranger = -1] = await population.add([
    {
      attributes: { name: 'Ann', points: 10 },
      events: [
        { _id: 'a', timestamp: at(2), eventType: 'view' },
        { _id: 'b', timestamp: at(1), eventType: 'buy', total: 5 },
      ],
    },
    { attributes: { name: 'Ben' }, events: [{ _id: 'a', timestamp: at(3), eventType: 'view' }] },
    { attributes: { name: 'Cy', points: 1 }, events: [] },
  ]);
  segmentation = await createSegmentation({ stores: stores.stores, tables: population.tables, clock });
});
afterAll(async () => {
  await segmentation.close();
  await stores.stop();
});
beforeEach(async () => {
  now = START;
  for (const table of ['segment_jobs', 'segment_definitions'] as const) await stores.stores.postgres.deleteFrom(table).execute();
});

const RECENT_VIEW = 'xEvent[eventType = "view" and timestamp occurs <= 7 days before now]';
const NO_BUY = 'not (xEvent[eventType = "buy"])';

async function create(name: string, pql: string, more: Partial<NewDefinition> = {}): Promise<string> {
  return (await segmentation.definitions.create({ name, pql, createdBy: 'test', ...more }, clock())).id;
}

async function members(id: string): Promise<readonly number[]> {
  return (await segmentation.audiences.members(id, { start: 0, limit: 100 })).profiles;
}

describe('definitions', () => {
  test('a definition is read as it was created', async () => {
    const id = await create('Lookers', RECENT_VIEW, { description: 'Have looked', labels: ['core/C1'] });
    expect(await segmentation.definitions.get(id)).toEqual({
      id,
      name: 'Lookers',
      description: 'Have looked',
      kind: 'rule',
      pql: RECENT_VIEW,
      json: null,
      excludeOptOut: false,
      evaluation: 'batch',
      lifecycleState: 'published',
      version: 1,
      changes: 1,
      namespace: 'AEPSegments',
      externalId: null,
      origin: 'REAL_TIME_CUSTOMER_PROFILE',
      labels: ['core/C1'],
      tags: [],
      composition: null,
      choice: null,
      folderId: null,
      ttlInDays: null,
      mergePolicyId: null,
      documented: {},
      createdAt: clock(),
      updatedAt: clock(),
      createdBy: 'test',
      updatedBy: 'test',
    });
  });

  test('a wrong query is refused with its problems', async () => {
    await expect(create('Wrong', 'nmae = "x"')).rejects.toMatchObject({ code: 'pql-invalid', details: [{ code: 'unknown-field' }] });
  });

  test('a name is taken once, and free again after deletion', async () => {
    const id = await create('One', 'vip');
    await expect(create('One', 'not vip')).rejects.toMatchObject({ code: 'audience-name-taken' });
    await segmentation.audiences.delete(id, clock());
    await expect(segmentation.definitions.get(id)).rejects.toMatchObject({ code: 'audience-not-found' });
    await create('One', 'not vip');
  });

  test('a new rule makes a new version, a new name does not', async () => {
    const id = await create('One', 'vip');
    now += 1000;
    expect(await segmentation.definitions.update(id, { name: 'Two' }, clock())).toMatchObject({
      name: 'Two',
      version: 1,
      updatedAt: clock(),
    });
    expect(await segmentation.definitions.update(id, { pql: 'not vip' }, clock())).toMatchObject({ name: 'Two', version: 2 });
    expect(await segmentation.definitions.update(id, { pql: 'not vip' }, clock())).toMatchObject({ version: 2 });
  });

  test('lists are sorted, filtered and paged', async () => {
    await create('Beta', 'vip', { evaluation: 'streaming' });
    await create('Alpha', 'vip', { description: '100 % alpha' });
    await create('Gamma', 'vip', { lifecycleState: 'draft' });
    const names = async (query: Parameters<Segmentation['definitions']['list']>[0]): Promise<readonly string[]> =>
      (await segmentation.definitions.list(query)).definitions.map(({ name }) => name);
    expect(await names({ sort: [{ by: 'name', descending: false }] })).toEqual(['Alpha', 'Beta', 'Gamma']);
    expect(await names({ sort: [{ by: 'name', descending: true }], start: 1, limit: 1 })).toEqual(['Beta']);
    expect(await names({ name: 'ETA' })).toEqual(['Beta']);
    expect(await names({ description: '0 %' })).toEqual(['Alpha']);
    expect(await names({ description: '0_%' })).toEqual([]);
    expect(await names({ evaluation: ['streaming'] })).toEqual(['Beta']);
    expect(await names({ lifecycleState: 'draft' })).toEqual(['Gamma']);
    expect((await segmentation.definitions.list({ limit: 1 })).total).toBe(3);
  });

  test('a rule may refer to audiences that exist, and to none that does not', async () => {
    const id = await create('Base', 'vip');
    await create('On top', `inSegment("${id}") and points > 1`);
    await expect(create('Lost', 'inSegment("nowhere")')).rejects.toMatchObject({
      code: 'audience-reference-unknown',
      details: { id: 'nowhere' },
    });
  });

  test('what rules refer to is found out for audiences from before it was kept', async () => {
    const base = await create('Base', 'vip');
    const other = await create('On top', `inSegment("${base}")`);
    await stores.stores.postgres.updateTable('segment_definitions').set({ refers_to: null }).execute();
    expect(await segmentation.definitions.dependents(base)).toEqual([]);
    const again = await createSegmentation({ stores: stores.stores, tables: population.tables, clock });
    expect((await again.definitions.dependents(base)).map(({ id }) => id)).toEqual([other]);
    await again.close();
  });

  test('a rule cannot come to depend on itself', async () => {
    const first = await create('First', 'vip');
    const second = await create('Second', `inSegment("${first}")`);
    const circle = segmentation.definitions.update(first, { pql: `not inSegment("${second}")` }, clock());
    await expect(circle).rejects.toMatchObject({ code: 'audience-cycle', details: [first, second, first] });
    await expect(segmentation.definitions.update(first, { pql: `inSegment("${first}")` }, clock())).rejects.toMatchObject({
      code: 'audience-cycle',
    });
  });

  test('what others refer to can neither be deleted nor deactivated', async () => {
    const id = await create('Base', 'vip');
    const other = await create('On top', `inSegment("${id}")`);
    await expect(segmentation.audiences.delete(id, clock())).rejects.toMatchObject({ code: 'audience-in-use', details: [other] });
    await expect(segmentation.definitions.update(id, { lifecycleState: 'inactive' }, clock())).rejects.toMatchObject({
      code: 'audience-in-use',
    });
    await segmentation.audiences.delete(other, clock());
    expect(await segmentation.definitions.update(id, { lifecycleState: 'inactive' }, clock())).toMatchObject({
      lifecycleState: 'inactive',
    });
  });

  test('a draft is published, a published one deactivated, and neither becomes a draft again', async () => {
    const id = await create('Draft', 'vip', { lifecycleState: 'draft' });
    const go = (lifecycleState: 'draft' | 'published' | 'inactive'): Promise<unknown> =>
      segmentation.definitions.update(id, { lifecycleState }, clock());
    await expect(go('inactive')).rejects.toMatchObject({ code: 'audience-lifecycle' });
    await go('published');
    await expect(go('draft')).rejects.toMatchObject({ code: 'audience-lifecycle' });
    await go('inactive');
    await go('published');
  });

  test('an audience is published after those it refers to', async () => {
    const base = await create('Base', 'vip', { lifecycleState: 'draft' });
    const top = await create('Top', `inSegment("${base}")`, { lifecycleState: 'draft' });
    await expect(segmentation.definitions.update(top, { lifecycleState: 'published' }, clock())).rejects.toMatchObject({
      code: 'audience-lifecycle',
      details: [base],
    });
    await segmentation.definitions.update(base, { lifecycleState: 'published' }, clock());
    await segmentation.definitions.update(top, { lifecycleState: 'published' }, clock());
  });
});

describe('evaluation', () => {
  test('members are those of whom the rule is true, people without events and attributes included', async () => {
    const id = await create('No purchase', NO_BUY);
    const audience = await segmentation.audiences.evaluate(id, 'api');
    expect(audience.last).toMatchObject({ size: 2, version: 1, evaluatedAt: clock(), revision: population.tables.currentRevision() });
    expect(await members(id)).toEqual([looker, stranger]);
    expect(await segmentation.audiences.members(id, { start: 1, limit: 5 })).toEqual({ total: 2, profiles: [stranger] });
  });

  test('an audience of audiences is answered at one instant', async () => {
    const view = await create('View', RECENT_VIEW);
    const without = await create('Without', `${NO_BUY} and inSegment("${view}")`);
    await segmentation.audiences.evaluate(without, 'api');
    expect(await members(without)).toEqual([looker]);
    now = START + 5 * DAY;
    await segmentation.audiences.evaluate(without, 'api');
    expect(await members(without)).toEqual([]);
  });

  test('every evaluation adds to the sizes, and tells who is in since when', async () => {
    const id = await create('Lookers', RECENT_VIEW);
    await segmentation.audiences.evaluate(id, 'api');
    now = START + DAY;
    await segmentation.audiences.evaluate(id, 'api');
    expect(await segmentation.audiences.ofProfile(buyer)).toMatchObject([{ audience: { name: 'Lookers' }, since: new Date(START) }]);
    now = START + 5 * DAY;
    await segmentation.audiences.evaluate(id, 'api');
    expect((await segmentation.audiences.sizes(id)).sizes.map(({ size, evaluatedAt }) => [size, evaluatedAt.getTime()])).toEqual([
      [2, START],
      [2, START + DAY],
      [1, START + 5 * DAY],
    ]);
    expect(await segmentation.audiences.ofProfile(looker)).toEqual([]);
    now = START;
    await segmentation.audiences.evaluate(id, 'api');
    expect(await segmentation.audiences.ofProfile(looker)).toMatchObject([{ audience: { name: 'Lookers' } }]);
  });

  test('a list of audiences has their last sizes', async () => {
    const id = await create('Lookers', RECENT_VIEW);
    await create('Never evaluated', 'vip');
    await segmentation.audiences.evaluate(id, 'api');
    const { audiences, total } = await segmentation.audiences.list({ sort: [{ by: 'name', descending: false }] });
    expect(total).toBe(2);
    expect(audiences.map(({ name, last }) => [name, last?.size ?? null])).toEqual([
      ['Lookers', 2],
      ['Never evaluated', null],
    ]);
  });

  test('an inactive audience is not evaluated', async () => {
    const id = await create('Old', 'vip');
    await segmentation.definitions.update(id, { lifecycleState: 'inactive' }, clock());
    await expect(segmentation.audiences.evaluate(id, 'api')).rejects.toMatchObject({ code: 'audience-inactive' });
  });

  test('deleting an audience leaves no members behind', async () => {
    const id = await create('Lookers', RECENT_VIEW);
    await segmentation.audiences.evaluate(id, 'api');
    await segmentation.audiences.delete(id, clock());
    expect(await segmentation.audiences.ofProfile(buyer)).toEqual([]);
    await expect(members(id)).rejects.toMatchObject({ code: 'audience-not-found' });
  });
});

describe('estimates', () => {
  test('an estimate is the exact size at an instant, with a sample', async () => {
    expect(await segmentation.estimate('points > 5 or points.isNull()', { now: clock(), sample: 1 })).toEqual({
      size: 2,
      universe: 3,
      tookMs: expect.any(Number),
      evaluatedAt: clock(),
      revision: population.tables.currentRevision(),
      sample: [buyer],
    });
    expect((await segmentation.estimate(RECENT_VIEW, { now: new Date(START + 5 * DAY), sample: 0 })).size).toBe(1);
  });

  test('a wrong query, or one that refers to nothing, is refused', async () => {
    await expect(segmentation.estimate('points > ', { now: clock(), sample: 0 })).rejects.toMatchObject({ code: 'pql-invalid' });
    await expect(segmentation.estimate('inSegment("x")', { now: clock(), sample: 0 })).rejects.toMatchObject({
      code: 'audience-reference-unknown',
    });
  });

  test('an aborted estimate rejects', async () => {
    const stop = AbortSignal.abort(new Error('gone'));
    await expect(segmentation.estimate('visits > 41', { now: clock(), sample: 0, signal: stop })).rejects.toThrow();
  });

  test('a regular expression that is too large for an engine is refused in words', async () => {
    const estimate = segmentation.estimate('name.matches("^((a{0,1000}b{0,1000}){0,1000})?Ann$")', { now: clock(), sample: 0 });
    await expect(estimate).rejects.toMatchObject({ code: 'pql-invalid', message: expect.stringContaining('too large') });
  });
});

describe('jobs', () => {
  test('a job for all evaluates every active audience and counts', async () => {
    const view = await create('View', RECENT_VIEW);
    const none = await create('None', 'name = "Nobody"', { lifecycleState: 'draft' });
    const old = await create('Old', 'vip');
    await segmentation.definitions.update(old, { lifecycleState: 'inactive' }, clock());
    const { id, status } = await segmentation.jobs.create([ALL], 'api');
    expect(status).toBe('NEW');
    const job = await segmentation.jobs.ended(id);
    expect(job).toMatchObject({ id, status: 'SUCCEEDED', segmentIds: ['*'], source: 'api', errors: [] });
    expect(job.metrics).toMatchObject({
      totalTime: { startTimeInMs: START, endTimeInMs: START, totalTimeInMs: 0 },
      totalProfiles: 3,
      segmentedProfileCounter: { [view]: 2, [none]: 0 },
      segmentedProfileByStatusCounter: { [view]: { realized: 2, existing: 0, exited: 0 }, [none]: { realized: 0, existing: 0, exited: 0 } },
    });
  });

  test('a job counts who came, stayed and left', async () => {
    const id = await create('View', RECENT_VIEW);
    const run = async (): Promise<unknown> =>
      (await segmentation.jobs.ended((await segmentation.jobs.create([id], 'api')).id)).metrics.segmentedProfileByStatusCounter[id];
    expect(await run()).toEqual({ realized: 2, existing: 0, exited: 0 });
    now = START + 5 * DAY;
    expect(await run()).toEqual({ realized: 0, existing: 1, exited: 1 });
    await segmentation.definitions.update(id, { pql: 'name = "Cy"' }, clock());
    expect(await run()).toEqual({ realized: 1, existing: 0, exited: 1 });
  });

  test('an audience that cannot be evaluated is an error of the job; the others are evaluated', async () => {
    const id = await create('View', RECENT_VIEW);
    const broken = await create('Broken', 'vip');
    await stores.stores.postgres.updateTable('segment_definitions').set({ pql: 'gone = 1' }).where('id', '=', broken).execute();
    const job = await segmentation.jobs.ended((await segmentation.jobs.create([id, broken, 'nobody'], 'api')).id);
    expect(job.status).toBe('SUCCEEDED');
    expect(job.metrics.segmentedProfileCounter).toEqual({ [id]: 2 });
    expect(job.errors).toMatchObject([
      { code: 'audience-not-found', segmentId: 'nobody' },
      { code: 'pql-invalid', segmentId: broken },
    ]);
    const failed = await segmentation.jobs.ended((await segmentation.jobs.create([broken], 'api')).id);
    expect(failed).toMatchObject({ status: 'FAILED', errors: [{ code: 'pql-invalid' }] });
  });

  test('jobs wait for each other, and a waiting one can be cancelled', async () => {
    const id = await create('View', RECENT_VIEW);
    const first = await segmentation.jobs.create([id], 'api');
    const second = await segmentation.jobs.create([id], 'api');
    expect(second.status).toBe('QUEUED');
    await segmentation.jobs.cancel(second.id);
    expect((await segmentation.jobs.ended(first.id)).status).toBe('SUCCEEDED');
    expect((await segmentation.jobs.ended(second.id)).status).toBe('CANCELLED');
    await expect(segmentation.jobs.cancel(second.id)).rejects.toMatchObject({ code: 'segment-job-over' });
    await expect(segmentation.jobs.cancel('x')).rejects.toMatchObject({ code: 'segment-job-not-found' });
  });

  test('a job under way stops when it is cancelled', async () => {
    const started = Promise.withResolvers<void>();
    const run = async (_: readonly string[], signal: AbortSignal): Promise<never> => {
      started.resolve();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      signal.throwIfAborted();
      throw new Error('not reached');
    };
    const jobs = await SegmentJobs.open({ db: stores.stores.postgres, clock, run });
    const { id } = await jobs.create(['x'], 'api');
    await started.promise;
    expect((await jobs.get(id)).status).toBe('PROCESSING');
    await jobs.cancel(id);
    expect((await jobs.ended(id)).status).toBe('CANCELLED');
  });

  test('lists are paged and filtered', async () => {
    const id = await create('View', RECENT_VIEW);
    const ids: string[] = [];
    for (let index = 0; index < 3; index++) {
      now += 1;
      ids.push((await segmentation.jobs.create([id], 'api')).id);
    }
    for (const each of ids) await segmentation.jobs.ended(each);
    const listed = async (query: Parameters<SegmentJobs['list']>[0]): Promise<readonly string[]> =>
      (await segmentation.jobs.list(query)).jobs.map((job) => job.id);
    expect(await listed({})).toEqual(ids.toReversed());
    expect(await listed({ sort: [{ by: 'createdAt', descending: false }], start: 1, limit: 1 })).toEqual([ids[1]]);
    expect(await segmentation.jobs.list({ status: 'FAILED' })).toEqual({ jobs: [], total: 0 });
  });
});

describe('previews', () => {
  test('a preview goes from NEW to RESULT_READY and has the exact size and the members', async () => {
    const preview = segmentation.previews.create(NO_BUY, clock());
    expect(preview).toMatchObject({ state: 'NEW', estimate: null });
    expect(await segmentation.previews.ended(preview.id)).toMatchObject({ state: 'RESULT_READY', estimate: { size: 2, universe: 3 } });
    expect([...segmentation.previews.members(preview.id, 0, 10)]).toEqual([looker, stranger]);
    expect([...segmentation.previews.members(preview.id, 1, 10)]).toEqual([stranger]);
  });

  test('a preview that fails says why', async () => {
    const { id } = segmentation.previews.create('inSegment("x")', clock());
    expect(await segmentation.previews.ended(id)).toMatchObject({ state: 'FAILED', error: { code: 'audience-reference-unknown' } });
    expect(() => segmentation.previews.create('oops(', clock())).toThrow(expect.objectContaining({ code: 'pql-invalid' }));
  });

  test('a cancelled preview is gone', () => {
    const { id } = segmentation.previews.create('vip', clock());
    segmentation.previews.cancel(id);
    expect(() => segmentation.previews.get(id)).toThrow(expect.objectContaining({ code: 'preview-not-found' }));
  });
});

describe('why', () => {
  test('it tells for a person which parts hold, by which events, at an instant', async () => {
    const view = await create('View', RECENT_VIEW);
    const id = await create('Without', `${NO_BUY} and inSegment("${view}")`);
    const inside = await segmentation.why(id, looker, clock());
    expect(inside).toMatchObject({
      member: true,
      evaluatedAt: clock(),
      definition: { name: 'Without' },
      evidence: { kind: 'and', holds: true },
    });
    const outside = await segmentation.why(id, buyer, clock());
    expect(outside).toMatchObject({ member: false });
    expect(JSON.stringify(outside.evidence)).toContain('"eventType":"buy"');
    expect((await segmentation.why(id, looker, new Date(START + 5 * DAY))).member).toBe(false);
    await expect(segmentation.why('x', looker, clock())).rejects.toMatchObject({ code: 'audience-not-found' });
  });
});
