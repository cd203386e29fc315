import { expect, test } from 'vitest';
import { columnsOf, parseFieldGroup, parseIdentityDescriptor, Shredder, unionSchema } from '../../src/schema/index.ts';

const PROFILE = 'https://ns.adobe.com/xdm/context/profile';

const group = (properties: object, more: object = {}): unknown => ({
  title: 'Own fields',
  'meta:intendedToExtend': [PROFILE],
  properties: { _acme: { type: 'object', properties } },
  ...more,
});

test('own fields become part of the union schema, with their limits and columns', () => {
  const fields = {
    shoeSize: { type: 'number', minimum: 15, title: 'Shoe size' },
    tier: { type: 'string', enum: ['a', 'b'] },
    mood: { type: 'string', 'meta:enum': { good: 'Good' } },
    joined: { type: 'string', format: 'date' },
    visits: { type: 'array', items: { type: 'object', properties: { at: { type: 'string', format: 'date-time' } } } },
    scores: { type: 'object', additionalProperties: { type: 'integer' } },
    gone: { type: 'boolean', 'meta:status': 'deprecated' },
  };
  const schema = unionSchema({ tenant: 'acme', fieldGroups: [parseFieldGroup(group(fields), 'acme', { source: 'own.json' })] });
  const columns = columnsOf('profiles', schema.profile).filter(({ name }) => name.startsWith('_acme/'));
  expect(columns.map(({ name, chType }) => `${name} ${chType}`)).toEqual([
    '_acme/shoeSize Nullable(Float64)',
    '_acme/tier LowCardinality(Nullable(String))',
    '_acme/mood LowCardinality(Nullable(String))',
    "_acme/joined Nullable(DateTime64(3, 'UTC'))",
    '_acme/visits/# UInt32',
    "_acme/visits/at Array(Nullable(DateTime64(3, 'UTC')))",
    '_acme/scores/# UInt32',
    '_acme/scores/{} Array(String)',
    '_acme/scores/{}/= Array(Nullable(Int64))',
    '_acme/gone Nullable(Bool)',
  ]);
  expect(schema.event.fields['_acme']).toBeUndefined();
  const shredder = new Shredder('profiles', schema.profile, 'reject');
  expect(shredder.shred({ _acme: { mood: 'anything', tier: 'c' } })).toBe(false);
  expect(shredder.problems).toEqual([{ field: '_acme.tier', reason: '"c" is not one of a, b' }]);
});

test('the form with definitions, as the Schema Registry answers it, is read too', () => {
  const json = {
    title: 'x',
    'meta:intendedToExtend': ['_xdm.context.experienceevent'],
    definitions: { x: { properties: { _acme: { type: 'object', properties: { a: { type: 'string' } } } } } },
  };
  expect(parseFieldGroup(json, 'acme', { source: 'x.json' })).toMatchObject({
    extends: ['event'],
    fields: { fields: { _acme: { type: { kind: 'object' } } } },
  });
});

test.each([
  ['a list', [], 'SCHEMA_FILE_INVALID', 'own.json: a field group is a JSON object'],
  ['no class', group({}, { 'meta:intendedToExtend': [] }), 'SCHEMA_FILE_INVALID', 'names no class'],
  ['an unknown class', group({}, { 'meta:intendedToExtend': ['x'] }), 'SCHEMA_FILE_INVALID', 'cannot extend the class "x"'],
  ['no properties', { ...(group({}) as object), properties: undefined }, 'SCHEMA_FILE_INVALID', 'there is no "properties"'],
  [
    'another tenant',
    { ...(group({}) as object), properties: { _other: {} } },
    'SCHEMA_TENANT_MISMATCH',
    'own.json, field _other: own fields must lie below _acme',
  ],
  ['an unknown type', group({ a: { type: 'money' } }), 'SCHEMA_FIELD_INVALID', 'own.json, field _acme.a: the type "money" is not known'],
  ['no type', group({ a: {} }), 'SCHEMA_FIELD_INVALID', 'the type null is not known'],
  ['an object without fields', group({ a: { type: 'object' } }), 'SCHEMA_FIELD_INVALID', 'an object needs "properties"'],
  ['an array without items', group({ a: { type: 'array' } }), 'SCHEMA_FIELD_INVALID', 'an array needs "items"'],
  [
    'an array of arrays',
    group({ a: { type: 'array', items: { type: 'array', items: { type: 'string' } } } }),
    'SCHEMA_FIELD_INVALID',
    'an array of arrays is not supported',
  ],
  ['a name with a dot', group({ 'a.b': { type: 'string' } }), 'SCHEMA_FIELD_INVALID', 'this is no field name'],
  ['a reference', group({ a: { $ref: 'https://x' } }), 'SCHEMA_FIELD_INVALID', '"$ref" names no known data type: "https://x"'],
  ['a broken pattern', group({ a: { type: 'string', pattern: '(' } }), 'SCHEMA_FIELD_INVALID', 'is no regular expression'],
  ['a limit in quotes', group({ a: { type: 'number', minimum: '1' } }), 'SCHEMA_FIELD_INVALID', '"minimum" must be a number'],
] as const)('a field group with %s is refused, saying where and what to do', (_, json, code, message) => {
  expect(() => parseFieldGroup(json, 'acme', { source: 'own.json' })).toThrow(
    expect.objectContaining({
      code,
      message: expect.stringContaining(message) as string,
      hint: expect.stringMatching(/\w/) as string,
    }) as Error,
  );
});

test('two groups that disagree on a type are refused', () => {
  const groups = [group({ a: { type: 'string' } }), group({ a: { type: 'number' } })].map((json) =>
    parseFieldGroup(json, 'acme', { source: 'own.json' }),
  );
  expect(() => unionSchema({ tenant: 'acme', fieldGroups: groups })).toThrow(
    'the field _acme.a is of type string in one field group and number in another',
  );
});

test.each([
  [{ '@type': 'xdm:descriptorIdentity' }, 'this is no identity descriptor'],
  [
    {
      '@type': 'xdm:descriptorIdentity',
      'xdm:sourceSchema': PROFILE,
      'xdm:sourceProperty': '/personalEmail/adress',
      'xdm:namespace': 'Email',
    },
    'the identity field personalEmail.adress is no string field',
  ],
  [
    { '@type': 'xdm:descriptorIdentity', 'xdm:sourceSchema': PROFILE, 'xdm:sourceProperty': '/loyalty/points', 'xdm:namespace': 'X' },
    'the identity field loyalty.points is no string field',
  ],
])('the descriptor %j is refused', (json, message) => {
  expect(() => unionSchema({ tenant: 'acme', descriptors: [parseIdentityDescriptor(json)] })).toThrow(message);
});
