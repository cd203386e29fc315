import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { Identities, identityProblem, Namespaces, UNIVERSE } from '../../src/identity/index.ts';
import type { Identity, SeenPerson } from '../../src/identity/index.ts';
import { openLmdb } from '../../src/store/index.ts';
import type { Opened } from '../profile/open.ts';
import { openProfiles } from '../profile/open.ts';
import { ENGINES } from '../support/engines.ts';

const crm = (id: string): Identity => ({ namespace: 'CRMID', id });
const email = (id: string): Identity => ({ namespace: 'Email', id });
const person = (primary: Identity, ...others: Identity[]): SeenPerson => ({ primary, others, first: 0, last: 0 });

describe.each(ENGINES)('ClickHouse, %s', (engine) => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await openProfiles(undefined, engine);
  });

  afterAll(async () => {
    await opened.close();
  });

  const resolve = async (people: readonly SeenPerson[]): Promise<readonly number[]> => [
    ...(await opened.identities.resolve(people, { dataset: 'crm', filing: 'primary' })).profiles,
  ];

  test('people get dense ordinals in order, and the same ones again', async () => {
    const people = [person(crm('1')), person(crm('2')), person(crm('1'))];
    expect([...(await resolve(people))]).toEqual([0, 1, 0]);
    expect([...(await resolve([person(crm('3')), person(crm('2'))]))]).toEqual([2, 1]);
  });

  test('the same text in another namespace is somebody else', async () => {
    const [one, other] = await resolve([person(crm('same')), person(email('same'))]);
    expect(one).not.toBe(other);
  });

  test('identities that come together are one person', async () => {
    const [ann] = await resolve([person(crm('ann'), email('ann@example.org'))]);
    expect(opened.identities.find(email('ann@example.org'))).toBe(ann);
    const [again] = await resolve([person(email('ann@example.org'))]);
    expect(again).toBe(ann);
    expect(opened.identities.identitiesOf([ann ?? -1]).get(ann ?? -1)).toEqual([
      { ...crm('ann'), primary: true },
      { ...email('ann@example.org'), primary: false },
    ]);
  });

  test('profiles that turn out to be one person become one, and the others are gone', async () => {
    const [one, two, three] = await resolve([person(crm('b1')), person(crm('b2'), email('b@example.org')), person(crm('b3'))]);
    expect(new Set([one, two, three]).size).toBe(3);
    const merged = await resolve([person(crm('b1'), email('b@example.org')), person(crm('b3'), crm('b1'))]);
    expect(merged).toEqual([two, two]);
    expect(opened.identities.find(crm('b3'))).toBe(two);
    const rows = await opened.clickhouse.query(
      `SELECT DISTINCT profile FROM identities WHERE profile IN [${[one, two, three].join(', ')}]`,
    );
    expect(rows).toEqual([{ profile: two }]);
    expect(opened.identities.moves.map(({ from, to }) => [from, to])).toEqual([
      [[one], two],
      [[three], two],
    ]);
    await opened.identities.moved(opened.identities.moves);
    expect(opened.identities.moves).toEqual([]);
  });

  test('partners and things link nobody', async () => {
    const store = { namespace: 'NotPeople', id: 's' };
    const identities = await Identities.open(openLmdb(join(opened.folder, 'other')), opened.clickhouse, {
      find: (code) => ({ code, name: code, idType: code === 'NotPeople' ? 'Non_people' : 'Cross_device' }),
    });
    const { profiles } = await identities.resolve([person(crm('p1'), store), person(crm('p2'), store)], {
      dataset: 'crm',
      filing: 'primary',
    });
    expect(profiles[0]).not.toBe(profiles[1]);
    expect(identities.find(store)).toBeUndefined();
  });

  test('long identifiers, quotes and other alphabets are identities like any other', async () => {
    const ids = ['x'.repeat(1024), `${'x'.repeat(1023)}y`, `o'neil "\\`, '山田太郎', '\u{1F600}'.repeat(400)];
    const ordinals = await resolve(ids.map((id) => person(crm(id))));
    expect(new Set(ordinals).size).toBe(ids.length);
    expect(ids.map((id) => opened.identities.find(crm(id)))).toEqual([...ordinals]);
    const found = opened.identities.identitiesOf(ordinals);
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
    ['CRMID', 'a\0b', 'the CRMID holds the character NUL (U+0000)'],
    ['CRMID', '\uD83D', 'the CRMID holds half a character (a lone surrogate)'],
    ['CRMID', 'x'.repeat(1025), 'the CRMID has 1025 characters, at most 1024 are allowed'],
  ] as const)('an %s of %s is judged', (code, id, problem) => {
    const namespace = new Namespaces().find(code.toLowerCase());
    expect(namespace?.code).toBe(code);
    expect(namespace && identityProblem(namespace, id)).toBe(problem);
  });
});
