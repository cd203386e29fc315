import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DemoShopOptions } from '../../src/ingest/sources/demo-shop/index.ts';
import { demoShop } from '../../src/ingest/sources/demo-shop/index.ts';

const END = Date.UTC(2026, 5, 15, 12);
const DAY = 86_400_000;

function text(options: Partial<DemoShopOptions>): string {
  let lines = '';
  for (const record of demoShop({ end: END, profiles: 60, ...options })) lines += `${JSON.stringify(record)}\n`;
  return lines;
}

interface Event {
  readonly _id: string;
  readonly timestamp: string;
  readonly eventType: string;
  readonly identityMap: Readonly<Record<string, readonly { readonly id: string; readonly primary?: boolean }[]>>;
}

function eventsOf(options: Partial<DemoShopOptions>): Event[] {
  const records = [...demoShop({ end: END, profiles: 200, ...options })];
  return records.filter(({ kind }) => kind === 'event').map(({ record }) => record as unknown as Event);
}

describe('the demo shop is deterministic', () => {
  it('gives the same bytes for the same seed, end and number of profiles', () => {
    expect(text({})).toBe(text({}));
  });

  it('gives another year for another seed', () => {
    expect(text({ seed: 2 })).not.toBe(text({}));
  });

  it('joins to the whole from parts made apart', () => {
    const whole = text({ profiles: 40 });
    const cut = integer({ min: 0, max: 40 });
    assert(
      property(cut, (at) => text({ profiles: 40, to: at }) + text({ profiles: 40, from: at }) === whole),
      { numRuns: 10 },
    );
  });

  it('gives visitor k the same history whatever the number of profiles', () => {
    expect(text({ profiles: 20 })).toBe(text({ profiles: 1000, to: 20 }));
  });
});

describe('every event of the demo shop', () => {
  const events = eventsOf({});

  it('has an id of its own', () => {
    expect(new Set(events.map(({ _id }) => _id)).size).toBe(events.length);
  });

  it('has an instant of the window, in order within its visitor', () => {
    let last = { prefix: '', timestamp: '' };
    for (const { _id, timestamp } of events) {
      expect(new Date(timestamp).toISOString()).toBe(timestamp);
      expect(Date.parse(timestamp)).toBeGreaterThanOrEqual(END - 365 * DAY);
      expect(Date.parse(timestamp)).toBeLessThan(END);
      const prefix = _id.slice(0, _id.lastIndexOf('-'));
      if (prefix === last.prefix) expect(timestamp >= last.timestamp).toBe(true);
      last = { prefix, timestamp };
    }
  });

  it('has exactly one primary identity: CRMID of customers, ECID of unknown devices', () => {
    for (const { identityMap } of events) {
      const primaries = Object.entries(identityMap).flatMap(([namespace, ids]) =>
        ids.filter((id) => id.primary === true).map(() => namespace),
      );
      expect(primaries).toEqual([identityMap['CRMID'] ? 'CRMID' : 'ECID']);
      for (const { id } of identityMap['ECID'] ?? []) expect(id).toMatch(/^\d{38}$/);
      for (const { id } of identityMap['CRMID'] ?? []) expect(id).toMatch(/^C\d{7}$/);
    }
  });
});

describe('the window of the demo shop', () => {
  it('can be shorter than a year', () => {
    const oldest = Math.min(...eventsOf({ days: 30 }).map(({ timestamp }) => Date.parse(timestamp)));
    expect(oldest).toBeGreaterThanOrEqual(END - 30 * DAY);
  });

  it('reaches up to its end', () => {
    const newest = Math.max(...eventsOf({}).map(({ timestamp }) => Date.parse(timestamp)));
    expect(END - newest).toBeLessThan(DAY);
  });
});
