/** Audiences over profiles as merge policies see them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MergePolicies } from '../../src/profile/index.ts';
import type { ExportRequest, Segmentation } from '../../src/segmentation/index.ts';
import { createSegmentation } from '../../src/segmentation/index.ts';
import { UNSAID } from '../../src/segmentation/export/request.ts';
import type { TestStores } from '../support/stores.ts';
import { withStores } from '../support/stores.ts';
import type { NamedPerson } from './support/people.ts';
import { TestPopulation } from './support/people.ts';
import { NOW, schema } from './support/shop.ts';

let stores: TestStores;
let population: TestPopulation;
let segmentation: Segmentation;
let policies: MergePolicies;
let crmFirst: string;
const clock = (): Date => new Date(NOW);
const DAY = 86_400_000;

const at = (days: number): string => new Date(NOW - days * DAY).toISOString();
const record = (name: string, days: number, attributes: Record<string, unknown>): NamedPerson => ({
  name,
  attributes,
  events: [],
  records: [{ at: at(days), attributes }],
});

beforeAll(async () => {
  stores = await withStores();
  population = await TestPopulation.within(stores.stores, schema);
  await population.write([record('ann', 9, { name: 'Ann', points: 10, tags: ['a'] }), record('ben', 9, { points: 1 })], 'crm');
  // The web knows newer values, and one person more.
  await population.write([record('ann', 1, { points: 2, tags: ['b'], vip: true }), record('cy', 1, { points: 10 })], 'web');
  segmentation = await createSegmentation({ stores: stores.stores, tables: population.tables, clock });
  policies = new MergePolicies(stores.stores.postgres);
  crmFirst = await policy('CRM first', ['crm', 'web']);
});
afterAll(async () => {
  await segmentation.close();
  await stores.stop();
});

async function policy(name: string, order: readonly string[]): Promise<string> {
  const attributeMerge = { type: 'dataSetPrecedence', order } as const;
  return (await policies.create({ name, identityGraph: 'pdg', attributeMerge, isDefault: false, isActiveOnEdge: false }, clock())).id;
}

function names(profiles: Iterable<number>): string {
  const found = ['ann', 'ben', 'cy', 'dee'].map((id) => [population.tables.identities.find({ namespace: 'CRMID', id }), id] as const);
  return [...profiles].map((profile) => new Map(found).get(profile)).join(' ');
}

/** Who is in, by each policy; asked for as an estimate, and as the sizes of its parts. */
async function who(pql: string, mergePolicyId?: string, asOf?: Date): Promise<string> {
  const options = { now: clock(), ...(mergePolicyId !== undefined && { mergePolicyId }), ...(asOf && { asOf }) };
  const { size, sample } = await segmentation.estimate(pql, { ...options, sample: 10 });
  const { nodes } = await segmentation.estimateNodes(pql, options);
  expect([sample.length, nodes.root.size]).toEqual([size, size]);
  return names(sample);
}

const RULES = {
  'points > 5': ['cy', 'ann cy'],
  'points < 5': ['ann ben', 'ben'],
  'not (points > 5)': ['ann ben', 'ben'],
  'tags.includes("a")': ['', 'ann'],
  vip: ['ann', 'ann'],
  'tags.head() = "a"': ['', 'ann'],
} as const;

test.each(Object.entries(RULES))('%s', async (pql, [newest, byPolicy]) => {
  expect(await who(pql)).toBe(newest);
  expect(await who(pql, crmFirst)).toBe(byPolicy);
});

test('audiences are evaluated by their own policies, and those that refer to them take them as they are', async () => {
  const create = async (name: string, pql: string, mergePolicyId: string | null): Promise<string> =>
    (await segmentation.definitions.create({ name, pql, mergePolicyId, createdBy: 'test' }, clock())).id;
  const rich = await create('Rich by the CRM', 'points > 5', crmFirst);
  const both = await create('Rich by both', `inSegment("${rich}") and points > 5`, null);
  const stranger = await create('Of a policy nobody knows', 'points > 5', 'b83185bb');
  const job = await segmentation.jobs.ended((await segmentation.jobs.create([rich, both, stranger], 'api')).id);
  expect(job.errors).toEqual([]);
  const members = async (id: string) => names((await segmentation.audiences.members(id, { start: 0, limit: 9 })).profiles);
  expect(await Promise.all([rich, both, stranger].map(members))).toEqual(['ann cy', 'cy', 'cy']);
  expect(job.metrics.totalProfilesByMergePolicy).toEqual({ [crmFirst]: 3, 'timestamp-ordered': 3 });
  const ann = population.tables.identities.find({ namespace: 'CRMID', id: 'ann' }) ?? -1;
  expect((await segmentation.why(rich, ann, clock())).member).toBe(true);
  expect((await segmentation.why(both, ann, clock())).member).toBe(false);
});

test('as of a past instant, by the records that there were', async () => {
  expect(await who('points > 5', crmFirst, new Date(NOW - 5 * DAY))).toBe('ann');
  expect(await who('points > 5', undefined, new Date(NOW - 5 * DAY))).toBe('ann');
});

test('new records, fields and deletions are seen', async () => {
  const { tables } = population;
  expect(await who('points > 5', crmFirst)).toBe('ann cy');
  await population.write([record('ben', 0, { points: 7 }), record('dee', 0, { points: 8, level: 'gold' })], 'web');
  expect(await who('points > 5', crmFirst)).toBe('ann cy dee');
  expect(await who('points > 5')).toBe('ben cy dee');
  expect(await who('level = "gold"', crmFirst)).toBe('dee');
  await tables.eraseRecords('crm', null);
  expect(await who('points > 5', crmFirst)).toBe('ben cy dee');
  await tables.erasePeople([tables.identities.find({ namespace: 'CRMID', id: 'cy' }) ?? -1]);
  expect(await who('points > 5', crmFirst)).toBe('ben dee');
});

test('a dataset that is not trusted does not count', async () => {
  const only = await policy('Only the CRM', ['crm']);
  expect(await who('points > 5', only)).toBe('');
  await population.write([record('ann', 0, { points: 6 })], 'crm');
  expect(await who('points > 5', only)).toBe('ann');
  await policies.update(only, { attributeMerge: { type: 'dataSetPrecedence', order: ['web'] } }, clock());
  expect(await who('points > 5', only)).toBe('ben dee');
});

describe('exports', () => {
  const request = { format: 'jsonl', dataset: null, segmentPerBatch: false, fields: ['points'], segments: null } as const;
  const rest = { qualification: { from: null, to: null }, emptyProfiles: true, eventFields: null, evaluate: false } as const;

  async function exported(more: Partial<ExportRequest>): Promise<readonly Record<string, unknown>[]> {
    const { id } = await segmentation.startExport({ ...UNSAID, ...request, ...rest, ...more }, { source: 'test' });
    const { files } = await segmentation.exports.ended(id);
    const text = readFileSync(join(stores.stores.folder.inside('exports'), String(id), files[0]?.name ?? ''), 'utf8');
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));
  }

  test('have the profiles as the policy merges them', async () => {
    await population.write([record('dee', 0, { points: 1 })], 'crm');
    const points = async (mergePolicy: ExportRequest['mergePolicy']): Promise<string> =>
      (await exported({ mergePolicy, emptyProfiles: false }))
        .map((each) => String(each['points']))
        .toSorted()
        .join(' ');
    expect(await points({ id: crmFirst, version: 1 })).toBe('1 6 7');
    expect(await points(null)).not.toBe('1 6 7');
  });

  test('have who is heard of, and what, since an instant', async () => {
    const event = (_id: string) => ({ _id, timestamp: at(30), eventType: 'view' });
    await population.write([{ name: 'ben', attributes: null, events: [event('old')] }]);
    const instant = Date.now();
    while (Date.now() <= instant) await setTimeout(1);
    await population.write([{ name: 'ben', attributes: null, events: [event('late')] }, record('dee', 3, { points: 3 })]);
    const since = async (receivedAfter: number) => (await exported({ receivedAfter })).length;
    expect([await since(0), await since(instant), await since(Date.now() + 1)]).toEqual([3, 2, 0]);
    const events = async (eventsReceived: ExportRequest['eventsReceived']) =>
      (await exported({ eventFields: [], eventsReceived })).flatMap((each) =>
        ((each['xEvent'] ?? []) as readonly { readonly _id: string }[]).map(({ _id }) => _id),
      );
    expect(await events({ after: instant, until: null })).toEqual(['ben late']);
    expect(await events({ after: null, until: instant })).toEqual(['ben old']);
  });
});

test('the tables of policies go with the process, and those that a crash has left with the next', async () => {
  const tables = async (): Promise<number> => {
    const sql = "SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'profiles_by_')";
    return (await population.tables.clickhouse.query(sql)).length;
  };
  expect(await tables()).toBeGreaterThan(0);
  await segmentation.close();
  expect(await tables()).toBe(0);
  await population.tables.mergeApart('profiles_by_9', { version: 1 });
  segmentation = await createSegmentation({ stores: stores.stores, tables: population.tables, clock });
  expect(await tables()).toBe(0);
});
