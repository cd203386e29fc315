/** Compositions on real stores: random ones against an answer by hand, shares that stay, what becomes of their audiences. */
import type { DataObject } from '@kindred/pql';
import { compile, compileValue, evaluate, evaluateValue } from '@kindred/pql';
import * as fc from 'fast-check';
import { randomInt } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDocuments } from '../../src/profile/index.ts';
import { inShare } from '../../src/segmentation/composition/choice.ts';
import type { Composition, CompositionBody, Definition, ExportRequest, Segmentation } from '../../src/segmentation/index.ts';
import { Bitmap, createSegmentation } from '../../src/segmentation/index.ts';
import type { TestStores } from '../support/stores.ts';
import { withStores } from '../support/stores.ts';
import { EVERYBODY } from './support/export-request.ts';
import { TestPopulation } from './support/people.ts';
import { NOW, person, PRODUCTS, schema } from './support/shop.ts';

const SEED = Number(process.env['KINDRED_COMPOSITIONS_SEED'] ?? randomInt(2 ** 31));
const RUNS = Number(process.env['KINDRED_COMPOSITIONS_RUNS'] ?? 6);

let stores: TestStores;
let population: TestPopulation;
let segmentation: Segmentation;
/** Members of the audiences that compositions are made of, by id, decided by hand. */
const inputs = new Map<string, ReadonlySet<number>>();
let documents: ReadonlyMap<number, DataObject>;
const clock = (): Date => new Date(NOW);
const context = { now: NOW, zone: 'UTC' };

const RULES = ['vip', 'xEvent[eventType = "buy"]', 'points > 1', 'home.city = "a" or home.city = "A"', 'not (name = "a")'];

beforeAll(async () => {
  stores = await withStores();
  population = await TestPopulation.within(stores.stores, schema);
  segmentation = await createSegmentation({ stores: stores.stores, tables: population.tables, clock });
  await population.add(fc.sample(person, { seed: 1, numRuns: 120 }));
  documents = await readEverybody();
  for (const [index, pql] of RULES.entries()) {
    const { id } = await segmentation.definitions.create({ name: `Rule ${index}`, pql, createdBy: 'test' }, clock());
    inputs.set(id, holding(pql));
  }
  const list = await segmentation.definitions.createExternal(
    { name: 'List', namespace: 'CustomerAudienceUpload', origin: 'CUSTOM_UPLOAD', createdBy: 'test', ttlInDays: 30 },
    { identity: { column: 'customer', namespace: 'CRMID' }, fields: null, source: {}, profileIngestion: true },
    clock(),
  );
  const listed = [...documents.keys()].filter((profile) => profile % 3 === 0);
  const ingestion = await segmentation.external.begin(list, { mode: 'replace', source: 'test', by: 'test' }, clock());
  const counts = { recordsIn: 0, failed: 0, newProfiles: 0, knownProfiles: 0 };
  const members = Bitmap.of(listed);
  await segmentation.external.finish(list, ingestion, { counts, problems: [], members, revision: 0 }, clock());
  inputs.set(list.id, new Set(listed));
});
afterAll(async () => {
  await segmentation.close();
  await stores.stop();
});

async function readEverybody(): Promise<ReadonlyMap<number, DataObject>> {
  const rows = await population.tables.clickhouse.query<{ profile: number }>('SELECT DISTINCT profile FROM identities');
  const ordinals = rows.map(({ profile }) => profile);
  const read = (await readDocuments(population.tables, ordinals)) as ReadonlyMap<number, DataObject>;
  return new Map(ordinals.toSorted((a, b) => a - b).map((profile) => [profile, read.get(profile) ?? {}]));
}

function holding(pql: string): ReadonlySet<number> {
  const { plan } = compile(pql, schema);
  if (plan === null) throw new Error(`no plan of ${pql}`);
  return new Set([...documents].flatMap(([profile, document]) => (evaluate(plan.test, document, context) ? [profile] : [])));
}

/** A number or text of somebody. */
function valueOf(pql: string, profile: number): unknown {
  const { value } = compileValue(pql, schema);
  if (value === null) throw new Error(`no value of ${pql}`);
  return evaluateValue(value, documents.get(profile) ?? {}, context);
}

async function create(name: string, body: CompositionBody): Promise<Composition> {
  return await segmentation.compositions.create({ name, body, createdBy: 'test' }, clock());
}

const publish = async ({ id }: Composition): Promise<Composition> => await segmentation.compositions.publish(id, { by: 'test' }, clock());

/** Publishes, evaluates, and gives the members of each path by its key. */
async function published(composition: Composition): Promise<Readonly<Record<string, readonly number[]>>> {
  await publish(composition);
  return await evaluated(composition);
}

async function evaluated({ id }: Composition): Promise<Readonly<Record<string, readonly number[]>>> {
  const outputs = await segmentation.compositions.outputs([id]);
  const job = await segmentation.jobs.create(
    outputs.map((each) => each.id),
    'test',
  );
  expect(await segmentation.jobs.ended(job.id)).toMatchObject({ status: 'SUCCEEDED', errors: [] });
  const members = outputs.map(async (each) => {
    const { profiles } = await segmentation.audiences.members(each.id, { start: 0, limit: 1000 });
    return [each.composition?.path ?? '', profiles] as const;
  });
  return Object.fromEntries(await Promise.all(members));
}

async function byPath({ id }: Composition): Promise<readonly Definition[]> {
  const outputs = await segmentation.compositions.outputs([id]);
  return outputs.toSorted((a, b) => (a.composition?.path ?? '').localeCompare(b.composition?.path ?? '', 'en'));
}

/** What an export of audiences has, line by line. */
async function exported(segments: ExportRequest['segments']): Promise<readonly DataObject[]> {
  const text = await exportedText(segments, {});
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as DataObject);
}

async function exportedText(segments: ExportRequest['segments'], more: Partial<ExportRequest>): Promise<string> {
  const { id } = await segmentation.startExport({ ...EVERYBODY, segments, ...more }, { source: 'test' });
  const { files, errors } = await segmentation.exports.ended(id);
  expect(errors).toEqual([]);
  return (await buffer((await segmentation.exports.file(id, files[0]?.name ?? '')).bytes)).toString();
}

/** By hand, person by person, straight from what the blocks mean. */
function byHand({ audience, exclude, rank, split, paths }: CompositionBody): {
  readonly comes: readonly number[];
  readonly remaining: readonly number[];
  readonly removes: readonly number[];
  readonly paths: readonly (readonly number[])[] | null;
} {
  const isIn = (id: string, profile: number): boolean => inputs.get(id)?.has(profile) ?? false;
  const comes = [...documents.keys()].filter((profile) => {
    if (audience.kind === 'rule') return holding(audience.pql).has(profile);
    const count = audience.ids.filter((id) => isIn(id, profile)).length;
    if (audience.merge === 'intersection') return count === audience.ids.length;
    return count > 0 && (audience.merge === 'union' || count < audience.ids.length);
  });
  let remaining = comes;
  const removes = exclude.map((each) => {
    const out = each.kind === 'rule' ? holding(each.pql) : (inputs.get(each.id) ?? new Set());
    const left = remaining.filter((profile) => !out.has(profile));
    const removed = remaining.length - left.length;
    remaining = left;
    return removed;
  });
  const result = { comes, remaining, removes };
  if (split?.by === 'percentage') return { ...result, paths: null };
  if (split?.by === 'attribute') {
    const own: number[][] = paths.map(() => []);
    for (const profile of remaining) {
      const value = valueOf(split.attribute, profile);
      const at = paths.findIndex(({ values }) => values === undefined || values.includes(value as string));
      if (at !== -1) own[at]?.push(profile);
    }
    return { ...result, paths: own };
  }
  if (rank === null) return { ...result, paths: [remaining] };
  const sign = rank.order === 'ascending' ? 1 : -1;
  const known = remaining.filter((profile) => typeof valueOf(rank.by, profile) === 'number');
  const ranked = known.toSorted((a, b) => sign * ((valueOf(rank.by, a) as number) - (valueOf(rank.by, b) as number)) || a - b);
  const order = [...ranked, ...remaining.filter((profile) => !known.includes(profile))];
  return { ...result, paths: [order.slice(0, rank.limit ?? order.length).toSorted((a, b) => a - b)] };
}

function bodies(): fc.Arbitrary<CompositionBody> {
  const ids = [...inputs.keys()];
  const pql = fc.constantFrom('visits >= 1', 'xEvent[total > 1].count() < 2', 'level in ["gold", "a"]', 'prefs.get("a").isNotNull()');
  const rule = pql.map((text) => ({ kind: 'rule' as const, pql: text }));
  const several = fc.record({
    kind: fc.constant('audiences' as const),
    merge: fc.constantFrom('union' as const, 'intersection' as const, 'exclude-overlap' as const),
    ids: fc.uniqueArray(fc.constantFrom(...ids), { minLength: 2, maxLength: 4 }),
  });
  const exclusion = fc.oneof(
    fc.constantFrom(...ids).map((id) => ({ kind: 'audience' as const, id })),
    rule,
  );
  const numbers = [
    'points',
    'visits * 2 + points',
    'xEvent.count()',
    'xEvent[eventType = "buy"].sum(total)',
    'if(vip, 1, points)',
    'xEvent.topN(timestamp, 1).head().total',
  ];
  const rank = fc.record({
    by: fc.constantFrom(...numbers),
    order: fc.constantFrom('ascending' as const, 'descending' as const),
    limit: fc.constantFrom(null, 1, 5, 30, 1000),
  });
  const one = { split: null, paths: [{ key: 'all', name: 'All' }] } as const;
  const values = [['gold', ''], ['a', 'gold', 'A'], ['Silver']];
  const byLevel = fc.boolean().map((others) => ({
    rank: null,
    split: { by: 'attribute' as const, attribute: 'level' },
    paths: [
      ...values.map((each, index) => ({ key: `p${index}`, name: `Path ${index}`, values: each })),
      ...(others ? [{ key: 'rest', name: 'Rest' }] : []),
    ],
  }));
  const byPercent = fc.constantFrom([50, 50], [10, 20, 70], [33.33, 33.33, 33.34]).map((percents) => ({
    rank: null,
    split: { by: 'percentage' as const },
    paths: percents.map((percent, index) => ({ key: `p${index}`, name: `Path ${index}`, percent })),
  }));
  const last = fc.oneof(
    fc.constant({ ...one, rank: null }),
    rank.map((each) => ({ ...one, rank: each })),
    byLevel,
    byPercent,
  );
  return fc
    .record({ audience: fc.oneof({ weight: 3, arbitrary: several }, rule), exclude: fc.array(exclusion, { maxLength: 3 }), last })
    .map(({ last: end, ...begin }) => ({ ...begin, ...end }));
}

test(`random compositions have the sizes and members that they have by hand (seed ${SEED})`, { timeout: 300_000 }, async () => {
  const composition = await create('Random', {
    audience: { kind: 'rule', pql: 'vip' },
    exclude: [],
    rank: null,
    split: null,
    paths: [{ key: 'all', name: 'All' }],
  });
  let everybody = 0;
  await fc.assert(
    fc.asyncProperty(bodies(), async (body) => {
      const expected = byHand(body);
      await segmentation.compositions.update(composition.id, { body, changedBy: 'test' }, clock());
      const { problems, counts } = await segmentation.compositions.preview(composition.id, { now: clock() });
      expect(problems).toEqual([]);
      expect(counts).toMatchObject({
        audience: expected.comes.length,
        remaining: expected.remaining.length,
        exclude: expected.removes.map((removes) => ({ removes })),
      });
      const members = await published(composition);
      const paths = body.paths.map(({ key }) => members[key] ?? []);
      expect(Object.keys(members)).toHaveLength(paths.length);
      expect(counts?.paths).toEqual(paths.map((each) => each.length));
      if (expected.paths === null) expect(paths.flat().toSorted((a, b) => a - b)).toEqual(expected.remaining);
      else expect(paths).toEqual(expected.paths);
      everybody += paths.flat().length;
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  );
  // A test in which nobody is ever in would show nothing.
  expect(everybody).toBeGreaterThan(RUNS);
});

describe('shares', () => {
  test('of a salt are the same for good', () => {
    const half = { kind: 'share', salt: 'a composition', from: 0, to: 5000 } as const;
    const chosen = Array.from({ length: 24 }, (_, profile) => (inShare(half, profile) ? 1 : 0)).join('');
    // Written down once: another function would move people from path to path.
    expect(chosen).toBe('101010101010011101011101');
    const other = { ...half, salt: 'another one' };
    const both = Array.from({ length: 10_000 }, (_, profile) => profile).filter(
      (profile) => inShare(half, profile) && inShare(other, profile),
    );
    expect(Math.abs(both.length - 2500)).toBeLessThan(200);
  });

  test('keep their people when others come, when they are evaluated again and when a share grows', async () => {
    const body = (percents: readonly number[]): CompositionBody => ({
      audience: { kind: 'rule', pql: 'true' },
      exclude: [],
      rank: null,
      split: { by: 'percentage' },
      paths: percents.map((percent, index) => ({ key: `p${index}`, name: `Share ${index}`, percent })),
    });
    const composition = await create('Shares', body([30, 30, 40]));
    const first = await published(composition);
    const known = new Set(Object.values(first).flat());
    expect(await evaluated(composition)).toEqual(first);
    await population.add(fc.sample(person, { seed: 2, numRuns: 80 }));
    const later = await evaluated(composition);
    expect(Object.values(later).flat()).toHaveLength(known.size + 80);
    for (const [path, members] of Object.entries(later)) expect(members.filter((profile) => known.has(profile))).toEqual(first[path]);
    // The same as versions of one audience.
    const outputs = await byPath(composition);
    await segmentation.compositions.update(composition.id, { body: body([40, 20, 40]), changedBy: 'test' }, clock());
    const grown = await published(composition);
    expect(later['p0']?.every((profile) => grown['p0']?.includes(profile))).toBe(true);
    expect(grown['p2']).toEqual(later['p2']);
    const again = await byPath(composition);
    expect(again.map(({ id, version }) => [id, version])).toEqual(outputs.map(({ id }, index) => [id, index === 2 ? 1 : 2]));
    expect((await segmentation.diffVersions(again[0]?.id ?? '', { a: 1, b: 2, now: clock() })).members).toMatchObject({ leaving: 0 });
    const someone = grown['p0']?.[0] ?? -1;
    expect(await segmentation.why(again[0]?.id ?? '', someone, clock())).toMatchObject({ member: true });
    expect(await segmentation.why(again[1]?.id ?? '', someone, clock())).toMatchObject({ member: false, missing: [] });
    // Two who turn out to be one are in the share of the one who stays, as soon as that is known.
    const nameIn = (path: string): string =>
      Array.from({ length: 200 }, (_, index) => `p${index}`).find((name) => {
        return grown[path]?.includes(population.tables.identities.find({ namespace: 'CRMID', id: name }) ?? -1);
      }) ?? '';
    const [one, other] = [nameIn('p0'), nameIn('p2')];
    await population.write([one, other].map((name) => ({ name, attributes: {}, events: [], shared: ['both@example.com'] })));
    const stays = population.tables.identities.find({ namespace: 'CRMID', id: other }) ?? -1;
    expect(population.tables.identities.find({ namespace: 'CRMID', id: one })).toBe(stays);
    await expect
      .poll(async () => {
        const lists = await Promise.all(
          again.map(async ({ id }) => (await segmentation.audiences.members(id, { start: 0, limit: 1000 })).profiles),
        );
        return lists.map((profiles) => profiles.includes(stays));
      })
      .toEqual(['p0', 'p1', 'p2'].map((path) => grown[path]?.includes(stays)));
    documents = await readEverybody();
  });
});

describe('audiences of a composition', () => {
  const all = (id: string, name: string): CompositionBody => ({
    audience: { kind: 'audiences', merge: 'union', ids: [id] },
    exclude: [],
    rank: { by: 'points', order: 'descending', limit: 3 },
    split: null,
    paths: [{ key: 'all', name }],
  });
  const rule = (): string => [...inputs.keys()][0] ?? '';

  test('are asked for by rules and by other compositions, and evaluated with them', async () => {
    const best = await create('Best', all(rule(), 'Best VIPs'));
    const { all: three = [] } = await published(best);
    expect(three).toHaveLength(3);
    const [output] = await segmentation.compositions.outputs([best.id]);
    const asking = await segmentation.definitions.create(
      { name: 'Asks', pql: `inSegment("${output?.id}") and vip`, createdBy: 'test' },
      clock(),
    );
    expect((await segmentation.audiences.evaluate(asking.id, 'test')).last?.size).toBe(3);
    const second = await create('Second', { ...all(output?.id ?? '', 'Best of the best'), exclude: [{ kind: 'audience', id: asking.id }] });
    expect(await published(second)).toEqual({ all: [] });
    // A ranking is about everybody: no single person's data decides it.
    const live = await segmentation.definitions.create(
      { name: 'Live', pql: `inSegment("${output?.id}")`, evaluation: 'streaming', createdBy: 'test' },
      clock(),
    );
    expect(await segmentation.explainLive(live.id, clock())).toMatchObject({ mode: 'jobs' });
    expect((await segmentation.audiences.evaluate(live.id, 'test')).last?.size).toBe(3);
    const [first = -1] = three;
    expect(await segmentation.why(output?.id ?? '', first, clock())).toMatchObject({ member: true, missing: [] });
    // Some have become one with others since.
    const outside = [...(inputs.get(rule()) ?? [])].find((profile) => documents.has(profile) && !three.includes(profile)) ?? -1;
    expect(await segmentation.why(output?.id ?? '', outside, clock())).toMatchObject({
      member: false,
      missing: [['must come further up in the ranking by points']],
    });
    await segmentation.audiences.delete(live.id, clock());
    // Neither can go while others build on it.
    await expect(segmentation.compositions.delete(best.id, clock())).rejects.toMatchObject({ code: 'audience-in-use' });
    await segmentation.compositions.update(
      best.id,
      { body: { ...best.body, paths: [{ key: 'other', name: 'Other' }] }, changedBy: 'test' },
      clock(),
    );
    await expect(publish(best)).rejects.toMatchObject({ code: 'audience-in-use' });
    // And no circle.
    await segmentation.compositions.update(best.id, { body: all(asking.id, 'Best VIPs'), changedBy: 'test' }, clock());
    await expect(publish(best)).rejects.toMatchObject({ code: 'audience-cycle' });
    await segmentation.compositions.delete(second.id, clock());
    await segmentation.audiences.delete(asking.id, clock());
    await segmentation.compositions.delete(best.id, clock());
    await expect(segmentation.definitions.get(output?.id ?? '')).rejects.toMatchObject({ code: 'audience-not-found' });
    await expect(segmentation.compositions.get(best.id)).rejects.toMatchObject({ code: 'composition-not-found' });
  });

  test('are changed by the composition alone, and keep their id under another name', async () => {
    const composition = await create('Kept', all(rule(), 'First name'));
    await published(composition);
    const [output] = await segmentation.compositions.outputs([composition.id]);
    const id = output?.id ?? '';
    for (const change of [{ name: 'Other' }, { pql: 'vip' }, { excludeOptOut: true }, { evaluation: 'streaming' as const }]) {
      await expect(segmentation.definitions.update(id, change, clock())).rejects.toMatchObject({ code: 'audience-composed' });
    }
    await expect(segmentation.audiences.delete(id, clock())).rejects.toMatchObject({ code: 'audience-composed' });
    expect(await segmentation.definitions.update(id, { tags: ['a'] }, clock())).toMatchObject({
      tags: ['a'],
      kind: 'composition',
      version: 1,
    });
    await segmentation.compositions.update(composition.id, { body: all(rule(), 'Second name'), changedBy: 'test' }, clock());
    expect(await segmentation.definitions.get(id)).toMatchObject({ name: 'First name' });
    await publish(composition);
    expect(await segmentation.definitions.get(id)).toMatchObject({ name: 'Second name', version: 1, tags: ['a'] });
    await expect(
      segmentation.compositions.update(composition.id, { name: 'X', changedBy: 'test', ifChanges: 1 }, clock()),
    ).rejects.toMatchObject({ code: 'composition-changed' });
    await expect(create('Kept', composition.body)).rejects.toMatchObject({ code: 'composition-name-taken' });
  });

  test('do not come of a composition that lacks something: each lack is told with its block', async () => {
    const body: CompositionBody = {
      audience: { kind: 'audiences', merge: 'exclude-overlap', ids: [rule()] },
      exclude: [
        { kind: 'audience', id: 'nobody' },
        { kind: 'rule', pql: 'nothing = 1' },
      ],
      rank: { by: 'name', order: 'ascending', limit: 3 },
      split: { by: 'attribute', attribute: 'points' },
      paths: [
        { key: 'a', name: '', values: [] },
        { key: 'a', name: 'A', values: ['x'] },
      ],
    };
    const lacking = await create('Lacking', body);
    const problems = await segmentation.compositions.problems(lacking.id, body);
    expect(problems.map(({ block, index }) => [block, index])).toEqual([
      ['audience', null],
      ['exclude', 0],
      ['exclude', 1],
      ['rank', null],
      ['split', null],
      ['split', 0],
      ['save', 0],
      ['save', 1],
    ]);
    await expect(publish(lacking)).rejects.toMatchObject({ code: 'composition-invalid', details: problems });
    expect(await segmentation.compositions.preview(lacking.id, { now: clock() })).toMatchObject({ problems, counts: null });
    const percents = {
      ...body,
      rank: null,
      split: { by: 'percentage' as const },
      paths: [
        { key: 'a', name: 'A', percent: 50 },
        { key: 'b', name: 'B', percent: 49 },
      ],
    };
    expect(await segmentation.compositions.problems(lacking.id, percents)).toContainEqual(
      expect.objectContaining({ message: 'The shares add up to 99 %.' }),
    );
    const single = {
      ...body,
      audience: { kind: 'rule' as const, pql: 'vip' },
      exclude: [],
      split: null,
      rank: { by: 'name', order: 'ascending' as const, limit: 1 },
      paths: [{ key: 'a', name: 'Rule 0' }],
    };
    expect(await segmentation.compositions.problems(lacking.id, single)).toEqual([
      expect.objectContaining({ block: 'rank', message: 'name is no number.' }),
      expect.objectContaining({ block: 'save', index: 0, message: 'There is an audience named "Rule 0" already.' }),
    ]);
  });

  test('send fields of the records that an attribute names along with their members, in exports', async () => {
    await population.addRecords('product', PRODUCTS);
    const enrich = { entity: 'product', by: 'home.city', fields: ['brand', 'price', 'sizes'] };
    const body: CompositionBody = {
      audience: { kind: 'rule', pql: 'home.city.isNotNull()' },
      exclude: [{ kind: 'rule', pql: 'vip' }],
      enrich,
      rank: null,
      split: { by: 'percentage' },
      paths: [
        { key: 'a', name: 'Enriched, most', percent: 70 },
        { key: 'b', name: 'Enriched, others', percent: 30 },
      ],
    };
    const composition = await create('Enriched', body);
    const left = [...holding('home.city.isNotNull() and not (vip)')];
    const recordOf = (profile: number): DataObject | undefined => PRODUCTS.get(valueOf('home.city', profile) as string);
    const recorded = left.filter((profile) => recordOf(profile) !== undefined);
    expect(recorded.length).toBeGreaterThan(3);
    expect(left.length).toBeGreaterThan(recorded.length);
    expect((await segmentation.compositions.preview(composition.id, { now: clock() })).counts).toMatchObject({
      remaining: left.length,
      enriched: recorded.length,
    });
    await published(composition);
    const [most, others] = await byPath(composition);
    // Whoever is in the first of them has its fields of it, and those that only the other one adds besides.
    const more = await create('Enriched otherwise', {
      ...body,
      enrich: { entity: 'product', by: 'name', fields: ['brand', 'live'] },
      split: null,
      paths: [{ key: 'a', name: 'Enriched by name' }],
    });
    await published(more);
    const [byName] = await byPath(more);
    const segments = [most, others, byName].map((each) => ({ id: each?.id ?? '', namespace: 'ups', status: ['realized' as const] }));
    const lines = await exported(segments);
    expect(lines).toHaveLength(left.length);
    for (const { identityMap, ...document } of lines as (DataObject & { identityMap: { CRMID: { id: string }[] } })[]) {
      const profile = population.tables.identities.find({ namespace: 'CRMID', id: identityMap.CRMID[0]?.id ?? '' }) ?? -1;
      const picked = (record: DataObject | undefined, fields: readonly string[]): DataObject =>
        Object.fromEntries(fields.flatMap((field) => (record?.[field] === undefined ? [] : [[field, record[field]]])));
      const along = {
        ...picked(PRODUCTS.get(valueOf('name', profile) as string), ['brand', 'live']),
        ...picked(recordOf(profile), enrich.fields),
      };
      expect(document['enrichment'] ?? {}).toEqual(along);
    }
    const [head, ...rows] = (await exportedText(segments.slice(0, 1), { format: 'csv', fields: ['points'] })).trim().split('\n');
    expect(head).toBe('identityNamespace,identityId,points,segmentMembership,enrichment.brand,enrichment.price,enrichment.sizes');
    expect(rows.join('\n')).toContain('""code""');
    expect(await exportedText(segments.slice(2), { format: 'csv', fields: ['points'] })).toMatch(/,enrichment\.brand,enrichment\.live\n/);
  });

  test('say what an enrich block lacks', async () => {
    const problem = async (enrich: NonNullable<CompositionBody['enrich']>): Promise<readonly string[]> => {
      const body: CompositionBody = { ...all('', 'Never published'), audience: { kind: 'rule', pql: 'vip' }, enrich, rank: null };
      const { id } = await create(`Lacking ${JSON.stringify(enrich)}`, body);
      const { problems, counts } = await segmentation.compositions.preview(id, { now: clock() });
      expect(counts).toMatchObject({ paths: [holding('vip').size] });
      expect(counts).not.toHaveProperty('enriched');
      return problems.map(({ block, message }) => `${block}: ${message}`);
    };
    expect(await problem({ entity: '', by: '', fields: [] })).toEqual(['enrich: No records are chosen.']);
    expect(await problem({ entity: 'store', by: '', fields: [] })).toEqual(['enrich: There are no records of store.']);
    expect(await problem({ entity: 'product', by: '', fields: [] })).toEqual(['enrich: No attribute is chosen to find the record by.']);
    expect(await problem({ entity: 'product', by: 'points', fields: [] })).toEqual(['enrich: points is no attribute that is a text.']);
    expect(await problem({ entity: 'product', by: 'tags', fields: [] })).toEqual(['enrich: tags is no attribute that is a text.']);
    expect(await problem({ entity: 'product', by: 'name', fields: [] })).toEqual(['enrich: No fields are chosen.']);
    expect(await problem({ entity: 'product', by: 'name', fields: ['brand', 'colour', 'brand.x'] })).toEqual([
      'enrich: The records have no field colour.',
      'enrich: The records have no field brand.x.',
    ]);
  });
});
