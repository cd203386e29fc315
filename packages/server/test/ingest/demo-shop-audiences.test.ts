import { readFileSync } from 'node:fs';
import type { DataObject } from '@kindred/pql';
import { compile, evaluate } from '@kindred/pql';
import { describe, expect, it } from 'vitest';
import { demoShop } from '../../src/ingest/sources/demo-shop/index.ts';
import { unionSchema } from '../../src/schema/index.ts';

interface StarterAudience {
  readonly name: string;
  readonly description: string;
  readonly pql: string;
}

const END = Date.UTC(2026, 5, 15, 12);
const DAY = 86_400_000;
const PROFILES = 2000;
const file = new URL('../../../../data/demo-shop/audiences.json', import.meta.url);
const audiences = JSON.parse(readFileSync(file, 'utf8')) as readonly StarterAudience[];
const schema = unionSchema({ tenant: 'shop' });

function documents(): DataObject[] {
  const found = Array.from({ length: PROFILES }, () => ({ profile: {} as object, xEvent: [] as object[] }));
  for (const { kind, record } of demoShop({ end: END, profiles: PROFILES })) {
    const id = (record['identityMap'] as { CRMID?: readonly { id: string }[] }).CRMID?.[0]?.id;
    if (kind === 'profile') found[Number(id!.slice(1)) - 1]!.profile = record;
    else found[Number((record['_id'] as string).split('-')[2]) - 1]!.xEvent.push(record);
  }
  return found.map(({ profile, xEvent }) => ({ ...profile, xEvent }) as DataObject);
}

const recent = (event: DataObject): boolean => Date.parse(event['timestamp'] as string) >= END - 30 * DAY;

describe('the starter audiences of the demo shop', () => {
  const people = documents();
  const members = (pql: string): DataObject[] => {
    const { test } = compile(pql, schema).plan!;
    return people.filter((document) => evaluate(test, document, { now: END, zone: 'UTC' }));
  };

  it('begin with the one this product was made for', () => {
    expect(audiences[0]?.name).toBe('Did you forget to buy your sneakers?');
  });

  it('have names of their own', () => {
    expect(new Set(audiences.map(({ name }) => name)).size).toBe(audiences.length);
  });

  for (const { name, description, pql } of audiences) {
    it(`compile without a complaint and have members, but not everybody: ${name}`, () => {
      expect(description).not.toBe('');
      expect(compile(pql, schema).problems).toEqual([]);
      const share = members(pql).length / PROFILES;
      expect(share).toBeGreaterThan(0.001);
      expect(share).toBeLessThan(0.25);
    });
  }

  it('find exactly those who searched for running shoes and bought nothing in thirty days', () => {
    const forgot = people.filter((document) => {
      const events = (document['xEvent'] as readonly DataObject[]).filter(recent);
      const queries = events.map((event) => (event['siteSearch'] as DataObject | undefined)?.['query']);
      const searched = queries.some((query) => typeof query === 'string' && query.toLowerCase().includes('running shoes'));
      return searched && !events.some((event) => event['eventType'] === 'commerce.purchases');
    });
    expect(members(audiences[0]!.pql)).toEqual(forgot);
  });
});
