/** Audiences that ask for streaming evaluation follow what comes in and what time does. */
import type { MembershipEntry } from '@kindred/contract';
import { routes, serverEvents } from '@kindred/contract';
import { once as happened } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { TestServer } from './server.ts';
import { refusal, startTestServer } from './server.ts';

let server: TestServer;
/** A write key. */
let key: string;
const call: TestServer['client']['call'] = (...input) => server.client.call(...input);

beforeAll(async () => {
  server = await startTestServer();
  ({ key } = await call(routes.createWriteKey, { body: { name: 'shop' } }));
});
afterAll(async () => {
  await server.stop();
});

/** Segment's calls, as its libraries send them. */
async function send(...batch: readonly object[]): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const response = await fetch(`${server.url}/v1/batch`, { method: 'POST', headers, body: JSON.stringify({ batch }) });
  expect(response.status).toBe(200);
}

let events = 0;
const bought = (userId: string, more: object = {}): object => ({
  type: 'track',
  event: 'Order Completed',
  userId,
  messageId: `live-${events++}`,
  timestamp: new Date().toISOString(),
  properties: { order_id: 'o', total: 10 },
  ...more,
});

const create = async (name: string, pql: string, evaluation: 'streaming' | 'edge' | 'batch' = 'streaming'): Promise<string> =>
  (await call(routes.createAudience, { body: { name, pql, evaluation } })).id;
const sizeOf = async (id: string): Promise<number | null> => (await call(routes.getAudience, { params: { id } })).size;
const until = async (id: string, size: number): Promise<void> =>
  await vi.waitFor(async () => expect(await sizeOf(id)).toBe(size), { timeout: 20_000, interval: 50 });

const PAST = { namespace: 'CRMID', id: 'PAST' };
const BUYS = 'xEvent[eventType = "commerce.purchases"]';

it('an event moves people in, attributes move them out, and audiences of audiences follow; batch audiences wait', async () => {
  const [once, twice] = [await create('Bought', BUYS), await create('Bought twice', `${BUYS}.count() >= 2`, 'edge')];
  const batch = await create('Bought, in batches', BUYS, 'batch');
  const but = await create('Bought once', `inSegment("${once}") and not inSegment("${twice}")`);
  const berlin = await create('In Berlin', 'homeAddress.city = "Berlin"');
  await send(bought('L1'), bought('L2'), { type: 'identify', userId: 'L1', messageId: 'i1', traits: { address: { city: 'Berlin' } } });
  await until(once, 2);
  await until(berlin, 1);
  await send(bought('L1'), { type: 'identify', userId: 'L1', messageId: 'i2', traits: { address: { city: 'Bonn' } } });
  await until(twice, 1);
  await until(berlin, 0);
  await until(but, 1);
  const { members } = await call(routes.listMembers, { params: { id: but } });
  expect(members.map(({ identity }) => identity.id)).toEqual(['L2']);
  expect(await sizeOf(batch)).toBe(0);
  const { changes, next } = await call(routes.listChanges, { params: { id: but } });
  const seen = changes.map(({ change, member }) => `${member.identity.id} ${change}`);
  expect([seen.toSorted(), next]).toEqual([['L1 entered', 'L1 exited', 'L2 entered'], null]);
  expect(seen[0]).toBe('L1 exited');
  // One by one they are the same.
  const pages: unknown[] = [];
  for (let from: string | null | undefined; from !== null;) {
    const page = await call(routes.listChanges, { params: { id: but }, query: { limit: 1, ...(from !== undefined && { from }) } });
    expect(page.changes).toHaveLength(1);
    pages.push(...page.changes);
    from = page.next;
  }
  expect(pages).toEqual(changes);
  // As often as it changed, and not at every look.
  const { sizes } = await call(routes.listSizes, { params: { id: once } });
  expect(sizes.length).toBeLessThan(6);
  const picture = await call(routes.listSizes, { params: { id: once }, query: { points: 2 } });
  expect(picture.sizes).toEqual([sizes[0], sizes.at(-1)]);
});

it.each(['batch', 'streaming'] as const)(
  'an audience follows when a %s audience that it refers to asks for something else',
  async (evaluation) => {
    const [near, far] = [`Jena ${evaluation}`, `Kiel ${evaluation}`];
    const referred = await create(`Of ${near}`, `homeAddress.city = "${near}"`, evaluation);
    const audience = await create(`Refers to those of ${near}`, `inSegment("${referred}")`);
    const lives = (userId: string, city: string): object => ({
      type: 'identify',
      userId,
      messageId: userId,
      traits: { address: { city } },
    });
    await send(lives(`J ${evaluation}`, near), lives(`K ${evaluation}`, far));
    const isIn = async (id: string): Promise<void> =>
      await vi.waitFor(
        async () => {
          const { members } = await call(routes.listMembers, { params: { id: audience } });
          expect(members.map(({ identity }) => identity.id)).toEqual([id]);
        },
        { timeout: 20_000, interval: 50 },
      );
    await isIn(`J ${evaluation}`);
    await call(routes.updateAudience, { params: { id: referred }, body: { pql: `homeAddress.city = "${far}"` } });
    await isIn(`K ${evaluation}`);
  },
);

it('a person can be looked at as it was before', async () => {
  const audience = await create('Plan gold', 'homeAddress.city = "Graz"');
  const told = (city: string, timestamp: string): object => ({
    type: 'identify',
    userId: 'PAST',
    messageId: `past ${city}`,
    timestamp,
    traits: { address: { city } },
  });
  await send(told('Wien', '2026-01-05T10:00:00Z'), bought('PAST', { timestamp: '2026-01-06T10:00:00Z' }));
  await vi.waitFor(
    async () => expect((await call(routes.getProfile, { params: PAST })).attributes).toMatchObject({ homeAddress: { city: 'Wien' } }),
    { timeout: 20_000, interval: 50 },
  );
  const before = new Date().toISOString();
  await send(told('Graz', '2026-02-05T10:00:00Z'), bought('PAST', { timestamp: '2026-02-06T10:00:00Z' }));
  await until(audience, 1);
  const at = async (asOf?: string) => {
    const { attributes, audiences, eventCounts } = await call(routes.getProfile, {
      params: PAST,
      query: asOf === undefined ? {} : { asOf },
    });
    const { homeAddress: { city } = {} } = attributes as { readonly homeAddress?: { readonly city: string } };
    return [city, audiences.some(({ id }) => id === audience), eventCounts.reduce((sum, { events: count }) => sum + count, 0)];
  };
  // The record is followed as soon as it is stored, the event behind it a moment later.
  await vi.waitFor(async () => expect(await at()).toEqual(['Graz', true, 2]), { timeout: 20_000 });
  expect(await at(before)).toEqual(['Graz', false, 2]);
  expect(await at('2026-01-20T00:00:00Z')).toEqual(['Wien', false, 1]);
  expect(await at('2025-01-01T00:00:00Z')).toEqual([undefined, false, 0]);
});

/** What is told of somebody in an audience, newest last. */
const told = async (audience: string, id: string) => {
  const { entries } = await call(routes.readMembershipLog, { query: { audience, namespace: 'CRMID', id } });
  return entries.map(({ change, cause: { kind, event } }) => [change, kind, event]);
};

it('the log tells what made people enter and leave, in order and once, and can be followed from any place', async () => {
  const twice = await create(
    'Twice within 10 seconds',
    `xEvent[commerce.order.purchaseID = "w" and timestamp occurs <= 10 seconds before now].count() >= 2`,
  );
  const linz = await create('In Linz', 'homeAddress.city = "Linz"');
  const W = { properties: { order_id: 'w', total: 1 } };
  const { end } = await call(routes.readMembershipLog);
  const following = new AbortController();
  const response = await call(routes.followMembershipLog, { query: { audience: twice }, signal: following.signal });
  const changes = serverEvents(response);
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/membership-log/socket?audience=${linz}`);
  const messages: string[] = [];
  socket.addEventListener('message', ({ data }) => messages.push(String(data)));
  await happened(socket, 'open');
  const city = (name: string): object => ({ type: 'identify', userId: 'W1', messageId: `w ${name}`, traits: { address: { city: name } } });
  await send(bought('W1', W), city('Linz'));
  await vi.waitFor(async () => expect(await told(linz, 'W1')).toEqual([['entered', 'attributes', null]]), { timeout: 20_000 });
  await send(bought('W1', W), city('Ulm'));
  const { value: entered } = await changes.next();
  expect(entered.data).toMatchObject({ change: 'entered', audience: { id: twice }, cause: { kind: 'event' }, version: 1 });
  const { value: exited } = await changes.next();
  expect(exited.data).toMatchObject({ change: 'exited', cause: { kind: 'time', event: null } });
  const [came, left] = [entered.data as MembershipEntry, exited.data as MembershipEntry];
  expect(left.identities).toEqual([{ namespace: 'CRMID', id: 'W1' }]);
  // To the millisecond that the window says, told within a second or so of it.
  const { events: stored } = await call(routes.listEvents, { params: { namespace: 'CRMID', id: 'W1' } });
  const times = stored.map(({ timestamp }) => Date.parse(timestamp)).toSorted((a, b) => a - b);
  expect(Date.parse(left.cause.at)).toBe((times[0] ?? 0) + 10_001);
  expect(came.cause.event).toBe(stored.toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp))[1]?.id);
  expect((await told(twice, 'W1')).map(([change, kind]) => `${change} ${kind}`)).toEqual(['entered event', 'exited time']);
  await vi.waitFor(() => expect(messages.map((text) => (JSON.parse(text) as MembershipEntry).change)).toEqual(['entered', 'exited']));
  following.abort();
  socket.close();
  // Page by page it is the same, each once, and places count up.
  const pages: number[] = [];
  for (let from = end; ;) {
    const page = await call(routes.readMembershipLog, { query: { from, limit: 1 } });
    if (page.entries.length === 0) break;
    pages.push(...page.entries.map(({ offset }) => offset));
    from = page.next;
  }
  const whole = (await call(routes.readMembershipLog, { query: { from: end, limit: 1000 } })).entries.map(({ offset }) => offset);
  expect(pages).toEqual(whole);
  expect(whole).toEqual([...new Set(whole)].toSorted((a, b) => a - b));
  // Coming back behind a place gives what is later.
  const again = await fetch(`${server.url}/api/membership-log/stream?audience=${twice}`, {
    headers: { 'last-event-id': String(came.offset) },
  });
  const { value: next } = await serverEvents(again).next();
  expect((next.data as MembershipEntry).offset).toBe(left.offset);
});

it('who is forgotten meanwhile makes nobody leave at another time', async () => {
  const once = await create('Within 10 seconds', `xEvent[commerce.order.purchaseID = "x" and timestamp occurs <= 10 seconds before now]`);
  await send(bought('X1', { properties: { order_id: 'x', total: 1 } }), bought('X2'));
  await until(once, 1);
  const entityId = { 'schema.name': '_xdm.context.profile', entityId: 'X2', entityIdNS: 'CRMID' } as const;
  await call(routes.deleteEntity, { query: entityId });
  await until(once, 0);
  const { events: stored } = await call(routes.listEvents, { params: { namespace: 'CRMID', id: 'X1' } });
  const { entries } = await call(routes.readMembershipLog, { query: { audience: once } });
  expect(entries.map(({ change, cause }) => [change, cause.kind])).toEqual([
    ['entered', 'event'],
    ['exited', 'time'],
  ]);
  expect(Date.parse(entries[1]?.cause.at ?? '')).toBe(Date.parse(stored[0]?.timestamp ?? '') + 10_001);
});

it('it is told how an audience is kept right, and what that takes', async () => {
  const explain = async (id: string) => await call(routes.explainLive, { params: { id } });
  const twice = await create(
    'Explained',
    'xEvent[eventType = "commerce.purchases" and timestamp occurs <= 7 days before now].count() >= 2',
  );
  const followed = await explain(twice);
  expect(followed).toMatchObject({
    mode: 'state',
    leaves: [{ kind: 'event', needs: 'evidence', readsClock: true, text: expect.stringContaining('commerce.purchases') as string }],
  });
  expect(followed.people).toBeGreaterThan(2);
  expect(followed.bytesPerProfile).toBeGreaterThan(50);
  expect(followed.matchesPerEvent).toBeGreaterThan(0);
  expect(followed.matchesPerEvent).toBeLessThanOrEqual(1);
  const general = await create('Explained, batch', `inSegment("${twice}") and xEvent.head().eventType.isNotNull()`, 'batch');
  const { mode, reason, leaves } = await explain(general);
  expect([mode, reason]).toEqual(['jobs', 'It asks for evaluation in batches.']);
  expect(leaves.map(({ needs }) => needs).toSorted()).toEqual(['audience', 'evidence', 'history']);
});

it('what cannot be followed is refused in words', async () => {
  expect(await refusal(call(routes.readMembershipLog, { query: { audience: 'nobody' } }))).toMatchObject({
    status: 404,
    code: 'audience-not-found',
  });
  expect(await refusal(call(routes.followMembershipLog, { query: { namespace: 'CRMID' } }))).toMatchObject({
    status: 400,
    code: 'request-invalid',
  });
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/membership-log/socket?namespace=CRMID&id=nobody`);
  const [{ code, reason }] = (await happened(socket, 'close')) as [CloseEvent];
  expect([code, reason]).toEqual([1008, expect.stringContaining('profile-not-found')]);
});

it('a thousand people at once are as right as one', async () => {
  const many = await create('Bought something dear', 'xEvent[eventType = "commerce.purchases" and commerce.order.priceTotal > 1000]');
  const people = Array.from({ length: 1500 }, (_, index) =>
    bought(`M${index}`, { properties: { order_id: 'o', total: index < 700 ? 2000 : 5 } }),
  );
  for (let from = 0; from < people.length; from += 100) await send(...people.slice(from, from + 100));
  await until(many, 700);
});

it('live memberships agree with batch evaluation', async () => {
  const check = await call(routes.checkDrift);
  expect(check).toMatchObject({ full: true, disagreements: 0 });
  expect(check.audiences).toBeGreaterThan(5);
  expect(check.profiles).toBeGreaterThan(1500);
  const drift = await call(routes.getDrift);
  expect(drift).toMatchObject({ checks: [check], cases: [] });
});

it('everybody gets a state ahead, and a timer with it: nobody needs to be looked for by time', async () => {
  const statesOf = async (): Promise<number> => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return Number(/^kindred_live_states (\d+)$/m.exec(metrics)?.[1]);
  };
  await server.restart();
  const { profiles } = await call(routes.getStatus);
  await expect.poll(statesOf, { timeout: 20_000 }).toBe(profiles);
  const soon = await create('Just bought', 'xEvent[commerce.order.purchaseID = "soon" and timestamp occurs < 3 seconds before now]');
  await expect.poll(statesOf, { timeout: 20_000 }).toBe(profiles);
  await send(bought('M1', { properties: { order_id: 'soon', total: 1 } }));
  await until(soon, 1);
  await until(soon, 0);
  const { entries } = await call(routes.readMembershipLog, { query: { audience: soon } });
  expect(entries.map(({ change, cause }) => [change, cause.kind])).toEqual([
    ['entered', 'event'],
    ['exited', 'time'],
  ]);
  expect(await call(routes.checkDrift)).toMatchObject({ disagreements: 0 });
});

it('they are right again after a restart, whatever came meanwhile', async () => {
  const late = await create('Bought late', 'xEvent[eventType = "commerce.purchases" and commerce.order.purchaseID = "late"]');
  await send(bought('L9', { properties: { order_id: 'late', total: 1 } }));
  await server.restart();
  await until(late, 1);
  await sleep(10);
});
