import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAttributes, readProfile, readProfiles } from '../../src/profile/index.ts';
import type { Document } from '../../src/schema/index.ts';
import { unionSchema } from '../../src/schema/index.ts';
import type { TestRecord } from './encode.ts';
import { encode } from './encode.ts';
import type { Opened } from './open.ts';
import { openProfiles } from './open.ts';
import { ENGINES } from '../support/engines.ts';

const schema = unionSchema({ tenant: 'acme' });

const list = (entries: Document): Document => ({ consents: { marketing: { email: { subscriptions: entries } } } });

describe.each(ENGINES)('ClickHouse, %s', (engine) => {
  let opened: Opened;
  let people = 0;

  beforeAll(async () => {
    opened = await openProfiles(schema, engine);
  });

  afterAll(async () => {
    await opened.close();
  });

  /** Sends records of one new person, each group as a chunk, and reads the profile. */
  async function merged(groups: readonly (readonly Omit<TestRecord, 'who'>[])[], dataset = 'crm'): Promise<Document> {
    const who = `p${people++}`;
    for (const group of groups) {
      await opened.tables.writeFragments(
        encode(
          schema,
          'profile',
          group.map((record) => ({ ...record, who })),
        ),
        dataset,
      );
    }
    const profile = await readProfile(opened.tables, opened.identities.find({ namespace: 'CRMID', id: who }) ?? -1);
    const { identityMap, ...attributes } = profile ?? {};
    expect(identityMap).toEqual({ CRMID: [{ id: who, primary: true }] });
    return attributes;
  }

  test('each field has its newest known value', async () => {
    const profile = await merged([
      [{ time: 200, document: { person: { name: { firstName: 'Ann' } }, preferredLanguage: 'en' } }],
      [{ time: 100, document: { person: { name: { firstName: 'Anna', lastName: 'Old' } }, testProfile: false } }],
      [{ time: 300, document: { preferredLanguage: 'fr' } }],
    ]);
    expect(profile).toEqual({ person: { name: { firstName: 'Ann', lastName: 'Old' } }, preferredLanguage: 'fr', testProfile: false });
  });

  test('a policy may trust one dataset more than another, and others not at all', async () => {
    const who = `p${people++}`;
    const write = async (dataset: string, time: number, document: Document): Promise<unknown> =>
      await opened.tables.writeFragments(encode(schema, 'profile', [{ who, time, document }]), dataset);
    await write('crm', 100, { person: { name: { firstName: 'Ann' } }, ...list({ news: { val: 'y' } }) });
    await write('web', 200, {
      person: { name: { firstName: 'A.', lastName: 'Webb' } },
      ...list({ news: { val: 'n' }, trips: { val: 'p' } }),
    });
    await write('bought', 300, { person: { name: { firstName: 'Nobody', lastName: 'Knows' } }, preferredLanguage: 'fr' });
    const profile = opened.identities.find({ namespace: 'CRMID', id: who }) ?? -1;
    const read = async (...order: readonly string[]): Promise<Document | undefined> =>
      (await readAttributes(opened.tables, [profile], { by: { type: 'dataSetPrecedence', order } })).get(profile);
    const crmFirst = { person: { name: { firstName: 'Ann', lastName: 'Webb' } }, ...list({ news: { val: 'y' }, trips: { val: 'p' } }) };
    expect(await read('crm', 'web')).toEqual(crmFirst);
    expect(await read('web', 'crm')).toEqual({
      person: { name: { firstName: 'A.', lastName: 'Webb' } },
      ...list({ news: { val: 'n' }, trips: { val: 'p' } }),
    });
    expect(await read('nowhere')).toBeUndefined();
    const newest = await readAttributes(opened.tables, [profile], { by: { type: 'timestampOrdered' } });
    const { identityMap: _, ...stored } = (await readProfile(opened.tables, profile)) ?? {};
    expect(newest.get(profile)).toEqual(stored);
  });

  test('an array comes whole from its newest record, never mixed', async () => {
    const profile = await merged([
      [{ time: 1, document: { loyalty: { cardsDetails: [{ number: '1', series: 'A' }, { number: '2' }] }, organizations: ['a', 'b'] } }],
      [{ time: 2, document: { loyalty: { cardsDetails: [{ number: '3' }] }, organizations: ['c'] } }],
      [{ time: 3, document: { loyalty: { points: 5 } } }],
    ]);
    expect(profile).toEqual({ loyalty: { cardsDetails: [{ number: '3' }], points: 5 }, organizations: ['c'] });
  });

  test('a map is merged entry by entry', async () => {
    const profile = await merged([
      [{ time: 2, document: list({ news: { val: 'y', topics: ['x', 'y'] }, offers: { val: 'n' } }) }],
      [
        {
          time: 1,
          document: list({ news: { val: 'n', type: 'old' }, trips: { val: 'p', subscribers: { 'a@example.org': { source: 'web' } } } }),
        },
      ],
    ]);
    expect(profile).toEqual(
      list({
        news: { val: 'y', topics: ['x', 'y'] },
        offers: { val: 'n' },
        trips: { val: 'p', subscribers: { 'a@example.org': { source: 'web' } } },
      }),
    );
  });

  test('a record sent again changes nothing, not even the revision', async () => {
    const record = [{ time: 10, document: { timeZone: 'Europe/Oslo' }, who: 'again' }];
    expect(await opened.tables.writeFragments(encode(schema, 'profile', record), 'crm')).toMatchObject({ added: 1, duplicates: 0 });
    const revision = opened.tables.currentRevision();
    expect(await opened.tables.writeFragments(encode(schema, 'profile', [...record, ...record]), 'crm')).toMatchObject({
      added: 0,
      duplicates: 2,
    });
    expect(opened.tables.currentRevision()).toBe(revision);
  });

  const records = fc.record({
    time: fc.integer({ min: 0, max: 3 }),
    document: fc.record(
      {
        preferredLanguage: fc.constantFrom('en', 'fr', 'de'),
        organizations: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }),
        loyalty: fc.record(
          {
            points: fc.integer({ min: 0, max: 9 }),
            cardsDetails: fc.array(
              fc.record({ number: fc.constantFrom('1', '2'), status: fc.constantFrom('x', 'y') }, { requiredKeys: [] }),
              { minLength: 1, maxLength: 2 },
            ),
          },
          { requiredKeys: ['points'] },
        ),
        consents: fc
          .dictionary(
            fc.constantFrom('news', 'offers'),
            fc.record({ val: fc.constantFrom('y', 'n'), type: fc.constantFrom('p', 'q') }, { requiredKeys: ['val'] }),
            { minKeys: 1 },
          )
          .map((subscriptions) => ({ marketing: { sms: { subscriptions } } })),
      },
      { requiredKeys: [] },
    ),
  });

  test('records in any order and any grouping make the same profile', async () => {
    const person = fc
      .array(records, { minLength: 2, maxLength: 6 })
      .chain((all) => fc.record({ all: fc.constant(all), shuffled: fc.shuffledSubarray(all, { minLength: all.length }), cut: fc.nat(5) }));
    await fc.assert(
      fc.asyncProperty(fc.array(person, { minLength: 1, maxLength: 20 }), async (cases) => {
        const first = people;
        people += cases.length;
        const write = async (part: (one: (typeof cases)[number]) => readonly Omit<TestRecord, 'who'>[], name: string): Promise<void> => {
          const sent = cases.flatMap((one, index) => part(one).map((record) => ({ ...record, who: `${name}${first + index}` })));
          await opened.tables.writeFragments(encode(schema, 'profile', sent), 'crm');
        };
        await write(({ all }) => all, 'straight');
        await write(({ shuffled, cut }) => shuffled.slice(0, cut), 'shuffled');
        await write(({ shuffled, cut }) => shuffled.slice(cut), 'shuffled');
        const profiles = async (name: string): Promise<unknown[]> => {
          const ordinals = cases.map((_, index) => opened.identities.find({ namespace: 'CRMID', id: `${name}${first + index}` }) ?? -1);
          const found = await readProfiles(opened.tables, ordinals);
          return ordinals.map((ordinal) => ({ ...found.get(ordinal), identityMap: undefined }));
        };
        expect(await profiles('shuffled')).toEqual(await profiles('straight'));
      }),
      { numRuns: 10 },
    );
  });
});
