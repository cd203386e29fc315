/** The Identity Service's paths over HTTP. */
import { routes } from '@kindred/contract';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { xidOf } from '../../src/identity/index.ts';
import type { TestServer } from './server.ts';
import { IDENTITY_TAGS, importEnded, refusal, routesTagged, startTestServer } from './server.ts';

let server: TestServer;
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);

const event = (_id: string, timestamp: string, ...ids: readonly (readonly [string, string])[]): object => ({
  _id,
  timestamp,
  eventType: 'visit',
  identityMap: Object.fromEntries(ids.map(([namespace, id], index) => [namespace, [{ id, primary: index === 0 }]])),
});
const ECID = '12345678901234567890123456789012345678';
const [FIRST, LAST] = ['2026-01-01T10:00:00.000Z', '2026-01-05T10:00:00.000Z'];

beforeAll(async () => {
  server = await startTestServer();
  const path = join(server.folder, 'visits.jsonl');
  const events = [
    event('v1', FIRST, ['ECID', ECID]),
    event('v2', FIRST, ['CRMID', 'C1'], ['ECID', ECID]),
    event('v3', LAST, ['CRMID', 'C1'], ['ECID', ECID]),
    event('v4', LAST, ['CRMID', 'C2']),
  ];
  writeFileSync(path, events.map((each) => JSON.stringify(each)).join('\n'));
  expect((await importEnded(server.client, await call(routes.startImport, { body: { path, dataset: 'web' } }))).rowsOut).toBe(4);
});

afterAll(async () => {
  const missing = [...routesTagged((tag) => IDENTITY_TAGS.has(tag))].filter((name) => !server.called.has(name));
  await server.stop();
  expect(missing, 'routes that no test calls').toEqual([]);
});

it('namespaces have numbers, the documented ones where there are any', async () => {
  const all = await call(routes.listIdentityNamespaces, {});
  expect(all.find(({ code }) => code === 'ECID')).toMatchObject({ id: 4, idType: 'Cookie', custom: false, status: 'ACTIVE' });
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(await call(routes.listSharedIdentityNamespaces, { params: { org: 'local@kindred' } })).toEqual(all);
  expect((await refusal(call(routes.listSharedIdentityNamespaces, { params: { org: 'other' } }))).status).toBe(404);
  expect(await call(routes.getIdentityNamespace, { params: { id: '6' } })).toMatchObject({ code: 'Email' });
  await expect(call(routes.getIdentityNamespace, { params: { id: '999' } })).rejects.toMatchObject({ status: 404 });
});

it('an identity has an XID, and all identities of the person are found by it', async () => {
  const { xid } = await call(routes.getXid, { query: { nsid: '4', id: ECID } });
  expect(xid).toBe(xidOf({ namespace: 'ECID', id: ECID }));
  const { clusters } = await call(routes.getIdentityCluster, { query: { xid } });
  expect(clusters).toMatchObject([{ xid, compositeXid: { nsid: 4, id: ECID }, members: [{ id: ECID }, { namespace: 'CRMID', id: 'C1' }] }]);
  const alone = await call(routes.getIdentityCluster, { query: { namespace: 'CRMID', id: 'C1', 'graph-type': 'None' } });
  expect(alone.clusters[0]?.members).toMatchObject([{ namespace: 'CRMID', id: 'C1' }]);
  const unknown = [{ nsid: 999, id: 'x' }];
  const body = { compositeXids: [{ nsid: 4, id: ECID }, ...unknown], compositeXidsWithNamespace: [{ namespace: 'CRMID', id: 'nobody' }] };
  const many = await call(routes.getIdentityClusters, { body });
  expect(many.clusters).toHaveLength(1);
  expect(many.unprocessedRecords).toEqual([...unknown, { namespace: 'CRMID', id: 'nobody' }]);
});

it('a person is a graph: identities, and when which came together', async () => {
  const composite = { ns: 'CRMID', id: 'C1' };
  const { graphs } = await call(routes.getIdentityGraphs, {
    body: { composite_xids: [composite], projection_type: 'graph', require_edge_meta_data: true },
  });
  expect(graphs).toMatchObject([
    {
      composite_xid: composite,
      vertices: [{ last_updated_ts: Date.parse(LAST) }, { last_updated_ts: Date.parse(LAST) }],
      edges: [{ first_established_ts: Date.parse(FIRST), last_established_ts: Date.parse(LAST), dataset_ids: ['web'] }],
    },
  ]);
  const set = await call(routes.getIdentityGraphs, {
    body: { xids: [xidOf({ namespace: 'CRMID', id: 'C2' }), xidOf({ namespace: 'CRMID', id: 'C3' })] },
  });
  expect(set.graphs).toMatchObject([{ members: [{ ns: 'CRMID', id: 'C2' }] }]);
  expect(set.unprocessed_xids).toHaveLength(1);
});

it('an identity leads to those of another namespace', async () => {
  const customer = { namespace: 'CRMID', id: 'C1' };
  const one = await call(routes.getIdentityMapping, { query: { ...customer, targetNs: '4' } });
  const mapping = [{ compositeXid: { nsid: 4, namespace: 'ECID', id: ECID }, lastAssociationTime: Date.parse(LAST) }];
  expect(one).toMatchObject({ mappings: [{ xid: xidOf(customer), compositeXid: customer, mapping }], algo_type: 'STITCH_ALL' });
  const nobody = { namespace: 'CRMID', id: 'nobody' };
  const many = await call(routes.getIdentityMappings, {
    body: { compositeXidsWithNamespace: [customer, { namespace: 'CRMID', id: 'C2' }, nobody], targetNs: 'ecid' },
  });
  expect(many).toMatchObject({ mappings: [{ mapping }], unprocessedRecords: [nobody] });
  expect(await call(routes.getIdentityMapping, { query: { namespace: 'CRMID', id: 'C2', targetNs: 'ECID' } })).toBeUndefined();
  expect(await call(routes.getIdentityMappings, { body: { compositeXidsWithNamespace: [nobody], targetNs: 4 } })).toBeUndefined();
  expect((await refusal(call(routes.getIdentityMapping, { query: { ...customer, targetNs: 'Nothing' } }))).status).toBe(404);
});

it('a graph without its graph is the identity alone, and what is not supported is refused', async () => {
  const body = { composite_xids: [{ ns: 'CRMID', id: 'C1' }], graph_type: 'None' as const };
  expect((await call(routes.getIdentityGraphs, { body })).graphs).toMatchObject([{ members: [{ ns: 'CRMID', id: 'C1' }] }]);
  expect((await refusal(call(routes.getIdentityGraphs, { body: { ...body, traverse: [] } }))).message).toContain(
    '"traverse" is not supported',
  );
});

describe('links changed by hand', () => {
  const member = (namespace: string, id: string) => ({ namespace, id });
  const device = member('AnonymousID', 'kiosk');
  const [ann, ben] = [member('CRMID', 'K1'), member('CRMID', 'K2')];
  const send = async (name: string, events: readonly object[]): Promise<void> => {
    const path = join(server.folder, `${name}.jsonl`);
    writeFileSync(path, events.map((each) => JSON.stringify({ ...each, eventType: 'kiosk' })).join('\n'));
    await importEnded(server.client, await call(routes.startImport, { body: { path, dataset: 'kiosk' } }));
  };
  const eventsOf = async (of: { namespace: string; id: string }): Promise<string[]> =>
    (await call(routes.listEvents, { params: of })).events.map(({ id }) => id).toSorted((one, other) => (one < other ? -1 : 1));
  const visits = [
    event('k1', FIRST, ['CRMID', 'K1'], ['AnonymousID', 'kiosk']),
    event('k2', LAST, ['CRMID', 'K2'], ['AnonymousID', 'kiosk']),
    event('k3', LAST, ['AnonymousID', 'kiosk']),
  ];

  it('part people, with their events and memberships, and stay removed when the records come again', async () => {
    await send('kiosk', visits);
    const created = await call(routes.createAudience, { body: { name: 'Often', pql: 'xEvent[eventType = "kiosk"].count() >= 3' } });
    const size = async () => (await call(routes.getAudience, { params: { id: created.id } })).size;
    expect(await eventsOf(ann)).toEqual(['k1', 'k2', 'k3']);
    expect(created.size).toBe(1);
    const { links, people } = await call(routes.unlinkIdentities, {
      body: { identity: ann, from: { ...device, namespace: 'anonymousid' } },
    });
    expect(links).toMatchObject([{ one: ann, other: device, first: Date.parse(FIRST), datasets: ['kiosk'] }]);
    expect(people).toEqual([{ identities: [ann] }, { identities: [device, ben] }]);
    expect([await eventsOf(ann), await eventsOf(ben)]).toEqual([['k1'], ['k2', 'k3']]);
    expect(await size()).toBe(0);
    await send('kiosk-again', visits);
    await send('kiosk-later', [event('k4', LAST, ['CRMID', 'K1'], ['AnonymousID', 'kiosk'])]);
    await server.restart();
    await call(routes.repairIdentityGraph, {});
    expect([await eventsOf(ann), await eventsOf(ben)]).toEqual([
      ['k1', 'k4'],
      ['k2', 'k3'],
    ]);
    expect(await call(routes.listRemovedLinks)).toMatchObject({ total: 1, links: [{ one: ann, other: device, last: Date.parse(LAST) }] });
  });

  it('show in the graph, with the reason', async () => {
    const graph = await call(routes.getIdentityGraph, { query: ben });
    expect(graph.identities).toMatchObject([
      { ...device, idType: 'Cookie', primary: false },
      { ...ben, idType: 'Cross_device', primary: true },
    ]);
    expect(graph.links).toMatchObject([{ first: Date.parse(LAST), datasets: ['kiosk'] }]);
    expect(graph.outside).toMatchObject({ total: 1, links: [{ reason: 'removed-by-hand', other: ann }] });
    expect((await refusal(call(routes.getIdentityGraph, { query: member('CRMID', 'K9') }))).code).toBe('identity-unknown');
    const { removedLinks, namespaces, sizes, people, links } = await call(routes.getIdentityStatistics);
    expect(removedLinks).toBe(1);
    expect(links).toBeGreaterThan(1);
    expect(namespaces.find(({ namespace }) => namespace === 'ECID')).toEqual({ namespace: 'ECID', identities: 1, people: 1 });
    expect(sizes.reduce((sum, each) => sum + each.people, 0)).toBe(people);
  });

  it('come back when asked for', async () => {
    expect((await call(routes.restoreLinks, { body: { identity: device } })).people).toHaveLength(1);
    expect(await eventsOf(ann)).toEqual(['k1', 'k2', 'k3', 'k4']);
    expect((await refusal(call(routes.restoreLinks, { body: { identity: device } }))).code).toBe('link-unknown');
    expect((await refusal(call(routes.unlinkIdentities, { body: { identity: ann, from: ben } }))).code).toBe('link-unknown');
  });
});

it.each(['identity?nsid=999&id=x', 'identity?namespace=Nothing&id=x', 'cluster/members?namespace=Nothing&id=x'])(
  'knows no namespace of %s',
  async (path) => {
    const response = await fetch(`${server.url}/data/core/identity/${path}`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('There is no identity namespace');
  },
);

it.each([
  ['/data/core/identity/identity?namespace=Email', 'needs its namespace'],
  ['/data/core/identity/cluster/members?xid=nonsense!', 'no XID'],
])('refuses %s', async (path, message) => {
  const response = await fetch(server.url + path);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(message);
});

it.each([[{}], [{ xids: Array.from({ length: 1001 }, () => 'x') }]])('refuses none and too many', async (body) => {
  await expect(call(routes.getIdentityClusters, { body })).rejects.toMatchObject({ status: 400 });
});

it('has namespaces of its own, which records use at once and after a restart', async () => {
  const made = await call(routes.createIdentityNamespace, { body: { code: 'Loyalty', name: 'Loyalty card', idType: 'CROSS_DEVICE' } });
  expect(made).toMatchObject({ code: 'Loyalty', idType: 'Cross_device', custom: true, status: 'ACTIVE', namespaceType: 'Custom' });
  const path = join(server.folder, 'cards.jsonl');
  writeFileSync(path, JSON.stringify(event('c1', FIRST, ['loyalty', 'L-1'], ['CRMID', 'C1'])));
  expect((await importEnded(server.client, await call(routes.startImport, { body: { path, dataset: 'cards' } }))).rowsOut).toBe(1);
  const members = async (): Promise<unknown> =>
    (await call(routes.getIdentityCluster, { query: { namespace: 'Loyalty', id: 'L-1' } })).clusters[0]?.members.map(
      ({ nsid, namespace }) => [nsid, namespace],
    );
  const before = await members();
  expect(before).toContainEqual([made.id, 'Loyalty']);
  const changed = await call(routes.updateIdentityNamespace, { params: { id: made.id }, body: { name: 'Card' } });
  expect(changed).toMatchObject({ id: made.id, code: 'Loyalty', name: 'Card' });
  await server.restart();
  expect(await members()).toEqual(before);
  expect((await call(routes.listIdentityNamespaces)).at(-1)).toMatchObject({ id: made.id, name: 'Card' });
});

it('refuses namespaces that are there, that cannot be, and changes of what stays', async () => {
  const create = (code: string): Promise<unknown> => call(routes.createIdentityNamespace, { body: { code, name: 'x', idType: 'Cookie' } });
  const status = async (answer: Promise<unknown>): Promise<number> =>
    await answer.then(
      () => 200,
      (error: unknown) => (error as { readonly status: number }).status,
    );
  expect(await status(create('loyalty'))).toBe(409);
  expect(await status(create('email'))).toBe(409);
  expect(await status(create('a b'))).toBe(400);
  const { id } = (await call(routes.listIdentityNamespaces)).at(-1) ?? { id: 0 };
  expect(await status(call(routes.updateIdentityNamespace, { params: { id }, body: { code: 'Other' } }))).toBe(400);
  expect(await status(call(routes.updateIdentityNamespace, { params: { id }, body: { idType: 'Email' } }))).toBe(400);
  expect(await status(call(routes.updateIdentityNamespace, { params: { id: 6 }, body: { name: 'x' } }))).toBe(404);
});

it('tells people apart by rules: tried on records first, then in force for everything stored', async () => {
  const path = join(server.folder, 'shared.jsonl');
  const events = [
    event('s1', FIRST, ['CRMID', 'S1'], ['AnonymousID', 'tablet']),
    event('s2', LAST, ['CRMID', 'S2'], ['AnonymousID', 'tablet']),
    event('s3', LAST, ['AnonymousID', 'tablet']),
  ];
  writeFileSync(path, events.map((each) => JSON.stringify(each)).join('\n'));
  expect((await importEnded(server.client, await call(routes.startImport, { body: { path, dataset: 'shared' } }))).rowsOut).toBe(3);
  const eventsOf = async (id: string): Promise<string[]> =>
    (await call(routes.listEvents, { params: { namespace: 'CRMID', id } })).events
      .map((each) => each.id)
      .toSorted((one, other) => (one < other ? -1 : 1));
  expect(await eventsOf('S1')).toEqual(['s1', 's2', 's3']);
  const rules = { unique: ['CRMID'], priority: ['CRMID', 'Email', 'ECID'] };
  const records = [
    {
      identities: [
        { namespace: 'CRMID', id: 'S1' },
        { namespace: 'anonymousid', id: 'tablet' },
      ],
      timestamp: FIRST,
    },
    {
      identities: [
        { namespace: 'CRMID', id: 'S2' },
        { namespace: 'AnonymousID', id: 'tablet' },
      ],
      timestamp: LAST,
    },
  ];
  const { people } = await call(routes.simulateLinking, { body: { rules, records } });
  expect(people.map(({ identities }) => identities.map(({ id }) => id))).toEqual([['S1'], ['S2', 'tablet']]);
  expect((await call(routes.getLinkingRules)).unique).toEqual([]);
  expect(await call(routes.setLinkingRules, { body: rules })).toMatchObject(rules);
  const cluster = await call(routes.getIdentityCluster, { query: { namespace: 'CRMID', id: 'S1' } });
  expect(cluster.algo_type).toBe('UNIQUE_NAMESPACES');
  const { outside } = await call(routes.getIdentityGraph, { query: { namespace: 'CRMID', id: 'S1' } });
  expect(outside.links).toMatchObject([{ other: { id: 'tablet' }, reason: 'unique-namespace' }]);
  expect([await eventsOf('S1'), await eventsOf('S2')]).toEqual([['s1'], ['s2', 's3']]);
  await server.restart();
  expect(await call(routes.getLinkingRules)).toEqual(rules);
  await call(routes.setLinkingRules, { body: {} });
  expect(await eventsOf('S1')).toEqual(['s1', 's2', 's3']);
  await expect(call(routes.setLinkingRules, { body: { unique: ['None'] } })).rejects.toMatchObject({ code: 'linking-rules-invalid' });
});

describe('records that join people', () => {
  const bring = async (name: string, events: readonly object[]): Promise<void> => {
    const path = join(server.folder, `${name}.jsonl`);
    writeFileSync(path, events.map((each) => JSON.stringify(each)).join('\n'));
    expect((await importEnded(server.client, await call(routes.startImport, { body: { path, dataset: 'web' } }))).rowsOut).toBe(
      events.length,
    );
  };
  const sizeOf = async (id: string): Promise<number | null> => (await call(routes.getAudience, { params: { id } })).size;
  const until = async (id: string, size: number): Promise<void> =>
    await vi.waitFor(async () => expect(await sizeOf(id)).toBe(size), 10_000);

  it('make memberships right at once, for those who enter, those who leave and audiences of audiences', async () => {
    const cookie = ECID.replace('1', '2');
    await bring('apart', [
      event('j1', FIRST, ['ECID', cookie]),
      event('j2', FIRST, ['ECID', cookie]),
      event('j3', LAST, ['CRMID', 'JOIN']),
    ]);
    const create = async (name: string, pql: string): Promise<string> => (await call(routes.createAudience, { body: { name, pql } })).id;
    const of = (count: number): string =>
      `identityMap.get("ECID").id.includes("${cookie}") and xEvent[eventType = "visit"].count() = ${count}`;
    const [two, three] = [await create('Two visits', of(2)), await create('Three visits', of(3))];
    const either = await create('Either', `inSegment("${two}") or inSegment("${three}")`);
    const neither = await create(
      'Known by the number alone',
      'identityMap.get("CRMID").id.includes("JOIN") and identityMap.get("ECID").isNull()',
    );
    expect(await Promise.all([two, three, either, neither].map(sizeOf))).toEqual([1, 0, 1, 1]);
    await bring('joined', [event('j4', LAST, ['CRMID', 'JOIN'], ['ECID', cookie])]);
    await until(neither, 0);
    expect(await Promise.all([two, three, either].map(sizeOf))).toEqual([0, 0, 0]);
    // As an evaluation has it.
    const four = await create('Four visits', of(4));
    expect(await sizeOf(four)).toBe(1);
    await server.restart();
    expect(await Promise.all([two, three, either, neither, four].map(sizeOf))).toEqual([0, 0, 0, 0, 1]);
  });
});
