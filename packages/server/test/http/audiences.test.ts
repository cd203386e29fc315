/** Audiences over HTTP: the documented paths, lifecycle, copies, versions, overlap, folders, tags, search. */
import type { Audience } from '@kindred/contract';
import { createClient, routes } from '@kindred/contract';
import * as fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from './server.ts';
import { PEOPLE_MAPPING, importEnded, routesTagged, startTestServer, writeEvents, writePeople } from './server.ts';

let server: TestServer;
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);

const BUYERS = 'xEvent[eventType = "commerce.purchases"].count() >= 2';
const BERLIN = 'homeAddress.city = "Berlin"';
const ALL = 'homeAddress.city in ["Berlin", "Basel"]';
const AUDIENCES = '/data/core/ups/audiences';

const expression = (value: string) => ({ type: 'PQL', format: 'pql/text', value }) as const;

interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: Record<string, unknown>;
}

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(server.url + path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    etag: response.headers.get('etag'),
    body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}

/** Status and code of a refusal. */
function refusal({ status, body }: Answer): readonly [number, string] {
  const errors = body['errors'] as Record<string, { code: string }[]> | undefined;
  return [status, errors?.[String(status)]?.[0]?.code ?? ''];
}

async function code(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'done';
}

const create = (name: string, pql: string, more: object = {}): Promise<Audience> =>
  call(routes.createAudience, { body: { name, pql, ...more } });
const patch = (id: string, operations: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  send('PATCH', `${AUDIENCES}/${id}`, operations, headers);

beforeAll(async () => {
  server = await startTestServer();
  const people = { path: writePeople(server.folder), mapping: PEOPLE_MAPPING, dataset: 'people' };
  await importEnded(server.client, await call(routes.startImport, { body: people }));
  await importEnded(server.client, await call(routes.startImport, { body: { path: writeEvents(server.folder) } }));
});
afterAll(async () => {
  await server.stop();
});

describe('the documented audience', () => {
  let id = '';

  it('is created with a rule, and evaluated by jobs only', async () => {
    const body = {
      name: 'From Berlin',
      description: 'here',
      type: 'SegmentDefinition',
      schema: { name: '_xdm.context.profile' },
      expression: expression(BERLIN),
      evaluationInfo: { continuous: { enabled: true } },
      labels: ['core/C1'],
      tags: ['city'],
      ansibleUiEnabled: true,
      saveSegmentMembership: false,
      overridePerformanceWarnings: true,
    };
    const { status, body: created, etag } = await send('POST', AUDIENCES, body);
    expect(status).toBe(201);
    expect(created).toMatchObject({
      ...body,
      audienceId: created['id'],
      originName: 'REAL_TIME_CUSTOMER_PROFILE',
      namespace: 'AEPSegments',
      lifecycleState: 'published',
      state: 'enabled',
      isSystem: false,
      createdBy: 'local',
      lastModifiedBy: 'local',
      dependents: [],
      dependencies: [],
      evaluationInfo: { batch: { enabled: false }, continuous: { enabled: true }, synchronous: { enabled: false } },
      dataGovernancePolicy: { excludeOptOut: false },
    });
    expect(created).not.toHaveProperty('metrics');
    expect(created['baselineTime']).toBe(created['creationTime']);
    expect(etag).toBe(created['_etag']);
    id = created['id'] as string;
    expect((await send('GET', `${AUDIENCES}/${id}`)).body).toEqual(created);
  });

  it('is patched by JSON Patch, whole or not at all', async () => {
    const done = await patch(id, [
      { op: 'add', path: '/expression', value: expression(ALL) },
      { op: 'replace', path: '/name', value: 'From our towns' },
      { op: 'add', path: '/labels/-', value: 'core/C2' },
      { op: 'add', path: '/linkedAudienceRef/flowId', value: 'flow-1' },
      { op: 'add', path: '/tags', value: ['town', 'town', 'city'] },
    ]);
    expect(done.status).toBe(200);
    expect(done.body).toMatchObject({
      name: 'From our towns',
      version: 2,
      expression: expression(ALL),
      labels: ['core/C1', 'core/C2'],
      tags: ['town', 'city'],
      linkedAudienceRef: { flowId: 'flow-1' },
      evaluationInfo: { continuous: { enabled: true } },
      ansibleUiEnabled: true,
    });
    const half = await patch(id, [
      { op: 'add', path: '/description', value: 'changed' },
      { op: 'add', path: '/expression', value: expression('homeAdress.city = "x"') },
    ]);
    expect(refusal(half)).toEqual([400, 'pql-invalid']);
    expect((await send('GET', `${AUDIENCES}/${id}`)).body).toEqual(done.body);
    expect((await patch(id, [{ op: 'remove', path: '/linkedAudienceRef' }])).body).not.toHaveProperty('linkedAudienceRef');
  });

  it('refuses what does not change with the documented code', async () => {
    for (const [path, value] of [
      ['/namespace', 'AO'],
      ['/id', 'x'],
      ['/audienceId', 'x'],
      ['/createdBy', 'me'],
      ['/nothing', 1],
      ['/lifecycleState', 'deleted'],
      ['/lifecycleState', 'draft'],
      ['/labels/7', 'x'],
      ['/labels', 'x'],
      ['/name', ''],
      ['/name/deep/down', 1],
      ['/__proto__/polluted', true],
      ['/ttlInDays', 100],
    ] as const) {
      expect(refusal(await patch(id, [{ op: 'add', path, value }])), path).toEqual([400, 'UPAPI-113434-400']);
    }
    expect(refusal(await patch(id, [{ op: 'remove', path: '/expression' }]))).toEqual([400, 'UPLIB-101206-500']);
    expect(refusal(await patch(id, [{ op: 'add', path: '/name' }]))).toEqual([400, 'UPLIB-101206-500']);
    expect(refusal(await patch(id, [{ op: 'move', path: '/name' }]))).toEqual([400, 'UPLIB-101206-500']);
    expect(refusal(await patch(id, []))).toEqual([400, 'UPLIB-101206-500']);
    expect(refusal(await patch(id, { name: 'x' }))).toEqual([400, 'UPLIB-101206-500']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('honours If-Match', async () => {
    const { etag } = await send('GET', `${AUDIENCES}/${id}`);
    const first = await patch(id, [{ op: 'add', path: '/description', value: 'one' }], { 'if-match': etag ?? '' });
    expect(first.status).toBe(200);
    const late = await patch(id, [{ op: 'add', path: '/description', value: 'two' }], { 'if-match': etag ?? '' });
    expect(refusal(late)).toEqual([412, 'audience-changed']);
    expect(refusal(await send('DELETE', `${AUDIENCES}/${id}`, undefined, { 'if-match': '"other"' }))).toEqual([412, 'audience-changed']);
    const both = ['one', 'two'].map((value) => patch(id, [{ op: 'add', path: '/description', value }], { 'if-match': first.etag ?? '' }));
    expect((await Promise.all(both)).map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
    expect((await patch(id, [{ op: 'add', path: '/description', value: 'any' }], { 'if-match': '*' })).status).toBe(200);
  });

  it('is overwritten by PUT, its namespace excepted', async () => {
    const body = { name: 'From Berlin', expression: expression(BERLIN), namespace: 'AEPSegments' };
    const put = await send('PUT', `${AUDIENCES}/${id}`, body);
    expect(put.status).toBe(200);
    expect(put.body).toMatchObject({
      name: 'From Berlin',
      description: '',
      labels: [],
      version: 3,
      lifecycleState: 'published',
      evaluationInfo: { batch: { enabled: true } },
    });
    expect(put.body).not.toHaveProperty('ansibleUiEnabled');
    for (const other of [{ namespace: 'AO' }, { id: 'x' }, { audienceId: 'x' }, { type: 'ExternalSegment' }, { originName: 'AO' }]) {
      expect(refusal(await send('PUT', `${AUDIENCES}/${id}`, { ...body, ...other })), JSON.stringify(other)).toEqual([
        400,
        'UPAPI-113434-400',
      ]);
    }
    expect(refusal(await send('PUT', `${AUDIENCES}/${id}`, { expression: expression(BERLIN) }))).toEqual([400, 'UPLIB-101206-500']);
  });

  it('is listed with filters, order and pages', async () => {
    const other = await send('POST', AUDIENCES, {
      name: 'Second',
      description: 'other',
      expression: expression(BUYERS),
      lifecycleState: 'draft',
    });
    const names = async (query: string): Promise<unknown[]> =>
      ((await send('GET', `${AUDIENCES}?${query}`)).body['children'] as { name: string }[]).map(({ name }) => name);
    expect(await names('sort=name:desc')).toEqual(['Second', 'From Berlin']);
    expect(await names('sort=name:asc&limit=1&start=1')).toEqual(['Second']);
    expect(await names('name=BERL')).toEqual(['From Berlin']);
    expect(await names('description=OTH')).toEqual(['Second']);
    expect(await names('property=lifecycleState==draft')).toEqual(['Second']);
    expect(await names('property=lifecycleState==draft&property=name==From%20Berlin')).toEqual([]);
    expect(await names('property=namespace==AEPSegments&property=type==SegmentDefinition&sort=name')).toEqual(['From Berlin', 'Second']);
    expect(await names(`property=audienceId==${id}`)).toEqual(['From Berlin']);
    expect(await names(`property=id==${id}&entityType=_xdm.context.profile`)).toEqual(['From Berlin']);
    for (const query of [
      'property=colour==red',
      'property=name',
      'sort=colour:asc',
      'limit=0',
      'start=-1',
      'entityType=_xdm.context.account',
    ]) {
      expect((await send('GET', `${AUDIENCES}?${query}`)).status, query).toBe(400);
    }
    await send('DELETE', `${AUDIENCES}/${other.body['id'] as string}`);
  });

  it('is read in bulk, unknown ids as errors', async () => {
    const bulk = (ids: unknown): Promise<Answer> => send('POST', `${AUDIENCES}/bulk-get`, { ids });
    const { status, body } = await bulk([{ id }, { id: 'none' }]);
    expect(status).toBe(207);
    expect(body['results']).toMatchObject({ [id]: { id, name: 'From Berlin' }, none: { errors: { 404: [{ code: 'UPAPI-113430-404' }] } } });
    expect(refusal(await bulk([]))).toEqual([400, 'UPAPI-113015-400']);
    expect(refusal(await bulk(Array.from({ length: 101 }, (_, index) => ({ id: String(index) }))))).toEqual([400, 'UPAPI-113015-400']);
    expect(refusal(await bulk([{ id: 'none' }]))).toEqual([404, 'UPAPI-113000-404']);
    expect(refusal(await bulk('all'))).toEqual([400, 'UPLIB-101206-500']);
  });

  it('is not found by a wrong id', async () => {
    const put = { name: 'x', expression: expression(BERLIN) };
    const answers = [
      await send('GET', `${AUDIENCES}/none`),
      await patch('none', [{ op: 'add', path: '/name', value: 'x' }]),
      await send('PUT', `${AUDIENCES}/none`, put),
      await send('DELETE', `${AUDIENCES}/none`),
    ];
    for (const answer of answers) expect(refusal(answer)).toEqual([404, 'UPAPI-113430-404']);
  });

  it('is created with what it must have, under a name of its own', async () => {
    expect(refusal(await send('POST', AUDIENCES, { name: 'From Berlin', expression: expression(ALL) }))[0]).toBe(422);
    expect(refusal(await send('POST', AUDIENCES, { name: 'Nothing' }))).toEqual([400, 'UPLIB-101206-500']);
    expect(refusal(await send('POST', AUDIENCES, { expression: expression(ALL) }))).toEqual([400, 'UPLIB-101206-500']);
    expect(refusal(await send('POST', AUDIENCES, { name: 'x', type: 'SegmentDefinition', audienceId: 'y' }))).toEqual([
      400,
      'UPLIB-101206-500',
    ]);
    expect(refusal(await send('POST', AUDIENCES, { name: 'x', expression: expression(ALL), namespace: 'AAM' }))).toEqual([
      400,
      'UPAPI-113434-400',
    ]);
    expect(refusal(await send('POST', AUDIENCES, { name: 'x', expression: expression(ALL), datasetId: 'none' }))).toEqual([
      400,
      'UPLIB-101554-503',
    ]);
    const known = await send('POST', AUDIENCES, { name: 'x', expression: expression(ALL), datasetId: 'people' });
    expect(known.body).toMatchObject({ datasetId: 'people' });
    await send('DELETE', `${AUDIENCES}/${known.body['id'] as string}`);
  });

  it('is deleted, but not while another one refers to it, nor by a key that only reads', async () => {
    const child = await create('Child', `inSegment("${id}")`);
    expect(refusal(await send('DELETE', `${AUDIENCES}/${id}`))).toEqual([400, 'UPAPI-113631-403']);
    expect((await send('GET', `${AUDIENCES}/${id}`)).body).toMatchObject({ dependents: [child.id], dependencies: [] });
    expect((await send('GET', `${AUDIENCES}/${child.id}`)).body).toMatchObject({ dependents: [], dependencies: [id] });
    await call(routes.deleteAudience, { params: { id: child.id } });
    const { key } = await call(routes.createKey, { body: { name: 'Reader', role: 'viewer' } });
    expect(refusal(await send('DELETE', `${AUDIENCES}/${id}`, undefined, { 'x-api-key': key }))).toEqual([403, 'UPAPI-113752-403']);
    expect((await send('DELETE', `${AUDIENCES}/${id}`)).status).toBe(204);
    expect((await send('GET', `${AUDIENCES}/${id}`)).status).toBe(404);
  });

  it('is called through the typed client as well', async () => {
    const created = await call(routes.createPlatformAudience, { body: { name: 'Typed', expression: expression(BERLIN) } });
    const params = { id: created.id };
    await call(routes.patchPlatformAudience, { params, body: [{ op: 'add', path: '/description', value: 'typed' }] });
    await call(routes.putPlatformAudience, { params, body: { name: 'Typed', expression: expression(BERLIN) } });
    expect(await call(routes.getPlatformAudience, { params })).toMatchObject({ name: 'Typed', description: '' });
    expect((await call(routes.bulkGetPlatformAudiences, { body: { ids: [params] } })).results).toHaveProperty(created.id);
    expect((await call(routes.listPlatformAudiences, { query: { name: 'typed' } })).children).toHaveLength(1);
    await call(routes.deletePlatformAudience, { params });
  });

  it('answers nonsense with a refusal, never with a failure of its own', async () => {
    const path = fc.constantFrom(
      '/name',
      '/labels',
      '/expression/value',
      '/ttlInDays',
      '/tags/0',
      '/linkedAudienceRef/audienceFolderId',
      '/x~2',
    );
    const { id: target } = await create('Fuzzed', BERLIN);
    const operations = fc.array(fc.record({ op: fc.constantFrom('add', 'replace', 'remove', 'test'), path, value: fc.jsonValue() }), {
      maxLength: 4,
    });
    const property = fc.asyncProperty(fc.oneof(operations, fc.jsonValue()), fc.jsonValue(), async (body, other) => {
      expect((await patch(target, body)).status).toBeLessThan(500);
      expect((await send('POST', AUDIENCES, other)).status).toBeLessThan(500);
      expect((await send('PUT', `${AUDIENCES}/${target}`, other)).status).toBeLessThan(500);
      expect((await send('POST', '/api/audiences/external', other)).status).toBeLessThan(500);
      expect((await send('POST', '/data/core/ais/external-audience/submit', other)).status).toBeLessThan(500);
    });
    await fc.assert(property, { numRuns: 60 });
    await call(routes.deleteAudience, { params: { id: target } });
  });
});

describe('opt-outs', () => {
  it('are left out by the rule itself, in sizes, members, why, and audiences of it', async () => {
    const file = join(server.folder, 'opt-outs.jsonl');
    const record = (customer: string, fields: object) => ({ identityMap: { CRMID: [{ id: customer, primary: true }] }, ...fields });
    const records = [
      record('O1', { homeAddress: { city: 'Olten' }, privacyOptOuts: [{ optOutType: 'general_opt_out', optOutValue: 'out' }] }),
      record('O2', { homeAddress: { city: 'Olten' }, privacyOptOuts: [{ optOutType: 'sales_sharing_opt_out', optOutValue: 'out' }] }),
      record('O3', { homeAddress: { city: 'Olten' }, privacyOptOuts: [{ optOutType: 'general_opt_out', optOutValue: 'in' }] }),
      record('O4', { homeAddress: { city: 'Olten' }, optInOut: { globalOptout: true, _channels: { email: 'in' } } }),
      record('O5', { homeAddress: { city: 'Olten' }, optInOut: { globalOptout: false } }),
      record('O6', { homeAddress: { city: 'Olten' } }),
    ];
    writeFileSync(file, records.map((each) => JSON.stringify(each)).join('\n'));
    expect(await importEnded(server.client, await call(routes.startImport, { body: { path: file, target: 'profile' } }))).toMatchObject({
      rowsOut: 6,
      rejected: 0,
    });
    const all = await create('Olten', 'homeAddress.city = "Olten"');
    expect(all.size).toBe(6);
    const strict = await call(routes.updateAudience, { params: { id: all.id }, body: { excludeOptOut: true } });
    expect(strict).toMatchObject({ size: 4, version: 2, excludeOptOut: true, pql: 'homeAddress.city = "Olten"' });
    const { members } = await call(routes.listMembers, { params: { id: all.id } });
    expect(members.map(({ identity }) => identity.id)).toEqual(['O2', 'O3', 'O5', 'O6']);
    const why = (customer: string) => call(routes.explainMembership, { params: { namespace: 'CRMID', id: customer, audienceId: all.id } });
    expect([(await why('O1')).member, (await why('O4')).member, (await why('O6')).member]).toEqual([false, false, true]);
    expect((await create('Of Olten', `inSegment("${all.id}")`)).size).toBe(4);
    const documented = {
      name: 'Documented',
      expression: expression('homeAddress.city = "Olten"'),
      dataGovernancePolicy: { excludeOptOut: true },
    };
    const { id } = await call(routes.createPlatformAudience, { body: documented });
    expect((await call(routes.evaluateAudience, { params: { id } })).size).toBe(4);
  });
});

describe('the lifecycle', () => {
  it('publishes an audience with what it refers to, when asked to', async () => {
    const base = await create('Base', BERLIN, { lifecycleState: 'draft' });
    expect(base).toMatchObject({ lifecycleState: 'draft', size: 2 });
    const middle = await create('Middle', `inSegment("${base.id}")`, { lifecycleState: 'draft' });
    expect(await code(create('Published', `inSegment("${middle.id}")`))).toBe('audience-lifecycle');
    const top = await create('Top', `inSegment("${middle.id}") or ${BUYERS}`, { lifecycleState: 'draft' });
    const params = { id: top.id };
    expect(await code(call(routes.updateAudience, { params, body: { lifecycleState: 'published' } }))).toBe('audience-lifecycle');
    const published = await call(routes.updateAudience, { params, body: { lifecycleState: 'published', publishReferred: true } });
    expect(published.lifecycleState).toBe('published');
    for (const id of [base.id, middle.id]) expect((await call(routes.getAudience, { params: { id } })).lifecycleState).toBe('published');
    expect(await code(call(routes.updateAudience, { params, body: { lifecycleState: 'draft' } }))).toBe('audience-lifecycle');
    const relations = await call(routes.listRelations, { params: { id: middle.id } });
    expect(relations).toMatchObject({ dependencies: [{ id: base.id, name: 'Base' }], dependents: [{ id: top.id, name: 'Top' }] });
    expect(await code(call(routes.deleteAudience, { params: { id: middle.id } }))).toBe('audience-in-use');
    for (const { id } of [top, middle, base]) await call(routes.deleteAudience, { params: { id } });
  });

  it('takes an audience out of use, and back with its old members', async () => {
    const { id } = await create('Resting', BERLIN);
    const params = { id };
    await call(routes.updateAudience, { params, body: { lifecycleState: 'inactive' } });
    const anna = { namespace: 'CRMID', id: 'C1' };
    const names = async (): Promise<string[]> => (await call(routes.getProfile, { params: anna })).audiences.map(({ name }) => name);
    expect(await names()).not.toContain('Resting');
    expect(await code(create('On it', `inSegment("${id}")`))).toBe('audience-reference-unknown');
    const changed = await call(routes.updateAudience, { params, body: { pql: BUYERS } });
    expect(changed).toMatchObject({ version: 2, size: 2, lifecycleState: 'inactive' });
    const again = await call(routes.updateAudience, { params, body: { lifecycleState: 'published' } });
    expect(again).toMatchObject({ lifecycleState: 'published', size: 2, lastEvaluated: changed.lastEvaluated });
    expect(await names()).toContain('Resting');
    expect((await call(routes.evaluateAudience, { params })).size).toBe(1);
    await call(routes.deleteAudience, { params });
  });

  it('copies an audience as a draft, with folder, tags and labels', async () => {
    const folder = await call(routes.createFolder, { body: { name: 'Originals' } });
    const more = {
      tags: ['a', 'b'],
      labels: ['core/C1'],
      folderId: folder.id,
      excludeOptOut: true,
      evaluation: 'edge',
      description: 'first',
    };
    const original = await create('Original', BERLIN, more);
    const params = { id: original.id };
    const copy = await call(routes.copyAudience, { params, body: {} });
    expect(copy).toMatchObject({
      ...more,
      name: 'Copy of Original',
      lifecycleState: 'draft',
      version: 1,
      size: original.size,
      pql: BERLIN,
    });
    expect(copy.id).not.toBe(original.id);
    expect((await call(routes.copyAudience, { params, body: {} })).name).toBe('Copy of Original 2');
    expect((await call(routes.copyAudience, { params, body: { name: 'Mine' } })).name).toBe('Mine');
    expect(await code(call(routes.copyAudience, { params, body: { name: 'Mine' } }))).toBe('audience-name-taken');
  });

  it('never lets rules go in circles', async () => {
    const first = await create('First', BERLIN);
    const second = await create('Second', `inSegment("${first.id}")`);
    const circle = { pql: `segmentMembership.get("AEPSegments").get("${second.id}").status in ["realized", "existing"]` };
    expect(await code(call(routes.updateAudience, { params: { id: first.id }, body: circle }))).toBe('audience-cycle');
    expect(await code(call(routes.updateAudience, { params: { id: first.id }, body: { pql: `inSegment("${first.id}")` } }))).toBe(
      'audience-cycle',
    );
  });
});

describe('versions', () => {
  let audience: Audience;

  it('keep every rule with who made it and when', async () => {
    audience = await create('Versioned', BERLIN);
    const params = { id: audience.id };
    const { key } = await call(routes.createKey, { body: { name: 'Editor Ann', role: 'editor' } });
    const ann = createClient({ baseUrl: server.url, key });
    const changed = await ann.call(routes.updateAudience, { params, body: { pql: ALL } });
    expect(changed).toMatchObject({ createdBy: 'local', updatedBy: 'Editor Ann', version: 2, size: 3 });
    await ann.call(routes.updateAudience, { params, body: { description: 'no new rule' } });
    const { versions } = await call(routes.listVersions, { params });
    expect(versions).toMatchObject([
      { version: 2, pql: ALL, createdBy: 'Editor Ann', restoredFrom: null, createdAt: changed.updatedAt },
      { version: 1, pql: BERLIN, createdBy: 'local', createdAt: audience.createdAt },
    ]);
    expect(await call(routes.getVersion, { params: { ...params, version: 1 } })).toEqual(versions[1]);
  });

  it('differ by words and by who would enter and leave', async () => {
    const there = await call(routes.diffVersions, { params: { id: audience.id, a: 1, b: 2 } });
    expect(there.members).toMatchObject({ a: 2, b: 3, entering: 1, leaving: 0, staying: 2 });
    const side = (op: string): string =>
      there.text
        .filter((part) => part.op === 'same' || part.op === op)
        .map(({ text }) => text)
        .join('');
    expect([side('removed'), side('added')]).toEqual([BERLIN, ALL]);
    const back = await call(routes.diffVersions, { params: { id: audience.id, a: 2, b: 1 } });
    expect(back.members).toMatchObject({ entering: 0, leaving: 1, staying: 2 });
  });

  it('come back by rollback, as a new version', async () => {
    const params = { id: audience.id };
    const rolled = await call(routes.rollbackAudience, { params, body: { version: 1 } });
    expect(rolled).toMatchObject({ version: 3, pql: BERLIN, size: 2 });
    expect((await call(routes.listVersions, { params })).versions[0]).toMatchObject({ version: 3, restoredFrom: 1 });
    expect(await code(call(routes.rollbackAudience, { params, body: { version: 9 } }))).toBe('version-not-found');
    expect(await code(call(routes.getVersion, { params: { ...params, version: 9 } }))).toBe('version-not-found');
    expect(await code(call(routes.listVersions, { params: { id: 'none' } }))).toBe('audience-not-found');
  });

  it('tell why an old rule cannot be evaluated any more', async () => {
    const gone = await create('Gone', BERLIN);
    const on = await create('On gone', `inSegment("${gone.id}")`);
    await call(routes.updateAudience, { params: { id: on.id }, body: { pql: BERLIN } });
    await call(routes.deleteAudience, { params: { id: gone.id } });
    const diff = await call(routes.diffVersions, { params: { id: on.id, a: 1, b: 2 } });
    expect(diff).toMatchObject({ members: null, problem: expect.stringContaining(gone.id) });
    expect(await code(call(routes.rollbackAudience, { params: { id: on.id }, body: { version: 1 } }))).toBe('audience-reference-unknown');
  });
});

describe('overlap', () => {
  it('is exact from the members of the last evaluations', async () => {
    const berlin = await create('Overlap Berlin', BERLIN);
    const towns = await create('Overlap towns', ALL);
    const nobody = await create('Overlap nobody', 'homeAddress.city = "Nowhere"');
    const overlap = await call(routes.overlapAudiences, { body: { ids: [berlin.id, towns.id, nobody.id] } });
    const { universe } = overlap;
    expect(universe).toBe((await call(routes.getStatus)).profiles);
    expect(overlap).toMatchObject({
      audiences: [
        { name: 'Overlap Berlin', size: 2, only: 0 },
        { name: 'Overlap towns', size: 3, only: 1 },
        { name: 'Overlap nobody', size: 0, only: 0 },
      ],
      union: 3,
      common: 0,
      intersections: [
        [2, 2, 0],
        [2, 3, 0],
        [0, 0, 0],
      ],
    });
    expect(overlap.jaccard[0]).toEqual([1, 2 / 3, 0]);
    expect(overlap.jaccard[2]).toEqual([0, 0, null]);
    expect(overlap.lift[0]?.[1]).toBeCloseTo(universe / 3, 10);
    expect(overlap.lift[2]).toEqual([null, null, null]);
    expect(await code(call(routes.overlapAudiences, { body: { ids: [berlin.id, 'none'] } }))).toBe('audience-not-found');
    expect(await code(call(routes.overlapAudiences, { body: { ids: [berlin.id] } }))).toBe('request-invalid');
  });
});

describe('folders and tags', () => {
  it('make a tree with names unique in each parent', async () => {
    const top = await call(routes.createFolder, { body: { name: 'Campaigns' } });
    const spring = await call(routes.createFolder, { body: { name: 'Spring', parentId: top.id } });
    expect(await code(call(routes.createFolder, { body: { name: 'Spring', parentId: top.id } }))).toBe('folder-name-taken');
    const other = await call(routes.createFolder, { body: { name: 'Spring' } });
    expect(await code(call(routes.createFolder, { body: { name: 'Lost', parentId: 'none' } }))).toBe('folder-not-found');
    expect(await code(call(routes.updateFolder, { params: { id: top.id }, body: { parentId: spring.id } }))).toBe('folder-cycle');
    expect(await code(call(routes.updateFolder, { params: { id: top.id }, body: { parentId: top.id } }))).toBe('folder-cycle');
    const moved = await call(routes.updateFolder, { params: { id: other.id }, body: { parentId: spring.id, name: 'Early' } });
    expect(moved).toMatchObject({ parentId: spring.id, name: 'Early', audiences: 0 });
    const audience = await create('In spring', BERLIN, { folderId: spring.id });
    expect((await call(routes.listFolders)).folders).toContainEqual(expect.objectContaining({ id: spring.id, audiences: 1 }));
    expect(await code(create('Nowhere', BERLIN, { folderId: 'none' }))).toBe('folder-not-found');
    const listed = await call(routes.listAudiences, { query: { folderId: spring.id } });
    expect(listed).toMatchObject({ total: 1, audiences: [{ name: 'In spring' }] });
    const linked = await patch(audience.id, [{ op: 'add', path: '/linkedAudienceRef/audienceFolderId', value: top.id }]);
    expect(linked.body).toMatchObject({ linkedAudienceRef: { audienceFolderId: top.id } });
    expect((await call(routes.getAudience, { params: { id: audience.id } })).folderId).toBe(top.id);
    expect(refusal(await patch(audience.id, [{ op: 'add', path: '/linkedAudienceRef/audienceFolderId', value: 'none' }]))[0]).toBe(400);
    expect(await code(call(routes.deleteFolder, { params: { id: top.id } }))).toBe('folder-not-empty');
    expect(await code(call(routes.deleteFolder, { params: { id: top.id }, query: { moveTo: spring.id } }))).toBe('folder-cycle');
    await call(routes.deleteFolder, { params: { id: top.id }, query: { moveTo: 'top' } });
    expect((await call(routes.getAudience, { params: { id: audience.id } })).folderId).toBeNull();
    expect((await call(routes.listFolders)).folders.find(({ id }) => id === spring.id)?.parentId).toBeNull();
    expect(await code(call(routes.deleteFolder, { params: { id: top.id } }))).toBe('folder-not-found');
  });

  it('find audiences by any or all tags, and by who and when', async () => {
    await create('Tagged one', BERLIN, { tags: ['red', 'blue'] });
    await create('Tagged two', BERLIN, { tags: ['blue', 'blue'] });
    const names = async (query: object): Promise<string[]> =>
      (await call(routes.listAudiences, { query: { sort: 'name:asc', ...query } })).audiences.map(({ name }) => name);
    expect(await names({ tags: 'red,blue' })).toEqual(['Tagged one', 'Tagged two']);
    expect(await names({ tags: 'red, blue', tagMatch: 'all' })).toEqual(['Tagged one']);
    expect(await names({ tags: 'green' })).toEqual([]);
    expect((await call(routes.listTags)).tags).toContainEqual({ tag: 'blue', audiences: 2 });
    expect(await names({ createdBy: 'nobody' })).toEqual([]);
    expect(await names({ name: 'tagged', createdFrom: '2100-01-01T00:00:00Z' })).toEqual([]);
    expect(await names({ name: 'tagged', createdTo: '2100-01-01T00:00:00Z', limit: 1 })).toEqual(['Tagged one']);
    expect(await code(create('Comma', BERLIN, { tags: ['a,b'] }))).toBe('request-invalid');
  });
});

describe('search', () => {
  it('finds folders and audiences as the documented search has it', async () => {
    const folder = await call(routes.createFolder, { body: { name: 'Winter sale' } });
    const skates = await create('Ice skates', BERLIN, { description: 'looked at skates, bought none', folderId: folder.id });
    await create('Ice hockey sticks', BERLIN);
    const names = async (s: string): Promise<string[]> =>
      (await call(routes.searchEntities, { query: { s } })).entities.map(({ name }) => name);
    expect(await names('skates')).toEqual(['Ice skates']);
    expect(await names('ice')).toEqual(['Ice hockey sticks', 'Ice skates']);
    expect(await names('ice NOT hockey')).toEqual(['Ice skates']);
    expect(await names('ice AND hockey')).toEqual(['Ice hockey sticks']);
    expect(await names('+ice -skates')).toEqual(['Ice hockey sticks']);
    expect(await names('name: "ice sk"')).toEqual(['Ice skates']);
    expect(await names('hock*')).toEqual(['Ice hockey sticks']);
    expect(await names('name: sk?tes')).toEqual(['Ice skates']);
    expect(await names('hokey~1')).toEqual(['Ice hockey sticks']);
    expect(await names('description: (looked AND bought)')).toEqual(['Ice skates']);
    expect(await names('/h.ck[aeiou]y/')).toEqual(['Ice hockey sticks']);
    expect(await names('winter')).toEqual(['Winter sale', 'Ice skates']);
    const inside = await call(routes.searchEntities, { query: { entityId: folder.id } });
    expect(inside.entities).toEqual([
      {
        id: skates.id,
        sourceId: skates.id,
        base64EncodedSourceId: Buffer.from(skates.id).toString('base64'),
        isFolder: false,
        parentFolderId: folder.id,
        name: 'Ice skates',
        description: 'looked at skates, bought none',
      },
    ]);
    const { taxonomy } = await call(routes.searchTaxonomy, { query: { entityId: skates.id } });
    expect(taxonomy).toEqual([{ id: folder.id, name: 'Winter sale', parentFolderId: null }]);
    const { namespaces, totalCount } = await call(routes.searchNamespaces, {
      query: { s: 'ice', 'schema.name': '_xdm.context.segmentdefinition' },
    });
    expect([namespaces, totalCount]).toEqual([[{ namespace: 'AEPSegments', displayName: 'Segmentation Service', count: 2 }], 2]);
    const page = await call(routes.searchEntities, { query: { s: 'ice', limit: 1, page: 1 } });
    expect(page).toMatchObject({ entities: [{ name: 'Ice skates' }], page: { totalCount: 2, totalPages: 2, pageOffset: 1, pageSize: 1 } });
    for (const s of ['(ice', 'ice)', 'AND', '"open', 'a AND', '/[/'])
      expect(await code(call(routes.searchEntities, { query: { s } })), s).toBe('UPLIB-101206-500');
    expect(await code(call(routes.searchTaxonomy, { query: { entityId: 'none' } }))).toBe('not-found');
  });

  it('takes any text without failing', async () => {
    const property = fc.asyncProperty(fc.string({ maxLength: 60, unit: 'grapheme' }), async (s) => {
      const { status } = await send('GET', `/data/core/ups/search/entities?s=${encodeURIComponent(s)}`);
      expect(status === 200 || status === 400).toBe(true);
    });
    await fc.assert(property, { numRuns: 100 });
  });
});

it('had every route of these parts of the contract called', () => {
  const tags = ['audience versions', 'folders and tags', 'platform audiences', 'search'];
  expect(routesTagged((tag) => tags.includes(tag)).difference(server.called)).toEqual(new Set());
});
