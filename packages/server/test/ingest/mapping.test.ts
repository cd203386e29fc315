import { expect, test } from 'vitest';
import { compileMapping } from '../../src/ingest/mapping/compile.ts';
import type { Draft, Reading } from '../../src/ingest/mapping/draft.ts';
import { parseMapping, xdmMapping } from '../../src/ingest/index.ts';
import { parseIdentityDescriptor, unionSchema } from '../../src/schema/index.ts';

const schema = unionSchema({ tenant: 'acme' });
/** What an evaluation knows besides the record. */
const RUN = { now: Date.UTC(2026, 0, 31), seed: 'test' };
const COLUMNS = ['invoice', 'sku', 'quantity', 'price', 'ts', 'customer', 'flag'];
const ROW = { invoice: 'I1', sku: 'S9', quantity: '3', price: '2.55', ts: '2011-07-01 09:30', customer: '17850', flag: 'yes' };

const BASE = {
  version: 1,
  target: 'event',
  dataset: 'shop',
  identity: { namespace: 'crmid', column: 'customer' },
  id: { template: '{invoice}-{line}' },
  timestamp: { column: 'ts', format: 'yyyy-MM-dd HH:mm', zone: 'Europe/London' },
  fields: {},
};

/** Reads one row by BASE with changes. */
function read(changes: object, row: Partial<typeof ROW> = {}): Reading {
  const mapping = parseMapping({ ...BASE, ...changes });
  const values = { ...ROW, ...row };
  return compileMapping(mapping, { schema, columns: COLUMNS, asOf: 0, run: RUN })(
    COLUMNS.map((column) => values[column as keyof typeof ROW]),
    7,
  );
}

const document = (fields: object, row: Partial<typeof ROW> = {}): unknown => (read({ fields }, row) as Draft).document;

test('a row becomes a draft with id, time, identity, type and document', () => {
  expect(read({ eventType: { constant: 'commerce.purchases' }, fields: { 'productListItems[0].SKU': 'sku' } })).toEqual({
    id: 'I1-7',
    time: Date.UTC(2011, 6, 1, 8, 30),
    eventType: 'commerce.purchases',
    person: { primary: { namespace: 'CRMID', id: '17850' }, others: [] },
    document: { productListItems: [{ SKU: 'S9' }] },
  });
});

test.each([
  ['a column', 'invoice', {}, 'I1'],
  ['an empty column', 'flag', { flag: '' }, undefined],
  ['a constant', { constant: 'EUR' }, {}, 'EUR'],
  ['a template', { template: '{sku}/{line}' }, {}, 'S9/7'],
  ['a template with an empty part', { template: '{sku}/{flag}' }, { flag: '' }, undefined],
  ['upper case', { upper: 'flag' }, {}, 'YES'],
  ['trimmed text', { trim: 'flag' }, { flag: '  x ' }, 'x'],
  ['a table of values', { column: 'flag', values: { yes: 'y' } }, {}, 'y'],
  ['a value not in the table', { column: 'flag', values: { no: 'n' } }, {}, 'yes'],
  ['a value not in the table with another one for it', { column: 'flag', values: { no: 'n' }, otherwise: 'u' }, {}, 'u'],
  ['a value left out by the table', { column: 'flag', values: { no: 'n' }, otherwise: null }, {}, undefined],
  ['a choice', { if: { column: 'invoice', startsWith: 'C' }, yes: 'sku', no: 'flag' }, { invoice: 'C1' }, 'S9'],
  ['the other side of a choice', { if: { not: { column: 'invoice', startsWith: 'C' } }, yes: 'sku' }, { invoice: 'C1' }, undefined],
] as const)('%s is a value', (_, expression, row, expected) => {
  const built = document({ 'commerce.order.purchaseID': expression }, row);
  expect(built).toEqual(expected === undefined ? {} : { commerce: { order: { purchaseID: expected } } });
});

test.each([
  ['multiply', { multiply: ['quantity', 'price'], round: 2 }, 7.65],
  ['subtract', { subtract: ['price', 1] }, 1.5499999999999998],
  ['add', { add: ['quantity', 'quantity', 1] }, 7],
  ['divide', { divide: ['quantity', 2] }, 1.5],
  ['absolute', { absolute: { subtract: [1, 'quantity'] } }, 2],
] as const)('%s makes numbers', (_, expression, expected) => {
  expect(document({ 'commerce.order.priceTotal': expression })).toEqual({ commerce: { order: { priceTotal: expected } } });
});

test.each([
  [{ column: 'quantity', lessThan: 4 }, true],
  [{ column: 'quantity', greaterThan: 3 }, false],
  [{ column: 'quantity', equals: 3 }, true],
  [{ column: 'sku', in: ['S8', 'S9'] }, true],
  [{ column: 'sku', endsWith: '9' }, true],
  [{ column: 'sku', contains: 'x' }, false],
  [{ column: 'sku', matches: '^S\\d$' }, true],
  [{ column: 'sku', empty: true }, false],
  [
    {
      all: [
        { column: 'sku', empty: false },
        { column: 'flag', equals: 'no' },
      ],
    },
    false,
  ],
  [
    {
      any: [
        { column: 'sku', empty: true },
        { column: 'flag', equals: 'yes' },
      ],
    },
    true,
  ],
] as const)('the condition %j is %s', (when, holds) => {
  expect('skipped' in read({ skipWhen: [{ when, reason: 'a rule' }] })).toBe(holds);
});

test.each([
  ['ISO with a zone of its own', { column: 'ts' }, '2011-07-01T09:30:00+02:00', Date.UTC(2011, 6, 1, 7, 30)],
  ['ISO in a zone', { column: 'ts', zone: 'America/New_York' }, '2011-01-01T09:30:00', Date.UTC(2011, 0, 1, 14, 30)],
  ['a date in a zone', { column: 'ts', zone: 'Asia/Tokyo' }, '2011-01-01', Date.UTC(2010, 11, 31, 15)],
  ['seconds', { column: 'ts', format: 'epochSeconds' }, '1293840000', Date.UTC(2011, 0, 1)],
  ['milliseconds', { column: 'ts', format: 'epochMilliseconds' }, '1293840000123', Date.UTC(2011, 0, 1, 0, 0, 0, 123)],
  ['a pattern', { column: 'ts', format: 'd.M.yyyy H:mm:ss.SSS', zone: 'UTC' }, '1.12.2011 9:05:06.007', Date.UTC(2011, 11, 1, 9, 5, 6, 7)],
  [
    'the earlier of two equal local times',
    { column: 'ts', format: 'yyyy-MM-dd HH:mm', zone: 'Europe/London' },
    '2011-10-30 01:30',
    Date.UTC(2011, 9, 30, 0, 30),
  ],
] as const)('times may be %s', (_, timestamp, text, expected) => {
  expect((read({ timestamp }, { ts: text }) as Draft).time).toBe(expected);
});

test.each([
  [
    'a word for a number',
    { fields: { 'commerce.order.priceTotal': 'sku' } },
    {},
    'commerce.order.priceTotal',
    'expected a number, found "S9"',
  ],
  [
    'a word in a product',
    { fields: { 'commerce.order.priceTotal': { multiply: ['sku', 'price'] } } },
    {},
    'commerce.order.priceTotal',
    'expected a number, found "S9"',
  ],
  [
    'a word for a Boolean',
    { fields: { 'userAccount.loginKeychain': 'sku' } },
    {},
    'userAccount.loginKeychain',
    'expected true or false, found "S9"',
  ],
  [
    'a day that does not exist',
    {},
    { ts: '2011-02-30 10:00' },
    'timestamp',
    'expected a time in the format yyyy-MM-dd HH:mm, found "2011-02-30 10:00"',
  ],
  ['no time', {}, { ts: '' }, 'timestamp', 'the record has no time'],
  ['no identity', {}, { customer: '' }, 'identityMap', 'the record has no crmid'],
  ['an identity of nobody', {}, { customer: 'NULL' }, 'identityMap.crmid', '"NULL" identifies nobody'],
  ['no id', { id: 'flag' }, { flag: '' }, '_id', 'the record has none, a column it is made of is empty'],
] as const)('%s is a problem of the record', (_, changes, row, field, reason) => {
  expect(read(changes, row)).toEqual({ problems: [{ field, reason }] });
});

test.each([
  [{ version: 2 }, 'MAPPING_INVALID', 'version 2 is not known'],
  [{ target: 'both' }, 'MAPPING_INVALID', 'records become profiles, events or lookup records'],
  [{ feilds: {} }, 'MAPPING_INVALID', 'Did you mean fields?'],
  [{ identity: undefined }, 'MAPPING_INVALID', 'there is no identity'],
  [{ identity: { namespace: 'Emial', column: 'customer' } }, 'MAPPING_INVALID', 'did you mean Email?'],
  [{ fields: { 'commerce.order.priceTotl': 'price' } }, 'MAPPING_FIELD_UNKNOWN', 'Did you mean priceTotal?'],
  [{ fields: { 'productListItems.SKU': 'sku' } }, 'MAPPING_FIELD_UNKNOWN', 'productListItems[0].SKU'],
  [{ fields: { timestamp: 'ts' } }, 'MAPPING_FIELD_UNKNOWN', 'Use "timestamp" of the mapping.'],
  [{ fields: { 'web.webPageDetails.name': 'skuu' } }, 'MAPPING_COLUMN_UNKNOWN', 'Did you mean "sku"?'],
  [{ fields: { 'web.webPageDetails.name': { colunm: 'sku' } } }, 'MAPPING_INVALID', 'is no expression'],
  [{ timestamp: { column: 'ts', format: 'yyyy-MM-dd' } }, 'MAPPING_INVALID', 'have no time zone'],
  [{ timestamp: { column: 'ts', format: 'yyyy-qq', zone: 'UTC' } }, 'MAPPING_INVALID', 'a letter q that means nothing'],
  [{ timestamp: { column: 'ts', zone: 'Mars/Base' } }, 'MAPPING_INVALID', 'there is no time zone "Mars/Base"'],
  [{ skipWhen: [{ when: { column: 'sku' }, reason: 'x' }] }, 'MAPPING_INVALID', 'there is no test'],
] as const)('a mapping with %j is refused with what to do', (changes, code, text) => {
  expect(() => read(changes)).toThrow(expect.objectContaining({ code }) as Error);
  try {
    read(changes);
  } catch (error) {
    const { message, hint } = error as { message: string; hint: string };
    expect(`${message} ${hint}`).toContain(text);
  }
});

const IDENTITY = { identityMap: { ECID: [{ id: '1'.repeat(38) }], Email: [{ id: 'a@example.org', primary: true }] } };

test('an XDM document needs no mapping', () => {
  const readXdm = compileMapping(xdmMapping('event', 'web'), { schema, columns: null, asOf: 0, run: RUN });
  const record = { _id: 'e1', timestamp: '2026-01-05T10:11:12Z', eventType: 'web.webpagedetails.pageViews', ...IDENTITY };
  expect(readXdm(record, 1)).toEqual({
    id: 'e1',
    time: Date.UTC(2026, 0, 5, 10, 11, 12),
    eventType: 'web.webpagedetails.pageViews',
    person: { primary: { namespace: 'Email', id: 'a@example.org' }, others: [{ namespace: 'ECID', id: '1'.repeat(38) }] },
    document: record,
  });
});

test.each([
  [{ timestamp: '2026-01-05T10:11:12Z', ...IDENTITY }, '_id', 'an event needs an _id'],
  [{ _id: 'x', ...IDENTITY }, 'timestamp', 'an event needs a timestamp'],
  [{ _id: 'x', timestamp: '2026-01-05', ...IDENTITY }, 'timestamp', 'expected a time with zone'],
  [{ _id: 'x', timestamp: '2026-01-05T10:11:12Z' }, 'identityMap', 'the record says nobody it belongs to'],
  [
    { _id: 'x', timestamp: '2026-01-05T10:11:12Z', identityMap: { Email: [{ id: 'a' }, { id: 'b' }] } },
    'identityMap',
    'none of the identities is marked',
  ],
  [{ _id: 'x', timestamp: '2026-01-05T10:11:12Z', identityMap: { ECID: [{ id: '12' }] } }, 'identityMap.ECID', '38 digits'],
  [{ _id: 'x', timestamp: '2026-01-05T10:11:12Z', identityMap: { Emial: [{ id: 'a' }] } }, 'identityMap.Emial', 'did you mean Email?'],
] as const)('the XDM event %j is rejected at %s', (record, field, reason) => {
  const reading = compileMapping(xdmMapping('event', 'web'), { schema, columns: null, asOf: 0, run: RUN })(record, 1);
  expect(reading).toMatchObject({ problems: [{ field, reason: expect.stringContaining(reason) as string }] });
});

test('an identity field of the schema identifies a profile record', () => {
  const descriptor = parseIdentityDescriptor({
    '@type': 'xdm:descriptorIdentity',
    'xdm:sourceSchema': 'https://ns.adobe.com/xdm/context/profile',
    'xdm:sourceProperty': '/personalEmail/address',
    'xdm:namespace': 'Email',
    'xdm:isPrimary': true,
  });
  const own = unionSchema({ tenant: 'acme', descriptors: [descriptor] });
  const record = { personalEmail: { address: 'a@example.org' }, identityMap: { CRMID: [{ id: '1', primary: true }] } };
  expect(compileMapping(xdmMapping('profile', 'crm'), { schema: own, columns: null, asOf: 42, run: RUN })(record, 1)).toMatchObject({
    time: 42,
    person: { primary: { namespace: 'Email', id: 'a@example.org' }, others: [{ namespace: 'CRMID', id: '1' }] },
  });
});
