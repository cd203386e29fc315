/** What a model may know of the past, and what a run that fails leaves behind; on people whose habits are known. */
import { compile } from '@kindred/pql';
import type { DataObject } from '@kindred/pql';
import { seededRandom } from '@kindred/propensity';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelCard, PersonPrediction, Prediction, Run } from '../../src/customer-ai/index.ts';
import { CustomerAi, restoreScores } from '../../src/customer-ai/index.ts';
import { audienceMembers } from '../../src/customer-ai/features/audiences.ts';
import { readHistory } from '../../src/customer-ai/history.ts';
import { Encoder } from '../../src/ingest/encoder.ts';
import { Identities } from '../../src/identity/index.ts';
import type { Kept } from '../../src/profile/index.ts';
import { ProfileTables, readDocuments } from '../../src/profile/index.ts';
import { ensureTables } from '../../src/schema/index.ts';
import type { Segmentation } from '../../src/segmentation/index.ts';
import { Bitmap, createSegmentation, membersOfPlans } from '../../src/segmentation/index.ts';
import type { ClickHouse, Stores } from '../../src/store/index.ts';
import { openStores } from '../../src/store/index.ts';
import { Waiting } from '../../src/customer-ai/refresh/waiting.ts';
import type { TestRecord } from '../profile/encode.ts';
import { encode } from '../profile/encode.ts';
import { temporaryFolder } from '../support/processes.ts';
import { DAY, GOAL, schema, WINDOW } from './shop.ts';

const START = Date.UTC(2026, 0, 1);
const NOW = START + 120 * DAY;
const PEOPLE = 1200;

const KILLED = join(import.meta.dirname, 'kill.fixture.ts');
const folder = temporaryFolder('kindred-predictions');
let stores: Stores;
let tables: ProfileTables;
let segmentation: Segmentation;
let customerAi: CustomerAi;
let prediction: Prediction;
/** The instant at which things are stored. */
let now = NOW;
const clock = (): Date => new Date(now);
/** How long datasets keep their events. */
let kept: readonly Kept[] = [];
/** Writes of scores that still succeed. */
let writes = Infinity;

const openTheStores = async (): Promise<Stores> =>
  await openStores({ dataFolder: folder.path, clickhouseUrl: undefined, postgresUrl: undefined, querySlots: 4 });

async function open(): Promise<void> {
  const { clickhouse, lmdb, postgres } = stores;
  const identities = await Identities.open(lmdb, clickhouse);
  tables = await ProfileTables.open({ clickhouse, lmdb, identities, schema, clock });
  await restoreScores(postgres, tables);
  const failing: ClickHouse = {
    ...clickhouse,
    async insert(table, ...rest) {
      if (table === 'scores' && writes-- <= 0) throw new Error('the disk is gone');
      await clickhouse.insert(table, ...rest);
    },
  };
  segmentation = await createSegmentation({ stores: stores, tables, clock });
  customerAi = await CustomerAi.open({
    stores: { ...stores, clickhouse: failing },
    tables,
    segmentation,
    kept: () => kept,
    clock,
    onUnexpected: () => undefined,
  });
}

async function close(): Promise<void> {
  await customerAi.close();
  await segmentation.close();
}

/** Visits come at a rate of one's own; a purchase follows a visit the likelier, the more of them there are. */
function habits(): { readonly events: readonly TestRecord[]; readonly bought: ReadonlyMap<string, readonly number[]> } {
  const random = seededRandom(7);
  const events: TestRecord[] = [];
  const bought = new Map<string, number[]>();
  for (let person = 0; person < PEOPLE; person++) {
    const who = `p${person}`;
    const rate = 0.05 + 0.3 * random();
    for (let day = 0; day < 120; day++) {
      if (random() > rate) continue;
      const time = START + (day + random()) * DAY;
      events.push({ who, time, id: `v-${person}-${day}`, eventType: 'visit', document: {} });
      if (random() > rate * 0.35) continue;
      events.push({ who, time: time + 60_000, id: `b-${person}-${day}`, eventType: 'buy', document: {} });
      bought.set(who, [...(bought.get(who) ?? []), time + 60_000]);
    }
  }
  return { events: events.filter(({ time }) => time < NOW), bought };
}

async function ended(run: Run): Promise<Run> {
  for (;;) {
    const found = await customerAi.runs.get(run.predictionId, run.id);
    if (found.endedAt !== null) return found;
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
}

async function train(): Promise<ModelCard> {
  const run = await ended(await customerAi.train(prediction.id, 'test'));
  expect(run.error).toBeNull();
  return await customerAi.model(prediction.id);
}

beforeAll(async () => {
  stores = await openTheStores();
  await ensureTables(stores.clickhouse);
  await open();
  const { events, bought } = habits();
  await tables.writeEvents(encode(schema, 'event', events), 'shop');
  // As if each had been stored when it happened.
  await stores.clickhouse.command(
    'ALTER TABLE events UPDATE `received#time` = timestamp + toIntervalMinute(1) WHERE 1 SETTINGS mutations_sync = 2',
  );
  const boughtIn = (who: string): number | undefined => bought.get(who)?.find((time) => time > NOW - WINDOW * DAY);
  const everybody = Array.from({ length: PEOPLE }, (_, person) => `p${person}`);
  // Told today of a survey before the newest window: whoever would buy in it had answered.
  const survey = everybody.filter((who) => boughtIn(who) !== undefined);
  const answers = survey.map((who): TestRecord => ({
    who,
    time: NOW - (WINDOW + 1) * DAY,
    id: `s-${who}`,
    eventType: 'survey',
    document: {},
  }));
  await tables.writeEvents(encode(schema, 'event', answers), 'shop');
  // Loaded today, and said to have been true all the time.
  const attributes = everybody.map((who, index): TestRecord => {
    const order = boughtIn(who);
    return {
      who,
      time: START,
      document: {
        _acme: {
          flag: order === undefined ? 0 : 1,
          lastOrder: new Date(order ?? START - index * 1000).toISOString(),
          contractEnd: new Date(NOW + (index % 2 === 0 ? 200 : -200) * DAY).toISOString(),
          visits: index % 7,
        },
      },
    };
  });
  await tables.writeFragments(encode(schema, 'profile', attributes), 'crm');
  prediction = await customerAi.create(GOAL, 'test');
}, 120_000);

afterAll(async () => {
  await close();
  await stores.close();
  folder.remove();
});

test('late events, a column that knows the outcome and a date from the future teach nothing, and the card names what was left out', async () => {
  const card = await train();
  const codes = card.features.map(({ code }) => code);
  expect(codes).toContain('count.visit.30');
  expect(codes.filter((code) => code.includes('survey'))).toEqual([]);
  expect(codes).not.toContain('attribute._acme.flag');
  expect(codes).not.toContain('attribute._acme.lastOrder');
  expect(codes).toEqual(expect.arrayContaining(['attribute._acme.visits', 'attribute._acme.contractEnd']));
  const reasons = new Map(card.leftOut.map(({ what, reason }) => [what, reason]));
  expect(reasons.get('Flag')).toMatch(/Possible leak: alone it tells the outcome with AUC 1\.000/);
  expect(reasons.get('Days since last order')).toMatch(/Possible leak: a month ago \d+ % of the dates known lay ahead, now 0 % do/);
  // What there is to know: habits. With any of the three it would be above 0.95.
  expect(card.metrics.auc.value).toBeGreaterThan(0.6);
  expect(card.metrics.auc.value).toBeLessThan(0.85);
  expect(card.features[0]?.family).toMatch(/visit|activity|rhythm/);
}, 120_000);

test('rules about scores have the same people in SQL and by the reference evaluator', async () => {
  const field = 'customerAI.buysSoon';
  const rules = [
    `${field}.score > 30`,
    `not (${field}.score > 30)`,
    `${field}.bucket = "High" or ${field}.bucket.isNull()`,
    `${field}.probability * 100 < ${field}.percentile`,
    `${field}.factors[direction = "down" and importance = "high"]`,
    `${field}.factors.count() >= 3 and ${field}.percentile >= 20 and ${field}.percentile < 60`,
    `${field}.percentile > 50 and xEvent[eventType = "buy"].count() = 0`,
  ];
  await expectSameMembers(rules);
}, 60_000);

/** Some people, and not all, by the queries and by the reference evaluator. */
async function expectSameMembers(rules: readonly string[]): Promise<void> {
  const plans = rules.map((pql) => {
    const { plan, problems } = compile(pql, tables.schema);
    if (plan === null) throw new Error(`${pql}: ${JSON.stringify(problems)}`);
    return plan;
  });
  const members = async (byReference: boolean): Promise<readonly Bitmap[]> =>
    await membersOfPlans(plans, {
      tables,
      readDocuments: async (ordinals) => (await readDocuments(tables, ordinals)) as ReadonlyMap<number, DataObject>,
      audience: () => Bitmap.empty,
      needsDocuments: () => byReference,
      now: NOW,
      zone: 'UTC',
    });
  const [sql, reference] = [await members(false), await members(true)];
  for (const [index, pql] of rules.entries()) {
    expect(sql[index]?.equals(reference[index] ?? Bitmap.empty), pql).toBe(true);
    expect(sql[index]?.size, pql).toBeGreaterThan(0);
    expect(sql[index]?.size, pql).toBeLessThan(PEOPLE);
  }
}

async function scores(): Promise<readonly unknown[]> {
  const { clickhouse } = stores;
  return await clickhouse.query(
    'SELECT profile, `customerAI/buysSoon/score`, `customerAI/buysSoon/scoredAt` FROM profiles FINAL ORDER BY profile',
  );
}

const rows = async (): Promise<number> => {
  const [row] = await stores.clickhouse.query<{ n: string }>('SELECT count() AS n FROM scores');
  return Number(row?.n);
};

test('scoring that fails, and training and scoring that are killed, leave the model and the scores there were', async () => {
  const [before, stored] = [await scores(), await rows()];
  now += DAY / 2;
  writes = 0;
  const failed = await ended(await customerAi.score(prediction.id, 'test'));
  writes = Infinity;
  expect(failed).toMatchObject({ status: 'failed', error: { message: 'the disk is gone' } });
  expect(await scores()).toEqual(before);
  expect(await rows()).toBe(stored);
  // A process is killed while it trains, and another one when what it has scored is written and not in force.
  const model = await customerAi.model(prediction.id);
  await close();
  await stores.close();
  for (const kind of ['train', 'score']) {
    now += 1000;
    const child = spawn(process.execPath, [KILLED, folder.path, String(now), prediction.id, kind], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  }
  stores = await openTheStores();
  await open();
  expect(await scores()).toEqual(before);
  expect(await rows()).toBe(stored);
  expect(await customerAi.model(prediction.id)).toEqual(model);
  const [scoring, training] = await customerAi.runs.list(prediction.id);
  const interrupted = { status: 'failed', error: { code: 'interrupted' } };
  expect([training, scoring]).toMatchObject([
    { kind: 'train', ...interrupted },
    { kind: 'score', ...interrupted },
  ]);
  // And the next one is whole.
  expect((await ended(await customerAi.score(prediction.id, 'test'))).status).toBe('succeeded');
  expect(await scores()).not.toEqual(before);
  expect(await rows(), 'those before are kept to compare with').toBe(2 * stored);
}, 60_000);

test('a score is told beside that of the scoring before, with what moved it, also as fields of the profile', async () => {
  const before = await personOf('p3');
  const stored = await rows();
  now += DAY;
  for (const hours of [1, 2, 3, 4]) await visited('p3', now - hours * 3_600_000);
  expect((await ended(await customerAi.score(prediction.id, 'test'))).status).toBe('succeeded');
  expect(await rows(), 'those before the ones before are gone').toBe(stored);
  const after = await personOf('p3');
  const { previous } = after;
  const { factors, score, probability, percentile, bucket, scoredAt, modelVersion } = before;
  expect(previous).toMatchObject({ score, probability, percentile, bucket, scoredAt, modelVersion });
  const valueOf = (of: readonly { readonly code: string; readonly contribution: number }[], code: string | undefined) =>
    of.find((factor) => factor.code === code)?.contribution;
  const moved = previous?.factors ?? [];
  expect(moved.some(({ difference }) => difference !== null)).toBe(true);
  for (const { before: then, now: current, difference } of moved) {
    const [from, to] = [valueOf(factors, then?.code), valueOf(after.factors, current?.code)];
    expect(difference).toBe(from === undefined || to === undefined ? null : to - from);
  }
  expect(moved.flatMap(({ now: current }) => (current === null ? [] : [current.label])).join()).toMatch(/visit/i);
  const { drift, scoreDrift } = await customerAi.summary(prediction.id);
  expect(scoreDrift, 'a day later, by the same model').toMatchObject({ state: 'fine' });
  expect(scoreDrift?.psi).toBeGreaterThan(0);
  expect(drift.every(({ ordinary = -1 }) => ordinary >= 0)).toBe(true);
  expect(Math.max(...drift.map(({ ordinary = 0 }) => ordinary))).toBeGreaterThan(0);
  const field = 'customerAI.buysSoon';
  const rules = [`${field}.change > 0`, `${field}.change < 0 and ${field}.previousScore > 10`, `${field}.factors[isNew = true]`];
  await expectSameMembers([...rules, `${field}.previousBucket != ${field}.bucket`]);
  await close();
  await open();
  expect(await personOf('p3')).toEqual(after);
  await expectSameMembers(rules);
}, 60_000);

test('a model that did not take over is kept to be looked at, with the reason', async () => {
  const { modelVersion } = await customerAi.get(prediction.id);
  now += 1000;
  writes = 0;
  const failed = await ended(await customerAi.train(prediction.id, 'test'));
  writes = Infinity;
  const models = await customerAi.models(prediction.id);
  expect(models.slice(0, 2).map(({ card, state, reason }) => [card.version, state, reason])).toEqual([
    [(modelVersion ?? 0) + 1, 'notTaken', failed.error],
    [modelVersion, 'inForce', null],
  ]);
  expect(failed.error?.message).toBe('the disk is gone');
  expect((await customerAi.get(prediction.id)).modelVersion).toBe(modelVersion);
}, 60_000);

test('a new model is compared with the one in force on the same people, and it is said when that one had seen outcomes of theirs', async () => {
  const [untaken] = await customerAi.models(prediction.id);
  expect(untaken?.card.contest).toMatchObject({ against: 1, fair: false });
  const today = now;
  now = NOW - (WINDOW + 1) * DAY;
  const excludedFields = ['_acme.flag', '_acme.lastOrder'];
  const { id } = await customerAi.create({ ...GOAL, name: 'Trained twice', task: { ...GOAL.task, excludedFields } }, 'test');
  expect((await ended(await customerAi.train(id, 'test'))).error).toBeNull();
  expect((await customerAi.model(id)).contest).toBeUndefined();
  now = NOW;
  expect((await ended(await customerAi.train(id, 'test'))).error).toBeNull();
  now = today;
  const { contest, metrics, version } = await customerAi.model(id);
  expect(version).toBe(2);
  expect(contest).toMatchObject({ against: 1, fair: true });
  const { auc = 0, difference } = contest ?? {};
  expect(auc).toBeGreaterThan(0.6);
  expect(difference?.value).toBeCloseTo(metrics.auc.value - auc, 12);
  expect(difference?.low).toBeLessThan(difference?.value ?? 0);
  expect(difference?.standardError, 'drawn on the same people').toBeLessThan(metrics.auc.standardError);
  await customerAi.delete(id);
}, 120_000);

/** An event of both: they are one person. */
async function linked([who, other]: readonly [string, string]): Promise<void> {
  const encoder = new Encoder({ target: 'event', schema, unknownFields: 'reject' });
  const person = { primary: { namespace: 'CRMID', id: who }, others: [{ namespace: 'CRMID', id: other }] };
  encoder.add({ id: `link-${who}`, time: now, eventType: 'link', document: {}, person });
  await tables.writeEvents(encoder.take(), 'shop');
}

test('what a scoring said is compared with what people did when its window is over, whoever they turned out to be', async () => {
  const today = now;
  now = NOW - (WINDOW + 2) * DAY;
  const excludedFields = ['_acme.flag', '_acme.lastOrder'];
  const { id } = await customerAi.create({ ...GOAL, name: 'Checked', task: { ...GOAL.task, excludedFields } }, 'test');
  expect((await ended(await customerAi.train(id, 'test'))).error).toBeNull();
  const scoredAt = now;
  now += DAY / 2;
  expect((await ended(await customerAi.score(id, 'test'))).error, 'not another sample on the same day').toBeNull();
  expect(await customerAi.outcomes(id)).toMatchObject([
    { status: 'waiting', modelVersion: 1, outcome: null, scoredAt: new Date(scoredAt) },
  ]);
  const samples = async () =>
    await stores.clickhouse.query<{ run: string; n: string }>('SELECT run, count() AS n FROM score_samples GROUP BY run');
  const [first] = await customerAi.outcomes(id);
  const sampled = (await samples()).filter(({ run }) => run === first?.run);
  expect(sampled).toHaveLength(1);
  await close();
  await open();
  expect(
    (await samples()).filter(({ run }) => run === first?.run),
    'kept over a start',
  ).toEqual(sampled);
  // The next one, and those of other predictions, are not over yet.
  now = scoredAt + (WINDOW + 1) * DAY - 1;
  expect(await customerAi.checkOutcomes()).toBe(0);
  now++;
  const window = `timestamp > fromUnixTimestamp64Milli(${scoredAt}) AND timestamp <= fromUnixTimestamp64Milli(${scoredAt + WINDOW * DAY})`;
  const eligible = `timestamp > fromUnixTimestamp64Milli(${scoredAt - 45 * DAY}) AND timestamp <= fromUnixTimestamp64Milli(${scoredAt}) AND eventType != 'survey'`;
  const asked = await stores.clickhouse.query<{ profile: number; bought: boolean; id: string }>(
    `SELECT profile, any(id) AS id, profile IN (SELECT profile FROM events WHERE eventType = 'buy' AND ${window}) AS bought
     FROM (SELECT profile FROM events WHERE ${eligible}) AS event INNER JOIN identities USING profile GROUP BY profile ORDER BY profile DESC`,
  );
  const [buyers, others] = [asked.filter(({ bought }) => bought), asked.filter(({ bought }) => !bought)];
  await linked([buyers[0]?.id ?? '', others[0]?.id ?? '']);
  expect(await customerAi.checkOutcomes()).toBe(1);
  const [{ outcome, ...checked } = { outcome: null }] = await customerAi.outcomes(id);
  expect(checked).toMatchObject({ status: 'judged', reason: null, judgedAt: new Date(now) });
  expect(outcome?.people).toBe(asked.length);
  expect(outcome?.actualRate, 'whoever turned out to be a buyer is one').toBeCloseTo((buyers.length + 1) / asked.length, 12);
  expect(outcome?.auc?.value).toBeGreaterThan(0.6);
  expect(outcome).toMatchObject({ rate: 'asSaid', ranking: 'asTested' });
  const buckets = outcome?.buckets ?? [];
  expect(buckets.map(({ bucket }) => bucket)).toEqual(['High', 'Medium', 'Low']);
  expect(buckets.reduce((sum, bucket) => sum + bucket.people, 0)).toBe(asked.length);
  expect(buckets[0]?.actualRate).toBeGreaterThan(buckets[2]?.actualRate ?? 1);
  for (const { low, actualRate, high } of buckets) expect(low < actualRate && actualRate < high).toBe(true);
  expect((await samples()).filter(({ run }) => run === first?.run)).toEqual([]);
  expect((await ended(await customerAi.score(id, 'test'))).error).toBeNull();
  now += (WINDOW + 1) * DAY;
  kept = [{ dataset: 'shop', duration: 'P1D' }];
  expect(await customerAi.checkOutcomes()).toBeGreaterThan(0);
  kept = [];
  const [untold] = await customerAi.outcomes(id);
  expect(untold).toMatchObject({ status: 'impossible', outcome: null, reason: 'Dataset shop keeps events of the goal for P1D only.' });
  expect(await customerAi.overviews([await customerAi.get(id)])).toMatchObject([{ model: { version: 1 }, lastRun: { kind: 'score' } }]);
  await customerAi.delete(id);
  now = today;
}, 120_000);

test('who was in an audience at an instant is a feature, by the rule of then, and what a rule must not tell is none', async () => {
  const rules = {
    Regulars: 'xEvent[eventType = "visit" and timestamp occurs <= 14 days before now].count() >= 2',
    Scored: 'customerAI.buysSoon.score > 30',
    'Regulars again': 'inSegment("$first")',
    Answered: 'xEvent[eventType = "survey"] and _acme.flag = 1',
    Nobody: 'xEvent[eventType = "never"]',
  };
  const made: string[] = [];
  for (const [name, pql] of Object.entries(rules)) {
    const { id } = await segmentation.definitions.create({ name, pql: pql.replace('$first', made[0] ?? ''), createdBy: 'test' }, clock());
    made.push(id);
    await segmentation.audiences.evaluate(id, 'test');
  }
  const excludedFields = ['_acme.flag', '_acme.lastOrder'];
  const { id } = await customerAi.create({ ...GOAL, name: 'With audiences', task: { ...GOAL.task, excludedFields } }, 'test');
  expect((await ended(await customerAi.train(id, 'test'))).error).toBeNull();
  const features = (await customerAi.model(id)).features.filter(({ code }) => code.startsWith('audience.'));
  expect(features.map(({ label, missing }) => [label, missing])).toEqual([['In the audience Regulars', 0]]);
  const [code] = features.map((feature) => feature.code);
  const history = await readHistory(stores.clickhouse, now);
  const at = NOW - 40 * DAY;
  const asked = { at, history, exclusions: [], signal: new AbortController().signal };
  const feature = {
    code: code ?? '',
    label: '',
    family: '',
    unit: 'flag',
    kind: 'numeric',
    from: 'audiences',
    pql: rules['Regulars'],
  } as const;
  const then = (await audienceMembers([feature], asked, segmentation)).get(feature.code);
  const regulars = await stores.clickhouse.query<{ profile: number }>(
    `SELECT profile FROM events WHERE eventType = 'visit' AND timestamp > fromUnixTimestamp64Milli(${at - 14 * DAY}) AND timestamp <= fromUnixTimestamp64Milli(${at})
     GROUP BY profile HAVING count() >= 2`,
  );
  expect(then?.equals(Bitmap.of(regulars.map(({ profile }) => profile)))).toBe(true);
  const some = Uint32Array.from(regulars.slice(0, 5), ({ profile }) => profile).toSorted();
  const few = (await audienceMembers([feature], { ...asked, people: some }, segmentation)).get(feature.code);
  expect([...(few?.toArray() ?? [])].filter((profile) => some.includes(profile))).toEqual([...some]);
  await customerAi.delete(id);
  for (const each of made.toReversed()) await segmentation.definitions.delete(each, clock());
}, 120_000);

test('live audiences follow new scores without being asked', async () => {
  const rule = {
    name: 'By the next model',
    pql: 'customerAI.buysSoon.modelVersion = 3',
    evaluation: 'streaming',
    createdBy: 'test',
  } as const;
  const { id } = await segmentation.definitions.create(rule, clock());
  await segmentation.jobs.ended((await segmentation.jobs.create([id], 'test')).id);
  expect((await segmentation.audiences.get(id)).last?.size).toBe(0);
  const run = await ended(await customerAi.train(prediction.id, 'test'));
  expect(run).toMatchObject({ status: 'succeeded', modelVersion: 3 });
  expect((await personOf('p3')).previous, 'factors of two models are not compared').toMatchObject({ modelVersion: 1, factors: null });
  await expect.poll(async () => (await segmentation.audiences.get(id)).last?.size, { timeout: 20_000 }).toBe(run.profiles);
}, 120_000);

test('those of whom something came last are done first, each once, and the first change that waits is known', () => {
  const waiting = new Waiting();
  waiting.add([1, 2, 3], { revision: 5, at: 50 });
  waiting.add([4, 1], { revision: 6, at: 60 });
  const taken = waiting.take(2);
  expect(taken).toEqual([
    [4, { revision: 6, at: 60 }],
    [1, { revision: 5, at: 50 }],
  ]);
  waiting.add([3], { revision: 7, at: 70 });
  expect([waiting.size, waiting.first]).toEqual([2, { revision: 5, at: 50 }]);
  expect(waiting.take(1)).toEqual([[3, { revision: 5, at: 50 }]]);
  waiting.putBack(taken);
  expect(waiting.take(9).map(([profile]) => profile)).toEqual([2, 4, 1]);
  expect(waiting.first).toBeNull();
});

async function personOf(who: string): Promise<PersonPrediction> {
  const [score] = await customerAi.scoresOf(tables.identities.find({ namespace: 'CRMID', id: who }) ?? 0);
  if (score === undefined) throw new Error(`${who} has no score`);
  return score;
}

interface Score {
  readonly score: number;
  readonly probability: number;
  readonly scoredAt: Date;
}

const scoreOf = async (who: string): Promise<Score | undefined> =>
  (await customerAi.scoresOf(tables.identities.find({ namespace: 'CRMID', id: who }) ?? 0))[0];

const visited = async (who: string, time: number): Promise<void> => {
  const event = { who, time, id: `late ${who} ${time}`, eventType: 'visit', document: {} };
  await tables.writeEvents(encode(schema, 'event', [event]), 'shop');
};

test('whoever an event is about is scored as when everybody is, over a restart too, and has no score when they are not meant any more', async () => {
  customerAi.watch();
  const before = await scoreOf('p3');
  now += 1000;
  for (const minutes of [1, 2, 3]) await visited('p3', now - minutes * 60_000);
  await expect.poll(async () => (await scoreOf('p3'))?.scoredAt.getTime(), { timeout: 20_000 }).toBe(now);
  await expect.poll(() => customerAi.refreshing(), { timeout: 20_000 }).toMatchObject({ waiting: 0, delay: 0 });
  expect((await scoreOf('p3'))?.probability).not.toBe(before?.probability);
  await close();
  now += 1000;
  await visited('p5', now - 1000);
  await open();
  customerAi.watch();
  await expect.poll(async () => (await scoreOf('p5'))?.scoredAt.getTime(), { timeout: 20_000 }).toBe(now);
  await expect.poll(() => customerAi.refreshing(), { timeout: 20_000 }).toMatchObject({ waiting: 0 });
  expect((await scoreOf('p3'))?.scoredAt.getTime()).toBe(now - 1000);
  const [told] = await stores.clickhouse.query<{ change: string; score: string; previous: string }>(
    `SELECT \`customerAI/buysSoon/change\` AS change, \`customerAI/buysSoon/score\` AS score, \`customerAI/buysSoon/previousScore\` AS previous
     FROM profiles FINAL WHERE profile IN (SELECT profile FROM identities WHERE id = 'p3')`,
  );
  expect(Number(told?.change), 'since the last scoring of everybody before').toBe(Number(told?.score) - Number(told?.previous));
  expect(Number(told?.previous)).toBe((await personOf('p3')).previous?.score);
  // Profiles have what is in the table, and a run that scores everybody gives the same.
  const refreshed = [await scoreOf('p3'), await scoreOf('p5')];
  const read = await stores.clickhouse.query<{ seen: number }>(
    `SELECT toFloat32(\`customerAI/buysSoon/probability\`) AS seen FROM profiles FINAL
     WHERE profile IN (SELECT profile FROM identities WHERE id IN ('p3', 'p5'))`,
  );
  expect(new Set(read.map(({ seen }) => seen))).toEqual(new Set(refreshed.map((score) => score?.probability)));
  expect((await ended(await customerAi.score(prediction.id, 'test'))).status).toBe('succeeded');
  expect([(await scoreOf('p3'))?.probability, (await scoreOf('p5'))?.probability]).toEqual(refreshed.map((score) => score?.probability));
  // An event of long ago is told of; lately there was none.
  now += 50 * DAY;
  await visited('p5', now - 49 * DAY);
  await expect.poll(async () => await scoreOf('p5'), { timeout: 20_000 }).toBeUndefined();
  await expect.poll(() => customerAi.refreshing(), { timeout: 20_000 }).toMatchObject({ waiting: 0 });
  const [row] = await stores.clickhouse.query<{ score: number | null }>(
    "SELECT `customerAI/buysSoon/score` AS score FROM profiles FINAL WHERE profile = (SELECT profile FROM identities WHERE id = 'p5')",
  );
  expect(row?.score).toBeNull();
  expect(await scoreOf('p3')).toBeDefined();
}, 60_000);

test('who is forgotten has no score any more', async () => {
  const [first = 0] = Object.values(((await scores())[0] ?? {}) as Record<string, number>);
  await tables.erasePeople([first]);
  const [row] = await stores.clickhouse.query<{ n: string }>(`SELECT count() AS n FROM scores WHERE profile = ${first}`);
  expect(Number(row?.n)).toBe(0);
  expect(await customerAi.scoresOf(first)).toEqual([]);
});

test('a run on data that is not enough is refused with the documented code', async () => {
  const { id } = await customerAi.create(
    { ...GOAL, name: 'Far', task: { ...GOAL.task, goal: { ...GOAL.task.goal, windowDays: 90 } } },
    'test',
  );
  const run = await ended(await customerAi.train(id, 'test'));
  expect(run).toMatchObject({
    status: 'failed',
    error: { code: 'not-enough-history', details: { status: 407, days_of_data_required: 225 } },
  });
});
