/** Batch ingestion over HTTP: files for a dataset with a schema of its own. */
import { routes } from '@kindred/contract';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from './server.ts';
import { BATCH_TAGS, refusal, routesTagged, startTestServer } from './server.ts';

let server: TestServer;
let tenant: string;
let profiles: string;
let events: string;
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);

type Resource = Readonly<Record<string, unknown>>;

beforeAll(async () => {
  server = await startTestServer();
  tenant = `_${server.settings.tenant}`;
  const people = {
    visits: { type: 'integer' },
    member: { type: 'boolean' },
    since: { type: 'string', format: 'date-time' },
    tags: { type: 'array', items: { type: 'string' } },
  };
  profiles = await dataset('People', 'https://ns.adobe.com/xdm/context/profile', people);
  events = await dataset('Visits', 'https://ns.adobe.com/xdm/context/experienceevent', { room: { type: 'string' } });
});
afterAll(async () => {
  // Parts are sent by fetch: the client has no headers of one's own.
  const missing = [...routesTagged((tag) => BATCH_TAGS.has(tag))].filter((name) => name !== 'patchBatchFile' && !server.called.has(name));
  await server.stop();
  expect(missing, 'routes that no test calls').toEqual([]);
});

/** Makes a schema that is enabled for Profile, with the e-mail address as the identity of people, and a dataset of it. */
async function dataset(
  name: string,
  xdmClass: string,
  fields: object,
  tags: Record<string, string[]> = { unifiedProfile: ['enabled:true'] },
): Promise<string> {
  const make = async (kind: 'schemas' | 'fieldgroups', body: Resource): Promise<string> =>
    String((await call(routes.createSchemaResource, { params: { kind }, body }))['$id']);
  const properties = { [tenant]: { type: 'object', properties: fields } };
  const group = await make('fieldgroups', { title: name, 'meta:intendedToExtend': [xdmClass], properties });
  const isProfile = xdmClass.endsWith('/profile');
  const refs = [xdmClass, group, ...(isProfile ? ['https://ns.adobe.com/xdm/context/profile-personal-details'] : [])];
  const schema = await make('schemas', { title: name, 'meta:immutableTags': ['union'], allOf: refs.map(($ref) => ({ $ref })) });
  if (isProfile) {
    const identity = { '@type': 'xdm:descriptorIdentity', 'xdm:sourceSchema': schema, 'xdm:sourceProperty': '/personalEmail/address' };
    await call(routes.createDescriptor, { body: { ...identity, 'xdm:namespace': 'Email', 'xdm:isPrimary': true } });
  }
  const [reference = ''] = await call(routes.createDataset, { body: { name, schemaRef: { id: schema }, tags } });
  return reference.replace('@/dataSets/', '');
}

async function create(datasetId: string, format: string, more: object = {}): Promise<string> {
  const { inputFormat = {}, ...rest } = more as { inputFormat?: object };
  return (await call(routes.createBatch, { body: { datasetId, inputFormat: { format, ...inputFormat }, ...rest } })).id;
}

async function ended(id: string): Promise<Resource> {
  for (;;) {
    const { [id]: batch } = await call(routes.getBatch, { params: { id } });
    if (batch !== undefined && !['loading', 'loaded', 'processing'].includes(batch.status)) return batch;
    await sleep(20);
  }
}

async function ingest(datasetId: string, format: string, body: string | Uint8Array<ArrayBuffer>, more: object = {}): Promise<Resource> {
  const id = await create(datasetId, format, more);
  await call(routes.putBatchFile, { params: { id, dataset: datasetId, name: 'people.file' }, body });
  await call(routes.actOnBatch, { params: { id }, query: { action: 'COMPLETE' } });
  return await ended(id);
}

async function sizeOf(pql: string): Promise<number> {
  return (await call(routes.estimatePql, { body: { pql } })).size;
}

async function lines(path: string): Promise<readonly Resource[]> {
  const text = await (await fetch(server.url + path)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Resource);
}

const person = (address: string, fields: object = {}): string => JSON.stringify({ personalEmail: { address }, [tenant]: fields });

describe('a batch', () => {
  it('of JSON lines becomes profiles, with values as the schema wants them', async () => {
    const batch = await ingest(
      profiles,
      'json',
      [person('a@x.org', { visits: '7', member: 'TRUE', since: 1_767_225_600_000 }), person('b@x.org', { visits: 2 })].join('\n'),
    );
    expect(batch).toMatchObject({
      status: 'success',
      relatedObjects: [{ type: 'dataSet', id: profiles }],
      metrics: { inputFileCount: 1, inputRecordCount: 2, outputRecordCount: 2, failedRecordCount: 0 },
      errors: [],
    });
    expect(await sizeOf(`${tenant}.visits = 7 and ${tenant}.member and ${tenant}.since occurs on date(2026, 1, 1)`)).toBe(1);
  });

  it('of CSV has columns named by paths', async () => {
    const csv = `personalEmail.address;${tenant}.visits;${tenant}.tags\nc@x.org;30;"[""new"",""vip""]"\nd@x.org;;\n`;
    const batch = await ingest(profiles, 'CSV', csv, { inputFormat: { delimiter: ';' } });
    expect(batch).toMatchObject({ status: 'success', metrics: { outputRecordCount: 2 } });
    expect(await sizeOf(`${tenant}.visits = 30 and ${tenant}.tags.intersects(["vip"])`)).toBe(1);
  });

  it('of CSV takes the name of a column for a name, whatever it is', async () => {
    const batch = await ingest(profiles, 'csv', `personalEmail.address,__proto__.visits\nproto@x.org,1\n`);
    expect(batch).toMatchObject({ status: 'failed', metrics: { failedRecordCount: 1 } });
    const again = await ingest(profiles, 'csv', 'personalEmail.address\nproto@x.org\n');
    expect(again).toMatchObject({ status: 'success', metrics: { outputRecordCount: 1 } });
  });

  it('of Parquet may be nested', async () => {
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'personalEmail', data: [{ address: 'e@x.org' }], type: 'JSON' },
        { name: tenant, data: [{ visits: 41 }], type: 'JSON' },
      ],
    });
    expect(await ingest(profiles, 'parquet', new Uint8Array(file))).toMatchObject({ status: 'success', metrics: { outputRecordCount: 1 } });
    expect(await sizeOf(`${tenant}.visits = 41`)).toBe(1);
  });

  it('of one JSON document over several lines, and of events, works too', async () => {
    const event = (id: string): object => ({
      _id: id,
      timestamp: '2026-01-01T00:00:00Z',
      eventType: 'visit',
      identityMap: { Email: [{ id: 'a@x.org', primary: true }] },
      [tenant]: { room: 'hall' },
    });
    const text = JSON.stringify([event('e1'), event('e2'), event('e2')], null, 2);
    expect(await ingest(events, 'json', text, { inputFormat: { isMultiLineJson: true } })).toMatchObject({ status: 'success' });
    expect(await sizeOf(`select e from xEvent where e.${tenant}.room = "hall"`)).toBe(1);
    const { events: found } = await call(routes.listEvents, { params: { namespace: 'Email', id: 'a@x.org' } });
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set(['e1', 'e2']));
  });

  it('fails as a whole when records fail, and nothing of it is stored', async () => {
    const body = [
      person('f@x.org', { visits: 99 }),
      person('g@x.org', { visits: 'many' }),
      '{"broken',
      JSON.stringify({ [tenant]: { visits: 1 } }),
    ].join('\n');
    const batch = await ingest(profiles, 'json', body, { enableErrorDiagnostics: true });
    expect(batch).toMatchObject({ status: 'failed', metrics: { inputRecordCount: 4, outputRecordCount: 0, failedRecordCount: 3 } });
    const codes = (batch['errors'] as Resource[]).map(({ code, recordCount }) => `${String(code)} ${String(recordCount)}`);
    expect(new Set(codes)).toEqual(new Set(['INGEST-1212-400 3', 'INGEST-1212-400 1', 'INGEST-1401-400 1', 'INGEST-1555-400 1']));
    expect(await sizeOf(`${tenant}.visits = 99`)).toBe(0);

    const id = String(batch['id']);
    const meta = `/data/foundation/export/batches/${id}/meta`;
    expect(await call(routes.batchDiagnostics, { params: { id } })).toMatchObject({
      data: [{ name: 'input_files' }, { name: 'row_errors' }],
    });
    const rows = await lines(`${meta}?path=row_errors/conversion_errors_0.json`);
    expect(rows).toMatchObject([
      {
        personalEmail: { address: 'g@x.org' },
        _errors: [{ code: 'INGEST-1212-400', column: `${tenant}.visits` }],
        _filename: 'people.file',
        _line: 2,
      },
      { _errors: [{ code: 'INGEST-1555-400', column: 'personalEmail' }], _line: 4 },
    ]);
    expect(await lines(`${meta}?path=row_errors/parsing_errors_0.json`)).toMatchObject([
      { _corrupt_record: '{"broken', _errors: [{ code: 'INGEST-1401-400' }] },
    ]);
    expect(await call(routes.failedBatchFiles, { params: { id } })).toMatchObject({ data: [{ name: 'people.file' }] });
    expect(await (await fetch(`${server.url}/data/foundation/export/batches/${id}/failed?path=people.file`)).text()).toBe(body);
  });

  it('stores what is good when few enough fail', async () => {
    const body = [person('h@x.org', { visits: 1 }), person('i@x.org', { visits: 2 }), person('j@x.org', { visits: 'x' })].join('\n');
    const refused = await ingest(profiles, 'json', body, { partialIngestionPercentage: 33 });
    expect(refused['status']).toBe('failed');
    const taken = await ingest(profiles, 'json', body, { partialIngestionPercentage: 34 });
    expect(taken).toMatchObject({
      status: 'success',
      metrics: { outputRecordCount: 2, failedRecordCount: 1 },
      tags: { acp_partialIngestionPercent: ['34'] },
    });
    expect((await call(routes.getProfile, { params: { namespace: 'Email', id: 'i@x.org' } })).attributes).toMatchObject({
      [tenant]: { visits: 2 },
    });
  });

  it('for a dataset that is not enabled for Profile is validated and kept, and makes no profiles', async () => {
    const quiet = await dataset('Quiet', 'https://ns.adobe.com/xdm/context/profile', { calm: { type: 'integer' } }, {});
    const batch = await ingest(quiet, 'json', person('z@x.org', { calm: 1 }));
    expect(batch).toMatchObject({ status: 'success', metrics: { outputRecordCount: 1 } });
    expect(await sizeOf(`${tenant}.calm = 1`)).toBe(0);
    const { data } = await call(routes.listBatchFiles, { params: { id: String(batch['id']) } });
    expect(data).toMatchObject([{ name: 'people.file' }]);
  });
});

it('a batch that is reverted or replaced takes away what it brought, and that alone', async () => {
  const first = await ingest(profiles, 'json', [person('r1@x.org', { visits: 31 }), person('r2@x.org', { visits: 31 })].join('\n'), {
    externalId: 'mine',
  });
  const second = await ingest(profiles, 'json', person('r1@x.org', { member: true, visits: 32 }));
  expect([await sizeOf(`${tenant}.visits = 31`), await sizeOf(`${tenant}.visits = 32`)]).toEqual([1, 1]);
  const id = String(second['id']);
  await call(routes.actOnBatch, { params: { id }, query: { action: 'REVERT' } });
  expect(await ended(id)).toMatchObject({ status: 'inactive' });
  expect([await sizeOf(`${tenant}.visits = 31`), await sizeOf(`${tenant}.visits = 32`)]).toEqual([2, 0]);
  expect((await refusal(call(routes.actOnBatch, { params: { id }, query: { action: 'REVERT' } }))).message).toContain('it is inactive');
  const replay = { predecessorsByExternalId: ['mine'], reason: 'replace' };
  const third = await ingest(profiles, 'json', person('r2@x.org', { visits: 33 }), { replay });
  expect(third).toMatchObject({ status: 'success', replay });
  expect(await ended(String(first['id']))).toMatchObject({ status: 'inactive' });
  expect([await sizeOf(`${tenant}.visits = 31`), await sizeOf(`${tenant}.visits = 33`)]).toEqual([0, 1]);
  const unknown = { datasetId: profiles, replay: { predecessors: ['nothing'], reason: 'replace' as const } };
  expect((await refusal(call(routes.createBatch, { body: unknown }))).status).toBe(404);
});

describe('files', () => {
  it('may have any ending', async () => {
    const id = await create(profiles, 'json');
    await call(routes.putBatchFile, { params: { id, dataset: profiles, name: 'export.part' }, body: person('part@x.org', { visits: 66 }) });
    await call(routes.actOnBatch, { params: { id }, query: { action: 'COMPLETE' } });
    expect(await ended(id)).toMatchObject({ status: 'success', metrics: { inputFileCount: 1, outputRecordCount: 1 } });
  });

  it('come in parts, in any order, and are whole or refused', async () => {
    const id = await create(profiles, 'json');
    const params = { id, dataset: profiles, name: 'large.json' };
    const text = person('k@x.org', { visits: 55 });
    const path = `${server.url}/data/foundation/import/batches/${id}/datasets/${profiles}/files/large.json`;
    const part = async (start: number, end: number, body = text.slice(start, end + 1)): Promise<number> => {
      const headers = { 'content-range': `bytes ${start}-${end}/${text.length}`, 'content-type': 'application/octet-stream' };
      return (await fetch(path, { method: 'PATCH', headers, body })).status;
    };
    expect(await part(0, 9)).toBe(400);
    await call(routes.actOnBatchFile, { params, query: { action: 'INITIALIZE' } });
    expect(await part(20, text.length - 1)).toBe(200);
    expect(await part(0, 9)).toBe(200);
    expect((await refusal(call(routes.actOnBatchFile, { params, query: { action: 'COMPLETE' } }))).message).toContain(
      'bytes 10–20 are missing',
    );
    expect(await part(10, 19, 'short')).toBe(400);
    expect(await part(10, 19)).toBe(200);
    expect((await fetch(path, { method: 'HEAD' })).status).toBe(404);
    await call(routes.actOnBatchFile, { params, query: { action: 'COMPLETE' } });
    const head = await fetch(path, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(text.length)]);
    expect(await ((await call(routes.getBatchFile, { params })) as Response).text()).toBe(text);
    expect(await call(routes.previewBatch, { params: { id, dataset: profiles } })).toMatchObject({
      data: [{ personalEmail: { address: 'k@x.org' } }],
    });
    await call(routes.actOnBatch, { params: { id }, query: { action: 'COMPLETE' } });
    expect(await ended(id)).toMatchObject({ status: 'success' });
    expect(await sizeOf(`${tenant}.visits = 55`)).toBe(1);
  });
});

describe('what makes no sense', () => {
  it('is refused', async () => {
    expect((await refusal(create('000000000000000000000000', 'json'))).code).toBe('DATASET_NOT_FOUND');
    expect((await refusal(create(profiles, 'xml'))).status).toBe(400);
    const id = await create(profiles, 'json');
    const put = (to: string, name: string): Promise<unknown> => call(routes.putBatchFile, { params: { id, dataset: to, name }, body: 'x' });
    expect((await refusal(put(events, 'a.json'))).message).toContain('is for the dataset');
    expect((await refusal(put(profiles, 'ä.json'))).status).toBe(400);
    await call(routes.actOnBatch, { params: { id }, query: { action: 'ABORT' } });
    expect((await refusal(call(routes.actOnBatch, { params: { id }, query: { action: 'COMPLETE' } }))).code).toBe('batch-state');
    expect((await refusal(put(profiles, 'a.json'))).code).toBe('batch-state');
    expect((await refusal(call(routes.getBatch, { params: { id: 'none' } }))).code).toBe('batch-not-found');
  });

  it('of an empty batch, and of a file that is no Parquet, is told', async () => {
    const id = await create(profiles, 'json');
    await call(routes.actOnBatch, { params: { id }, query: { action: 'COMPLETE' } });
    expect(await ended(id)).toMatchObject({ status: 'failed', errors: [{ code: '106' }] });
    const broken = await ingest(profiles, 'parquet', 'no parquet');
    expect(broken).toMatchObject({ status: 'failed', errors: [{ code: 'INGEST-1401-400' }] });
    const listed = await call(routes.listBatches, { query: { dataSet: profiles, status: 'failed', limit: 1 } });
    expect(Object.keys(listed)).toEqual([broken['id']]);
    const last = await call(routes.listLastBatches, { query: { dataSetId: profiles } });
    expect(last[profiles]).toMatchObject({ lastBatchId: broken['id'], lastBatchStatus: 'failed', lastFailedBatchId: broken['id'] });
    expect(last[profiles]?.lastSuccessfulBatchId).toMatch(/./);
  });
});

it('goes on after a restart with batches that were complete', async () => {
  const id = await create(profiles, 'json');
  await call(routes.putBatchFile, { params: { id, dataset: profiles, name: 'a.json' }, body: person('l@x.org', { visits: 77 }) });
  await call(routes.actOnBatch, { params: { id }, query: { action: 'COMPLETE' } });
  await server.restart();
  expect(await ended(id)).toMatchObject({ status: 'success' });
  expect(await sizeOf(`${tenant}.visits = 77`)).toBe(1);
});
