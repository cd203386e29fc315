import { describe, expect, it } from 'vitest';
import type { DataObject, Type } from '../src/index.ts';
import { compileInferred, describeType, inferSchema, typeAt } from '../src/index.ts';

const typesOf = (...values: readonly unknown[]): readonly string[] => {
  const { times, texts } = inferSchema(values.map((v) => ({ v }) as DataObject));
  return [times, texts].map((schema) => describeType(typeAt(schema, ['v']) as Type));
};

describe('the inferred type of a field', () => {
  it.each([
    [[1, 2], 'Integer', 'Integer'],
    [[1, 2.5], 'Number', 'Number'],
    [[2 ** 60], 'Number', 'Number'],
    [[true, null], 'Boolean', 'Boolean'],
    [['a', '2024-02-29'], 'String', 'String'],
    [['2024-02-29'], 'Date', 'String'],
    [['2024-02-30'], 'String', 'String'],
    [['2024-02-29', '2024-02-29T10:00:00+01:00'], 'DateTime', 'String'],
    [['2024-02-29T10:00:00Z', 1709164800000], 'DateTime', 'unknown type'],
    [[1, 'a'], 'unknown type', 'unknown type'],
    [[{ a: 1 }, 1], 'unknown type', 'unknown type'],
    [[null], 'unknown type', 'unknown type'],
    [[[]], 'list', 'list'],
    [[[1], [2.5]], 'list of Number', 'list of Number'],
    [[{}], 'Object', 'Object'],
  ])('of %j is %s, and read as text %s', (values, times, texts) => {
    expect(typesOf(...values)).toEqual([times, texts]);
  });

  it('objects are merged over all profiles, events over all events', () => {
    const { times } = inferSchema([{ a: { b: 1 } }, { a: { c: 'x' }, xEvent: [{ n: 1 }, { n: 1.5 }] }, { xEvent: [{ m: [{ k: true }] }] }]);
    const paths = ['a.b', 'a.c', 'xEvent.n', 'xEvent.m.k', 'xEvent.timestamp', 'xEvent.eventType'];
    expect(paths.map((path) => describeType(typeAt(times, path.split('.')) as Type))).toEqual([
      'Integer',
      'String',
      'Number',
      'Boolean',
      'DateTime',
      'String',
    ]);
  });

  it('identities and memberships are maps, whatever their keys', () => {
    const { times } = inferSchema([
      { identityMap: { Email: [{ id: 'a' }] }, segmentMembership: { ups: { x: { status: 'realized', score: 1 } } } },
    ]);
    expect(describeType(typeAt(times, ['identityMap']) as Type)).toBe('map of list of Object');
    expect(describeType(typeAt(times, ['segmentMembership']) as Type)).toBe('map of map of Object');
  });

  it('a field called __proto__ is a field like any other', () => {
    const { times } = inferSchema([JSON.parse('{"__proto__": {"a": 1}, "constructor": 1}') as DataObject]);
    expect(Object.keys(times.profile.fields)).toEqual(expect.arrayContaining(['__proto__', 'constructor']));
  });
});

describe('compiling without a schema', () => {
  const schemas = inferSchema([{ day: '2024-02-29', prefs: { lang: 'en' }, name: 'Ann' }]);
  const errors = (text: string): readonly string[] => compileInferred(text, schemas).problems.map(({ code }) => code);

  it('takes text that looks like times as either', () => {
    expect(compileInferred('day occurs before now', schemas)).toMatchObject({ problems: [], schema: schemas.times });
    expect(compileInferred('day.startsWith("2024")', schemas)).toMatchObject({ problems: [], schema: schemas.texts });
  });

  it('lets unknown fields pass at every level', () => {
    expect(errors('nowhere = 1 and prefs.nowhere > 2 and xEvent.nowhere.at.all and xEvent[nowhere in ["a"]]')).toEqual([]);
  });

  it('reads objects as maps too', () => {
    expect(errors('prefs.get("lang") = "en" and prefs.get("none").isNull() and prefs.keys().includes("lang")')).toEqual([]);
  });

  it('still tells what can never be', () => {
    expect(errors('name > 3')).toEqual(['wrong-type']);
    expect(errors('name.first = "x"')).toEqual(['wrong-type']);
    expect(errors('name.frist(')).not.toEqual([]);
  });
});
