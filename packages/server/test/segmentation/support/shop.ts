/** A small schema with a field of every kind, and random people who fill it with awkward values. */
import type { DataObject, Field, ObjectType, Type } from '@kindred/pql';
import * as fc from 'fast-check';
import type { XdmSchema } from '../../../src/schema/index.ts';
import type { TestPerson } from './people.ts';

const string: Type = { kind: 'string' };
const number: Type = { kind: 'number' };
const integer: Type = { kind: 'integer' };
const boolean: Type = { kind: 'boolean' };
const date: Type = { kind: 'date' };
const datetime: Type = { kind: 'datetime' };
const listOf = (items: Type): Type => ({ kind: 'array', items });
const mapOf = (values: Type): Type => ({ kind: 'map', values });

function object(fields: Readonly<Record<string, Type>>): ObjectType {
  return { kind: 'object', fields: Object.fromEntries(Object.entries(fields).map(([name, type]): [string, Field] => [name, { type }])) };
}

const LEVELS = ['gold', 'Silver', 'a', 'A', ''];
/** A text that is the id of a record. */
const reference: Type = { kind: 'string', reference: 'product' };

const item = object({
  sku: reference,
  price: number,
  quantity: integer,
  gift: boolean,
  sold: datetime,
  labels: listOf(string),
  parts: listOf(object({ code: string, weight: number })),
});

export const schema: XdmSchema = {
  profile: object({
    name: reference,
    level: { kind: 'string', enum: LEVELS },
    points: number,
    visits: integer,
    vip: boolean,
    birth: date,
    signup: datetime,
    home: object({ city: string, zip: integer, geo: object({ lat: number, lon: number }) }),
    tags: listOf(reference),
    scores: listOf(number),
    stamps: listOf(datetime),
    carts: listOf(item),
    prefs: mapOf(string),
    ranks: mapOf(number),
    topics: mapOf(object({ on: boolean, since: datetime, note: string })),
    groups: mapOf(listOf(string)),
    consents: object({ marketing: object({ email: object({ val: string, subscriptions: mapOf(object({ val: string })) }) }) }),
    identityMap: mapOf(listOf(object({ id: string, primary: boolean }))),
    unused: object({ text: string, number, list: listOf(string), rows: listOf(object({ x: number })), map: mapOf(string) }),
  }),
  event: object({
    _id: string,
    timestamp: datetime,
    eventType: string,
    channel: { kind: 'string', suggested: ['web', 'app'] },
    note: reference,
    total: number,
    quantity: integer,
    paid: boolean,
    due: datetime,
    place: object({ name: string, code: integer }),
    items: listOf(item),
    labels: listOf(string),
    extra: mapOf(string),
    unused: string,
  }),
  tenant: 'test',
  identities: { profile: [], event: [] },
  datasets: new Map(),
  lookups: {
    product: object({
      brand: string,
      price: number,
      stock: integer,
      live: boolean,
      launched: datetime,
      labels: listOf(string),
      maker: reference,
      sizes: listOf(object({ code: string, stock: integer })),
      names: mapOf(string),
      unused: string,
    }),
  },
  lookupTitles: { product: 'Product' },
  namespaces: [],
};

/** The instant of evaluation: a Thursday in the morning. */
export const NOW = Date.UTC(2026, 3, 30, 10, 20, 30, 400);
const DAY = 86_400_000;

export const EVENT_TYPES = ['view', 'cart', 'buy', 'mail', 'View'];
export const TEXTS = [
  '',
  'a',
  'A',
  'ab',
  'Ab',
  'b a',
  'ß',
  'ẞ',
  'ΑΣ',
  'ας',
  'ασ',
  'İx',
  'ix',
  'K',
  'k',
  "it's",
  'a%b',
  'a_b',
  'a\\b',
  '😀',
  '\uffee',
  'a\nb',
  'é',
  'e\u0301',
  '10',
  'true',
  '日本',
  '`',
  '"',
];
/** Sums and products of few of them are exact, so their order does not matter. */
export const NUMBERS = [-2.5, -1, 0, 0.1, 9.99, 33.3, 0.25, 0.5, 1, 1.5, 2, 3, 7, 10, 100, 1_000_000, 2 ** 40];
export const INTEGERS = [-7, -1, 0, 1, 2, 3, 5, 12, 29, 2024, 9_007_199_254_740_991];
const OFFSETS = [0, 1, -1, 999, 1000, -1000, 3_600_000, -3_600_000, DAY, -DAY, 7 * DAY, -7 * DAY, 30 * DAY, -30 * DAY, -DAY - 1, -DAY + 1];
export const INSTANTS = [
  ...OFFSETS.map((offset) => NOW + offset),
  Date.UTC(2026, 3, 30),
  Date.UTC(2026, 3, 30) - 1,
  Date.UTC(2026, 3, 27),
  Date.UTC(2026, 3, 1),
  Date.UTC(2026, 2, 31, 23, 59, 59, 999),
  Date.UTC(2026, 0, 1),
  Date.UTC(2024, 1, 29),
  Date.UTC(2024, 1, 29, 12),
  Date.UTC(2000, 0, 31),
  Date.UTC(1900, 0, 1),
  Date.UTC(1969, 11, 31, 23, 59, 59, 999),
  Date.UTC(2299, 11, 31, 23, 59, 59, 999),
];

export const text = fc.constantFrom(...TEXTS);
const aNumber = fc.constantFrom(...NUMBERS);
const anInteger = fc.constantFrom(...INTEGERS);
const aDate = fc.constantFrom(...INSTANTS).map((instant) => new Date(instant).toISOString().slice(0, 10));
const aTime = fc.constantFrom(...INSTANTS).map((instant) => new Date(instant).toISOString());
const few = <Item>(each: fc.Arbitrary<Item>, maxLength = 4): fc.Arbitrary<Item[]> => fc.array(each, { maxLength });
const key = fc.constantFrom('a', 'b', 'A', '', '1', '0', 'ß', 'x.y', 'x/y');

/** A field with a value in half of the documents. */
function sparse(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(fields, { requiredKeys: [] });
}

const consent = fc.constantFrom('y', 'n', 'p', 'u');

const anItem = sparse({
  sku: text,
  price: aNumber,
  quantity: anInteger,
  gift: fc.boolean(),
  sold: aTime,
  labels: few(fc.option(text)),
  parts: few(sparse({ code: text, weight: aNumber }), 3),
});

const attributes = sparse({
  name: text,
  level: fc.constantFrom(...LEVELS),
  points: aNumber,
  visits: anInteger,
  vip: fc.boolean(),
  birth: aDate,
  signup: aTime,
  home: sparse({ city: text, zip: anInteger, geo: sparse({ lat: aNumber, lon: aNumber }) }),
  tags: few(fc.option(text)),
  scores: few(fc.option(aNumber)),
  stamps: few(aTime),
  carts: few(anItem),
  prefs: fc.dictionary(key, text, { maxKeys: 3, noNullPrototype: true }),
  ranks: fc.dictionary(key, aNumber, { maxKeys: 3, noNullPrototype: true }),
  topics: fc.dictionary(key, sparse({ on: fc.boolean(), since: aTime, note: text }), { maxKeys: 3, noNullPrototype: true }),
  groups: fc.dictionary(key, few(text, 3), { maxKeys: 3, noNullPrototype: true }),
  consents: sparse({
    marketing: sparse({
      email: sparse({ val: consent, subscriptions: fc.dictionary(key, sparse({ val: consent }), { maxKeys: 2, noNullPrototype: true }) }),
    }),
  }),
});

const event = fc
  .record({
    timestamp: aTime,
    rest: sparse({
      eventType: fc.constantFrom(...EVENT_TYPES),
      channel: fc.constantFrom('web', 'app', 'Web', ''),
      note: text,
      total: aNumber,
      quantity: anInteger,
      paid: fc.boolean(),
      due: aTime,
      place: sparse({ name: text, code: anInteger }),
      items: few(anItem, 3),
      labels: few(text, 3),
      extra: fc.dictionary(key, text, { maxKeys: 3, noNullPrototype: true }),
    }),
  })
  .map(({ timestamp, rest }) => ({ ...rest, timestamp }));

export const person: fc.Arbitrary<TestPerson> = fc
  .record({
    attributes: fc.oneof({ weight: 9, arbitrary: attributes }, fc.constant({})),
    events: fc.oneof({ weight: 9, arbitrary: fc.array(event, { maxLength: 7 }) }, fc.array(event, { maxLength: 0 })),
    emails: fc.constantFrom(0, 0, 1, 2),
  })
  .map((each) => ({
    attributes: each.attributes,
    emails: each.emails,
    events: each.events.map((one, index) => ({ _id: `e${index}`, ...one })),
  }));

const record = sparse({
  brand: text,
  price: aNumber,
  stock: anInteger,
  live: fc.boolean(),
  launched: aTime,
  labels: few(fc.option(text)),
  maker: text,
  sizes: few(sparse({ code: text, stock: anInteger }), 3),
  names: fc.dictionary(key, text, { maxKeys: 3, noNullPrototype: true }),
});

/** What texts refer to, by id; the same for everybody. */
export const PRODUCTS: ReadonlyMap<string, DataObject> = new Map(
  ['a', 'A', 'ab', 'ß', 'ΑΣ', 'İx', "it's", 'a\\b', '😀', '10', 'true', '`', '"'].map((id, index) => [
    id,
    fc.sample(record, { seed: 7 + index, numRuns: 1 })[0] as DataObject,
  ]),
);
