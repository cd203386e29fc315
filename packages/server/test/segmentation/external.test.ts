/** Audiences of uploaded lists, on both engines: who is in, for how long, and what rules make of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExternalIngestions } from '../../src/http/index.ts';
import { Namespaces } from '../../src/identity/index.ts';
import { Encoder } from '../../src/ingest/encoder.ts';
import type { ProfileTables } from '../../src/profile/index.ts';
import type { Definition, ExternalField, Ingestion, Segmentation } from '../../src/segmentation/index.ts';
import { createSegmentation } from '../../src/segmentation/index.ts';
import { ENGINES } from '../support/engines.ts';
import type { EngineName } from '../support/engines.ts';
import { startClickHouseNode } from '../support/clickhouse-node.ts';
import type { TestStores } from '../support/stores.ts';
import { withStores } from '../support/stores.ts';
import { TestPopulation } from './support/people.ts';
import { schema } from './support/shop.ts';

const START = Date.UTC(2026, 3, 30, 12);
const DAY = 86_400_000;

async function openStores(engine: EngineName): Promise<TestStores> {
  if (engine === 'embedded') return await withStores();
  const node = await startClickHouseNode();
  const stores = await withStores({ clickhouseUrl: node.url });
  return { stores: stores.stores, stop: async () => (await stores.stop(), await node.stop()) };
}

describe.each(ENGINES)('lists from outside, %s', (engine) => {
  let stores: TestStores;
  let tables: ProfileTables;
  let segmentation: Segmentation;
  let ingestions: ExternalIngestions;
  let now = START;
  let files = 0;
  let [ann, ben] = [-1, -1];
  const folder = mkdtempSync(join(tmpdir(), 'kindred-lists-'));
  const unexpected: unknown[] = [];
  const clock = (): Date => new Date(now);

  async function open(): Promise<void> {
    segmentation = await createSegmentation({ stores: stores.stores, tables, clock });
    ingestions = new ExternalIngestions({
      segmentation,
      tables,
      namespaces: () => new Namespaces(),
      clock,
      onUnexpected: (error) => unexpected.push(error),
    });
  }

  beforeAll(async () => {
    stores = await openStores(engine);
    const population = await TestPopulation.within(stores.stores, schema);
    [ann = -1, ben = -1] = await population.add([
      { attributes: { name: 'Ann', vip: true }, events: [] },
      { attributes: { name: 'Ben' }, events: [] },
    ]);
    ({ tables } = population);
    await open();
  });
  afterAll(async () => {
    await ingestions.close();
    await segmentation.close();
    await stores.stop();
    rmSync(folder, { recursive: true, force: true });
    expect(unexpected).toEqual([]);
  });

  function file(...lines: readonly string[]): string {
    const path = join(folder, `list-${files++}.csv`);
    writeFileSync(path, lines.join('\n'));
    return path;
  }

  interface Made {
    readonly fields?: readonly ExternalField[];
    readonly ttlInDays?: number;
    readonly externalId?: string;
    readonly namespace?: string;
    readonly profileIngestion?: boolean;
  }

  async function create(name: string, made: Made = {}): Promise<Definition> {
    const { fields = null, profileIngestion = true, ...more } = made;
    const input = { namespace: 'CustomerAudienceUpload', origin: 'CUSTOM_UPLOAD', createdBy: 'test', ttlInDays: 30, ...more, name };
    const identity = { column: 'customer', namespace: 'CRMID' };
    return await segmentation.definitions.createExternal(input, { identity, fields, source: {}, profileIngestion }, clock());
  }

  async function ingest(audience: Definition, path: string, mode: 'replace' | 'add' = 'replace'): Promise<Ingestion> {
    const { id } = await ingestions.start({ audience, files: [path], mode, by: 'test' });
    await ingestions.idle();
    return await segmentation.external.ingestions.get(audience.id, id);
  }

  const members = async ({ id }: Definition): Promise<readonly number[]> =>
    (await segmentation.audiences.members(id, { start: 0, limit: 100 })).profiles;
  const matching = async (pql: string, at = now): Promise<readonly number[]> =>
    (await segmentation.estimate(pql, { now: new Date(at), sample: 100 })).sample;
  const payloads = async ({ id }: Definition) => (await segmentation.external.page(id, { start: 0, limit: 100, now: clock() })).records;

  test('a list makes members of those it names, and profiles of those nobody knew', async () => {
    const audience = await create('Newsletter', { externalId: 'newsletter_2026' });
    expect(await members(audience)).toEqual([]);
    const ended = await ingest(
      audience,
      file('customer,grade,note', 'p0,a,"first, best"', 'new1,b,', 'p0,c,later', ',d,nobody', 'null,e,x', 'x,y'),
    );
    expect(ended).toMatchObject({
      status: 'SUCCESS',
      error: null,
      counts: { recordsIn: 6, failed: 3, newProfiles: 1, knownProfiles: 1 },
      problems: [
        { line: 5, field: '', reason: 'the CRMID is empty' },
        { line: 6, field: '', reason: '"null" identifies nobody' },
        { line: 7, field: '', reason: 'expected 3 values, found 2' },
      ],
    });
    const stranger = tables.identities.find({ namespace: 'CRMID', id: 'new1' }) ?? -1;
    expect(await members(audience)).toEqual([ann, stranger]);
    expect(await payloads(audience)).toEqual([
      { id: 'new1', payload: { grade: 'b' } },
      { id: 'p0', payload: { grade: 'c', note: 'later' } },
    ]);
    expect(await segmentation.audiences.get(audience.id)).toMatchObject({
      last: { size: 2 },
      external: { expiresAt: new Date(now + 30 * DAY), ingestedAt: clock() },
    });
    expect((await segmentation.audiences.ofProfile(ann)).map((each) => each.audience.name)).toContain('Newsletter');
  });

  test('rules refer to it by its id and by its own', async () => {
    const { definitions } = await segmentation.definitions.list({ name: 'Newsletter' });
    const [audience] = definitions;
    const id = audience?.id ?? '';
    const stranger = tables.identities.find({ namespace: 'CRMID', id: 'new1' }) ?? -1;
    const membership = (key: string): string =>
      `segmentMembership.get("CustomerAudienceUpload").get("${key}").status in ["realized", "existing"]`;
    expect(await matching(`inSegment("${id}")`)).toEqual([ann, stranger]);
    expect(await matching(membership(id))).toEqual([ann, stranger]);
    expect(await matching(membership('newsletter_2026'))).toEqual([ann, stranger]);
    expect(await matching(`inSegment("${id}") and vip`)).toEqual([ann]);
    expect(await matching(`not inSegment("${id}")`)).toEqual([ben]);
    await expect(matching(membership('none'))).rejects.toMatchObject({ code: 'audience-reference-unknown' });
    const rule = await segmentation.definitions.create(
      { name: 'VIP readers', pql: `${membership('newsletter_2026')} and vip`, createdBy: 'test' },
      clock(),
    );
    expect((await segmentation.audiences.evaluate(rule.id, 'api')).last).toMatchObject({ size: 1 });
    expect((await segmentation.why(rule.id, ann, clock())).member).toBe(true);
    expect((await segmentation.why(rule.id, stranger, clock())).member).toBe(false);
    expect(await segmentation.why(id, stranger, clock())).toMatchObject({ member: true, evidence: { kind: 'audience' } });
    await expect(segmentation.audiences.delete(id, clock())).rejects.toMatchObject({ code: 'audience-in-use', details: [rule.id] });
    await segmentation.audiences.delete(rule.id, clock());
    await expect(segmentation.audiences.evaluate(id, 'api')).rejects.toMatchObject({ code: 'audience-external' });
    const job = await segmentation.jobs.ended((await segmentation.jobs.create(['*'], 'api')).id);
    expect(Object.keys(job.metrics.segmentedProfileCounter)).not.toContain(id);
  });

  test('another list replaces the members or adds to them, and an empty record clears them', async () => {
    const audience = await create('Changing');
    now += 1000;
    await ingest(audience, file('customer,x', 'p0,1'));
    const afterFirst = now;
    now += 1000;
    await ingest(audience, file('customer,x', 'p1,2'), 'add');
    expect(await members(audience)).toEqual([ann, ben]);
    expect(await payloads(audience)).toEqual([
      { id: 'p0', payload: { x: '1' } },
      { id: 'p1', payload: { x: '2' } },
    ]);
    now += 1000;
    expect(await ingest(audience, file('customer,y', 'p1,3'))).toMatchObject({
      counts: { recordsIn: 1, newProfiles: 0, knownProfiles: 1 },
    });
    expect(await members(audience)).toEqual([ben]);
    expect(await payloads(audience)).toEqual([{ id: 'p1', payload: { y: '3' } }]);
    expect(await matching(`inSegment("${audience.id}")`, afterFirst)).toEqual([ann]);
    now += 1000;
    await ingest(audience, file('customer,y', ','));
    expect([await members(audience), await payloads(audience)]).toEqual([[], []]);
    const { sizes } = await segmentation.audiences.sizes(audience.id);
    expect(sizes.map(({ size }) => size)).toEqual([1, 2, 1, 0]);
  });

  test('a list that is broken as a whole leaves the members as they are', async () => {
    const fields: readonly ExternalField[] = [
      { name: 'customer', type: 'string' },
      { name: 'score', type: 'number' },
      { name: 'day', type: 'date' },
    ];
    const audience = await create('Careful', { fields });
    const good = await ingest(audience, file('day,customer,score', '2026-01-31,p0,1.5', '2026-02-30,p1,2', '2026-02-28,p1,much'));
    expect(good).toMatchObject({
      status: 'SUCCESS',
      counts: { recordsIn: 3, failed: 2 },
      problems: [
        { line: 3, field: 'day', reason: '"2026-02-30" is no date' },
        { line: 4, field: 'score', reason: '"much" is no number' },
      ],
    });
    expect(await payloads(audience)).toEqual([{ id: 'p0', payload: { day: '2026-01-31', score: 1.5 } }]);
    const broken: readonly (readonly [lines: readonly string[], words: string])[] = [
      [['customer,score'], 'missing'],
      [['customer,score,day'], 'no records'],
      [['customer,score,day', ',1,2026-01-01', ',2,2026-01-02'], 'none of its records'],
      [['person,score,day', 'p0,1,2026-01-01'], 'no column "customer"'],
      [['customer,score,day,more', 'p0,1,2026-01-01,x'], 'knows no column "more"'],
      [['customer,customer,day', 'p0,1,2026-01-01'], 'two columns'],
      [[''], 'empty'],
    ];
    for (const [lines, words] of broken) {
      const ended = await ingest(audience, file(...lines));
      expect([ended.status, ended.error?.message], words).toEqual(['FAILED', expect.stringContaining(words)]);
      expect(await members(audience)).toEqual([ann]);
    }
    const half = [file('customer,score,day', 'p1,9,2026-01-01'), join(folder, 'none.csv')];
    const { id } = await ingestions.start({ audience, files: half, mode: 'add', by: 'test' });
    await ingestions.idle();
    expect((await segmentation.external.ingestions.get(audience.id, id)).status).toBe('FAILED');
    expect(await members(audience)).toEqual([ann]);
    const kept = await stores.stores.clickhouse.query(`SELECT id FROM audience_records WHERE audience = '${audience.id}'`);
    expect(kept).toHaveLength(1);
    const untyped = await create('Wide');
    const many = Array.from({ length: 26 }, (_, index) => (index === 0 ? 'customer' : `c${index}`));
    expect((await ingest(untyped, file(many.join(','), many.join(',')))).error?.message).toContain('26 columns');
    expect((await ingest(untyped, file('customer,two words', 'p0,x'))).error?.message).toContain('without spaces and dashes');
    expect((await ingest(untyped, file('customer,a-b', 'p0,x'))).error?.message).toContain('without spaces and dashes');
    expect((await ingest(untyped, join(folder, 'none.csv'))).error).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    expect(await members(untyped)).toEqual([]);
  });

  test('after its time nobody is a member, by the clock', async () => {
    const audience = await create('Short', { ttlInDays: 1 });
    now += 1000;
    const ingested = now;
    await ingest(audience, file('customer', 'p0', 'p1'));
    const rule = await segmentation.definitions.create(
      { name: 'Not in short', pql: `not inSegment("${audience.id}")`, createdBy: 'test' },
      clock(),
    );
    const before = (await segmentation.audiences.evaluate(rule.id, 'api')).last?.size ?? -1;
    now = ingested + DAY - 1;
    expect(await members(audience)).toEqual([ann, ben]);
    now = ingested + DAY;
    expect(await members(audience)).toEqual([]);
    expect(await payloads(audience)).toEqual([]);
    expect((await segmentation.audiences.get(audience.id)).last).toMatchObject({ size: 0 });
    expect((await segmentation.audiences.ofProfile(ann)).map((each) => each.audience.name)).not.toContain('Short');
    expect((await segmentation.audiences.evaluate(rule.id, 'api')).last?.size).toBe(before + 2);
    expect((await segmentation.overlap([audience.id, rule.id])).intersections[0]).toEqual([0, 0]);
    expect(await matching(`inSegment("${audience.id}")`, ingested + 1)).toEqual([ann, ben]);
    expect(await matching(`inSegment("${audience.id}")`, ingested - 1)).toEqual([]);
    await segmentation.external.expire(clock());
    await segmentation.external.expire(clock());
    const { sizes } = await segmentation.audiences.sizes(audience.id);
    expect(sizes.map(({ size, evaluatedAt }) => [size, evaluatedAt.getTime()])).toEqual([
      [2, ingested],
      [0, ingested + DAY],
    ]);
    now += 1000;
    await ingest(audience, file('customer', 'p1'));
    expect(await members(audience)).toEqual([ben]);
  });

  test('its time begins again when it is told how long', async () => {
    const audience = await create('Renewed', { ttlInDays: 2 });
    now += 1000;
    await ingest(audience, file('customer', 'p0'));
    now += DAY;
    const longer = await segmentation.definitions.update(audience.id, { ttlInDays: 5 }, clock());
    await segmentation.external.renew(longer, clock());
    now += 5 * DAY - 1;
    expect(await members(audience)).toEqual([ann]);
    now += 1;
    expect(await members(audience)).toEqual([]);
    await segmentation.external.renew(longer, clock());
    expect(await members(audience)).toEqual([]);
  });

  test('lists of another namespace reach people by any of their identities', async () => {
    const audience = await create('Own namespace', { namespace: 'Partner lists', externalId: 'abc' });
    now += 1000;
    await ingest(audience, file('customer', 'p1'));
    expect(await matching('segmentMembership.get("Partner lists").get("abc").status in ["realized", "existing"]')).toEqual([ben]);
    expect(await matching('segmentMembership.get("Partner lists").get("def").status in ["realized", "existing"]')).toEqual([]);
    await expect(create('Twice', { namespace: 'Partner lists', externalId: 'abc' })).rejects.toMatchObject({ code: 'external-id-taken' });
    await create('Elsewhere', { externalId: 'abc' });
  });

  test('records may be kept without making anybody a member', async () => {
    const audience = await create('Lake only', { profileIngestion: false });
    now += 1000;
    const people = tables.currentRevision();
    expect(await ingest(audience, file('customer,x', 'p0,1', 'ghost,2'))).toMatchObject({
      status: 'SUCCESS',
      counts: { recordsIn: 2, newProfiles: 0, knownProfiles: 0 },
    });
    expect([await members(audience), (await payloads(audience)).length]).toEqual([[], 2]);
    expect(tables.currentRevision()).toBe(people);
    expect(tables.identities.find({ namespace: 'CRMID', id: 'ghost' })).toBeUndefined();
  });

  test('a long list goes in part by part, and of two records of one person the last one counts', async () => {
    const audience = await create('Long');
    now += 1000;
    const lines = Array.from({ length: 120_000 }, (_, index) => `L${index % 110_000},${index}`);
    const ended = await ingest(audience, file('customer,place', ...lines));
    expect(ended.counts).toEqual({ recordsIn: 120_000, failed: 0, newProfiles: 110_000, knownProfiles: 0 });
    expect((await segmentation.audiences.get(audience.id)).last).toMatchObject({ size: 110_000 });
    const { total, records } = await segmentation.external.page(audience.id, { start: 0, limit: 2, now: clock() });
    expect([total, records]).toEqual([
      110_000,
      [
        { id: 'L0', payload: { place: '110000' } },
        { id: 'L1', payload: { place: '110001' } },
      ],
    ]);
  });

  test('one list at a time, and one cut off by the end of the process has failed', async () => {
    const audience = await create('Busy');
    now += 1000;
    const first = await segmentation.external.begin(audience, { mode: 'replace', source: 'cut off', by: 'test' }, clock());
    await expect(ingestions.start({ audience, files: [file('customer', 'p0')], mode: 'replace', by: 'test' })).rejects.toMatchObject({
      code: 'ingestion-running',
    });
    await segmentation.close();
    await open();
    expect(await segmentation.external.ingestions.get(audience.id, first.id)).toMatchObject({
      status: 'FAILED',
      error: { code: 'ingestion-interrupted' },
    });
    expect((await ingest(audience, file('customer', 'p0'))).status).toBe('SUCCESS');
    expect(await members(audience)).toEqual([ann]);
    await segmentation.audiences.delete(audience.id, clock());
    await expect(segmentation.audiences.members(audience.id, { start: 0, limit: 1 })).rejects.toMatchObject({ code: 'audience-not-found' });
  });

  test('whoever turns out to be somebody else stays a member, as that one', async () => {
    const audience = await create('Before they were known');
    await ingest(audience, file('customer', 'cookie1', 'cookie2'));
    const encoder = new Encoder({ target: 'profile', schema: tables.schema, unknownFields: 'reject' });
    const crm = (id: string) => ({ namespace: 'CRMID', id });
    encoder.add({ id: '', time: now, eventType: '', document: {}, person: { primary: crm('known1'), others: [crm('cookie1')] } });
    await tables.writeFragments(encoder.take(), 'web');
    encoder.add({
      id: '',
      time: now,
      eventType: '',
      document: {},
      person: { primary: crm('known1'), others: [crm('known2'), crm('known3')] },
    });
    encoder.add({ id: '', time: now + 1, eventType: '', document: {}, person: { primary: crm('known3'), others: [crm('cookie1')] } });
    await tables.writeFragments(encoder.take(), 'web');
    const [known, other] = [tables.identities.find(crm('known1')) ?? -1, tables.identities.find(crm('cookie2')) ?? -1];
    const sorted = [known, other].toSorted((a, b) => a - b);
    expect(await members(audience)).toEqual(sorted);
    expect((await matching(`inSegment("${audience.id}")`)).toSorted((a, b) => a - b)).toEqual(sorted);
    expect((await segmentation.audiences.ofProfile(known)).map((each) => each.audience.name)).toContain('Before they were known');
  });
});
