/** Fields of records that texts refer to, as if they were fields of what refers. */
import { expect, it } from 'vitest';
import { compile, evaluate, fieldsAt, typeAt } from '../src/index.ts';
import type { DataObject, ObjectType, Type, UnionSchema } from '../src/index.ts';

const object = (fields: Readonly<Record<string, Type>>): ObjectType => ({
  kind: 'object',
  fields: Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, { type }])),
});
const text: Type = { kind: 'string' };
const store: Type = { kind: 'string', reference: 'store' };
const schema: UnionSchema = {
  profile: object({ name: text, store, visited: { kind: 'array', items: store } }),
  event: object({ _id: text, timestamp: { kind: 'datetime' }, eventType: text, place: store }),
  lookups: { store: object({ city: text, staff: { kind: 'integer' }, owner: store }) },
};
const records: Readonly<Record<string, DataObject>> = { s1: { city: 'Basel', staff: 12, owner: 's2' }, s2: { city: 'Bonn', staff: 3 } };
const lookup = (entity: string, id: string): DataObject | null => (entity === 'store' ? (records[id] ?? null) : null);

function holds(pql: string, document: DataObject): boolean {
  const { plan, problems } = compile(pql, schema);
  if (plan === null) throw new Error(problems.map(({ message }) => message).join(' '));
  return evaluate(plan.test, document, { now: 0, zone: 'UTC', lookup });
}

it.each<readonly [pql: string, document: DataObject, expected: boolean]>([
  ['store.city = "Basel"', { store: 's1' }, true],
  ['store = "s1" and store.staff > 10', { store: 's1' }, true],
  ['store.city = "Basel"', { store: 's2' }, false],
  ['store.city.isNull()', { store: 'gone' }, true],
  ['store.city.isNull()', {}, true],
  ['store.owner.city = "Bonn"', { store: 's1' }, true],
  ['visited.city.includes("Bonn")', { visited: ['s1', 's2', 'gone'] }, true],
  ['visited[staff > 5].count() = 1', { visited: ['s1', 's2'] }, true],
  ['visited.staff.sum() = 15', { visited: ['s1', 's2', 's2'].slice(0, 2) }, true],
  ['xEvent[place.city = "Bonn"].count() = 1', { xEvent: [{ place: 's2' }, { place: 's1' }] }, true],
  ['xEvent[place.city = ^.store.city]', { store: 's1', xEvent: [{ place: 's1' }] }, true],
])('%s for %j: %s', (pql, document, expected) => {
  expect(holds(pql, document)).toBe(expected);
});

it('names fields that there are not, with suggestions', () => {
  expect(compile('store.citty = "Basel"', schema).problems).toMatchObject([{ code: 'unknown-field', hint: 'Did you mean `city`?' }]);
  expect(compile('name.city = "Basel"', schema).problems).toMatchObject([{ code: 'wrong-type' }]);
});

it('tells what follows a reference, for completion', () => {
  expect(fieldsAt(schema, ['store']).map(({ name }) => name)).toEqual(['city', 'owner', 'staff']);
  expect(typeAt(schema, ['xEvent', 'place', 'owner', 'city'])).toEqual(text);
});
