/** Audiences that ask for streaming evaluation follow what comes in and what time does. */
import { routes } from '@kindred/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { TestServer } from './server.ts';
import { startTestServer } from './server.ts';

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
});

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
  expect(await at()).toEqual(['Graz', true, 2]);
  expect(await at(before)).toEqual(['Graz', false, 2]);
  expect(await at('2026-01-20T00:00:00Z')).toEqual(['Wien', false, 1]);
  expect(await at('2025-01-01T00:00:00Z')).toEqual([undefined, false, 0]);
});

it('people leave when what they did is too long ago, without anything happening', async () => {
  const recent = await create('Bought just now', `xEvent[eventType = "commerce.purchases" and timestamp occurs <= 15 seconds before now]`);
  await send(bought('L3'));
  const seen = async (): Promise<readonly string[]> =>
    (await call(routes.listChanges, { params: { id: recent } })).changes.map(({ change, member }) => `${member.identity.id} ${change}`);
  await vi.waitFor(async () => expect(await seen()).toEqual(expect.arrayContaining(['L3 exited', 'L3 entered'])), {
    timeout: 60_000,
    interval: 200,
  });
});

it('a thousand people at once are as right as one', async () => {
  const many = await create('Bought something dear', 'xEvent[eventType = "commerce.purchases" and commerce.order.priceTotal > 1000]');
  const people = Array.from({ length: 1500 }, (_, index) =>
    bought(`M${index}`, { properties: { order_id: 'o', total: index < 700 ? 2000 : 5 } }),
  );
  for (let from = 0; from < people.length; from += 100) await send(...people.slice(from, from + 100));
  await until(many, 700);
});

it('they are right again after a restart, whatever came meanwhile', async () => {
  const late = await create('Bought late', 'xEvent[eventType = "commerce.purchases" and commerce.order.purchaseID = "late"]');
  await send(bought('L9', { properties: { order_id: 'late', total: 1 } }));
  await server.restart();
  await until(late, 1);
  await sleep(10);
});
