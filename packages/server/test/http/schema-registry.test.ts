/** Schemas, descriptors and datasets over HTTP, and what they do to data. */
import { HTTP_API_SPEC, routes } from '@kindred/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from './server.ts';
import { SCHEMA_TAGS, refusal, routesTagged, startTestServer } from './server.ts';

let server: TestServer;
let tenant: string;
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);

const PROFILE = 'https://ns.adobe.com/xdm/context/profile';
const EVENT = 'https://ns.adobe.com/xdm/context/experienceevent';
const PERSONAL = 'https://ns.adobe.com/xdm/context/profile-personal-details';
const BASE = '/data/foundation/schemaregistry';

beforeAll(async () => {
  server = await startTestServer();
  tenant = `_${server.settings.tenant}`;
});
afterAll(async () => {
  const missing = [...routesTagged((tag) => SCHEMA_TAGS.has(tag))].filter((name) => !server.called.has(name));
  await server.stop();
  expect(missing, 'routes that no test calls').toEqual([]);
});

type Resource = Readonly<Record<string, unknown>>;

async function create(
  kind: 'schemas' | 'fieldgroups' | 'datatypes' | 'classes',
  body: Resource,
): Promise<Resource & { readonly $id: string }> {
  const made = await call(routes.createSchemaResource, { params: { kind }, body });
  return made as Resource & { readonly $id: string };
}

function group(title: string, xdmClass: string, fields: object, more: object = {}): Resource {
  const properties = { [tenant]: { type: 'object', properties: fields, ...more } };
  return {
    title,
    type: 'object',
    'meta:intendedToExtend': [xdmClass],
    definitions: { own: { properties } },
    allOf: [{ $ref: '#/definitions/own' }],
  };
}

function schema(title: string, ...refs: readonly string[]): Resource {
  return { title, type: 'object', allOf: refs.map(($ref) => ({ $ref })) };
}

async function enable(id: string): Promise<void> {
  const body = [{ op: 'add' as const, path: '/meta:immutableTags', value: ['union'] }];
  await call(routes.patchSchemaResource, { params: { kind: 'schemas', id }, body });
}

async function get(path: string, accept: string): Promise<{ status: number; type: string | null; body: Resource }> {
  const response = await fetch(server.url + path, { headers: { accept } });
  return { status: response.status, type: response.headers.get('content-type'), body: (await response.json()) as Resource };
}

async function inlet(): Promise<string> {
  const auth = { specName: 'Streaming Connection', params: { sourceId: 'x', name: 'x' } };
  const body = { name: 'x', connectionSpec: { id: HTTP_API_SPEC, version: '1.0' }, auth };
  const { id } = await call(routes.createFlowObject, { params: { kind: 'connections' }, body });
  const { items } = await call(routes.getFlowObject, { params: { kind: 'connections', id } });
  return (items[0] as unknown as { readonly auth: { readonly params: { readonly inletId: string } } }).auth.params.inletId;
}

async function send(inletId: string, datasetId: string, xdmEntity: object): Promise<{ status: number; body: Resource }> {
  const schemaRef = { id: `https://ns.adobe.com/x/schemas/1`, contentType: 'application/vnd.adobe.xed-full+json;version=1' };
  const body = JSON.stringify({ header: { schemaRef, imsOrgId: 'A@AdobeOrg', datasetId }, body: { xdmMeta: { schemaRef }, xdmEntity } });
  const response = await fetch(`${server.url}/collection/${inletId}?syncValidation=true`, { method: 'POST', body });
  return { status: response.status, body: (await response.json()) as Resource };
}

async function stored(): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    if (/kindred_stream_lag_records 0\n/.test(metrics)) return;
    await sleep(20);
  }
}

async function sizeOf(pql: string): Promise<number> {
  return (await call(routes.estimatePql, { body: { pql } })).size;
}

describe('the life of a schema', () => {
  it('goes from a field group to people who are found by its fields, without a restart', async () => {
    const level = await create('datatypes', {
      title: 'Level',
      type: 'object',
      properties: { name: { type: 'string', enum: ['gold', 'silver'] } },
    });
    const shoes = await create(
      'fieldgroups',
      group(
        'Shoes',
        PROFILE,
        { shoeSize: { type: 'integer', minimum: 15, maximum: 55 }, level: { $ref: level.$id }, club: { type: 'string' } },
        { required: ['shoeSize'] },
      ),
    );
    const made = await create('schemas', schema('Runners', PROFILE, PERSONAL, shoes.$id));
    expect(made).toMatchObject({ version: '1.0', 'meta:class': PROFILE, 'meta:resourceType': 'schemas', 'meta:tenantNamespace': tenant });
    expect(made['meta:extends']).toEqual([PROFILE, 'https://ns.adobe.com/xdm/data/record', PERSONAL, shoes.$id]);
    expect((await refusal(call(routes.estimatePql, { body: { pql: `${tenant}.shoeSize > 40` } }))).code).toBe('pql-invalid');
    await enable(made.$id);
    expect(await sizeOf(`${tenant}.shoeSize > 40`)).toBe(0);

    const identity = {
      '@type': 'xdm:descriptorIdentity',
      'xdm:sourceSchema': made.$id,
      'xdm:sourceVersion': 1,
      'xdm:sourceProperty': '/personalEmail/address',
      'xdm:namespace': 'Email',
      'xdm:property': 'xdm:code',
      'xdm:isPrimary': true,
    };
    const described = await call(routes.createDescriptor, { body: identity });
    expect(await call(routes.getDescriptor, { params: { id: described['@id'] } })).toEqual(described);
    const tags = { unifiedProfile: ['enabled: true'], unifiedIdentity: ['enabled:true'] };
    const [reference = ''] = await call(routes.createDataset, { body: { name: 'Runners', schemaRef: { id: made.$id }, tags } });
    const datasetId = reference.replace('@/dataSets/', '');

    const inletId = await inlet();
    const good = { personalEmail: { address: 'ann@example.org' }, [tenant]: { shoeSize: 41, level: { name: 'gold' } } };
    expect(await send(inletId, datasetId, good)).toMatchObject({ status: 200, body: { syncValidation: { status: 'pass' } } });
    const bad = { personalEmail: {}, [tenant]: { level: { name: 'lead' }, shoeSise: 40 } };
    const refused = await send(inletId, datasetId, bad);
    expect(refused.status).toBe(400);
    await stored();
    expect(await sizeOf(`${tenant}.shoeSize > 40 and ${tenant}.level.name = "gold"`)).toBe(1);
    const person = await call(routes.getProfile, { params: { namespace: 'Email', id: 'ann@example.org' } });
    expect(person.attributes).toMatchObject({ [tenant]: { shoeSize: 41 } });
  });

  it('says what is wrong with a record in the documented form', async () => {
    const visits = await create(
      'fieldgroups',
      group('Visits', EVENT, { room: { type: 'string', minLength: 2 }, at: { type: 'string', format: 'uri' } }),
    );
    const made = await create('schemas', schema('Visits', EVENT, visits.$id));
    await enable(made.$id);
    const tags = { unifiedProfile: ['enabled:true'] };
    const [reference = ''] = await call(routes.createDataset, { body: { name: 'Visits', schemaRef: { id: made.$id }, tags } });
    const identityMap = { Email: [{ id: 'ann@example.org', primary: true }] };
    const event = { _id: 'v1', timestamp: '2026-01-01T00:00:00Z', identityMap, [tenant]: { room: 'a', at: 'no', rom: 'x' } };
    const { status, body } = await send(await inlet(), reference.replace('@/dataSets/', ''), event);
    expect(status).toBe(400);
    const { cause } = body['report'] as {
      readonly cause: Readonly<Record<string, readonly { readonly causingExceptions: readonly Resource[] }[]>>;
    };
    const [problem] = cause['_streamingValidation'] ?? [];
    expect(problem?.causingExceptions.map(({ pointerToViolation, keyword }) => [pointerToViolation, keyword])).toEqual([
      [`#/${tenant}/rom`, 'additionalProperties'],
      [`#/${tenant}/room`, 'minLength'],
      [`#/${tenant}/at`, 'format'],
    ]);
  });

  it('takes what adds and refuses what breaks, with the reasons', async () => {
    const fields = { a: { type: 'string', enum: ['x', 'y'] }, b: { type: 'integer' }, c: { type: 'string' } };
    const own = await create('fieldgroups', group('Change', PROFILE, fields));
    const made = await create('schemas', schema('Change', PROFILE, own.$id));
    const replace = (changed: object): Promise<unknown> =>
      call(routes.replaceSchemaResource, { params: { kind: 'fieldgroups', id: own.$id }, body: group('Change', PROFILE, changed) });
    await replace({ ...fields, c: { type: 'number' } });
    await replace(fields);
    await enable(made.$id);
    await replace({ ...fields, a: { type: 'string', enum: ['x', 'y', 'z'] }, d: { type: 'boolean' } });
    const error = await refusal(replace({ a: { type: 'string', enum: ['x'] }, b: { type: 'string' }, d: { type: 'boolean' } }));
    expect(error.code).toBe('SCHEMA_CHANGE_BREAKS');
    expect(error.message).toContain(`${tenant}.c would be removed`);
    expect(error.message).toContain(`${tenant}.b would change its type from integer to string`);
    expect(error.message).toContain('"y", "z" would not be allowed any more');
    expect(error.message).toContain('The schema Change, which uses it,');
    const [newest, ...older] = await call(routes.schemaAuditLog, { params: { id: own.$id } });
    expect([newest?.['action'], older.length]).toEqual(['update', 3]);
    expect((await refusal(call(routes.deleteSchemaResource, { params: { kind: 'fieldgroups', id: own.$id } }))).code).toBe(
      'SCHEMA_RESOURCE_IN_USE',
    );
    expect((await refusal(call(routes.deleteSchemaResource, { params: { kind: 'schemas', id: made.$id } }))).code).toBe(
      'SCHEMA_RESOURCE_IN_USE',
    );
  });

  it('is refused where it makes no sense', async () => {
    const cases: readonly (readonly [string, Promise<unknown>, string])[] = [
      ['no title', create('fieldgroups', { ...group('x', PROFILE, { a: { type: 'string' } }), title: '' }), 'needs a "title"'],
      ['no class', create('schemas', schema('x', PERSONAL)), 'exactly one class'],
      ['two classes', create('schemas', schema('x', PROFILE, EVENT)), 'exactly one class'],
      ['an unknown part', create('schemas', schema('x', PROFILE, 'https://ns.adobe.com/none')), 'which there is not'],
      ['a group of another class', create('schemas', schema('x', EVENT, PERSONAL)), 'does not extend the class'],
      [
        'a field outside of the tenant',
        create('fieldgroups', { title: 'x', 'meta:intendedToExtend': [PROFILE], properties: { a: { type: 'string' } } }),
        'must lie below',
      ],
      [
        'an unknown type',
        create('fieldgroups', group('x', PROFILE, { a: { $ref: 'https://ns.adobe.com/none' } })),
        'names no known data type',
      ],
      ['a class without behaviour', create('classes', { title: 'x', allOf: [] }), 'exactly one behaviour'],
    ];
    for (const [what, answer, message] of cases) expect((await refusal(answer)).message, what).toContain(message);
    const machines = await create('classes', { title: 'Machines', allOf: [{ $ref: 'https://ns.adobe.com/xdm/data/time-series' }] });
    const made = await create('schemas', schema('Machines', machines.$id));
    expect((await refusal(enable(made.$id))).message).toContain('cannot be enabled for Profile');
    await call(routes.deleteSchemaResource, { params: { kind: 'schemas', id: made.$id } });
    const gone = await refusal(call(routes.getSchemaResource, { params: { container: 'tenant', kind: 'schemas', id: made.$id } }));
    expect([gone.status, gone.code]).toEqual([404, 'XDM-1012-404']);
  });

  it('survives a restart', async () => {
    const list = async (): Promise<readonly unknown[]> =>
      (await call(routes.listSchemaResources, { params: { container: 'tenant', kind: 'schemas' } })).results;
    const [before, size] = [await list(), await sizeOf(`${tenant}.shoeSize > 40`)];
    expect([before.length > 0, size]).toEqual([true, 1]);
    await server.restart();
    expect(await list()).toEqual(before);
    expect(await sizeOf(`${tenant}.shoeSize > 40`)).toBe(size);
  });
});

describe('resources', () => {
  it('go from one registry to another, with what they are made of', async () => {
    const level = await create('datatypes', { title: 'Rank', type: 'object', properties: { name: { type: 'string', enum: ['high'] } } });
    const ranks = await create(
      'fieldgroups',
      group('Ranks', PROFILE, { rank: { $ref: level.$id }, since: { type: 'string', format: 'date' } }),
    );
    const made = await create('schemas', schema('Ranked', PROFILE, ranks.$id));
    const exported = await call(routes.exportSchemaResource, { params: { id: made.$id } });
    expect(exported.map((each) => each['title'])).toEqual(['Rank', 'Ranks', 'Ranked']);
    // What is here already, the same, is left alone.
    expect(await call(routes.importSchemaResources, { body: exported })).toEqual([]);
    const changed = exported.map((each) => (each['title'] === 'Rank' ? { ...each, title: 'Another rank' } : each));
    expect(await refusal(call(routes.importSchemaResources, { body: changed }))).toMatchObject({ status: 400, code: 'XDM-3005-400' });
    for (const [kind, id] of [
      ['schemas', made.$id],
      ['fieldgroups', ranks.$id],
      ['datatypes', level.$id],
    ] as const)
      await call(routes.deleteSchemaResource, { params: { kind, id } });
    const back = await call(routes.importSchemaResources, { body: exported });
    expect(back.map((each) => each['$id'])).toEqual([level.$id, ranks.$id, made.$id]);
    const foreign = JSON.parse(
      JSON.stringify(exported).replaceAll('com/kindred/', 'com/acme/').replaceAll('"_kindred"', '"_acme"'),
    ) as Resource[];
    const taken = await call(routes.importSchemaResources, { body: foreign });
    expect(taken).toHaveLength(3);
    expect(JSON.stringify(taken)).not.toContain('acme');
    const id = String(taken[2]?.['$id']);
    const sample = await call(routes.sampleSchemaRecord, { params: { id } });
    expect(sample).toMatchObject({ [tenant]: { rank: { name: 'high' }, since: '2026-01-05' } });
    expect((await refusal(call(routes.importSchemaResources, { body: [{ title: 'x' }] }))).message).toContain('no $id');
    for (const [kind, at] of [
      ['schemas', 2],
      ['fieldgroups', 1],
      ['datatypes', 0],
    ] as const) {
      for (const from of [taken, back]) await call(routes.deleteSchemaResource, { params: { kind, id: String(from[at]?.['$id']) } });
    }
  });
});

describe('the documented forms', () => {
  it('follow the Accept header', async () => {
    const short = await get(`${BASE}/tenant/schemas?orderby=title&limit=2`, 'application/vnd.adobe.xed-id+json');
    expect(short.type).toMatch(/^application\/vnd.adobe.xed-id\+json/);
    const { results, _page } = short.body as { results: Resource[]; _page: Resource };
    expect(Object.keys(results[0] ?? {}).toSorted()).toEqual(['$id', 'meta:altId', 'title', 'version']);
    expect([results.map(({ title }) => title), _page['count'], typeof _page['next']]).toEqual([['Change', 'Runners'], 2, 'string']);
    const rest = await get(`${BASE}/tenant/schemas?orderby=title&start=${String(_page['next'])}`, 'application/vnd.adobe.xed+json');
    expect((rest.body['results'] as Resource[]).map((one) => [one['title'], 'allOf' in one])).toEqual([['Visits', true]]);
    const id = encodeURIComponent(String(results[1]?.['$id']));
    const full = await get(`${BASE}/tenant/schemas/${id}`, 'application/vnd.adobe.xed-full+json; version=1');
    expect(full.body).toMatchObject({
      properties: { [tenant]: { properties: { level: { properties: { name: { enum: ['gold', 'silver'] } } } } }, personalEmail: {} },
    });
    expect('allOf' in full.body).toBe(false);
    const bare = await get(
      `${BASE}/tenant/schemas/${String(results[1]?.['meta:altId'])}`,
      'application/vnd.adobe.xdm-full-notext+json; version=1',
    );
    expect('title' in bare.body).toBe(false);
    expect(Object.keys(bare.body['properties'] as object)).toContain('xdm:personalEmail');
    expect((await get(`${BASE}/tenant/schemas/${id}`, 'application/vnd.adobe.xed+json')).body).toMatchObject({
      type: 'https://ns.adobe.com/aep/errors/XDM-1007-400',
    });
    expect((await get(`${BASE}/tenant/schemas`, 'application/vnd.adobe.xed+json; version=1')).body).toMatchObject({
      type: 'https://ns.adobe.com/aep/errors/XDM-1006-400',
    });
  });

  it('filter lists', async () => {
    const titles = async (property: string | string[]): Promise<unknown[]> =>
      (
        await call(routes.listSchemaResources, { params: { container: 'tenant', kind: 'schemas' }, query: { property, orderby: 'title' } })
      ).results.map(({ title }) => title);
    expect(await titles('title==Visits')).toEqual(['Visits']);
    expect(await titles('title~=^[RV]')).toEqual(['Runners', 'Visits']);
    expect(await titles([`meta:class==${PROFILE}`, 'meta:immutableTags==union'])).toEqual(['Change', 'Runners']);
    expect((await refusal(titles('title'))).status).toBe(400);
    expect((await refusal(titles('title~=('))).status).toBe(400);
  });

  it('have what comes with the product', async () => {
    const groups = await call(routes.listSchemaResources, { params: { container: 'global', kind: 'mixins' }, query: { limit: 300 } });
    expect(groups.results.length).toBeGreaterThan(25);
    const xdmClass = await call(routes.getSchemaResource, {
      params: { container: 'global', kind: 'classes', id: '_xdm.context.experienceevent' },
    });
    expect(xdmClass).toMatchObject({ $id: EVENT, required: ['_id', 'timestamp'] });
    expect((await call(routes.listSchemaResources, { params: { container: 'global', kind: 'behaviors' } })).results).toHaveLength(3);
    expect((await call(routes.listUnions)).results).toHaveLength(2);
    expect(await call(routes.getUnion, { params: { id: '_xdm.context.profile__union' } })).toMatchObject({
      properties: { person: { type: 'object' }, [tenant]: { properties: { shoeSize: { type: 'integer' } } } },
    });
    expect(await call(routes.schemaRegistryStats)).toMatchObject({ tenantId: server.settings.tenant, counts: { schemas: 3, unions: 2 } });
  });

  it('show descriptors by type', async () => {
    const [id] = Object.values(await call(routes.listDescriptors)).flat() as { readonly '@id': string }[];
    const ids = await get(`${BASE}/tenant/descriptors`, 'application/vnd.adobe.xdm-id+json');
    expect(ids.body).toEqual({ 'xdm:descriptorIdentity': [id?.['@id']] });
    const pages = await get(`${BASE}/tenant/descriptors`, 'application/vnd.adobe.xdm-v2+json');
    expect(pages.body).toMatchObject({ results: [{ '@id': id?.['@id'] }], _page: { next: null } });
    const path = { params: { id: String(id?.['@id']) } };
    const body = await call(routes.getDescriptor, path);
    expect((await refusal(call(routes.replaceDescriptor, { ...path, body: { ...body, 'xdm:sourceProperty': '/none' } }))).code).toBe(
      'SCHEMA_DESCRIPTOR_INVALID',
    );
    expect(await call(routes.replaceDescriptor, { ...path, body: { ...body, 'xdm:isPrimary': false } })).toEqual({ '@id': id?.['@id'] });
    await call(routes.deleteDescriptor, path);
    expect((await refusal(call(routes.getDescriptor, path))).status).toBe(404);
  });
});

describe('datasets', () => {
  it('are created, changed, listed and deleted as the catalog does it', async () => {
    const { results } = await call(routes.listSchemaResources, {
      params: { container: 'tenant', kind: 'schemas' },
      query: { property: 'title==Visits' },
    });
    const schemaRef = { id: String(results[0]?.['$id']), contentType: 'application/vnd.adobe.xed+json;version=1' };
    const [reference = ''] = await call(routes.createDataset, { body: { name: 'Rooms', description: 'a', schemaRef, tags: {} } });
    const id = reference.replace('@/dataSets/', '');
    expect(id).toMatch(/^[0-9a-f]{24}$/);
    const params = { id };
    const enabled = [{ op: 'add' as const, path: '/tags/unifiedProfile', value: ['enabled:true'] }];
    expect(await call(routes.updateDataset, { params, body: enabled })).toEqual([reference]);
    await call(routes.updateDataset, { params, body: { description: 'b' } });
    await call(routes.updateDatasetV2, { params, body: { extensions: { adobe_lakeHouse: { rowExpiration: { ttlValue: 'P30D' } } } } });
    expect((await call(routes.getDataset, { params }))[id]).toMatchObject({
      name: 'Rooms',
      description: 'b',
      version: '1.0.3',
      tags: { unifiedProfile: ['enabled:true'], 'adobe/pqs/table': ['rooms'] },
      schemaRef,
      classification: { dataBehavior: 'time-series' },
      extensions: { adobe_lakeHouse: { rowExpiration: { ttlValue: 'P30D' } } },
    });
    const names = async (query: Record<string, string>): Promise<unknown[]> =>
      Object.values(await call(routes.listDatasets, { query })).map(({ name }) => name);
    expect(await names({ property: 'name~^Roo' })).toEqual(['Rooms']);
    expect(await names({ 'schemaRef.id': schemaRef.id, orderBy: 'asc:created' })).toEqual(['Visits', 'Rooms']);
    expect(await call(routes.listDatasets, { query: { name: 'Rooms', properties: 'tags' } })).toEqual({
      [id]: { name: 'Rooms', version: '1.0.3', tags: { unifiedProfile: ['enabled:true'], 'adobe/pqs/table': ['rooms'] } },
    });
    await call(routes.replaceDataset, { params, body: { name: 'Rooms 2', schemaRef } });
    expect(await call(routes.deleteDataset, { params })).toEqual([reference]);
    expect((await refusal(call(routes.getDataset, { params }))).status).toBe(404);
  });

  it('take away events that are older than they keep them', async () => {
    const [id = ''] = Object.keys(await call(routes.listDatasets, { query: { name: 'Visits' } }));
    const identityMap = { Email: [{ id: 'old@example.org', primary: true }] };
    const inletId = await inlet();
    const day = 86_400_000;
    const now = Date.now();
    for (const [index, days] of [3, 29, 31, 400].entries()) {
      const timestamp = new Date(now - days * day).toISOString();
      const event = { _id: `old${index}`, timestamp, identityMap, [tenant]: { room: 'hall' } };
      expect((await send(inletId, id, event)).status).toBe(200);
    }
    await stored();
    const count = (least: number): Promise<number> => sizeOf(`xEvent[${tenant}.room = "hall"].count() >= ${least}`);
    expect([await count(4), await count(5)]).toEqual([1, 0]);
    const keep = (ttlValue: string | null): Promise<unknown> =>
      call(routes.updateDatasetV2, { params: { id }, body: { extensions: { adobe_lakeHouse: { rowExpiration: { ttlValue } } } } });
    await keep('P1Y');
    expect([await count(3), await count(4)]).toEqual([1, 0]);
    await keep('P30D');
    expect([await count(2), await count(3)]).toEqual([1, 0]);
    await keep(null);
    expect(await count(2)).toBe(1);
  });

  it('are refused where they make no sense', async () => {
    const refused = await refusal(call(routes.createDataset, { body: { name: 'x', schemaRef: { id: 'https://ns.adobe.com/none' } } }));
    expect([refused.status, refused.code]).toEqual([400, 'DATASET_INVALID']);
    const [id = ''] = Object.keys(await call(routes.listDatasets, { query: { name: 'Visits' } }));
    const ttl = { extensions: { adobe_lakeHouse: { rowExpiration: { ttlValue: '30 days' } } } };
    expect((await refusal(call(routes.updateDatasetV2, { params: { id }, body: ttl }))).message).toContain('ttlValue');
    expect((await refusal(call(routes.updateDataset, { params: { id }, body: { schemaRef: { id: PROFILE } } }))).message).toContain(
      'cannot change',
    );
  });
});
