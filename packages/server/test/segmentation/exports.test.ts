/** Exports on both engines: who, what, in which form; stopped, cut off, taken up again. */
import { parquetReadObjects, asyncBufferFromFile } from 'hyparquet';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ExportJob, ExportRequest, MembershipStatus, Segmentation } from '../../src/segmentation/index.ts';
import { createSegmentation } from '../../src/segmentation/index.ts';
import { Exports } from '../../src/segmentation/export/exports.ts';
import type { ClickHouseNode } from '../support/clickhouse-node.ts';
import { startClickHouseNode } from '../support/clickhouse-node.ts';
import { ENGINES } from '../support/engines.ts';
import type { TestStores } from '../support/stores.ts';
import { withStores } from '../support/stores.ts';
import { EVERYBODY } from './support/export-request.ts';
import { TestPopulation } from './support/people.ts';
import { schema } from './support/shop.ts';

const START = Date.UTC(2026, 3, 30, 12);
const DAY = 86_400_000;
const at = (days: number): string => new Date(START - days * DAY).toISOString();

describe.each(ENGINES)('on the %s engine', (name) => {
  let node: ClickHouseNode | undefined;
  let stores: TestStores;
  let population: TestPopulation;
  let segmentation: Segmentation;
  let now = START;
  const clock = (): Date => new Date(now);
  let audience: string;

  /** Ann, who is awkward in CSV; Ben; and somebody with events only. */
  const PEOPLE = [
    {
      attributes: {
        name: 'Ann, "the first"\nof all',
        points: 1.5,
        visits: 3,
        vip: true,
        birth: '1990-02-03',
        signup: '2026-01-02T03:04:05.678Z',
        home: { city: 'Köln', zip: 50667 },
        tags: ['a', 'b'],
        carts: [{ sku: 's', price: 2 }],
        prefs: { colour: 'red' },
      },
      events: [{ _id: 'a', timestamp: at(1), eventType: 'view', note: 'n', total: 5 }],
    },
    { attributes: { name: 'Ben' }, events: [{ _id: 'a', timestamp: at(3), eventType: 'view' }] },
    { attributes: {}, events: [{ _id: 'a', timestamp: at(2), eventType: 'view' }] },
  ];

  beforeAll(async () => {
    node = name === 'server' ? await startClickHouseNode() : undefined;
    stores = await withStores({ clickhouseUrl: node?.url });
    population = await TestPopulation.within(stores.stores, schema);
    const [, , nobody] = await population.add(PEOPLE);
    // Of whom there are events only.
    for (const table of ['fragments', 'profiles']) await stores.stores.clickhouse.command(`DELETE FROM ${table} WHERE profile = ${nobody}`);
    segmentation = await createSegmentation({ stores: stores.stores, tables: population.tables, clock });
    const pql = 'xEvent[eventType = "view" and timestamp occurs <= 3 days before now]';
    audience = (await segmentation.definitions.create({ name: 'Lookers', pql, createdBy: 'test' }, clock())).id;
    // Three come, then Ben leaves, then the one without attributes.
    for (const days of [0, 0.5, 1.5]) {
      now = START + days * DAY;
      await segmentation.audiences.evaluate(audience, 'api');
    }
  });
  afterAll(async () => {
    await segmentation.close();
    await stores.stop();
    await node?.stop();
  });
  beforeEach(() => {
    now = START + 1.5 * DAY;
  });

  const asked = (more: Partial<ExportRequest> = {}): ExportRequest => ({ ...EVERYBODY, ...more });
  const run = async (more: Partial<ExportRequest> = {}): Promise<ExportJob> =>
    await segmentation.exports.ended((await segmentation.startExport(asked(more), { source: 'api' })).id);
  const read = async ({ id, errors, files: [file] }: ExportJob): Promise<string> => {
    if (file === undefined) throw new Error(JSON.stringify(errors));
    return (await buffer((await segmentation.exports.file(id, file.name)).bytes)).toString();
  };
  const lines = async (job: ExportJob): Promise<readonly Record<string, unknown>[]> =>
    (await read(job))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const names = async (more: Partial<ExportRequest>): Promise<readonly unknown[]> =>
    (await lines(await run(more))).map((each) => each['name'] ?? null);
  const members = (status: readonly MembershipStatus[]) => ({
    segments: [{ id: audience, namespace: 'ups', status }],
  });

  test('everybody, whole, one JSON document a line', async () => {
    const job = await run();
    expect(job).toMatchObject({
      status: 'SUCCEEDED',
      errors: [],
      files: [{ name: 'profiles.jsonl', rows: 3, bytes: (await read(job)).length + 1 }],
      metrics: { profiles: 3, byNamespace: { CRMID: 3 }, totalTime: { startTimeInMs: now, endTimeInMs: now, totalTimeInMs: 0 } },
    });
    const [ann, ben, nobody] = await lines(job);
    expect(ann).toEqual({ ...PEOPLE[0]?.attributes, identityMap: { CRMID: [{ id: 'p0', primary: true }] } });
    expect([ben, nobody]).toMatchObject([{ name: 'Ben' }, { identityMap: { CRMID: [{ id: 'p2' }] } }]);
  });

  test('profiles with events only are left out when they are not asked for', async () => {
    expect(await names({ emptyProfiles: false })).toEqual([PEOPLE[0]?.attributes.name, 'Ben']);
  });

  test('members by status, with the time of it', async () => {
    const ann = PEOPLE[0]?.attributes.name;
    expect(await names(members(['realized', 'existing']))).toEqual([ann]);
    expect(await names(members(['realized']))).toEqual([]);
    expect(await names(members(['exited']))).toEqual(['Ben', null]);
    const [, ben, nobody] = await lines(await run(members(['existing', 'exited'])));
    expect(ben).toMatchObject({ segmentMembership: { ups: { [audience]: { status: 'exited', lastQualificationTime: at(-0.5) } } } });
    expect(nobody).toMatchObject({ segmentMembership: { ups: { [audience]: { status: 'exited', lastQualificationTime: at(-1.5) } } } });
  });

  test('by the time somebody came or left', async () => {
    const qualification = (from: number | null, to: number | null) => ({
      ...members(['existing', 'exited']),
      qualification: { from: from === null ? null : START + from * DAY, to: to === null ? null : START + to * DAY },
    });
    expect(await names(qualification(null, 0.25))).toEqual([PEOPLE[0]?.attributes.name]);
    expect(await names(qualification(0.5, 0.5))).toEqual(['Ben']);
    expect(await names(qualification(0.75, null))).toEqual([null]);
    expect(await names(qualification(7, null))).toEqual([]);
  });

  test('that somebody has left is remembered for 30 days', async () => {
    now = START + 31 * DAY;
    expect(await names(members(['exited']))).toEqual([null]);
  });

  test('chosen fields, and events with chosen fields', async () => {
    const [ann] = await lines(await run({ fields: ['home.city', 'carts.sku', 'name'], eventFields: ['eventType', 'total'] }));
    expect(ann).toEqual({
      name: PEOPLE[0]?.attributes.name,
      home: { city: 'Köln' },
      carts: [{ sku: 's' }],
      identityMap: { CRMID: [{ id: 'p0', primary: true }] },
      xEvent: [{ eventType: 'view', total: 5 }],
    });
    expect((await lines(await run({ eventFields: [] })))[0]).toMatchObject({ xEvent: [{ _id: 'p0 a', timestamp: at(1), note: 'n' }] });
    await expect(run({ fields: ['home.town'] })).rejects.toMatchObject({
      code: 'export-field-unknown',
      message: expect.stringContaining('town'),
    });
    await expect(run({ eventFields: ['totl'] })).rejects.toMatchObject({ code: 'export-field-unknown', hint: 'Did you mean total?' });
    await expect(run({ fields: ['name.first'] })).rejects.toMatchObject({ code: 'export-field-unknown' });
  });

  test('CSV: scalars in columns, arrays and maps as JSON, quoted as RFC 4180 says', async () => {
    const text = await read(await run({ format: 'csv', fields: ['name', 'points', 'vip', 'tags', 'carts', 'prefs', 'home.zip'] }));
    expect(text).toBe(
      [
        'identityNamespace,identityId,name,points,vip,tags,carts,prefs,home.zip',
        'CRMID,p0,"Ann, ""the first""\nof all",1.5,true,"[""a"",""b""]","[{""sku"":""s"",""price"":2}]","{""colour"":""red""}",50667',
        'CRMID,p1,Ben,,,,,,',
        'CRMID,p2,,,,,,,',
        '',
      ].join('\n'),
    );
  });

  test('Parquet: typed columns', async () => {
    const job = await run({ format: 'parquet', ...members(['existing']) });
    const file = stores.stores.folder.inside('exports', String(job.id), 'profiles.parquet');
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
    expect(rows).toEqual([
      expect.objectContaining({
        identityNamespace: 'CRMID',
        identityId: 'p0',
        name: PEOPLE[0]?.attributes.name,
        points: 1.5,
        visits: 3n,
        vip: true,
        birth: '1990-02-03',
        signup: new Date('2026-01-02T03:04:05.678Z'),
        'home.city': 'Köln',
        tags: ['a', 'b'],
        segmentMembership: { ups: { [audience]: { status: 'existing', lastQualificationTime: at(0) } } },
      }),
    ]);
  });

  test('one file for each audience, each format empty too', async () => {
    for (const format of ['jsonl', 'csv', 'parquet'] as const) {
      const { files } = await run({ format, segmentPerBatch: true, ...members(['realized']) });
      expect(files).toEqual([{ name: `${audience}.${format}`, rows: 0, bytes: expect.any(Number), segmentId: audience }]);
    }
  });

  test('an audience evaluated first', async () => {
    now = START + 10 * DAY;
    expect(await names({ evaluate: true, ...members(['realized', 'existing']) })).toEqual([]);
    now = START + 0.5 * DAY;
    expect(await names({ evaluate: true, ...members(['realized']) })).toEqual([PEOPLE[0]?.attributes.name, null]);
  });

  test('an audience that is not there is refused; one deleted meanwhile fails the export', async () => {
    await expect(run({ segments: [{ id: 'none', namespace: 'ups', status: ['realized'] }] })).rejects.toMatchObject({
      code: 'audience-not-found',
    });
    const { id } = await segmentation.definitions.create({ name: 'Gone', pql: 'vip', createdBy: 'test' }, clock());
    const job = await segmentation.startExport(asked({ segments: [{ id, namespace: 'ups', status: ['realized'] }] }), { source: 'api' });
    await segmentation.audiences.delete(id, clock());
    const ended = await segmentation.exports.ended(job.id);
    // It may have been quicker.
    if (ended.status !== 'SUCCEEDED')
      expect(ended).toMatchObject({ status: 'FAILED', files: [], errors: [{ code: 'audience-not-found' }] });
  });

  test('an export under way is cancelled, and leaves nothing; one that has ended is deleted with its files', async () => {
    const begun = Promise.withResolvers<void>();
    const folder = stores.stores.folder.inside('other-exports');
    const exporter = {
      async run(_: ExportRequest, { signal }: { readonly signal: AbortSignal }): Promise<never> {
        begun.resolve();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        throw signal.reason;
      },
    };
    const exports = await Exports.open({ db: stores.stores.postgres, exporter, folder, clock });
    const [first, second] = [await exports.create(asked(), { source: 'api' }), await exports.create(asked(), { source: 'api' })];
    await begun.promise;
    expect([(await exports.get(first.id)).status, (await exports.get(second.id)).status]).toEqual(['PROCESSING', 'NEW']);
    expect(await exports.delete(second.id)).toBe('cancelled');
    expect(await exports.delete(first.id)).toBe('cancelled');
    await expect(exports.delete(second.id)).rejects.toMatchObject({ code: 'export-cancelling' });
    for (const { id } of [first, second]) expect((await exports.ended(id)).status).toBe('CANCELLED');
    await exports.close();

    const done = await run();
    const files = stores.stores.folder.inside('exports', String(done.id));
    expect(existsSync(files)).toBe(true);
    expect(await segmentation.exports.delete(done.id)).toBe('deleted');
    expect(existsSync(files)).toBe(false);
    await expect(segmentation.exports.get(done.id)).rejects.toMatchObject({ code: 'export-not-found' });
    await expect(segmentation.exports.get(2 ** 60)).rejects.toMatchObject({ code: 'export-not-found' });
  });

  test('after a crash nothing half is left, and the export is repeated once', async () => {
    const row = {
      request: JSON.stringify(asked()),
      metrics: JSON.stringify({ totalTime: { startTimeInMs: 0 }, byNamespace: {} }),
      files: '[]',
      errors: '[]',
    };
    const base = { ...row, source: 'api', created_at: clock(), updated_at: clock() };
    const inserted = await stores.stores.postgres
      .insertInto('export_jobs')
      .values([
        { ...base, status: 'NEW' },
        { ...base, status: 'PROCESSING', attempts: 1 },
        { ...base, status: 'PROCESSING', attempts: 2 },
        { ...base, status: 'CANCELLING', attempts: 1 },
      ])
      .returning('id')
      .execute();
    const [waiting, once, twice, stopping] = inserted.map(({ id }) => id) as [number, number, number, number];
    const part = stores.stores.folder.inside('exports', `${once}.part`);
    mkdirSync(part);
    writeFileSync(`${part}/profiles.jsonl`, '{"half"');
    await segmentation.close();
    segmentation = await createSegmentation({ stores: stores.stores, tables: population.tables, clock });
    for (const id of [waiting, once])
      expect(await segmentation.exports.ended(id)).toMatchObject({ status: 'SUCCEEDED', files: [{ rows: 3 }] });
    expect(await segmentation.exports.get(twice)).toMatchObject({ status: 'FAILED', errors: [{ code: 'export-interrupted' }] });
    expect(await segmentation.exports.get(stopping)).toMatchObject({ status: 'CANCELLED' });
    expect(readdirSync(stores.stores.folder.inside('exports')).filter((each) => each.endsWith('.part'))).toEqual([]);
    expect(readFileSync(stores.stores.folder.inside('exports', String(once), 'profiles.jsonl'), 'utf8').split('\n')).toHaveLength(4);
    await expect(segmentation.exports.file(once, '../../lock')).rejects.toMatchObject({ code: 'export-file-not-found' });
    await expect(segmentation.exports.file(twice, 'profiles.jsonl')).rejects.toMatchObject({ code: 'export-file-not-found' });
  });
});
