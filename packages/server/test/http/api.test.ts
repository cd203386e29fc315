import type { Audience } from '@kindred/contract';
import { createClient, routes } from '@kindred/contract';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from './server.ts';
import {
  AUDIENCE_TAGS,
  BATCH_TAGS,
  COMPUTED_TAGS,
  EDGE_TAGS,
  IDENTITY_TAGS,
  LIVE_TAGS,
  PEOPLE_MAPPING,
  PREDICTION_TAGS,
  PRIVACY_TAGS,
  PROFILE_TAGS,
  PROPOSAL_TAGS,
  SCHEMA_TAGS,
  SOURCE_TAGS,
  STREAMING_TAGS,
  importEnded,
  refusal,
  routesTagged,
  startTestServer,
  writeEvents,
  writePeople,
} from './server.ts';

let server: TestServer;
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);

const BUYERS = 'xEvent[eventType = "commerce.purchases"].count() >= 2';
const BERLIN = 'homeAddress.city = "Berlin"';
const NOW = '2026-02-01T00:00:00Z';

/** Tags of the routes that other files call. */
const ELSEWHERE = [
  AUDIENCE_TAGS,
  BATCH_TAGS,
  COMPUTED_TAGS,
  EDGE_TAGS,
  IDENTITY_TAGS,
  PREDICTION_TAGS,
  LIVE_TAGS,
  PRIVACY_TAGS,
  PROFILE_TAGS,
  PROPOSAL_TAGS,
  SCHEMA_TAGS,
  SOURCE_TAGS,
  STREAMING_TAGS,
];

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

async function raw(path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(server.url + path, init);
  return { status: response.status, headers: response.headers, body: await response.text() };
}

const post = (path: string, body: string, type = 'application/json'): Promise<Answer> =>
  raw(path, { method: 'POST', body, headers: { 'content-type': type } });

function errorOf({ body }: Answer): { readonly code: string; readonly message: string; readonly hint?: string } {
  const { status, errors } = JSON.parse(body) as {
    status: number;
    errors: Record<string, { code: string; message: string; hint?: string }[]>;
  };
  const [entry] = errors[String(status)] ?? [];
  if (entry === undefined) throw new Error(`no entry for ${status}: ${body}`);
  return entry;
}

async function jobEnded(job: string) {
  for (;;) {
    const now = await call(routes.getSegmentJob, { params: { id: job } });
    if (['CANCELLED', 'FAILED', 'SUCCEEDED'].includes(now.status)) return now;
    await sleep(20);
  }
}

/** The status of a request under another name; fetch does not let one set Host. */
async function statusAs(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(`${server.url}/api/status`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject).end();
  });
}

const expression = (value: string) => ({ type: 'PQL', format: 'pql/text', value }) as const;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server.stop();
});

describe('data in', () => {
  it('imports a file of the server by a mapping and tells what it rejected', async () => {
    const path = writePeople(server.folder);
    const job = await call(routes.startImport, { body: { path, mapping: PEOPLE_MAPPING, dataset: 'people' } });
    expect(job).toMatchObject({ state: 'queued', source: 'people.csv', dataset: 'people' });
    const ended = await importEnded(server.client, job);
    expect(ended).toMatchObject({ state: 'succeeded', done: 1, rowsIn: 4, rowsOut: 3, rejected: 1, error: null });
    expect(ended.deadLetters).toEqual([{ line: 5, field: 'person.birthYear', reason: expect.stringContaining('late') }]);
    expect(ended.deadLetterFile).toContain(job.id);
  });

  it('imports an upload of XDM events, and nothing the second time', async () => {
    writeEvents(server.folder);
    const { openAsBlob } = await import('node:fs');
    const body = await openAsBlob(join(server.folder, 'visits.jsonl'));
    const uploaded = await call(routes.upload, { params: { name: 'visits.jsonl' }, body });
    expect(uploaded).toEqual({ name: 'visits.jsonl', bytes: body.size });
    const first = await importEnded(server.client, await call(routes.startImport, { body: { upload: 'visits.jsonl' } }));
    expect(first).toMatchObject({ state: 'succeeded', dataset: 'visits', rowsIn: 5, rowsOut: 5, rejected: 0, deadLetters: [] });
    const again = await importEnded(server.client, await call(routes.startImport, { body: { upload: 'visits.jsonl' } }));
    expect(again).toMatchObject({ state: 'succeeded', rowsOut: 0, duplicates: 5 });
  });

  it('lists imports, newest first', async () => {
    const { imports } = await call(routes.listImports);
    expect(imports.map(({ source }) => source)).toEqual(['visits.jsonl', 'visits.jsonl', 'people.csv']);
  });

  it('streams an upload far above the limit of JSON bodies', async () => {
    const body = Buffer.alloc(12_000_000, 'x');
    expect(await call(routes.upload, { params: { name: 'large.bin' }, body })).toEqual({ name: 'large.bin', bytes: 12_000_000 });
  });

  it('refuses files that are not there, two sources, and mappings of the wrong form', async () => {
    expect(await refusal(call(routes.startImport, { body: { path: '/no/such/file.csv' } }))).toMatchObject({
      status: 400,
      code: 'file-missing',
    });
    expect(await refusal(call(routes.startImport, { body: { path: server.folder } }))).toMatchObject({ status: 400, code: 'file-missing' });
    expect(await refusal(call(routes.startImport, { body: { upload: 'none.csv' } }))).toMatchObject({ status: 404, code: 'not-found' });
    expect(await refusal(call(routes.startImport, { body: { upload: 'a', path: 'b' } }))).toMatchObject({
      status: 400,
      code: 'request-invalid',
    });
    expect(await refusal(call(routes.startImport, { body: { upload: 'visits.jsonl', mapping: { version: 9 } } }))).toMatchObject({
      status: 400,
      code: 'MAPPING_INVALID',
      hint: expect.any(String),
    });
    expect(await refusal(call(routes.getImport, { params: { id: 'none' } }))).toMatchObject({ status: 404 });
    expect(await refusal(call(routes.cancelImport, { params: { id: 'none' } }))).toMatchObject({ status: 404 });
    expect(await refusal(call(routes.upload, { params: { name: '../evil' }, body: 'x' }))).toMatchObject({
      status: 400,
      code: 'request-invalid',
    });
  });

  it('fails a job whose mapping names a column the file does not have', async () => {
    const path = writePeople(server.folder);
    const mapping = { ...PEOPLE_MAPPING, fields: { 'person.name.firstName': 'nome' } };
    const ended = await importEnded(server.client, await call(routes.startImport, { body: { path, mapping } }));
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'MAPPING_COLUMN_UNKNOWN', message: expect.stringContaining('nome') } });
  });

  it('fails a job whose file is empty', async () => {
    const path = join(server.folder, 'empty.jsonl');
    writeFileSync(path, '');
    const ended = await importEnded(server.client, await call(routes.startImport, { body: { path } }));
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'SOURCE_EMPTY' } });
  });
});

describe('status and schema', () => {
  it('tells engines and counts', async () => {
    const status = await call(routes.getStatus);
    expect(status).toMatchObject({ sandbox: 'prod', engines: { clickhouse: { mode: 'embedded' }, postgres: { mode: 'embedded' } } });
    expect(status.profiles).toBeGreaterThanOrEqual(3);
    const { minutes } = await call(routes.getThroughput, { query: { minutes: 30 } });
    expect(minutes).toHaveLength(30);
    expect(minutes.reduce((sum, minute) => sum + minute.events, 0)).toBe(status.events);
    expect(minutes.reduce((sum, minute) => sum + minute.records, 0)).toBeGreaterThanOrEqual(3);
    expect(status.datasets).toContainEqual({ name: 'people', events: 0, records: 3 });
    expect(status.datasets).toContainEqual({ name: 'visits', events: 5, records: 0 });
  });

  it('is ready, by component', async () => {
    const health = await call(routes.health);
    expect(health.ready).toBe(true);
    expect(Object.keys(health.components)).toEqual(['clickhouse', 'postgres', 'lmdb', 'disk']);
  });

  it('gives the union schema with the fields that hold data', async () => {
    const schema = await call(routes.getSchema);
    expect(schema.profile.fields['person']?.type.kind).toBe('object');
    expect(schema.populated.profile).toEqual(expect.arrayContaining(['identityMap', 'person.name.firstName', 'homeAddress.city']));
    expect(schema.populated.profile).not.toContain('person.gender');
    expect(schema.populated.event).toEqual(expect.arrayContaining(['eventType', 'commerce.order.priceTotal']));
    expect(schema.eventTypes).toContainEqual({ eventType: 'commerce.purchases', events: expect.any(Number) });
  });

  it('gives the values of a field that occur, the most frequent first', async () => {
    const cities = await call(routes.listFieldValues, { query: { of: 'profile', path: 'homeAddress.city' } });
    expect(cities.values.length).toBeGreaterThan(1);
    expect(cities.values.map(({ count }) => count)).toEqual(cities.values.map(({ count }) => count).toSorted((a, b) => b - a));
    for (const { value, count } of cities.values) {
      const { size } = await call(routes.estimatePql, { body: { pql: `homeAddress.city = ${JSON.stringify(value)}` } });
      expect(size, String(value)).toBe(count);
    }
    expect(cities.known).toBe(cities.values.reduce((sum, { count }) => sum + count, 0));
    expect(cities.total).toBeGreaterThanOrEqual(cities.known);
    const berlin = await call(routes.listFieldValues, { query: { of: 'profile', path: 'homeAddress.city', search: 'ERLI', limit: 1 } });
    expect(berlin.values.map(({ value }) => value)).toEqual(['Berlin']);
    const types = await call(routes.listFieldValues, { query: { of: 'event', path: 'eventType' } });
    expect(types.values.map(({ value }) => value)).toContain('commerce.purchases');
    const totals = await call(routes.listFieldValues, { query: { of: 'event', path: 'commerce.order.priceTotal' } });
    expect(totals.values.every(({ value }) => typeof value === 'number')).toBe(true);
    const nothing = await call(routes.listFieldValues, { query: { of: 'profile', path: 'person.gender' } });
    expect(nothing).toMatchObject({ known: 0, distinct: 0, values: [] });
  });
});

describe('queries', () => {
  it('are checked with places, hints and words', async () => {
    const good = await call(routes.checkPql, { body: { pql: `${BERLIN} and ${BUYERS}` } });
    expect(good).toMatchObject({ ok: true, problems: [], type: { kind: 'boolean' } });
    expect(good.rule).toMatchObject({ op: 'and', text: 'all of', parts: [{ op: 'leaf' }, { op: 'leaf' }] });
    const bad = await call(routes.checkPql, { body: { pql: '\nhomeAdress.city = "x"' } });
    expect(bad).toMatchObject({
      ok: false,
      rule: null,
      sentence: null,
      methods: null,
      problems: [{ code: 'unknown-field', line: 2, column: 1, severity: 'error' }],
    });
    const unclosed = await call(routes.checkPql, { body: { pql: 'homeAddress.city = "x' } });
    expect(unclosed).toMatchObject({ ok: false, problems: [{ code: 'unclosed-string' }] });
    expect((await call(routes.checkPql, { body: { pql: '' } })).ok).toBe(false);
  });

  it('are counted exactly, with a sample', async () => {
    const estimate = await call(routes.estimatePql, { body: { pql: `${BERLIN} and ${BUYERS}`, now: NOW } });
    expect(estimate).toMatchObject({ size: 1, evaluatedAt: '2026-02-01T00:00:00.000Z' });
    expect(estimate.sample).toEqual([
      {
        profile: expect.any(Number),
        identity: { namespace: 'CRMID', id: 'C1' },
        identities: expect.arrayContaining([{ namespace: 'Email', id: 'anna@example.com' }]),
        attributes: {
          person: { name: { firstName: 'Anna' } },
          personalEmail: { address: 'Anna@example.com' },
          homeAddress: { city: 'Berlin' },
        },
      },
    ]);
  });

  it('find people, page by page', async () => {
    const pql = 'homeAddress.city.isNotNull()';
    const { size, universe, sample } = await call(routes.estimatePql, { body: { pql, now: NOW } });
    expect(size).toBeGreaterThan(1);
    const pages = [];
    for (let start = 0; start <= size; start += 1)
      pages.push(await call(routes.findProfilesByRule, { body: { pql, now: NOW, start, limit: 1 } }));
    for (const page of pages) expect(page).toMatchObject({ total: size, universe, evaluatedAt: '2026-02-01T00:00:00.000Z' });
    const found = pages.flatMap(({ profiles }) => profiles);
    const byOrdinal = (a: { profile: number }, b: { profile: number }): number => a.profile - b.profile;
    expect(found).toEqual(sample.toSorted(byOrdinal));
    expect(pages.at(-1)).toMatchObject({ start: size, profiles: [] });
    expect(await refusal(call(routes.findProfilesByRule, { body: { pql: 'homeAdress.city = "x"', start: 0, limit: 1 } }))).toMatchObject({
      status: 400,
      code: 'pql-invalid',
      details: [{ code: 'unknown-field' }],
    });
  });

  it('are refused with all their problems', async () => {
    const error = await refusal(call(routes.estimatePql, { body: { pql: 'homeAdress.city = "x"' } }));
    expect(error).toMatchObject({ status: 400, code: 'pql-invalid', details: [{ code: 'unknown-field' }] });
    expect(await refusal(call(routes.estimatePql, { body: { pql: BERLIN, now: 'yesterday' } }))).toMatchObject({
      status: 400,
      code: 'request-invalid',
    });
    expect(await refusal(call(routes.estimatePql, { body: { pql: 'inSegment("none")' } }))).toMatchObject({
      status: 400,
      code: 'audience-reference-unknown',
    });
  });

  it('stop when the client goes away', async () => {
    const stop = new AbortController();
    const asked = call(routes.estimatePql, { body: { pql: BERLIN }, signal: stop.signal });
    stop.abort();
    await expect(asked).rejects.toThrow();
    expect(await call(routes.health)).toMatchObject({ ready: true });
  });
});

describe('estimates by parts, and as they become known', () => {
  const both = `${BUYERS} and not (homeAddress.city = "Basel") and ${BERLIN}`;

  it('have the size of every part of a query, and how many each takes away', async () => {
    const { root, universe } = await call(routes.estimateNodes, { body: { pql: both, now: NOW } });
    expect(universe).toBe(3);
    expect(root).toMatchObject({ path: '', kind: 'and', size: 1, removes: null, span: { from: 0, to: both.length } });
    expect(root.parts.map(({ path, kind, size, removes }) => [path, kind, size, removes])).toEqual([
      ['0', 'condition', 1, 1],
      ['1', 'not', 2, 0],
      ['2', 'condition', 2, 0],
    ]);
    expect(root.parts[2]?.label).toContain('Berlin');
  });

  it('tell who is one condition away, and why a query holds for somebody or not', async () => {
    const { conditions, missing, size, universe } = await call(routes.nearMisses, { body: { pql: both, now: NOW } });
    expect([size, universe]).toEqual([1, 3]);
    expect(conditions.map(({ path, people, sample }) => [path, people, sample.length])).toEqual([
      ['0', 1, 1],
      ['1.0', 0, 0],
      ['2', 0, 0],
    ]);
    expect(missing).toBe(1);
    const identity = conditions[0]?.sample[0]?.identity ?? { namespace: '', id: '' };
    const why = await call(routes.explainPql, { body: { pql: both, identity, now: NOW } });
    expect(why).toMatchObject({ holds: false, evidence: { op: 'and', parts: [{ holds: false }, { holds: true }, { holds: true }] } });
    const nobody = { namespace: 'Email', id: 'nobody' };
    expect(await refusal(call(routes.explainPql, { body: { pql: both, identity: nobody } }))).toMatchObject({ code: 'profile-not-found' });
    expect(await refusal(call(routes.explainPql, { body: { pql: 'x = ', identity } }))).toMatchObject({ code: 'pql-invalid' });
  });

  it('look back to what was known then', async () => {
    const asOf = '2026-01-02T12:00:00Z';
    expect(await call(routes.estimatePql, { body: { pql: BUYERS, asOf } })).toMatchObject({
      size: 0,
      evaluatedAt: '2026-01-02T12:00:00.000Z',
    });
    expect(await call(routes.estimatePql, { body: { pql: BUYERS, now: asOf } })).toMatchObject({ size: 1 });
    const once = 'xEvent[eventType = "commerce.purchases"]';
    expect((await call(routes.estimateNodes, { body: { pql: once, asOf } })).root.size).toBe(1);
    expect(await refusal(call(routes.estimatePql, { body: { pql: BUYERS, asOf: '2999-01-01T00:00:00Z' } }))).toMatchObject({
      status: 400,
      code: 'as-of-future',
    });
  });

  interface Event {
    readonly name: string;
    readonly data: Readonly<Record<string, unknown>>;
  }

  const eventsOf = async (response: Response): Promise<readonly Event[]> => {
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    return (await response.text()).split('\n\n').flatMap((block) => {
      const [, name = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      return name === '' ? [] : [{ name, data: JSON.parse(data) as Event['data'] }];
    });
  };

  it('stream the parts, the size and some members', async () => {
    for (const response of [
      await call(routes.streamEstimate, { query: { pql: both, now: NOW } }),
      await call(routes.streamLongEstimate, { body: { pql: both, now: NOW } }),
    ]) {
      const events = await eventsOf(response);
      expect(new Set(events.map(({ name }) => name))).toEqual(new Set(['node', 'estimate', 'sample']));
      const nodes = events.filter(({ name }) => name === 'node').map(({ data }) => [data['path'], data['size'], data['removes']]);
      expect(nodes).toEqual(
        expect.arrayContaining([
          ['', 1, undefined],
          ['0', 1, undefined],
          ['0', 1, 1],
          ['1', 2, 0],
          ['1.0', 1, undefined],
        ]),
      );
      expect(events.at(-2)?.data).toMatchObject({ exact: true, size: 1, universe: 3, evaluatedAt: expect.any(String) });
      expect(events.at(-1)?.data).toMatchObject({ members: [{ identity: { namespace: 'CRMID', id: 'C1' } }] });
    }
  });

  it('stream what is wrong', async () => {
    const [only, ...more] = await eventsOf(await call(routes.streamEstimate, { query: { pql: 'person.nmae = 1' } }));
    expect(more).toEqual([]);
    expect(only).toMatchObject({ name: 'error', data: { code: 'pql-invalid', details: [{ code: 'unknown-field' }] } });
    expect((await raw('/api/pql/estimate/stream')).status).toBe(400);
    expect((await raw('/api/pql/estimate/stream?pql=x&asOf=yesterday')).status).toBe(400);
  });

  it('stop when the client goes away', async () => {
    const gone = new AbortController();
    const response = await call(routes.streamEstimate, { query: { pql: both, now: NOW }, signal: gone.signal });
    gone.abort();
    await expect(response.text()).rejects.toThrow();
    expect((await raw('/health')).status).toBe(200);
  });
});

describe('audiences', () => {
  let buyers: Audience;

  it('are created with their size', async () => {
    buyers = await call(routes.createAudience, { body: { name: 'Buyers', pql: BUYERS, description: 'twice' } });
    expect(buyers).toMatchObject({
      name: 'Buyers',
      description: 'twice',
      size: 1,
      evaluation: 'batch',
      lifecycleState: 'published',
      version: 1,
    });
    expect(buyers.lastEvaluated).not.toBeNull();
    expect(await call(routes.getAudience, { params: { id: buyers.id } })).toEqual(buyers);
  });

  it('have names of their own', async () => {
    const error = await refusal(call(routes.createAudience, { body: { name: 'Buyers', pql: BERLIN } }));
    expect(error).toMatchObject({ status: 409, code: 'audience-name-taken' });
  });

  it('are not created with a query that has problems', async () => {
    const error = await refusal(call(routes.createAudience, { body: { name: 'Bad', pql: 'person.birthYear = "x' } }));
    expect(error).toMatchObject({ status: 400, code: 'pql-invalid' });
    expect((await call(routes.listAudiences)).audiences.map(({ name }) => name)).not.toContain('Bad');
    expect(await refusal(call(routes.createAudience, { body: { name: ' ', pql: BERLIN } }))).toMatchObject({
      status: 400,
      code: 'request-invalid',
    });
  });

  it('show their members', async () => {
    const { total, members } = await call(routes.listMembers, { params: { id: buyers.id }, query: { limit: 10 } });
    expect(total).toBe(1);
    expect(members[0]).toMatchObject({ identity: { namespace: 'CRMID', id: 'C1' }, attributes: { homeAddress: { city: 'Berlin' } } });
    expect((await call(routes.listMembers, { params: { id: buyers.id }, query: { start: 1 } })).members).toEqual([]);
    expect(await refusal(call(routes.listMembers, { params: { id: buyers.id }, query: { limit: 1001 } }))).toMatchObject({ status: 400 });
  });

  it('are evaluated again when the query changes, and only then', async () => {
    const renamed = await call(routes.updateAudience, { params: { id: buyers.id }, body: { name: 'Shoppers' } });
    expect(renamed).toMatchObject({ name: 'Shoppers', version: 1, lastEvaluated: buyers.lastEvaluated });
    const wider = await call(routes.updateAudience, {
      params: { id: buyers.id },
      body: { pql: 'homeAddress.city in ["Berlin", "Basel"]' },
    });
    expect(wider).toMatchObject({ size: 3, version: 2 });
    const again = await call(routes.evaluateAudience, { params: { id: buyers.id } });
    expect(again.size).toBe(3);
    const { sizes } = await call(routes.listSizes, { params: { id: buyers.id } });
    expect(sizes.map(({ size, version }) => [size, version])).toEqual([
      [1, 1],
      [3, 2],
      [3, 2],
    ]);
    const { changes } = await call(routes.listChanges, { params: { id: buyers.id }, query: { limit: 2 } });
    expect(changes.map(({ change }) => change)).toEqual(['entered', 'entered']);
    expect(changes[0]?.at).toBe(sizes[1]?.evaluatedAt);
  });

  it('tell how they moved, and whom they are made of', async () => {
    const params = { id: buyers.id };
    const [movement] = (await call(routes.listMovements)).movements.filter(({ id }) => id === buyers.id);
    expect(movement).toEqual({ id: buyers.id, realized: 3, existing: 0, exited: 0, churn: null });
    const { days } = await call(routes.listDailyChanges, { params, query: { zone: 'Pacific/Kiritimati' } });
    expect(days.reduce((sum, { entered }) => sum + entered, 0)).toBe(3);
    expect(await refusal(call(routes.listDailyChanges, { params, query: { zone: 'Berlin' } }))).toMatchObject({ code: 'request-invalid' });
    const { total, namespaces } = await call(routes.countNamespaces, { params });
    expect(total).toBe(3);
    expect(namespaces[0]?.members).toBe(3);
  });

  it('are searched for members by identity, name and place, in any case', async () => {
    const params = { id: buyers.id };
    const find = async (search: string) => (await call(routes.listMembers, { params, query: { search } })).total;
    expect(await find('')).toBe(3);
    expect(await find('BERL')).toBe(2);
    const { members } = await call(routes.listMembers, { params, query: { search: 'berlin', limit: 1 } });
    const id = members[0]?.identity.id ?? '';
    expect(await find(id.slice(0, -1).toUpperCase())).toBeGreaterThan(0);
    expect(await find(`berlin ${id}`)).toBe(1);
    expect(await find(`basel ${id}`)).toBe(0);
    expect(await find('nobody at all')).toBe(0);
  });

  it('are kept while another one refers to them', async () => {
    const child = await call(routes.createAudience, { body: { name: 'Child', pql: `inSegment("${buyers.id}") and ${BERLIN}` } });
    expect(child.size).toBe(2);
    expect(await refusal(call(routes.deleteAudience, { params: { id: buyers.id } }))).toMatchObject({
      status: 409,
      code: 'audience-in-use',
    });
    const platform = await call(routes.getPlatformAudience, { params: { id: buyers.id } });
    expect(platform).toMatchObject({ dependents: [child.id], dependencies: [], metrics: { data: { totalProfiles: 3 } } });
    const refused = await raw(`/data/core/ups/segment/definitions/${buyers.id}`, { method: 'DELETE' });
    expect(refused.status).toBe(400);
    expect(errorOf(refused).code).toBe('UPAPI-113631-403');
    await call(routes.deleteAudience, { params: { id: child.id } });
  });

  it('are copied, compared, and tell what they refer to', async () => {
    const params = { id: buyers.id };
    const copy = await call(routes.copyAudience, { params, body: {} });
    expect(copy).toMatchObject({ name: `Copy of Shoppers`, lifecycleState: 'draft', size: 3 });
    const { intersections } = await call(routes.overlapAudiences, { body: { ids: [buyers.id, copy.id] } });
    expect(intersections[0]?.[1]).toBe(3);
    expect(await call(routes.listRelations, { params })).toEqual({
      dependencies: [],
      dependents: [],
      fields: ['homeAddress.city'],
    });
    await call(routes.deleteAudience, { params: { id: copy.id } });
  });

  it('can be taken out of use', async () => {
    const { id } = await call(routes.createAudience, { body: { name: 'Resting', pql: BERLIN } });
    expect(await call(routes.updateAudience, { params: { id }, body: { lifecycleState: 'inactive' } })).toMatchObject({
      lifecycleState: 'inactive',
    });
    expect(await refusal(call(routes.evaluateAudience, { params: { id } }))).toMatchObject({ status: 409, code: 'audience-inactive' });
    await call(routes.deleteAudience, { params: { id } });
  });

  it('that are not there are not found', async () => {
    const params = { id: 'none' };
    for (const answer of [
      call(routes.getAudience, { params }),
      call(routes.deleteAudience, { params }),
      call(routes.evaluateAudience, { params }),
      call(routes.listMembers, { params }),
      call(routes.listChanges, { params }),
      call(routes.listSizes, { params }),
      call(routes.updateAudience, { params, body: { name: 'x' } }),
    ]) {
      expect(await refusal(answer)).toMatchObject({ status: 404, code: 'audience-not-found' });
    }
  });
});

describe('people', () => {
  const anna = { namespace: 'CRMID', id: 'C1' };

  it('are found by the beginning of an id', async () => {
    const { profiles, more } = await call(routes.findProfiles, { query: { search: 'anna@', limit: 5 } });
    expect(profiles.map(({ identity }) => identity)).toEqual([anna]);
    expect(more).toBe(false);
    expect((await call(routes.findProfiles, { query: { search: 'C', namespace: 'crmid', limit: 2 } })).more).toBe(true);
    expect((await call(routes.findProfiles, { query: { search: "'; DROP TABLE identities; --" } })).profiles).toEqual([]);
  });

  it('show identities, attributes, audiences and what they did', async () => {
    const profile = await call(routes.getProfile, { params: { namespace: 'email', id: 'anna@example.com' } });
    expect(profile.identities).toEqual(expect.arrayContaining([anna, { namespace: 'Email', id: 'anna@example.com' }]));
    expect(profile.attributes).toMatchObject({ person: { name: { firstName: 'Anna' }, birthYear: 1990 } });
    expect(profile.attributes).not.toHaveProperty('identityMap');
    expect(profile.audiences).toMatchObject([{ name: 'Shoppers', status: 'realized' }]);
    expect(profile.eventCounts).toEqual([
      { eventType: 'commerce.purchases', events: 2, first: '2026-01-02T10:00:00.000Z', last: '2026-01-03T10:00:00.000Z' },
      { eventType: 'commerce.productViews', events: 1, first: '2026-01-01T10:00:00.000Z', last: '2026-01-01T10:00:00.000Z' },
    ]);
  });

  it('have a timeline in pages that lose nothing, events of one instant included', async () => {
    const params = { namespace: 'CRMID', id: 'C2' };
    const { records, more } = await call(routes.listProfileRecords, { params });
    expect([records.length, more]).toEqual([1, false]);
    expect(records[0]).toMatchObject({
      dataset: 'people',
      identity: { namespace: 'CRMID', id: 'C2' },
      fields: { homeAddress: { city: 'Basel' } },
    });
    expect(records[0]?.received).toMatch(/Z$/);
    const first = await call(routes.listEvents, { params, query: { limit: 1 } });
    expect(first).toMatchObject({ more: true, events: [{ id: 'e5', eventType: 'commerce.productViews', dataset: 'visits', fields: {} }] });
    const [last] = first.events;
    const second = await call(routes.listEvents, { params, query: { before: last?.timestamp ?? '', beforeId: last?.id ?? '' } });
    expect(second).toMatchObject({ more: false, events: [{ id: 'e4' }] });
  });

  it('know why they are in an audience, or not', async () => {
    const { id: audienceId } = await call(routes.createAudience, { body: { name: 'Why', pql: `${BERLIN} and ${BUYERS}` } });
    const why = await call(routes.explainMembership, { params: { ...anna, audienceId } });
    expect(why).toMatchObject({
      member: true,
      audience: { name: 'Why' },
      evidence: { op: 'and', holds: true, parts: [{ op: 'leaf' }, { op: 'leaf' }] },
    });
    const parts = why.evidence.parts;
    expect(parts.flatMap(({ events }) => events.map(({ id }) => id))).toEqual(['e3', 'e2']);
    expect(parts.map(({ found }) => found)).toContain('homeAddress.city: Berlin');
    const whyNot = await call(routes.explainMembership, { params: { namespace: 'CRMID', id: 'C3', audienceId } });
    expect(whyNot).toMatchObject({ member: false, evidence: { holds: false }, until: null, exact: true });
    expect(whyNot.missing).toEqual([['2 more events of type "commerce.purchases", has 0 of 2']]);
    expect(await call(routes.explainMembershipOf, { params: { id: 'CRMID:C3', audienceId } })).toMatchObject({
      ...whyNot,
      evaluatedAt: expect.any(String),
    });
    await call(routes.deleteAudience, { params: { id: audienceId } });
  });

  it('know until when they are in by time alone, audiences of audiences included', async () => {
    const recent = 'xEvent[eventType = "commerce.purchases" and timestamp occurs <= 100000 days before now]';
    const { id } = await call(routes.createAudience, { body: { name: 'Recent', pql: recent } });
    const { id: audienceId } = await call(routes.createAudience, { body: { name: 'Not recent', pql: `not inSegment("${id}")` } });
    const [inside, outside] = [
      await call(routes.explainMembership, { params: { ...anna, audienceId: id } }),
      await call(routes.explainMembership, { params: { ...anna, audienceId } }),
    ];
    const last = inside.evidence.events[0]?.timestamp ?? expect.fail();
    const until = new Date(Date.parse(last) + 100_000 * 86_400_000 + 1).toISOString();
    expect(inside).toMatchObject({ member: true, until, exact: true, missing: [], evidence: { until, exact: true } });
    expect(outside).toMatchObject({ member: false, until, exact: true, missing: [[`must not be a member of the audience "${id}"`]] });
    await call(routes.deleteAudience, { params: { id: audienceId } });
    await call(routes.deleteAudience, { params: { id } });
  });

  it('that are not there are not found', async () => {
    const params = { namespace: 'CRMID', id: 'nobody' };
    expect(await refusal(call(routes.getProfile, { params }))).toMatchObject({ status: 404, code: 'profile-not-found' });
    expect(await refusal(call(routes.listEvents, { params }))).toMatchObject({ status: 404, code: 'profile-not-found' });
    expect(await refusal(call(routes.explainMembership, { params: { ...anna, audienceId: 'none' } }))).toMatchObject({
      status: 404,
      code: 'audience-not-found',
    });
    expect(await refusal(call(routes.getProfile, { params: { namespace: 'CRMID', id: 'ä/ö %' } }))).toMatchObject({ status: 404 });
  });
});

describe('the paths of the Experience Platform', () => {
  const schema = { name: '_xdm.context.profile' } as const;
  let id: string;

  it('create a definition without evaluating it', async () => {
    const body = { name: 'From Berlin', schema, expression: expression(BERLIN), profileInstanceId: 'ups' };
    const answer = await raw('/data/core/ups/segment/definitions', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'x-gw-ims-org-id': 'org', 'x-sandbox-name': 'prod', 'x-request-id': 'my-request' },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-request-id')).toBe('my-request');
    const created = JSON.parse(answer.body) as { id: string };
    id = created.id;
    expect(answer.headers.get('x-location')).toBe(`/data/core/ups/segment/definitions/${id}`);
    expect(created).toMatchObject({
      name: 'From Berlin',
      schema,
      expression: expression(BERLIN),
      evaluationInfo: { batch: { enabled: true }, continuous: { enabled: false }, synchronous: { enabled: false } },
      sandbox: { sandboxName: 'prod' },
      version: 1,
    });
    expect(await call(routes.createDefinition, { body: { name: 'Second', schema, expression: expression(BUYERS) } })).toMatchObject({
      name: 'Second',
    });
    expect(await call(routes.getPlatformAudience, { params: { id } })).not.toHaveProperty('metrics');
  });

  it('read, overwrite and find definitions', async () => {
    expect(await call(routes.getDefinition, { params: { id } })).toMatchObject({ id, name: 'From Berlin' });
    const body = { name: 'From Berlin or Basel', schema, expression: expression('homeAddress.city in ["Berlin", "Basel"]') };
    expect(await call(routes.updateDefinition, { params: { id }, body })).toMatchObject({ name: body.name, version: 2 });
    const { results } = await call(routes.bulkGetDefinitions, { body: { ids: [{ id }, { id: 'none' }] } });
    expect(Object.keys(results)).toEqual([id]);
  });

  it('list definitions in pages, sorted and filtered', async () => {
    const page = await call(routes.listDefinitions, { query: { limit: 2, sort: 'name:asc', 'evaluationInfo.batch.enabled': 'true' } });
    expect(page.segments.map(({ name }) => name)).toEqual(['From Berlin or Basel', 'Second']);
    expect(page.page).toMatchObject({ totalCount: 3, totalPages: 2, sortField: 'name', sort: 'asc', pageSize: 2, limit: 2 });
    expect(page.link.next).toContain('start=2');
    const last = await call(routes.listDefinitions, { query: { page: 1, limit: 2, sort: 'name' } });
    expect(last.segments.map(({ name }) => name)).toEqual(['Shoppers']);
    expect(last.link.next).toBeUndefined();
    const continuous = async (enabled: string): Promise<number> =>
      (await call(routes.listDefinitions, { query: { 'evaluationInfo.continuous.enabled': enabled } })).page.totalCount;
    expect([await continuous('True'), await continuous('False')]).toEqual([0, 3]);
    const both = { 'evaluationInfo.batch.enabled': 'true', 'evaluationInfo.continuous.enabled': 'true' };
    expect(await refusal(call(routes.listDefinitions, { query: both }))).toMatchObject({ status: 400 });
    expect(await refusal(call(routes.listDefinitions, { query: { sort: 'colour:asc' } }))).toMatchObject({ status: 400 });
  });

  it('evaluate by jobs, one or all', async () => {
    const job = await call(routes.createSegmentJob, { body: [{ segmentId: id }] });
    expect(job).toMatchObject({ source: 'api', segments: [{ segmentId: id, segment: { version: 2 } }] });
    const ended = await jobEnded(job.id);
    expect(ended).toMatchObject({
      status: 'SUCCEEDED',
      errors: [],
      metrics: { segmentedProfileCounter: { [id]: 3 }, segmentedProfileByStatusCounter: { [id]: { realized: 3, exited: 0, existing: 0 } } },
    });
    expect(await call(routes.getPlatformAudience, { params: { id } })).toMatchObject({ metrics: { data: { totalProfiles: 3 } } });
    const all = await jobEnded((await call(routes.createSegmentJob, { body: { schema, segments: [{ segmentId: '*' }] } })).id);
    expect(Object.keys(all.metrics.segmentedProfileCounter)).toHaveLength(3);
    const { children, _page } = await call(routes.listSegmentJobs, { query: { limit: 1, status: 'SUCCEEDED' } });
    expect(children.map((each) => each.id)).toEqual([all.id]);
    expect(_page.totalCount).toBeGreaterThanOrEqual(2);
    const mine = await call(routes.listSegmentJobs, { query: { property: `segments~segmentId==${id}`, sort: 'creationTime:asc' } });
    expect(mine.children.map((each) => each.id)).toEqual([job.id]);
    expect(
      await call(routes.listSegmentJobs, { query: { 'snapshot.name': ended.snapshot?.name ?? '', property: 'source==scheduler' } }),
    ).toMatchObject({
      children: [],
    });
    const { results } = await call(routes.bulkGetSegmentJobs, { body: { ids: [{ id: job.id }, { id: 'none' }] } });
    expect(Object.keys(results)).toEqual([job.id]);
    expect(results[job.id]).toMatchObject({
      computeJobId: 1,
      segments: [{ segment: { mergePolicy: { version: 1 } } }],
      metrics: {
        totalProfilesByMergePolicy: { 'timestamp-ordered': 3 },
        segmentedProfileByNamespaceCounter: { [id]: { CRMID: 3, Email: 3 } },
      },
    });
    const failed = await jobEnded((await call(routes.createSegmentJob, { body: [{ segmentId: 'none' }] })).id);
    expect(failed).toMatchObject({ status: 'FAILED', errors: [{ code: 'audience-not-found', segmentId: 'none' }] });
    const daily = (await call(routes.listDailyJobs, { query: { zone: 'Pacific/Kiritimati' } })).days;
    const over = (await call(routes.listSegmentJobs)).children.filter(({ status }) => status === 'SUCCEEDED' || status === 'FAILED');
    const took = over.map(({ metrics }) => metrics.totalTime.totalTimeInMs ?? 0);
    expect(daily.reduce((sum, { jobs }) => sum + jobs, 0)).toBe(over.length);
    expect(daily.reduce((sum, { totalMs }) => sum + totalMs, 0)).toBeCloseTo(took.reduce((sum, time) => sum + time, 0));
    expect(Math.max(...daily.map(({ longestMs }) => longestMs))).toBeCloseTo(Math.max(...took));
    expect(await refusal(call(routes.cancelSegmentJob, { params: { id: all.id } }))).toMatchObject({
      status: 409,
      code: 'segment-job-over',
    });
    expect(await refusal(call(routes.getSegmentJob, { params: { id: 'none' } }))).toMatchObject({ status: 404 });
    expect(await refusal(call(routes.cancelSegmentJob, { params: { id: 'none' } }))).toMatchObject({ status: 404 });
    expect(await refusal(call(routes.listSegmentJobs, { query: { property: 'source' } }))).toMatchObject({ status: 400 });
    expect(await refusal(call(routes.listSegmentJobs, { query: { sort: 'colour' } }))).toMatchObject({ status: 400 });
    expect(await refusal(call(routes.bulkGetSegmentJobs, { body: { ids: [{ id: 'none' }] } }))).toMatchObject({ status: 404 });
    expect(await refusal(call(routes.bulkGetSegmentJobs, { body: { ids: [] } }))).toMatchObject({ status: 400 });
  });

  it('cancel a job that waits or runs', async () => {
    const jobs = await Promise.all(Array.from({ length: 5 }, () => call(routes.createSegmentJob, { body: [{ segmentId: id }] })));
    const last = jobs.at(-1);
    await call(routes.cancelSegmentJob, { params: { id: last?.id ?? '' } });
    expect((await jobEnded(last?.id ?? '')).status).toBe('CANCELLED');
  });

  it('preview and estimate a query under one id', async () => {
    const created = await call(routes.createPreview, { body: { predicateExpression: BERLIN, predicateModel: '_xdm.context.profile' } });
    expect(created).toMatchObject({ state: 'NEW', previewId: created.previewQueryId });
    const params = { id: created.previewId };
    let estimate = await call(routes.getEstimate, { params });
    while (estimate.state === 'NEW' || estimate.state === 'RUNNING') {
      await sleep(20);
      estimate = await call(routes.getEstimate, { params });
    }
    expect(estimate).toMatchObject({ state: 'RESULT_READY', estimatedSize: 2, standardError: 0, confidenceInterval: '95%' });
    expect(estimate.estimatedNamespaceDistribution).toEqual(
      expect.arrayContaining([
        { namespaceId: 'CRMID', profilesMatchedSoFar: 2 },
        { namespaceId: '6', profilesMatchedSoFar: 2 },
      ]),
    );
    expect((await call(routes.getEstimateNodes, { params })).root).toMatchObject({ kind: 'condition', size: 2, parts: [] });
    expect(await refusal(call(routes.getEstimateNodes, { params: { id: 'none' } }))).toMatchObject({ status: 404 });
    const preview = await call(routes.getPreview, { params, query: { limit: 1 } });
    expect(preview).toMatchObject({ page: { offset: 0, size: 1 }, links: { prev: '' } });
    expect(preview.results[0]).toEqual({
      'CRMID-C1': { _href: '/api/profiles/CRMID/C1', endCustomerIds: { CRMID: { id: 'C1' }, Email: { id: 'anna@example.com' } } },
    });
    expect(await call(routes.cancelPreview, { params })).toMatchObject({ status: true });
    expect(await refusal(call(routes.getEstimate, { params }))).toMatchObject({ status: 404, code: 'preview-not-found' });
  });

  it('list audiences with their metrics', async () => {
    const { children, _page, _links } = await call(routes.listPlatformAudiences, { query: { name: 'BERLIN', limit: 1 } });
    expect(children).toMatchObject([{ id, audienceId: id, namespace: 'AEPSegments', metrics: { data: { totalProfiles: 3 } } }]);
    expect(_page).toMatchObject({ totalCount: 1, start: '0' });
    expect(_links.next).toEqual({});
    expect((await call(routes.listPlatformAudiences, { query: { property: 'lifecycleState==inactive' } })).children).toEqual([]);
    const page = await call(routes.listPlatformAudiences, { query: { limit: 1 } });
    expect(page).toMatchObject({ _links: { next: { href: '@/audiences?start=1&limit=1&totalCount=3' } } });
  });

  it('answer with the documented codes', async () => {
    const missing = await raw('/data/core/ups/segment/definitions/none');
    expect([missing.status, errorOf(missing).code]).toEqual([404, 'UPAPI-113430-404']);
    expect(JSON.parse(missing.body)).toMatchObject({
      type: 'https://ns.adobe.com/aep/errors/UPAPI-113430-404',
      status: 404,
      requestId: expect.any(String),
    });
    const incomplete = await post('/data/core/ups/segment/definitions', '{"name": "x"}');
    expect([incomplete.status, errorOf(incomplete).code]).toEqual([400, 'UPLIB-101206-500']);
    const unreadable = await post('/data/core/ups/segment/definitions', '{"name": ');
    expect([unreadable.status, errorOf(unreadable).code]).toEqual([400, 'UPLIB-101206-500']);
    const none = await post('/data/core/ups/segment/definitions/bulk-get', '{"ids": []}');
    expect([none.status, errorOf(none).code]).toEqual([400, 'UPAPI-113015-400']);
    const unknown = await post('/data/core/ups/segment/definitions/bulk-get', '{"ids": [{"id": "none"}]}');
    expect([unknown.status, errorOf(unknown).code]).toEqual([404, 'UPAPI-113000-404']);
    const taken = await post(
      '/data/core/ups/segment/definitions',
      JSON.stringify({ name: 'Second', schema, expression: expression(BERLIN) }),
    );
    expect(taken.status).toBe(422);
  });

  it('keep what the documented API has besides', async () => {
    const streaming = { batch: { enabled: false }, continuous: { enabled: true } };
    const body = { name: 'Stream', schema, expression: expression(BERLIN), evaluationInfo: streaming };
    const more = { ttlInDays: 60, mergePolicyId: 'mp-1', profileInstanceId: 'ups', payloadSchema: { name: 'payload' } };
    const created = await call(routes.createDefinition, { body: { ...body, ...more, dataGovernancePolicy: { excludeOptOut: true } } });
    expect(created).toMatchObject({
      ...more,
      evaluationInfo: { batch: { enabled: false }, continuous: { enabled: true }, synchronous: { enabled: false } },
      dataGovernancePolicy: { excludeOptOut: true },
    });
    const params = { id: created.id };
    expect(await call(routes.updateDefinition, { params, body: { name: 'Stream', schema, expression: expression(BERLIN) } })).toMatchObject(
      {
        version: 2,
        evaluationInfo: { batch: { enabled: true } },
        dataGovernancePolicy: { excludeOptOut: false },
      },
    );
    await call(routes.deleteDefinition, { params });
  });

  it('refuse two methods at once, and formats that nobody speaks', async () => {
    const body = { name: 'Two', schema, expression: expression(BERLIN) };
    const two = { batch: { enabled: true }, synchronous: { enabled: true } };
    expect(await refusal(call(routes.createDefinition, { body: { ...body, evaluationInfo: two } }))).toMatchObject({ status: 400 });
    const xml = await post(
      '/data/core/ups/segment/definitions',
      JSON.stringify({ ...body, expression: { ...expression(BERLIN), format: 'pql/xml' } }),
    );
    expect(errorOf(xml).message).toContain('pql/text and pql/json');
  });

  it('convert a rule to the other format', async () => {
    const { expression: json } = await call(routes.convertExpression, { body: { expression: expression(BERLIN) } });
    expect(json).toMatchObject({ type: 'PQL', format: 'pql/json' });
    expect((await call(routes.convertExpression, { body: { expression: json } })).expression).toEqual(expression(BERLIN));
  });

  it('schedule evaluations and exports', async () => {
    const body = { name: 'Nightly', type: 'batch_segmentation' as const, properties: { segments: ['*'] } };
    const created = await call(routes.createSchedule, { body });
    expect(created).toMatchObject({ ...body, state: 'inactive', schedule: '0 0 1 * * ?', nextRunEpoch: null, lastRunEpoch: null });
    const params = { id: created.id };
    const value = '0 0 0 1 1 ? 2099';
    await call(routes.updateSchedule, {
      params,
      body: [
        { op: 'add', path: '/schedule', value },
        { op: 'add', path: '/state', value: 'active' },
      ],
    });
    expect(await call(routes.getSchedule, { params })).toMatchObject({
      state: 'active',
      schedule: value,
      nextRunEpoch: Date.UTC(2099, 0, 1) / 1000,
    });
    const { children, _page } = await call(routes.listSchedules, { query: { limit: 1 } });
    expect([children.length, _page]).toEqual([1, { totalCount: 1, pageSize: 1 }]);
    expect((await raw('/metrics')).body).toContain(
      `kindred_schedule_runs_total{schedule="${created.id}",name="Nightly",outcome="failed"} 0`,
    );

    const every = await call(routes.createSchedule, {
      body: { name: 'Every second', type: 'export', properties: { segments: [id] }, schedule: '* * * * * ?', state: 'active' },
    });
    let { records } = await call(routes.listExportJobs, { query: { status: 'SUCCEEDED' } });
    while (records.length === 0) {
      await sleep(50);
      ({ records } = await call(routes.listExportJobs, { query: { status: 'SUCCEEDED' } }));
    }
    await call(routes.deleteSchedule, { params: { id: every.id } });
    expect(records[0]).toMatchObject({ properties: { scheduleId: every.id }, files: [{ name: `${id}.jsonl`, rows: 3 }] });

    for (const schedule of ['', 'at noon', '0 0 1 * *', '0 0 1 * * *', '60 0 1 * * ?', '0 0 1 ? * 8']) {
      const answer = await refusal(call(routes.createSchedule, { body: { ...body, schedule } }));
      expect([answer.status, answer.code], schedule).toEqual([400, schedule === '' ? 'UPLIB-101206-500' : 'schedule-invalid']);
    }
    const patch = async (text: string): Promise<number> =>
      (
        await raw(`/data/core/ups/config/schedules/${created.id}`, {
          method: 'PATCH',
          body: text,
          headers: { 'content-type': 'application/json' },
        })
      ).status;
    expect(await patch('[{"op": "add", "path": "/name", "value": "x"}]')).toBe(400);
    expect(await patch('[{"op": "remove", "path": "/state"}]')).toBe(400);
    expect(await patch('[{"op": "add", "path": "/state", "value": "asleep"}]')).toBe(400);
    expect(await patch('[{"op": "add", "path": "/schedule", "value": "0 0 25 * * ?"}]')).toBe(400);
    expect(await patch('[]')).toBe(400);
    expect(await refusal(call(routes.createSchedule, { body: { ...body, properties: { segments: ['none'] } } }))).toMatchObject({
      status: 404,
    });
    await call(routes.deleteSchedule, { params });
    for (const answer of [call(routes.getSchedule, { params }), call(routes.deleteSchedule, { params })]) {
      expect(await refusal(answer)).toMatchObject({ status: 404, code: 'schedule-not-found' });
    }
  });

  it('export members into files to download', async () => {
    const body = { schema, filter: { segments: [{ segmentId: id }] }, fields: 'identities.id, person.name, homeAddress.city' };
    const started = await call(routes.createExportJob, { body: { ...body, destination: { datasetId: 'mine', format: 'csv' } } });
    expect(started).toMatchObject({
      id: expect.any(Number),
      jobType: 'BATCH',
      fields: 'identities.id,person.name,homeAddress.city',
      filter: { segments: [{ segmentId: id, segmentNs: 'ups', status: ['realized', 'existing'] }], emptyProfiles: false },
      destination: { datasetId: 'mine', segmentPerBatch: false },
      mergePolicy: { id: 'timestamp-ordered' },
    });
    const params = { id: started.id };
    let job = started;
    while (job.status === 'NEW' || job.status === 'PROCESSING') job = await call(routes.getExportJob, { params });
    expect(job).toMatchObject({
      status: 'SUCCEEDED',
      errors: [],
      metrics: { totalExportedProfileCounter: 3, exportedProfileByNamespaceCounter: { CRMID: 3, Email: 3 } },
    });
    const { files } = await call(routes.listExportFiles, { params });
    expect(files).toMatchObject([{ name: 'profiles.csv', rows: 3 }]);
    const response = await call(routes.downloadExport, { params: { ...params, name: 'profiles.csv' } });
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="profiles.csv"');
    const text = await response.text();
    expect(Buffer.byteLength(text)).toBe(files[0]?.bytes);
    expect(text.split('\n')[0]).toBe('identityNamespace,identityId,person.name.firstName,homeAddress.city,segmentMembership');
    expect(text).toContain('CRMID,C1,Anna,Berlin,');
    const page = await call(routes.listExportJobs, { query: { limit: 1 } });
    expect([page.records.map((each) => each.id), page.link]).toEqual([[job.id], { next: '/export/jobs?limit=1&offset=1' }]);
    for (const name of ['none.csv', '../../lock', '%2e%2e%2flock']) {
      expect(await refusal(call(routes.downloadExport, { params: { ...params, name } }))).toMatchObject({ status: 404 });
    }
    expect(await call(routes.deleteExportJob, { params })).toEqual({ status: true, message: `Export job ${job.id} deleted` });
    expect(await refusal(call(routes.deleteExportJob, { params }))).toMatchObject({ status: 404, code: 'export-not-found' });

    const refused = async (more: object): Promise<number> =>
      (await refusal(call(routes.createExportJob, { body: { ...body, ...more } }))).status;
    expect(await refused({ filter: { segments: [{ segmentId: 'none' }] } })).toBe(404);
    expect(await refused({ fields: 'person.nmae' })).toBe(400);
    expect(await refused({ filter: { fromIngestTimestamp: 'yesterday' } })).toBe(400);
    expect(await refused({ mergePolicy: { id: 'other' } })).toBe(404);
    expect(await refused({ mergePolicy: { id: 'timestamp-ordered', version: 9 } })).toBe(400);
    expect((await raw('/data/core/ups/export/jobs/none')).status).toBe(400);
    expect((await raw('/data/core/ups/export/jobs/99999999999999999999')).status).toBe(400);
    expect((await raw('/data/core/ups/export/jobs/4711')).status).toBe(404);
  });

  it('take no nonsense for an answer, and never fail over it', async () => {
    const parts = [
      null,
      true,
      -1,
      1e308,
      '',
      '\u0001',
      '*',
      [],
      [[]],
      {},
      { segments: ['*'] },
      { name: '_xdm.context.profile' },
      [{ segmentId: '*' }],
    ];
    const names = [
      'schema',
      'segments',
      'filter',
      'fields',
      'destination',
      'name',
      'type',
      'properties',
      'schedule',
      'ids',
      'predicateExpression',
    ];
    let seed = 7;
    const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const paths = ['segment/jobs', 'segment/jobs/bulk-get', 'config/schedules', 'export/jobs', 'preview'];
    for (let round = 0; round < 150; round++) {
      const body: unknown =
        next(5) === 0
          ? parts[next(parts.length)]
          : Object.fromEntries(names.filter(() => next(2) === 0).map((each) => [each, parts[next(parts.length)]]));
      const path = `/data/core/ups/${paths[next(paths.length)]}`;
      const { status } = await post(path, JSON.stringify(body));
      expect(status, `${path} ${JSON.stringify(body)}`).toBeLessThan(500);
    }
  });

  it('delete a definition', async () => {
    expect(await call(routes.deleteDefinition, { params: { id } })).toMatchObject({ status: true });
    expect(await refusal(call(routes.getDefinition, { params: { id } }))).toMatchObject({ status: 404 });
  });
});

describe('keys', () => {
  it('are created once in the clear, listed without secret, revoked at once', async () => {
    const created = await call(routes.createKey, { body: { name: 'Reader', role: 'viewer' } });
    const reader = createClient({ baseUrl: server.url, key: created.key });
    expect((await reader.call(routes.getStatus)).version).toBeDefined();
    expect(await refusal(reader.call(routes.createAudience, { body: { name: 'No', pql: BERLIN } }))).toMatchObject({
      status: 403,
      code: 'role-refused',
    });
    expect(await refusal(reader.call(routes.listKeys))).toMatchObject({ status: 403, code: 'role-refused' });
    const { keys } = await call(routes.listKeys);
    expect(JSON.stringify(keys)).not.toContain(created.key);
    expect(keys).toMatchObject([{ id: created.id, name: 'Reader', role: 'viewer', revokedAt: null }]);
    await call(routes.revokeKey, { params: { id: created.id } });
    expect(await refusal(reader.call(routes.getStatus))).toMatchObject({ status: 401, code: 'key-invalid' });
    expect(await refusal(call(routes.revokeKey, { params: { id: 'none' } }))).toMatchObject({ status: 404 });
  });
});

describe('any path', () => {
  it('tells malformed and oversized JSON, other types and empty bodies apart', async () => {
    const cut = await post('/api/audiences', '{"name": ');
    expect([cut.headers.get('content-type'), errorOf(cut)]).toMatchObject([
      'application/json; charset=utf-8',
      { code: 'json-malformed', message: expect.stringContaining('Unexpected end of JSON input') },
    ]);
    expect(errorOf(await post('/api/audiences', ''))).toMatchObject({ code: 'json-malformed' });
    const large = await post('/api/audiences', JSON.stringify({ name: 'x', pql: 'y'.repeat(10_000_000) }));
    expect([large.status, errorOf(large).code]).toEqual([413, 'body-too-large']);
    const form = await post('/api/audiences', 'name=x', 'application/x-www-form-urlencoded');
    expect([form.status, errorOf(form).code]).toEqual([415, 'media-type-unsupported']);
    expect((await post('/api/audiences', '{}', 'text/plain')).status).toBe(415);
  });

  it('takes JSON under any media type of JSON, packed, and after a byte order mark', async () => {
    const pql = Buffer.from('{"pql": "person.birthYear > 1990"}');
    const check = async (body: Buffer, headers: Record<string, string>): Promise<readonly [status: number, code: string]> => {
      const init = { method: 'POST', body: new Uint8Array(body), headers: { 'content-type': 'application/json', ...headers } };
      const answer = await raw('/api/pql/check', init);
      return [answer.status, answer.status === 200 ? '' : errorOf(answer).code];
    };
    const taken = await Promise.all([
      check(pql, { 'content-type': 'application/vnd.adobe.xed+json; version=1' }),
      check(Buffer.concat([Buffer.from('\uFEFF'), pql]), {}),
      check(gzipSync(pql), { 'content-encoding': 'gzip' }),
      check(deflateSync(pql), { 'content-encoding': 'deflate' }),
    ]);
    expect(taken).toEqual(taken.map(() => [200, '']));
    expect(await check(pql, { 'content-encoding': 'gzip' })).toEqual([400, 'request-invalid']);
    expect(await check(gzipSync(pql).subarray(0, 30), { 'content-encoding': 'gzip' })).toEqual([400, 'request-invalid']);
    expect(await check(gzipSync(Buffer.alloc(10_000_000)), { 'content-encoding': 'gzip' })).toEqual([413, 'body-too-large']);
    expect(await check(pql, { 'content-encoding': 'br' })).toEqual([415, 'media-type-unsupported']);
    expect(await check(Buffer.from('{"__proto__": 1}'), {})).toEqual([400, 'request-invalid']);
  });

  it('that takes no body may be asked with the media type of one', async () => {
    const { status, body } = await raw('/api/folders/none', { method: 'DELETE', headers: { 'content-type': 'application/json' } });
    expect([status, body]).toEqual([404, expect.stringContaining('folder-not-found')]);
  });

  it('says what is wrong in a body', async () => {
    const { status, body } = await post('/api/audiences', '{"name": 7}');
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({
      errors: {
        400: [{ code: 'request-invalid', message: expect.stringContaining('body/name'), details: [{ path: '/name' }, { path: '/pql' }] }],
      },
    });
  });

  it('says what is wrong in a body that may have several forms, by each of them', async () => {
    const { body } = await post(
      '/data/core/ups/segment/definitions',
      JSON.stringify({ name: 'A', schema: { name: '_xdm.context.account' } }),
    );
    expect(body).toContain('body/schema: it has none of its forms (name: only _xdm.context.profile exists; or id: ');
  });

  it('tells which character it cannot take, when the character is NUL', async () => {
    const answers = [
      await raw('/api/audiences/a%00b'),
      await raw('/api/imports/%00', { method: 'DELETE' }),
      await raw('/data/core/ups/segment/jobs/%00'),
      await post('/api/keys', String.raw`{"name": "\u0000"}`),
      await post('/api/audiences', String.raw`{"name": "a\u0000b", "pql": "person.birthYear > 1990"}`),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(400);
      expect(errorOf(answer).message).toContain('U+0000');
    }
  });

  it('that is unknown is a 404 in JSON, and a known one with another method a 405', async () => {
    for (const path of ['/api/nothing', '/data/core/ups/nothing', '/nothing']) {
      const answer = await raw(path);
      expect([answer.status, errorOf(answer).code], path).toEqual([404, 'not-found']);
    }
    const put = await raw('/api/audiences', { method: 'PUT' });
    expect([put.status, errorOf(put).code, put.headers.get('allow')]).toEqual([405, 'method-not-allowed', 'GET, POST']);
    const crooked = await raw('/api/%zz');
    expect([crooked.status, errorOf(crooked).code]).toEqual([400, 'request-invalid']);
  });

  it('echoes a harmless request id and replaces another', async () => {
    expect((await raw('/api/status', { headers: { 'x-request-id': 'abc-1' } })).headers.get('x-request-id')).toBe('abc-1');
    expect((await raw('/api/status', { headers: { 'x-request-id': 'a b<script>' } })).headers.get('x-request-id')).toMatch(
      /^[\da-f-]{36}$/,
    );
  });

  it('is guarded against pages of other sites and other names of this machine', async () => {
    expect((await raw('/api/status', { headers: { origin: 'https://evil.example.com' } })).status).toBe(403);
    expect((await raw('/api/status', { headers: { origin: server.url } })).status).toBe(200);
    expect((await raw('/api/status', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    expect((await raw('/api/status', { headers: { authorization: 'Bearer kindred-local-dev' } })).status).toBe(200);
    expect(await statusAs('evil.example.com')).toBe(403);
    expect(await statusAs(`localhost:${new URL(server.url).port}`)).toBe(200);
  });
});

describe('the demo shop', () => {
  it('comes with its audiences, evaluated', async () => {
    const job = await call(routes.startDemo, { body: { profiles: 100, end: NOW } });
    const waiting = await call(routes.startDemo, { body: { profiles: 100, seed: 2, end: NOW } });
    await call(routes.cancelImport, { params: { id: waiting.id } });
    expect(await importEnded(server.client, job)).toMatchObject({ state: 'succeeded', source: 'Demo shop', rejected: 0 });
    expect(await importEnded(server.client, waiting)).toMatchObject({ state: 'cancelled', rowsIn: 0 });
    const { audiences } = await call(routes.listAudiences);
    expect(audiences[0]).toMatchObject({ name: 'Did you forget to buy your sneakers?', size: expect.any(Number) });
  });
});

describe('operation', () => {
  it('shows Prometheus what it did', async () => {
    const { body, headers } = await raw('/metrics');
    expect(headers.get('content-type')).toContain('text/plain');
    expect(body).toMatch(/kindred_http_request_duration_seconds_count\{method="GET",route="\/api\/status",status="200"\} \d+/);
    expect(body).toMatch(/kindred_evaluation_duration_seconds_count\{kind="audience"\} [1-9]/);
    expect(body).toMatch(/kindred_evaluation_duration_seconds_count\{kind="estimate"\} [1-9]/);
    expect(body).toMatch(/kindred_import_rows_total\{outcome="accepted"\} [1-9]/);
    expect(body).toMatch(/kindred_import_rows_total\{outcome="rejected"\} 1\n/);
    expect(body).toMatch(/kindred_store_query_duration_seconds_count\{store="clickhouse",outcome="ok"\} [1-9]/);
    expect(body).toContain('process_cpu_seconds_total');
  });

  it('serves pages to browse the API that load nothing from outside', async () => {
    const { status, body } = await raw('/docs/');
    expect(status).toBe(200);
    expect([...body.matchAll(/(?:src|href)="(https?:)?\/\//g)]).toEqual([]);
    expect((await raw('/docs/static/swagger-initializer.js')).body).toContain('validatorUrl: null');
  });

  it('had every route called by this file, but for those with files of their own', () => {
    expect(routesTagged((tag) => !ELSEWHERE.some((tags) => tags.has(tag))).difference(server.called)).toEqual(new Set());
  });
});
