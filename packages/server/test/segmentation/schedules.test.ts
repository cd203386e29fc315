/** Schedules by a clock of the test: when they run, what they make up for, what survives. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ScheduledWork } from '../../src/segmentation/schedule/schedules.ts';
import { DEFAULT_SCHEDULE, Schedules } from '../../src/segmentation/schedule/schedules.ts';
import { ALL, createSegmentation } from '../../src/segmentation/index.ts';
import type { Segmentation } from '../../src/segmentation/index.ts';
import type { TestStores } from '../support/stores.ts';
import { withStores } from '../support/stores.ts';
import { TestPopulation } from './support/people.ts';
import { schema } from './support/shop.ts';

let stores: TestStores;
let population: TestPopulation;
let now = Date.UTC(2026, 0, 1);
const clock = (): Date => new Date(now);
const at = (text: string): void => void (now = Date.parse(text));

/** Runs that were started, by their instant. */
let started: string[] = [];
let over = true;
let failing = false;
const failures: unknown[] = [];
const work: ScheduledWork = {
  start: (_, { runId }) => {
    if (failing) return Promise.reject(new Error('cannot start'));
    started.push(runId.split('/')[1]?.replace(':00.000Z', '') ?? '');
    return Promise.resolve(runId);
  },
  isOver: () => Promise.resolve(over),
};
const open = (): Schedules =>
  new Schedules({
    db: stores.stores.postgres,
    clock,
    work: { batch_segmentation: work, export: work },
    onUnexpected: (error) => failures.push(error),
  });
let schedules: Schedules;

beforeAll(async () => {
  stores = await withStores();
  population = await TestPopulation.within(stores.stores, schema);
});
afterAll(async () => {
  await schedules.close();
  await stores.stop();
});
beforeEach(async () => {
  await schedules?.close();
  await stores.stores.postgres.deleteFrom('schedules').execute();
  [started, over, failing] = [[], true, false];
  at('2026-01-01T00:00:00Z');
  schedules = open();
});

const nightly = { name: 'Nightly', type: 'batch_segmentation', properties: { segments: [ALL] }, state: 'active' } as const;

test('a schedule is inactive unless told, and runs every night unless told', async () => {
  const { type, name, properties } = nightly;
  const { id } = await schedules.create({ type, name, properties });
  expect(await schedules.get(id)).toMatchObject({
    state: 'inactive',
    schedule: DEFAULT_SCHEDULE,
    nextRun: null,
    lastRun: null,
    lastJob: null,
  });
  at('2026-01-05T00:00:00Z');
  await schedules.tick();
  expect(started).toEqual([]);
});

test('it runs when its time has come, and not again before the next', async () => {
  const { id } = await schedules.create(nightly);
  await schedules.tick();
  at('2026-01-01T00:59:59Z');
  await schedules.tick();
  expect(started).toEqual([]);
  at('2026-01-01T01:00:00Z');
  await schedules.tick();
  await schedules.tick();
  expect(started).toEqual(['2026-01-01T01:00']);
  expect(await schedules.get(id)).toMatchObject({ lastRun: clock(), nextRun: new Date('2026-01-02T01:00:00Z') });
});

test('of all runs missed one is made up for, after a restart too', async () => {
  await schedules.create(nightly);
  await schedules.close();
  at('2026-01-08T12:00:00Z');
  await schedules.tick();
  expect(started).toEqual([]);
  schedules = open();
  await schedules.tick();
  await schedules.tick();
  expect(started).toEqual(['2026-01-01T01:00']);
  at('2026-01-09T01:00:00Z');
  await schedules.tick();
  expect(started).toEqual(['2026-01-01T01:00', '2026-01-09T01:00']);
});

test('a run waits for the one before', async () => {
  await schedules.create({ ...nightly, schedule: '0 * * * * ?' });
  at('2026-01-01T00:01:00Z');
  await schedules.tick();
  over = false;
  at('2026-01-01T00:05:30Z');
  await schedules.tick();
  expect(started).toEqual(['2026-01-01T00:01']);
  over = true;
  await schedules.tick();
  expect(started).toEqual(['2026-01-01T00:01', '2026-01-01T00:02']);
  at('2026-01-01T00:06:00Z');
  await schedules.tick();
  expect(started).toHaveLength(3);
});

test('several schedules run in the order of their times', async () => {
  await schedules.create({ ...nightly, schedule: '0 30 1 * * ?' });
  await schedules.create({ ...nightly, schedule: '0 15 1 * * ?' });
  at('2026-01-01T02:00:00Z');
  await schedules.tick();
  expect(started).toEqual(['2026-01-01T01:15', '2026-01-01T01:30']);
});

test('it is changed, stopped and deleted', async () => {
  const { id } = await schedules.create(nightly);
  expect((await schedules.update(id, { schedule: '0 0 12 * * ?' })).nextRun).toEqual(new Date('2026-01-01T12:00:00Z'));
  at('2026-01-02T00:00:00Z');
  // Saying again what holds already does not let a run fall out.
  expect((await schedules.update(id, { state: 'active' })).nextRun).toEqual(new Date('2026-01-01T12:00:00Z'));
  expect((await schedules.update(id, { state: 'inactive' })).nextRun).toBeNull();
  await schedules.tick();
  expect(started).toEqual([]);
  expect((await schedules.update(id, { state: 'active' })).nextRun).toEqual(new Date('2026-01-02T12:00:00Z'));
  await schedules.delete(id);
  await expect(schedules.get(id)).rejects.toMatchObject({ code: 'schedule-not-found' });
  await expect(schedules.update(id, {})).rejects.toMatchObject({ code: 'schedule-not-found' });
  await expect(schedules.delete(id)).rejects.toMatchObject({ code: 'schedule-not-found' });
});

test('what cannot be understood is refused, and changes nothing', async () => {
  await expect(schedules.create({ ...nightly, schedule: 'at noon' })).rejects.toMatchObject({ code: 'schedule-invalid' });
  const { id } = await schedules.create(nightly);
  await expect(schedules.update(id, { schedule: '0 0 25 * * ?' })).rejects.toMatchObject({ code: 'schedule-invalid' });
  expect(await schedules.get(id)).toMatchObject({ schedule: DEFAULT_SCHEDULE, state: 'active' });
});

test('a run that cannot be started is told, and the schedule goes on', async () => {
  await schedules.create(nightly);
  failing = true;
  at('2026-01-01T01:00:00Z');
  await schedules.tick();
  expect(failures).toMatchObject([{ message: 'cannot start' }]);
  failing = false;
  at('2026-01-02T01:00:00Z');
  await schedules.tick();
  expect(started).toEqual(['2026-01-02T01:00']);
});

test('by its own it wakes up in time', async () => {
  const real = new Schedules({
    db: stores.stores.postgres,
    clock: () => new Date(),
    work: { batch_segmentation: work, export: work },
    onUnexpected: (error) => failures.push(error),
  });
  real.watch();
  await real.create({ ...nightly, schedule: '* * * * * ?' });
  while (started.length < 2) await new Promise((resolve) => setTimeout(resolve, 50));
  await real.close();
});

test('its runs are jobs, each once, and are counted', async () => {
  const segmentation: Segmentation = await createSegmentation({ stores: stores.stores, tables: population.tables, clock });
  await population.add([{ attributes: { points: 1 }, events: [] }]);
  const { id: audience } = await segmentation.definitions.create({ name: 'All', pql: 'points > 0', createdBy: 'test' }, clock());
  const evaluation = await segmentation.schedules.create(nightly);
  const exported = await segmentation.schedules.create({ ...nightly, name: 'Out', type: 'export', schedule: '0 0 2 * * ?' });
  at('2026-01-01T03:00:00Z');
  await segmentation.schedules.tick();
  const { lastJob } = await segmentation.schedules.get(evaluation.id);
  const job = await segmentation.jobs.ended(lastJob ?? '');
  expect(job).toMatchObject({
    status: 'SUCCEEDED',
    source: 'scheduler',
    properties: { scheduleId: evaluation.id, runId: `${evaluation.id}/2026-01-01T01:00:00.000Z` },
  });
  const file = await segmentation.exports.ended(Number((await segmentation.schedules.get(exported.id)).lastJob));
  expect(file).toMatchObject({ status: 'SUCCEEDED', source: 'scheduler', files: [{ name: `${audience}.jsonl`, segmentId: audience }] });
  expect(await segmentation.schedules.runs()).toMatchObject([
    { name: 'Nightly', succeeded: 1, failed: 0, lastRun: clock() },
    { name: 'Out', succeeded: 1, failed: 0 },
  ]);
  // As after a crash between the start of a run and the note of it.
  await stores.stores.postgres
    .updateTable('schedules')
    .set({ due_at: new Date('2026-01-01T01:00:00Z') })
    .where('id', '=', evaluation.id)
    .execute();
  await segmentation.schedules.tick();
  expect((await segmentation.jobs.list({})).total).toBe(1);
  await segmentation.close();
});
