/** Sources that data is fetched from, over HTTP: real folders, a real database. */
import type { DataSourceBody } from '@kindred/contract';
import { routes } from '@kindred/contract';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import S3rver from 's3rver';
import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PostgresServer } from '../support/postgres.ts';
import { postgresMissing, startPostgres } from '../support/postgres.ts';
import type { TestServer } from './server.ts';
import { refusal, routesTagged, SOURCE_TAGS, startTestServer } from './server.ts';

/** What the store of the tests takes. */
const KEY = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

let server: TestServer;
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  const missing = [...routesTagged((tag) => SOURCE_TAGS.has(tag))].filter((name) => !server.called.has(name));
  await server.stop();
  expect(missing, 'routes that no test calls').toEqual([]);
});

const visit = (_id: string, id: string): string =>
  JSON.stringify({ _id, timestamp: '2026-01-05T10:00:00Z', eventType: 'visit', identityMap: { CRMID: [{ id, primary: true }] } });

async function eventsOf(id: string): Promise<number> {
  const response = await fetch(`${server.url}/api/profiles/CRMID/${id}/events`);
  return response.status === 404 ? 0 : ((await response.json()) as { events: unknown[] }).events.length;
}

async function run({ id }: DataSourceBody): Promise<DataSourceBody> {
  return await call(routes.runDataSource, { params: { id } });
}

it('the catalogue says which settings a kind takes', async () => {
  const { connectors } = await call(routes.listConnectors, {});
  expect(connectors.map(({ kind }) => kind)).toEqual(['folder', 'postgresql', 's3', 'kafka']);
  expect(connectors[0]?.settings).toMatchObject({ type: 'object', required: ['path'], properties: { path: { type: 'string' } } });
});

it('a broker that is not there is told of, and settings that make no sense', async () => {
  const kafka = (settings: object): Promise<unknown> =>
    call(routes.createDataSource, { body: { name: 'k', kind: 'kafka', settings: { topic: 't', ...settings }, dataset: 'visits' } });
  const unreachable = await refusal(kafka({ brokers: '127.0.0.1:1' }));
  expect([unreachable.code, unreachable.hint]).toEqual(['source-unreachable', expect.stringContaining('brokers')]);
  expect((await refusal(kafka({ brokers: 'nowhere' }))).message).toContain('hosts with their ports');
  expect((await refusal(kafka({ brokers: 'a:1', mechanism: 'PLAIN' }))).message).toContain('needs username and password');
});

describe('a folder', () => {
  let inbox: string;
  let source: DataSourceBody;
  const put = (name: string, ...lines: readonly string[]): string => {
    const path = join(inbox, name);
    writeFileSync(path, lines.join('\n'));
    return path;
  };

  beforeAll(async () => {
    inbox = join(server.folder, 'inbox');
    mkdirSync(join(inbox, 'deep'), { recursive: true });
    put('one.jsonl', visit('f1', 'F'), visit('f2', 'F'), 'no json');
    put('deep/two.jsonl', visit('f2', 'F'), visit('f3', 'F'));
    put('three.jsonl.part', visit('f4', 'F'));
    put('broken.parquet', 'no parquet');
    const settings = { path: inbox, settleSeconds: 0 };
    // It does not run by itself here: the test says when.
    source = await call(routes.createDataSource, { body: { name: 'Inbox', kind: 'folder', settings, dataset: 'visits', state: 'paused' } });
  });

  it('gives its complete files, each record once; what cannot be read or stored is told', async () => {
    expect(source).toMatchObject({ state: 'paused', nextRun: null, settings: { recursive: true }, createdBy: 'local' });
    const after = await run(source);
    expect(after.counts).toEqual({ portions: 2, rowsIn: 5, accepted: 3, duplicates: 1, rejected: 1, skipped: 0 });
    expect(after.lastRun).toMatchObject({
      error: null,
      skipped: [{ name: 'broken.parquet' }],
      letterFiles: [expect.stringContaining(source.id)],
    });
    expect(await eventsOf('F')).toBe(3);
  });

  it('gives nothing twice, and a file again when it has changed', async () => {
    expect((await run(source)).counts.portions).toBe(2);
    put('three.jsonl', visit('f4', 'F'));
    utimesSync(put('one.jsonl', visit('f1', 'F'), visit('f5', 'F')), new Date(), new Date(Date.now() - 1000));
    expect((await run(source)).counts).toMatchObject({ portions: 4, accepted: 5 });
    expect(await eventsOf('F')).toBe(5);
    const { runs } = await call(routes.listDataSourceRuns, { params: { id: source.id }, query: {} });
    // The run that found nothing is not in the list.
    expect(runs.map(({ counts }) => counts.accepted)).toEqual([2, 3]);
    expect(readdirSync(server.settings.dataFolder)).not.toContain(`spool/${source.id}`);
  });

  it('goes on where it was after a restart, by itself while it is active', async () => {
    await server.restart();
    put('four.jsonl', visit('f6', 'F'));
    const params = { id: source.id };
    await call(routes.updateDataSource, { params, body: { state: 'active', intervalSeconds: 1, name: 'Inbox of visits' } });
    while ((await call(routes.getDataSource, { params })).counts.portions < 5) await sleep(50);
    put('five.jsonl', visit('f7', 'F'));
    while ((await call(routes.getDataSource, { params })).counts.portions < 6) await sleep(50);
    expect(await eventsOf('F')).toBe(7);
    expect((await call(routes.listDataSources, {})).sources).toMatchObject([{ name: 'Inbox of visits', failures: 0 }]);
  });

  it('that is gone is told, and tried again less and less often', async () => {
    const params = { id: source.id };
    await call(routes.updateDataSource, { params, body: { state: 'paused' } });
    rmSync(inbox, { recursive: true });
    await run(source);
    const after = await run(source);
    expect(after).toMatchObject({ failures: 2, lastRun: { error: { code: 'source-unreachable' } } });
    mkdirSync(inbox);
    expect(await run(source)).toMatchObject({ failures: 0 });
  });

  it('with a mapping that does not fit stops at the file, and goes on when the mapping has been changed', async () => {
    const mapping = (column: string): Record<string, unknown> => ({
      version: 1,
      target: 'event',
      identity: { namespace: 'CRMID', column: 'who' },
      id: 'number',
      timestamp: 'at',
      fields: { 'commerce.order.priceTotal': column },
    });
    put('orders.csv', 'number,who,at,total', 'o1,G,2026-01-05T10:00:00Z,12.5');
    const body = {
      name: 'Orders',
      kind: 'folder',
      settings: { path: inbox, settleSeconds: 0 },
      dataset: 'orders',
      state: 'paused' as const,
    };
    const orders = await call(routes.createDataSource, { body: { ...body, mapping: mapping('sum') } });
    const stopped = await run(orders);
    expect(stopped.lastRun?.error).toMatchObject({ code: 'MAPPING_COLUMN_UNKNOWN', message: expect.stringContaining('orders.csv: ') });
    const params = { id: orders.id };
    await call(routes.updateDataSource, { params, body: { mapping: mapping('total') } });
    expect((await run(orders)).counts).toMatchObject({ accepted: 1 });
    expect(await eventsOf('G')).toBe(1);
    await call(routes.deleteDataSource, { params });
    expect((await refusal(call(routes.getDataSource, { params }))).status).toBe(404);
    expect(await eventsOf('G')).toBe(1);
  });

  it.each([
    [{ kind: 'ftp' }, 400, 'no kind of source "ftp"'],
    [{ settings: { path: 'relative' } }, 400, 'path: the path must be absolute'],
    [{ settings: { path: '/', depth: 3 } }, 400, 'depth'],
    [{ settings: { path: '/no/such/folder' } }, 422, 'cannot be read'],
    [{ mapping: { version: 2 } }, 400, 'version'],
    [{ name: 'Inbox of visits' }, 409, 'called Inbox of visits already'],
  ])('is refused when it cannot be: %j', async (wrong, status, message) => {
    const body = { name: 'Another', kind: 'folder', settings: { path: server.folder }, dataset: 'visits', ...wrong };
    const refused = await refusal(call(routes.createDataSource, { body }));
    expect(refused.message).toContain(message);
    expect(refused.status).toBe(status);
  });
});

const missing = postgresMissing();
describe.skipIf(missing !== undefined)('a table of PostgreSQL', () => {
  let database: PostgresServer;
  let client: Client;

  beforeAll(async () => {
    database = await startPostgres();
    client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('CREATE TABLE "order" (number integer, who text, at timestamptz, total numeric, note text)');
    await client.query(
      `INSERT INTO "order" SELECT n, 'P' || n % 3, '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 hour', n / 10.0, CASE WHEN n % 2 = 0 THEN E'a "note",\n' || n END
       FROM generate_series(1, 25) AS n`,
    );
  });
  afterAll(async () => {
    await client.end();
    await database.stop();
  });

  const mapping = {
    version: 1,
    target: 'event',
    identity: { namespace: 'CRMID', column: 'who' },
    id: { template: 'order-{number}' },
    timestamp: 'at',
    fields: { 'commerce.order.priceTotal': 'total', 'commerce.order.purchaseOrderNumber': 'note' },
    unknownFields: 'drop',
  };

  it('gives its rows page by page, then those that are new, and its password is not shown', async () => {
    const url = database.url.replace('kindred@', 'kindred:secret@');
    const settings = { url, table: 'order', cursorColumn: 'number', rows: 10 };
    const body = { name: 'Shop', kind: 'postgresql', settings, dataset: 'orders', mapping, state: 'paused' as const };
    const source = await call(routes.createDataSource, { body });
    expect(JSON.stringify(source)).not.toContain('secret');
    expect((await run(source)).counts).toMatchObject({ portions: 3, rowsIn: 25, accepted: 25, rejected: 0 });
    expect((await run(source)).counts.portions).toBe(3);
    await client.query(`INSERT INTO "order" VALUES (26, 'P2', '2026-02-01T00:00:00Z', 7.5, 'late')`);
    expect((await run(source)).counts).toMatchObject({ portions: 4, accepted: 26 });
    expect(await eventsOf('P2')).toBe(9);
    const shown = (await (await fetch(`${server.url}/api/profiles/CRMID/P2/events`)).json()) as { events: unknown[] };
    expect(JSON.stringify(shown.events)).toContain('a \\"note\\",\\n8');
  });

  it('keeps rows together that share the value of the column', async () => {
    await client.query(
      `CREATE TABLE log AS SELECT n, 'Q' AS who, '2026-01-01T00:00:00Z'::timestamptz + (n / 7) * interval '1 hour' AS at FROM generate_series(0, 20) AS n`,
    );
    const query = 'SELECT n AS number, who, at, 1 AS total, NULL AS note FROM log;';
    const settings = { url: database.url, query, cursorColumn: 'at', rows: 3 };
    const source = await call(routes.createDataSource, {
      body: {
        name: 'Log',
        kind: 'postgresql',
        settings,
        dataset: 'log',
        mapping: { ...mapping, id: { template: 'log-{number}' } },
        state: 'paused',
      },
    });
    expect((await run(source)).counts).toMatchObject({ accepted: 21 });
    expect(await eventsOf('Q')).toBe(21);
  });

  it.each([
    [{ table: 'nothing' }, 400, 'does not exist'],
    [{ cursorColumn: 'nothing' }, 400, 'does not exist'],
    [{ query: 'SELECT 1' }, 400, 'either table or query'],
    [{ url: 'postgresql://nobody@127.0.0.1:1/x' }, 422, 'cannot be read'],
  ])('is refused when it cannot be read: %j', async (wrong, status, message) => {
    const settings = { url: database.url, table: 'order', cursorColumn: 'number', ...wrong };
    const refused = await refusal(
      call(routes.createDataSource, { body: { name: 'Wrong', kind: 'postgresql', settings, dataset: 'x', mapping } }),
    );
    expect(refused.message).toContain(message);
    expect(refused.status).toBe(status);
  });
});

describe('a bucket of an S3-compatible store', () => {
  let store: S3rver;
  let client: S3Client;
  let endpoint: string;
  const put = async (key: string, ...lines: readonly string[]): Promise<void> => {
    await client.send(new PutObjectCommand({ Bucket: 'drop', Key: key, Body: lines.join('\n') }));
  };

  beforeAll(async () => {
    const directory = join(server.folder, 's3');
    mkdirSync(directory);
    store = new S3rver({
      address: '127.0.0.1',
      port: 0,
      silent: true,
      directory,
      configureBuckets: [{ name: 'drop', configs: [] }],
    });
    const { port } = await store.run();
    endpoint = `http://127.0.0.1:${port}`;
    client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: { ...KEY } });
  });
  afterAll(async () => {
    client.destroy();
    await store.close();
  });

  it('gives its objects below the prefix, and one again when it has been replaced', async () => {
    await put('in/one.jsonl', visit('s1', 'S'), visit('s2', 'S'));
    await put('in/deep/two.jsonl', visit('s3', 'S'), 'no json');
    await put('out/three.jsonl', visit('s4', 'S'));
    await put('in/readme.md', 'nothing to read');
    const settings = { bucket: 'drop', prefix: 'in/', endpoint, ...KEY };
    const source = await call(routes.createDataSource, { body: { name: 'Bucket', kind: 's3', settings, dataset: 's3', state: 'paused' } });
    expect(source.settings).toEqual({ bucket: 'drop', prefix: 'in/', endpoint, region: 'us-east-1' });
    expect((await run(source)).counts).toMatchObject({ portions: 2, accepted: 3, rejected: 1 });
    expect((await run(source)).counts.portions).toBe(2);
    await put('in/one.jsonl', visit('s1', 'S'), visit('s5', 'S'));
    expect((await run(source)).counts).toMatchObject({ portions: 3, accepted: 4, duplicates: 1 });
    expect(await eventsOf('S')).toBe(4);
  });

  it.each([
    [{ bucket: 'nothing' }, 'NoSuchBucket'],
    [{ accessKeyId: 'wrong' }, 'InvalidAccessKeyId'],
    [{ endpoint: 'http://127.0.0.1:1' }, 'cannot be read'],
  ])('is refused when it cannot be read: %j', async (wrong, message) => {
    const settings = { bucket: 'drop', endpoint, ...KEY, ...wrong };
    const refused = await refusal(call(routes.createDataSource, { body: { name: 'Wrong', kind: 's3', settings, dataset: 'x' } }));
    expect(refused.status).toBe(422);
    expect(refused.message).toContain(message);
  });
});
