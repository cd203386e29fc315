/** Merge policies and entity access over HTTP. */
import type { ProfileEntity } from '@kindred/contract';
import { routes } from '@kindred/contract';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { xidOf } from '../../src/identity/index.ts';
import type { TestServer } from './server.ts';
import { importEnded, PEOPLE_MAPPING, PROFILE_TAGS, routesTagged, startTestServer, writeEvents, writePeople } from './server.ts';

let server: TestServer;
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);
const base = '/data/core/ups';

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  const missing = [...routesTagged((tag) => PROFILE_TAGS.has(tag))].filter((name) => !server.called.has(name));
  await server.stop();
  expect(missing, 'routes that no test calls').toEqual([]);
});

async function get(path: string): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const response = await fetch(`${server.url}${base}${path}`);
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
}

const address = (namespace: string, id: string): string =>
  `/access/entities?schema.name=_xdm.context.profile&entityId=${encodeURIComponent(id)}&entityIdNS=${namespace}`;
const events = (more = ''): string =>
  `/access/entities?schema.name=_xdm.context.experienceevent&relatedSchema.name=_xdm.context.profile&relatedEntityId=C1&relatedEntityIdNS=CRMID${more}`;
const ANNA = xidOf({ namespace: 'CRMID', id: 'C1' });

beforeAll(async () => {
  for (const [file, dataset, more] of [
    [writePeople(server.folder), 'crm', { mapping: PEOPLE_MAPPING }],
    [writeEvents(server.folder), 'web', {}],
  ] as const) {
    const job = await call(routes.startImport, { body: { path: file, dataset, ...more } });
    expect((await importEnded(server.client, job)).error).toBeNull();
  }
});

describe('merge policies', () => {
  it('begin with one that is default and active on the edge', async () => {
    const { children } = await call(routes.listMergePolicies, { query: {} });
    expect(children).toMatchObject([
      { id: 'timestamp-ordered', default: true, isActiveOnEdge: true, version: 1, identityGraph: { type: 'pdg' } },
    ]);
  });

  it('are made, changed, found and deleted; a new default takes the place of the one before', async () => {
    const created = await call(routes.createMergePolicy, {
      body: { name: 'CRM first', attributeMerge: { type: 'dataSetPrecedence', order: ['crm', 'web'] } },
    });
    expect(created).toMatchObject({ default: false, isActiveOnEdge: false, version: 1, schema: { name: '_xdm.context.profile' } });
    const params = { id: created.id };
    const body = [
      { op: 'add', path: '/default', value: true },
      { op: 'add', path: '/identityGraph.type', value: 'none' },
    ] as const;
    expect(await call(routes.updateMergePolicy, { params, body: [...body] })).toMatchObject({
      default: true,
      version: 2,
      identityGraph: { type: 'none' },
    });
    expect((await call(routes.getMergePolicy, { params: { id: 'timestamp-ordered' } })).default).toBe(false);
    const found = await call(routes.listMergePolicies, { query: { default: 'true' } });
    expect(found.children.map(({ id }) => id)).toEqual([created.id]);
    const { results } = await call(routes.bulkGetMergePolicies, { body: { ids: [{ id: created.id }, { id: 'nobody' }] } });
    expect(results).toMatchObject({ [created.id]: { status: 200 }, nobody: { status: 404 } });
    await expect(call(routes.deleteMergePolicy, { params })).rejects.toMatchObject({ status: 409, code: 'merge-policy-in-use' });
    await call(routes.updateMergePolicy, { params: { id: 'timestamp-ordered' }, body: [{ op: 'add', path: '/default', value: true }] });
    const replaced = await call(routes.replaceMergePolicy, {
      params,
      body: { name: 'Newest', attributeMerge: { type: 'timestampOrdered' } },
    });
    expect(replaced).toMatchObject({ name: 'Newest', attributeMerge: { type: 'timestampOrdered' }, default: false, version: 3 });
    await call(routes.deleteMergePolicy, { params });
    await expect(call(routes.getMergePolicy, { params })).rejects.toMatchObject({ status: 404, code: 'merge-policy-not-found' });
  });

  it.each([
    [{ name: 'x', attributeMerge: { type: 'dataSetPrecedence' } }, 'needs its datasets'],
    [{ name: 'x', attributeMerge: { type: 'dataSetPrecedence', order: ['a', 'a'] } }, 'twice'],
    [{ name: '' }, 'name'],
    [{ name: 'x', identityGraph: { type: 'coop' } }, 'identityGraph'],
  ])('refuse %j', async (body, message) => {
    await expect(call(routes.createMergePolicy, { body: body as never })).rejects.toThrow(message);
  });

  it('are five at most, and one is always the default', async () => {
    const made = [];
    for (const name of ['a', 'b', 'c', 'd']) made.push(await call(routes.createMergePolicy, { body: { name } }));
    await expect(call(routes.createMergePolicy, { body: { name: 'e' } })).rejects.toMatchObject({ code: 'merge-policy-limit' });
    const body = [{ op: 'replace', path: '/default', value: false }] as const;
    await expect(call(routes.updateMergePolicy, { params: { id: 'timestamp-ordered' }, body: [...body] })).rejects.toThrow(
      'always a default',
    );
    for (const { id } of made) await call(routes.deleteMergePolicy, { params: { id } });
  });
});

describe('entity access', () => {
  it('finds a profile by any of its identities and by XID', async () => {
    const { body } = await get(address('CRMID', 'C1'));
    expect(body[ANNA]).toMatchObject({
      entityId: ANNA,
      mergePolicy: { id: 'timestamp-ordered' },
      sources: ['crm', 'web'],
      entity: {
        person: { name: { firstName: 'Anna' } },
        identityMap: { CRMID: [{ id: 'C1', primary: true }], Email: [{ id: 'anna@example.com' }] },
      },
      lastModifiedAt: expect.stringMatching(/^\d{4}-/) as string,
    });
    const email = xidOf({ namespace: 'Email', id: 'anna@example.com' });
    expect((body[ANNA] as { identityGraph: string[] }).identityGraph.toSorted()).toEqual([ANNA, email].toSorted());
    expect((await get(address('email', 'anna@example.com'))).body[email]).toMatchObject({ entity: { homeAddress: { city: 'Berlin' } } });
    const byXid = await call(routes.getEntity, { query: { 'schema.name': '_xdm.context.profile', entityId: ANNA } });
    expect(Object.keys(byXid)).toEqual([ANNA]);
  });

  it('knows one identity alone by a policy without a graph', async () => {
    const { id } = await call(routes.createMergePolicy, { body: { name: 'Alone', identityGraph: { type: 'none' } } });
    const crm = (await get(`${address('CRMID', 'C1')}&mergePolicyId=${id}`)).body[ANNA] as ProfileEntity;
    expect(crm.identityGraph).toEqual([ANNA]);
    expect(crm.entity).toMatchObject({ homeAddress: { city: 'Berlin' }, identityMap: { CRMID: [{ id: 'C1', primary: true }] } });
    expect(Object.keys(crm.entity['identityMap'] as object)).toEqual(['CRMID']);
    const email = xidOf({ namespace: 'Email', id: 'anna@example.com' });
    const other = (await get(`${address('Email', 'anna@example.com')}&mergePolicyId=${id}`)).body[email] as ProfileEntity;
    expect(other.entity).not.toHaveProperty('homeAddress');
    const count = async (namespace: string, of: string, policy = ''): Promise<number> => {
      const query = { 'schema.name': '_xdm.context.experienceevent', relatedEntityId: of, relatedEntityIdNS: namespace } as const;
      const page = await call(routes.getEntity, { query: { ...query, ...(policy && { mergePolicyId: policy }) } });
      return (page as { readonly children: readonly unknown[] }).children.length;
    };
    expect(await count('CRMID', 'C1', id)).toBe(await count('CRMID', 'C1'));
    expect([(await count('Email', 'anna@example.com')) > 0, await count('Email', 'anna@example.com', id)]).toEqual([true, 0]);
    await expect(count('CRMID', 'C1', 'none')).rejects.toMatchObject({ code: 'merge-policy-not-found' });
    const audience = {
      name: 'Of nobody',
      expression: { type: 'PQL', format: 'pql/text', value: 'person.name.firstName = "Anna"' },
    } as const;
    const refused = call(routes.createDefinition, { body: { ...audience, schema: { name: '_xdm.context.profile' }, mergePolicyId: id } });
    await expect(refused).rejects.toMatchObject({ code: 'merge-policy-invalid' });
    await call(routes.deleteMergePolicy, { params: { id } });
  });

  it('gives just the fields asked for, merged by the policy asked for', async () => {
    expect((await get(`${address('CRMID', 'C1')}&fields=person.name,homeAddress.city`)).body[ANNA]).toMatchObject({
      entity: { person: { name: { firstName: 'Anna' } }, homeAddress: { city: 'Berlin' } },
    });
    const order = await call(routes.createMergePolicy, {
      body: { name: 'Nothing of the CRM', attributeMerge: { type: 'dataSetPrecedence', order: ['elsewhere'] } },
    });
    const { body } = await get(`${address('CRMID', 'C1')}&mergePolicyId=${order.id}`);
    expect(Object.keys((body[ANNA] as { entity: object }).entity)).toEqual(['identityMap']);
    await call(routes.deleteMergePolicy, { params: { id: order.id } });
  });

  it('tells in which audiences a profile is', async () => {
    const audience = await call(routes.createAudience, { body: { name: 'Berliners', pql: 'homeAddress.city = "Berlin"' } });
    await call(routes.evaluateAudience, { params: { id: audience.id } });
    expect((await get(address('CRMID', 'C1'))).body[ANNA]).toMatchObject({
      entity: { segmentMembership: { ups: { [audience.id]: { status: 'realized' } } } },
    });
  });

  it('pages through events either way, with conditions', async () => {
    const ids: string[] = [];
    for (let path = events('&limit=2'); path !== '';) {
      const { body } = await get(path);
      const { children, ...page } = body as { children: { entityId: string }[]; _links: { next: { href: string } } };
      const { href } = page['_links'].next;
      ids.push(...children.map(({ entityId }) => entityId));
      path = href === '' ? '' : `/access${href}`;
    }
    expect(ids).toEqual(['e1', 'e2', 'e3']);
    const newest = (await get(events('&orderby=-timestamp&limit=1'))).body;
    expect(newest).toMatchObject({ children: [{ entityId: 'e3', relatedEntityId: ANNA, timestamp: Date.parse('2026-01-03T10:00:00Z') }] });
    const dear = (await get(events('&property=commerce.order.priceTotal%3E50&property=eventType==commerce.purchases'))).body;
    expect(dear).toMatchObject({ children: [{ entityId: 'e3' }], _page: { count: 1, next: '' } });
    const between = await get(events(`&startTime=${Date.parse('2026-01-02T10:00:00Z')}&endTime=${Date.parse('2026-01-03T10:00:00Z')}`));
    expect(between.body).toMatchObject({ children: [{ entityId: 'e2' }] });
  });

  it('answers about many at once, known or not', async () => {
    const identities = [
      { entityId: 'C2', entityIdNS: { code: 'CRMID' } },
      { entityId: 'nobody', entityIdNS: { code: 'CRMID' } },
    ];
    const many = await call(routes.getEntities, { body: { schema: { name: '_xdm.context.profile' }, identities, fields: ['person'] } });
    expect(many).toMatchObject({
      [xidOf({ namespace: 'CRMID', id: 'C2' })]: { entity: { person: { name: { firstName: 'Ben' } } }, requestedIdentity: identities[0] },
      [xidOf({ namespace: 'CRMID', id: 'nobody' })]: { entity: {}, sources: [''], lastModifiedAt: '1970-01-01T00:00:00.000Z' },
    });
    const body = {
      schema: { name: '_xdm.context.experienceevent' },
      identities: [{ relatedEntityId: 'C1', relatedEntityIdNS: { code: 'CRMID' } }],
      limit: 2,
    } as const;
    const first = await call(routes.getEntities, { body: { ...body, identities: [...body.identities] } });
    expect(first[ANNA]).toMatchObject({ children: [{ entityId: 'e1' }, { entityId: 'e2' }], _links: { next: { href: '/entities' } } });
    const { payload } = (first[ANNA] as unknown as { _links: { next: { payload: never } } })['_links'].next;
    expect((await call(routes.getEntities, { body: payload }))[ANNA]).toMatchObject({
      children: [{ entityId: 'e3' }],
      _page: { next: '' },
    });
  });

  it.each([
    ['/access/entities?schema.name=_xdm.context.profile', 400, 'entityId is missing'],
    ['/access/entities?schema.name=_xdm.context.profile&entityId=C1', 400, 'no XID'],
    ['/access/entities?schema.name=_xdm.context.nothing&entityId=C1&entityIdNS=CRMID', 400, 'schema.name'],
    [address('CRMID', 'nobody'), 404, 'no profile'],
    [`${address('CRMID', 'C1')}&mergePolicyId=none`, 404, 'no merge policy'],
    [events('&property=a%3E1&property=a%3E1&property=a%3E1&property=a%3E1'), 400, '3 at most'],
    [events('&property=nonsense'), 400, 'not understood'],
    [events('&start=nonsense'), 400, 'no place'],
  ])('refuses %s', async (path, status, message) => {
    const { status: found, body } = await get(path);
    expect(found).toBe(status);
    expect(JSON.stringify(body)).toContain(message);
  });
});

describe('profile reports', () => {
  const anonymous = (id: string, day: string): object => ({
    _id: `visit ${id}`,
    timestamp: `2025-${day}T10:00:00Z`,
    eventType: 'visit',
    identityMap: { ECID: [{ id, primary: true }] },
  });

  beforeAll(async () => {
    const path = join(server.folder, 'cookies.jsonl');
    const recent = {
      ...anonymous('38124545645346547856745345645345645345'.replace('3', '4'), '01-01'),
      timestamp: new Date().toISOString(),
    };
    writeFileSync(
      path,
      [anonymous('38124545645346547856745345645345645345', '01-01'), recent].map((each) => JSON.stringify(each)).join('\n'),
    );
    expect((await importEnded(server.client, await call(routes.startImport, { body: { path, dataset: 'cookies' } }))).error).toBeNull();
  });

  it('say how many there are', async () => {
    expect(await call(routes.getSampleStatus, {})).toMatchObject({
      numRowsToRead: '5',
      totalRows: '5',
      totalFragmentCount: 10,
      samplingRatio: 1,
    });
  });

  it('count profiles by dataset and by namespace, and those in several', async () => {
    const datasets = await call(routes.getDatasetReport, { query: {} });
    expect(datasets.data).toMatchObject([
      { value: 'crm', fullIDsCount: 3, fullIDsPercentage: 60, fullIDsFragmentCount: 3 },
      { value: 'cookies', fullIDsCount: 2 },
      { value: 'web', fullIDsCount: 2, sampleCount: 2, fullIDsFragmentCount: 5 },
    ]);
    expect((await call(routes.getDatasetOverlap, { query: {} })).data).toEqual({ 'crm,web': 2, cookies: 2, crm: 1 });
    const namespaces = await call(routes.getNamespaceReport, { query: {} });
    expect(namespaces.data.find(({ code }) => code === 'ECID')).toMatchObject({ value: '4', fullIDsCount: 2 });
    expect((await call(routes.getNamespaceOverlap, { query: {} })).data).toEqual({ 'CRMID,Email': 3, ECID: 2 });
  });

  it('count who is known by a cookie alone and was not heard of', async () => {
    const { data } = await call(routes.getUnknownProfiles, { query: {} });
    expect(data).toMatchObject({ totalNumberOfProfiles: 5, totalNumberOfEvents: 7 });
    expect(data.unknownProfiles['120days']).toEqual({ countOfProfiles: 1, eventsAssociated: 1, nsDistribution: { ECID: 1 } });
    expect((await get('/previewsamplestatus/report/dataset?date=2020-01-01')).status).toBe(404);
  });
});
