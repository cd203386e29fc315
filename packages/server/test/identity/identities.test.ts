import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityProblem, Namespaces, UNIVERSE } from '../../src/identity/index.ts';
import type { Identity, Person } from '../../src/identity/index.ts';
import type { Opened } from '../profile/open.ts';
import { openProfiles } from '../profile/open.ts';
import { ENGINES } from '../support/engines.ts';

const crm = (id: string): Identity => ({ namespace: 'CRMID', id });
const email = (id: string): Identity => ({ namespace: 'Email', id });
const person = (primary: Identity, ...others: Identity[]): Person => ({ primary, others });

describe.each(ENGINES)('ClickHouse, %s', (engine) => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await openProfiles(undefined, engine);
  });

  afterAll(async () => {
    await opened.close();
  });

  test('people get dense ordinals in order, and the same ones again', async () => {
    const people = [person(crm('1')), person(crm('2')), person(crm('1'))];
    expect([...(await opened.identities.resolve(people))]).toEqual([0, 1, 0]);
    expect([...(await opened.identities.resolve([person(crm('3')), person(crm('2'))]))]).toEqual([2, 1]);
  });

  test('the same text in another namespace is somebody else', async () => {
    const [one, other] = await opened.identities.resolve([person(crm('same')), person(email('same'))]);
    expect(one).not.toBe(other);
  });

  test('a further identity leads to the profile until another profile has it as its primary one', async () => {
    const [first] = await opened.identities.resolve([person(crm('ann'), email('ann@example.org'))]);
    expect(opened.identities.find(email('ann@example.org'))).toBe(first);
    const [second] = await opened.identities.resolve([person(crm('bob'), email('ann@example.org'))]);
    expect(opened.identities.find(email('ann@example.org'))).toBe(first);
    const [third] = await opened.identities.resolve([person(email('ann@example.org'))]);
    expect(opened.identities.find(email('ann@example.org'))).toBe(third);
    const known = await opened.identities.identitiesOf([first ?? -1, second ?? -1, third ?? -1]);
    expect(known.get(first ?? -1)).toEqual([
      { ...crm('ann'), primary: true },
      { ...email('ann@example.org'), primary: false },
    ]);
    expect(known.get(third ?? -1)).toEqual([{ ...email('ann@example.org'), primary: true }]);
  });

  test('long identifiers, quotes and other alphabets are identities like any other', async () => {
    const ids = ['x'.repeat(1024), `${'x'.repeat(1023)}y`, `o'neil "\\`, '山田太郎', '\u{1F600}'.repeat(400)];
    const ordinals = await opened.identities.resolve(ids.map((id) => person(crm(id))));
    expect(new Set(ordinals).size).toBe(ids.length);
    expect(ids.map((id) => opened.identities.find(crm(id)))).toEqual([...ordinals]);
    const found = await opened.identities.identitiesOf([...ordinals]);
    expect([...ordinals].map((ordinal) => found.get(ordinal)?.[0]?.id)).toEqual(ids);
  });

  test('the universe holds every profile once', async () => {
    const [row] = await opened.clickhouse.query<{ size: string; all: string }>(
      `SELECT bitmapCardinality(groupBitmapMergeState(members)) AS size, (SELECT uniqExact(profile) FROM identities) AS all FROM (${UNIVERSE})`,
    );
    expect(row?.size).toBe(row?.all);
  });

  test.each([
    ['ECID', '12345678901234567890123456789012345678', null],
    ['ECID', '123', 'an ECID has exactly 38 digits'],
    ['Email', ' ', 'the Email is empty'],
    ['CRMID', 'null', '"null" identifies nobody'],
    ['CRMID', 'x'.repeat(1025), 'the CRMID has 1025 characters, at most 1024 are allowed'],
  ] as const)('an %s of %s is judged', (code, id, problem) => {
    const namespace = new Namespaces().find(code.toLowerCase());
    expect(namespace?.code).toBe(code);
    expect(namespace && identityProblem(namespace, id)).toBe(problem);
  });
});
