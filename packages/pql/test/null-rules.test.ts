/** Every row of the reference's table of null and missing values, and its table of Boolean places. */
import { describe, expect, it } from 'vitest';
import { evaluateValue, check, parse } from '../src/index.ts';
import type { Data, DataObject } from '../src/index.ts';
import { holds, schema, utc } from './support/schema.ts';

const known: DataObject = {
  level: 'gold',
  visits: 3,
  tags: ['a', 'b'],
  numbers: [1, 2],
  carts: [{ total: 1, sku: 'x' }, { sku: 'y' }],
  words: { lang: 'en' },
};
const value = (text: string, document: DataObject = known): Data => {
  const { ast } = parse(text);
  const checked = ast === null ? null : check(ast, schema);
  expect(checked?.problems).toEqual([]);
  return checked?.value === undefined || checked.value === null ? 'unchecked' : evaluateValue(checked.value, document, utc);
};

describe('a missing value', () => {
  it.each([
    // = and != with a null side
    ['person.name.firstName = "x"', false],
    ['person.name.firstName != "x"', false],
    ['"x" = person.name.firstName', false],
    ['"x" != person.name.firstName', false],
    ['person.name.firstName = person.name.lastName', false],
    ['person.name.firstName != person.name.lastName', false],
    ['level = "gold"', true],
    ['level != "gold"', false],
    ['level != "silver"', true],
    // order
    ['loyalty.points < 1', false],
    ['loyalty.points <= 1', false],
    ['loyalty.points > 1', false],
    ['loyalty.points >= 1', false],
    ['visits < loyalty.points', false],
    ['visits >= 3', true],
    // membership
    ['person.name.firstName in ["x"]', false],
    ['person.name.firstName notIn ["x"]', false],
    ['level in owned', false],
    ['level notIn owned', false],
    ['level in []', false],
    ['level notIn []', false],
    ['level in ["gold"]', true],
    ['level notIn ["silver"]', true],
    // string tests, positive and negative
    ...['equals', 'notEqualTo', 'contains', 'doesNotContain', 'startsWith', 'doesNotStartWith', 'endsWith', 'doesNotEndWith'].flatMap(
      (name) => [
        [`person.name.firstName.${name}("x")`, false] as const,
        [`person.name.firstName.${name}("x", false)`, false] as const,
        [`level.${name}(person.name.firstName, false)`, false] as const,
      ],
    ),
    ['level.doesNotContain("x")', true],
    ['stringCompare("equals", person.name.firstName, ["x"], false)', false],
    ['stringCompare("doesNotContain", person.name.firstName, ["x"], false)', false],
    ['stringCompare("doesNotContain", level, ["x", "y"], false)', true],
    ['person.name.firstName like "%"', false],
    ['person.name.firstName.matches(".*")', false],
    // sets
    ['tags.intersects(owned)', false],
    ['owned.intersects(tags)', false],
    ['tags.intersects(["z"])', false],
    ['tags.intersects(["b", "z"])', true],
    // negation of null is true
    ['not (person.name.firstName = "x")', true],
    ['!(vip)', true],
    ['not (level = "gold")', false],
    // presence
    ['person.name.firstName.isNull()', true],
    ['person.name.firstName.isNotNull()', false],
    ['level.isNull()', false],
    ['level.isNotNull()', true],
    ['person.isNull()', true],
    ['owned.isNull()', true],
    ['carts.isNotNull()', true],
    ['words.get("lang").isNotNull()', true],
    ['words.get("none").isNull()', true],
    // a time
    ['signup occurs before now', false],
    ['signup occurs != 1 day before now', false],
    // arithmetic up to the Boolean place
    ['visits / 0 = visits / 0', false],
    ['visits + loyalty.points > 0', false],
    ['visits + loyalty.points', false],
  ] as const)('makes %s %s', (text, expected) => {
    expect(holds(text, known)).toBe(expected);
  });

  it.each([
    ['visits / 0', null],
    ['visits % 0', null],
    ['visits * loyalty.points', null],
    ['visits + 1', 4],
    ['visits % 2', 1],
    ['tags.intersection(["b", "c"])', ['b']],
    ['carts.sum(total)', 1],
    ['carts[sku = "y"].sum(total)', 0],
    ['carts[sku = "z"].sum(total)', 0],
    ['carts[sku = "y"].average(total)', null],
    ['carts.average(total)', 1],
    ['carts[sku = "z"].min(total)', null],
    ['carts[sku = "z"].max(total)', null],
    ['carts[sku = "z"].count()', 0],
    ['carts.count()', 2],
    ['carts.total.count()', 1],
    ['(sum C.total over C from carts)', 1],
    ['(average C.total over C from carts, D from carts)', 1],
    ['carts[sku = "z"].head()', null],
    ['carts.head().sku', 'x'],
    ['words.get("none")', null],
    ['words.get("lang")', 'en'],
  ] as readonly (readonly [string, Data])[])('makes %s be %j', (text, expected) => {
    expect(value(text)).toEqual(expected);
  });

  it('intersects nothing, so that an empty intersection is not there', () => {
    expect(holds('tags.intersection(["z"]).isNull()', known)).toBe(true);
  });
});

describe('a Boolean place', () => {
  it.each([
    ['person', {}, false],
    ['person', { person: {} }, false],
    ['person', { person: { name: { firstName: null } } }, false],
    ['person', { person: { name: { firstName: '' } } }, true],
    ['level', { level: '' }, true],
    ['level', {}, false],
    ['visits', { visits: 0 }, true],
    ['tags', { tags: [] }, false],
    ['tags', { tags: ['a'] }, true],
    ['vip', { vip: false }, false],
    ['vip', { vip: true }, true],
    ['xEvent', {}, false],
    ['xEvent', { xEvent: [] }, false],
    ['xEvent', { xEvent: [{}] }, true],
    ['xEvent[channel = "a"]', { xEvent: [{ channel: 'a' }] }, true],
    ['xEvent[channel = "a"]', { xEvent: [{ channel: 'b' }] }, false],
    ['not (level)', { level: '' }, false],
    ['level and visits', { level: 'x', visits: 0 }, true],
    ['"text"', {}, true],
    ['false', {}, false],
  ] as readonly (readonly [string, DataObject, boolean])[])('makes %s of %j %s', (text, document, expected) => {
    expect(holds(text, document)).toBe(expected);
  });
});
