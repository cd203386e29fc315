import { describe, expect, it } from 'vitest';
import { demoShop, demoTraffic } from '../../src/ingest/sources/demo-shop/index.ts';

interface Event {
  readonly _id: string;
  readonly timestamp: string;
  readonly eventType: string;
  readonly identityMap: unknown;
  readonly commerce?: { readonly order?: { readonly createdDate?: string } };
}

const NOW = Date.UTC(2026, 10, 20, 12);

/** The first events of a run; the clock goes on by a second with each look at it. */
function some(count: number, run = 7): readonly Event[] {
  let now = NOW;
  const events = demoTraffic({ profiles: 200, run, clock: () => (now += 1000) });
  return Array.from({ length: count }, () => events.next().value as unknown as Event);
}

describe('traffic of the demo shop', () => {
  it('is of people the shop knows, each event with its own id and the instant it was taken at', () => {
    const known = new Set([...demoShop({ end: NOW, profiles: 200 })].map(({ record }) => JSON.stringify(record['identityMap'])));
    const events = some(500);
    expect(new Set(events.map(({ _id }) => _id)).size).toBe(500);
    expect(events.every(({ identityMap }) => known.has(JSON.stringify(identityMap)))).toBe(true);
    const times = events.map(({ timestamp }) => Date.parse(timestamp));
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(times[0]).toBeGreaterThan(NOW);
    expect(new Set(events.map(({ eventType }) => eventType)).size).toBeGreaterThan(5);
  });

  it('moves the other instants of an event with it', () => {
    const orders = some(2000).filter(({ commerce }) => commerce?.order?.createdDate !== undefined);
    expect(orders.length).toBeGreaterThan(0);
    for (const { commerce, timestamp } of orders) expect(commerce?.order?.createdDate).toBe(timestamp);
  });

  it('is the same for the same run and another for another', () => {
    expect(some(50)).toEqual(some(50));
    expect(some(50, 8).map(({ identityMap }) => identityMap)).not.toEqual(some(50).map(({ identityMap }) => identityMap));
  });
});
