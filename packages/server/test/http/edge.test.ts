/** Who is in what at this instant: what is stored, what is acknowledged, what the request brings; and what the Web SDK is told of it. */
import type { Body, Result, Routes } from '@kindred/contract';
import { routes } from '@kindred/contract';
import type { DataObject, EdgePlans, WrittenProjection } from '@kindred/pql';
import { EdgeSets } from '@kindred/pql';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TestServer } from './server.ts';
import { EDGE_TAGS, refusal, routesTagged, startTestServer } from './server.ts';

let server: TestServer;
/** A write key. */
let key: string;
/** Ids of audiences by their names. */
const audiences: Record<string, string> = {};
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);

type Asked = Body<Routes['evaluateAtEdge']>;
const BUYS = 'xEvent[eventType = "commerce.purchases"]';
const buy = { eventType: 'commerce.purchases', commerce: { order: { priceTotal: 10 } } };
const crm = (id: string) => ({ namespace: 'CRMID', id });

async function create(name: string, pql: string, evaluation: 'edge' | 'streaming' | 'batch' = 'edge'): Promise<string> {
  const { id } = await call(routes.createAudience, { body: { name, pql, evaluation } });
  audiences[name] = id;
  return id;
}

beforeAll(async () => {
  server = await startTestServer();
  ({ key } = await call(routes.createWriteKey, { body: { name: 'shop' } }));
  await create('buyers', BUYS);
  await create('twice', `${BUYS}.count() >= 2`);
  await create('never', `not inSegment("${audiences['buyers']}")`);
  await create('berlin', 'homeAddress.city = "Berlin"');
  await create('today', `${BUYS.slice(0, -1)} and timestamp occurs today]`, 'streaming');
});
afterAll(async () => {
  await server.stop();
});

async function evaluate(asked: Partial<Asked>): Promise<Result<Routes['evaluateAtEdge']>> {
  return await call(routes.evaluateAtEdge, { body: asked });
}
/** Names of the audiences, sorted. */
async function inside(asked: Partial<Asked>): Promise<readonly string[]> {
  return (await evaluate(asked)).audiences.map(({ name }) => name).toSorted();
}

/** Acknowledged on return, and not stored yet. */
async function send(...batch: readonly object[]): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const response = await fetch(`${server.url}/v1/batch`, { method: 'POST', headers, body: JSON.stringify({ batch }) });
  expect(response.status).toBe(200);
}
const bought = (userId: string, more: object = {}) => ({
  type: 'track',
  event: 'Order Completed',
  userId,
  timestamp: new Date().toISOString(),
  properties: { order_id: 'o', total: 10 },
  ...more,
});
const stored = async (id: string, events: number): Promise<void> =>
  await vi.waitFor(async () => expect((await call(routes.listEvents, { params: crm(id) })).events).toHaveLength(events), {
    timeout: 20_000,
    interval: 30,
  });

describe('evaluation in the request', () => {
  it('answers for somebody who was never here, with what has just happened', async () => {
    expect(await evaluate({})).toMatchObject({ known: false, consent: 'in', choice: null });
    expect(await inside({})).toEqual(['never']);
    expect(await inside({ identities: [crm('NEW')], events: [buy] })).toEqual(['buyers']);
    expect(await inside({ identities: [crm('NEW')], events: [buy, buy], attributes: { homeAddress: { city: 'Berlin' } } })).toEqual([
      'berlin',
      'buyers',
      'twice',
    ]);
    expect(await inside({ events: [buy], evaluation: 'streaming' })).toEqual(['buyers', 'today']);
    // Nothing of it was kept.
    expect(await inside({ identities: [crm('NEW')] })).toEqual(['never']);
    expect(await refusal(call(routes.getProfile, { params: crm('NEW') }))).toMatchObject({ status: 404 });
  });

  it('counts what is acknowledged from the next request on, stored or not, and each once', async () => {
    await send(bought('E1', { messageId: 'e1-1' }));
    expect(await inside({ identities: [crm('E1')] })).toEqual(['buyers']);
    await stored('E1', 1);
    expect(await inside({ identities: [crm('E1')] })).toEqual(['buyers']);
    // The person is kept by now; another event is seen at once, and after it is stored.
    await send(bought('E1', { messageId: 'e1-2' }), { type: 'identify', userId: 'E1', traits: { address: { city: 'Berlin' } } });
    expect(await inside({ identities: [crm('E1')] })).toEqual(['berlin', 'buyers', 'twice']);
    await stored('E1', 2);
    expect(await inside({ identities: [crm('E1')] })).toEqual(['berlin', 'buyers', 'twice']);
    // One that is stored already, by its id, is not another one.
    await send(bought('E2', { messageId: 'e2-1', timestamp: '2026-01-01T00:00:00Z' }));
    await stored('E2', 1);
    const { events } = await call(routes.listEvents, { params: crm('E2') });
    const same = { ...buy, _id: events[0]?.id, timestamp: '2026-01-01T00:00:00Z' };
    expect(await inside({ identities: [crm('E2')], events: [same] })).toEqual(['buyers']);
    expect(await inside({ identities: [crm('E2')], events: [same, buy] })).toEqual(['buyers', 'twice']);
  });

  it('gives the payload of the first choice whose audience fits', async () => {
    const [buyers = '', twice = ''] = [audiences['buyers'], audiences['twice']];
    const choices = [
      { audience: twice, payload: { banner: 'thanks' } },
      { audience: buyers, payload: 'again?' },
      { audience: null, payload: null },
    ];
    expect((await evaluate({ events: [buy, buy], choices })).choice).toEqual({ audience: twice, payload: { banner: 'thanks' } });
    expect((await evaluate({ events: [buy], choices })).choice).toEqual({ audience: buyers, payload: 'again?' });
    expect((await evaluate({ choices })).choice).toEqual({ audience: null, payload: null });
    expect((await evaluate({ choices: choices.slice(0, 2) })).choice).toBeNull();
    const { today = '' } = audiences;
    expect(await refusal(evaluate({ choices: [{ audience: today, payload: 1 }] }))).toMatchObject({
      status: 409,
      code: 'audience-not-at-edge',
    });
    expect((await evaluate({ events: [buy], evaluation: 'streaming', choices: [{ audience: today, payload: 1 }] })).choice?.payload).toBe(
      1,
    );
  });

  it('tells nothing of who does not want to be addressed', async () => {
    await send(bought('OUT', { messageId: 'out-1' }));
    await stored('OUT', 1);
    const asked = {
      identities: [crm('OUT')],
      choices: [
        { audience: audiences['buyers'] ?? '', payload: 1 },
        { audience: null, payload: 2 },
      ],
    };
    expect(await evaluate(asked)).toMatchObject({ consent: 'in', choice: { payload: 1 } });
    const refused = { consents: { collect: { val: 'n' } } };
    expect(await evaluate({ ...asked, attributes: refused })).toMatchObject({ consent: 'out', audiences: [], choice: { payload: 2 } });
    const { id } = await call(routes.createDatastream, { body: { name: 'Consents', orgId: 'ABC@AdobeOrg' } });
    const identityMap = { CRMID: [{ id: 'OUT', primary: true }] };
    const consent = [{ standard: 'Adobe', version: '1.0', value: { general: 'out' } }];
    await call(routes.edgeSetConsent, { query: { configId: id }, body: { identityMap, consent } });
    expect(await evaluate(asked)).toMatchObject({ consent: 'out', audiences: [], choice: { payload: 2 } });
    await vi.waitFor(async () => expect((await call(routes.getProfile, { params: crm('OUT') })).attributes).toMatchObject(refused), {
      timeout: 20_000,
    });
    expect(await evaluate(asked)).toMatchObject({ consent: 'out', audiences: [], choice: { payload: 2 } });
  });

  it('follows rules that are made and changed, people who turn out to be one, and lists from outside', async () => {
    await send(bought('M1', { messageId: 'm1' }), { type: 'identify', anonymousId: 'M2', traits: { address: { city: 'Berlin' } } });
    await stored('M1', 1);
    expect(await inside({ identities: [crm('M1')] })).toEqual(['buyers']);
    await send({ type: 'identify', userId: 'M1', anonymousId: 'M2' });
    await vi.waitFor(async () => expect(await inside({ identities: [crm('M1')] })).toEqual(['berlin', 'buyers']), { timeout: 20_000 });

    const id = await create('bonn', 'homeAddress.city = "Bonn"');
    expect(await inside({ attributes: { homeAddress: { city: 'Bonn' } } })).toEqual(['bonn', 'never']);
    await call(routes.updateAudience, { params: { id }, body: { pql: 'homeAddress.city = "Basel"' } });
    expect(await inside({ attributes: { homeAddress: { city: 'Bonn' } } })).toEqual(['never']);

    writeFileSync(join(server.folder, 'list.csv'), 'customer\nE1\n');
    const identity = { column: 'customer', namespace: 'CRMID' };
    const { audience, ingestion } = await call(routes.createExternalAudience, {
      body: { name: 'Guests', identity, path: join(server.folder, 'list.csv') },
    });
    await create('guests', `inSegment("${audience.id}")`);
    await vi.waitFor(async () => {
      const { ingestions } = await call(routes.listIngestions, { params: { id: audience.id } });
      expect(ingestions.find((each) => each.id === ingestion?.id)?.status).toBe('SUCCESS');
    });
    await vi.waitFor(async () => expect(await inside({ identities: [crm('E1')] })).toContain('guests'), { timeout: 5000 });
    expect(await inside({ identities: [crm('E2')] })).not.toContain('guests');
  });
});

it('an audience sees the person as its merge policy does, and others ask for it', async () => {
  const identities = [crm('E1')];
  const attributeMerge = { type: 'dataSetPrecedence' as const, order: ['elsewhere'] };
  const policy = await call(routes.createMergePolicy, { body: { name: 'Elsewhere', attributeMerge } });
  const body = { name: 'berlin elsewhere', pql: 'homeAddress.city = "Berlin"', evaluation: 'edge' as const, mergePolicyId: policy.id };
  const { id } = await call(routes.createAudience, { body });
  await create('berlin here only', `inSegment("${audiences['berlin']}") and not inSegment("${id}")`);
  const seen = async () => (await inside({ identities })).filter((name) => name.startsWith('berlin'));
  expect(await seen()).toEqual(['berlin', 'berlin here only']);
  const order = [
    { op: 'replace' as const, path: '/attributeMerge' as const, value: { type: 'dataSetPrecedence' as const, order: ['shop'] } },
  ];
  await call(routes.updateMergePolicy, { params: { id: policy.id }, body: order });
  expect(await seen()).toEqual(['berlin', 'berlin elsewhere']);
});

describe('evaluation without a request', () => {
  it('gives the same answers by the plans and the projection of a person', async () => {
    const { plans, ...told } = await call(routes.listEdgePlans, { query: {} });
    const names = new Map(told.audiences.map(({ id, name }) => [id, name]));
    const sets = new EdgeSets(plans as unknown as readonly EdgePlans[]);
    const namesOf = (members: ReadonlySet<string>) => [...members].flatMap((id) => names.get(id) ?? []).toSorted();
    const now = Date.now();
    const happened = { ...buy, timestamp: new Date(now).toISOString() } as DataObject;
    expect(namesOf(sets.memberships(null, { now, events: [happened] }))).toEqual(await inside({ events: [buy] }));
    const identities = [crm('E1')];
    const person = await call(routes.projectForEdge, { body: { identities } });
    const known = sets.read(person.projections as unknown as readonly WrittenProjection[]);
    const attributes = person.attributes as DataObject;
    expect(person).toMatchObject({ known: true, consent: 'in' });
    expect(namesOf(sets.memberships(known, { now, attributes }))).toEqual(await inside({ identities }));
    expect(namesOf(sets.memberships(known, { now, attributes, events: [happened] }))).toEqual(await inside({ identities, events: [buy] }));
    // It has no more of the person than the rules need.
    expect(JSON.stringify(person)).not.toContain('E1');
  });
});

describe('the Web SDK', () => {
  interface Handled {
    readonly handle: readonly { readonly type: string; readonly payload: readonly Readonly<Record<string, unknown>>[] }[];
  }
  const told = (answer: unknown, type: string) => (answer as Handled).handle.find((handle) => handle.type === type)?.payload;

  it('is told audiences and what to show, the event of the request included', async () => {
    const [buyers = '', twice = '', berlin = ''] = [audiences['buyers'], audiences['twice'], audiences['berlin']];
    const { id } = await call(routes.createDatastream, { body: { name: 'Told', orgId: 'ABC@AdobeOrg' } });
    const destinations = [
      { type: 'cookie' as const, name: 'audiences', audiences: [buyers, twice, berlin] },
      { type: 'url' as const, url: 'https://pixel.example.com/', audiences: [twice] },
      { type: 'profileLookup' as const, alias: 'shop', audiences: [buyers, twice] },
    ];
    const decisions = [
      {
        scope: 'hero',
        choices: [
          { audience: twice, payload: { text: 'Welcome back' } },
          { audience: null, payload: { text: 'Hello' } },
        ],
      },
    ];
    await call(routes.updateDatastream, { params: { id }, body: { destinations, decisions } });
    const ecid = '32345678901234567890123456789012345678';
    const identityMap = { ECID: [{ id: ecid }] };
    const query = { personalization: { decisionScopes: ['hero'] } };
    const interact = async (requestId: string, xdm: Record<string, unknown>, more: object = {}) =>
      await call(routes.edgeInteract, {
        query: { configId: id, requestId },
        body: { xdm: { identityMap }, events: [{ xdm, query }], ...more },
      });

    const first = await interact('t1', { eventType: 'web.webpagedetails.pageViews' });
    expect(told(first, 'activation:push')).toEqual([{ type: 'cookie', spec: { name: 'audiences', value: '', ttlDays: 30 } }]);
    expect(told(first, 'personalization:decisions')).toMatchObject([{ scope: 'hero', items: [{ data: { content: { text: 'Hello' } } }] }]);
    const second = await interact('t2', buy);
    expect(told(second, 'activation:push')).toMatchObject([{ spec: { value: buyers } }]);
    expect(told(second, 'activation:pull')).toEqual([
      { type: 'profileLookup', destinationId: '2', alias: 'shop', segments: [{ id: buyers, namespace: 'ups' }] },
    ]);
    // At once, whether the one before is stored yet or not; the same request again counts once.
    await interact('t2', buy);
    const third = await interact('t3', buy);
    expect(told(third, 'activation:push')).toEqual([
      { type: 'cookie', spec: { name: 'audiences', value: `${buyers},${twice}`, ttlDays: 30 } },
      { type: 'url', id: '1', spec: { url: 'https://pixel.example.com/', hideReferrer: true, ttlMinutes: 1440 } },
    ]);
    expect(told(third, 'personalization:decisions')).toMatchObject([{ items: [{ data: { content: { text: 'Welcome back' } } }] }]);
    const entries = [{ key: 'kndctr_ABC_AdobeOrg_consent', value: 'general=out' }];
    const out = await interact('t4', buy, { meta: { state: { entries } } });
    expect(told(out, 'activation:push')).toMatchObject([{ spec: { value: '' } }]);
    expect(told(out, 'personalization:decisions')).toMatchObject([{ items: [{ data: { content: { text: 'Hello' } } }] }]);
    // An event that its schema refuses is a dead letter, and counts for nothing.
    const other = { ECID: [{ id: '42345678901234567890123456789012345678' }] };
    const unfit = { ...buy, commerce: { order: { priceTotal: 'much' } } };
    const refused = await interact('t5', unfit, { xdm: { identityMap: other } });
    expect(told(refused, 'activation:push')).toMatchObject([{ spec: { value: '' } }]);
  });

  it('cannot be told of what is not evaluated here', async () => {
    const batch = await create('in batches', BUYS, 'batch');
    const destinations = [{ type: 'cookie' as const, name: 'a', audiences: [batch] }];
    const body = { name: 'Wrong', orgId: 'ABC@AdobeOrg', destinations };
    expect(await refusal(call(routes.createDatastream, { body }))).toMatchObject({ status: 409, code: 'audience-not-at-edge' });
    expect(await refusal(call(routes.updateDatastream, { params: { id: 'none' }, body: {} }))).toMatchObject({ status: 404 });
  });
});

it('calls every route of its tags', () => {
  for (const name of routesTagged((tag) => EDGE_TAGS.has(tag))) expect(server.called).toContain(name);
});
