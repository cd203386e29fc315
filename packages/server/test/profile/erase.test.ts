/** Forgetting people and what datasets brought, in the tables themselves. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countEvents, countProfiles, readProfile } from '../../src/profile/index.ts';
import { unionSchema } from '../../src/schema/index.ts';
import { ENGINES } from '../support/engines.ts';
import { encode } from './encode.ts';
import type { Opened } from './open.ts';
import { openProfiles } from './open.ts';

const schema = unionSchema({ tenant: 'acme' });

describe.each(ENGINES)('ClickHouse, %s', (engine) => {
  let opened: Opened;
  const ordinal = (id: string): number => opened.identities.find({ namespace: 'CRMID', id }) ?? -1;
  const event = (who: string, number: number): Parameters<typeof encode>[2][number] => {
    return { who, id: `${who}-${number}`, time: number * 1000, eventType: 'visit', document: {} };
  };
  const city = (who: string, name: string, time: number): Parameters<typeof encode>[2][number] => {
    return { who, id: `${who}-${name}`, time, eventType: '', document: { homeAddress: { city: name } } };
  };

  beforeAll(async () => {
    opened = await openProfiles(schema, engine);
    const { tables } = opened;
    await tables.writeEvents(encode(schema, 'event', [event('ann', 1), event('ann', 2), event('bob', 1)]), 'web');
    await tables.writeFragments(encode(schema, 'profile', [city('ann', 'Rome', 1), city('bob', 'Rome', 1)]), 'crm');
    await tables.writeFragments(encode(schema, 'profile', [city('bob', 'Oslo', 2)]), 'shop');
  });
  afterAll(async () => {
    await opened.close();
  });

  test('without what a dataset brought, profiles are those of the others', async () => {
    const bob = ordinal('bob');
    expect(await readProfile(opened.tables, bob)).toMatchObject({ homeAddress: { city: 'Oslo' } });
    expect(await opened.tables.eraseRecords('shop', null)).toEqual({ events: 0, records: 1, profiles: 0 });
    expect(await readProfile(opened.tables, bob)).toMatchObject({ homeAddress: { city: 'Rome' } });
    expect(await opened.tables.eraseRecords('crm', [bob])).toEqual({ events: 0, records: 1, profiles: 0 });
    expect(await readProfile(opened.tables, bob)).toEqual({ identityMap: { CRMID: [{ id: 'bob', primary: true }] } });
    expect(await readProfile(opened.tables, ordinal('ann'))).toMatchObject({ homeAddress: { city: 'Rome' } });
  });

  test('who is forgotten is nowhere, and somebody new with the next record', async () => {
    const { tables, clickhouse } = opened;
    const ann = ordinal('ann');
    const revision = tables.currentRevision();
    expect(await tables.erasePeople([ann])).toEqual({ events: 2, records: 1, profiles: 1 });
    expect(tables.currentRevision()).toBeGreaterThan(revision);
    expect(tables.rebuilt).toBeGreaterThan(revision);
    // Cut off and done again.
    expect(await tables.erasePeople([ann])).toMatchObject({ events: 0, records: 0 });
    await tables.purge();
    expect([ordinal('ann'), await countEvents(tables), await countProfiles(tables)]).toEqual([-1, 1, 1]);
    for (const table of ['events', 'fragments', 'profiles', 'identities'])
      expect(await clickhouse.query(`SELECT profile FROM ${table} WHERE profile = ${ann}`)).toEqual([]);
    await tables.writeEvents(encode(schema, 'event', [event('ann', 1)]), 'web');
    expect(ordinal('ann')).toBeGreaterThan(ann);
    expect([await countEvents(tables), await countProfiles(tables)]).toEqual([2, 2]);
  });
});
