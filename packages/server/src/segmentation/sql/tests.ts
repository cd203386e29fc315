/** Tests of the language as SQL conditions: 0 or 1, never null. */
import type { Test, Value } from '@kindred/pql';
import { foldCase } from '@kindred/pql';
import { literal } from '../../store/index.ts';
import { inner, named } from './context.ts';
import { brought, broughtOf, strictly } from './forms.ts';
import { knownTest } from './known.ts';
import { everyTest, listOf, presentMembers, sameLists, someTest } from './lists.ts';
import { isNever } from './members.ts';
import { audienceTest } from './audiences.ts';
import { likePattern, likePatternSql, regularExpression } from './patterns.ts';
import { comparable, sameText } from './same.ts';
import { sequenceTest } from './sequences.ts';
import type { List, Scalar, Scalars, Scope } from './shape.ts';
import { all, any, FALSE, known, not, TRUE } from './text.ts';

/** A condition as an expression of its own. */
export function wholeTest(test: Test, outer: Scope): string {
  const scope = inner(outer);
  return scope.frame.around(testSql(test, scope));
}

export function testSql(test: Test, scope: Scope): string {
  switch (test.op) {
    case 'constant':
      return test.value ? TRUE : FALSE;
    case 'and':
      return all(test.terms.map((term) => testSql(term, scope)));
    case 'or':
      return any(test.terms.map((term) => testSql(term, scope)));
    case 'not':
      return not(testSql(test.term, scope));
    case 'holds': {
      const value = strictly('boolean', test.value, scope);
      if (value.form === null) return FALSE;
      return known(value.sql, value);
    }
    case 'known':
      return knownTest(scope.compiler.shape(test.value, scope), scope);
    case 'compare':
      return compareTest(test, scope);
    case 'text':
      return textTest(test, scope);
    case 'like':
      return likeTest(test, scope);
    case 'matches':
      return matchesTest(test, scope);
    case 'member':
      return memberTest(test, scope);
    case 'sets':
      return setsTest(test, scope);
    case 'some':
      return someTest(listOf(test.list, scope), test, scope);
    case 'every':
      return everyTest(listOf(test.list, scope), test, scope);
    case 'sequence':
      return sequenceTest(test, scope);
    case 'audience':
      return audienceTest(test, scope);
    default:
      return test satisfies never;
  }
}

type Of<Op extends Test['op']> = Extract<Test, { readonly op: Op }>;

function compareTest({ comparison, as, left, right }: Of<'compare'>, scope: Scope): string {
  if (as === 'list') return compareLists(comparison === '=', [listOf(left, scope), listOf(right, scope)], scope);
  const [a, b] = [brought(as, left, scope), brought(as, right, scope)];
  if (a.form === null || b.form === null) return FALSE;
  return known(`${a.sql} ${comparison} ${b.sql}`, a, b);
}

/** Two lists with members; unknown members are equal. */
function compareLists(equal: boolean, sides: readonly [List, List], scope: Scope): string {
  const lists = sides.map((side) => (side.shape === 'scalars' ? { ...side, sql: named(side.sql, scope) } : side));
  const [a = sides[0], b = sides[1]] = lists;
  const same = sameLists([a, b], scope);
  if (isNever(a) || isNever(b)) return FALSE;
  return `(${knownTest(a, scope)} AND ${knownTest(b, scope)} AND ${equal ? same : not(same)})`;
}

/**
 * As `foldCase` of the language. The engine folds by Unicode's full mapping, which differs in two letters: a Σ that ends
 * a word and İ, which becomes two.
 */
function folded(value: Value, scope: Scope): Scalar {
  const scalar = brought('string', value, scope);
  if (value.op === 'literal' && typeof value.value === 'string') return { ...scalar, sql: literal(foldCase(value.value)) };
  return { ...scalar, sql: `lowerUTF8(replaceAll(replaceAll(${scalar.sql}, 'Σ', 'σ'), 'İ', 'i'))` };
}

function textTest({ test, negated, caseSensitive, left, right }: Of<'text'>, scope: Scope): string {
  const a = caseSensitive ? brought('string', left, scope) : folded(left, scope);
  const b = caseSensitive ? brought('string', right, scope) : folded(right, scope);
  if (a.form === null || b.form === null) return FALSE;
  const found = {
    equals: `${a.sql} = ${b.sql}`,
    contains: `position(${a.sql}, ${b.sql}) > 0`,
    startsWith: `startsWith(${a.sql}, ${b.sql})`,
    endsWith: `endsWith(${a.sql}, ${b.sql})`,
  }[test];
  return known(negated ? not(found) : found, a, b);
}

function likeTest({ left, pattern }: Of<'like'>, scope: Scope): string {
  const [value, wanted] = [strictly('string', left, scope), strictly('string', pattern, scope)];
  if (value.form === null || wanted.form === null) return FALSE;
  const sql = pattern.op === 'literal' ? literal(likePattern(String(pattern.value))) : likePatternSql(wanted.sql);
  return known(`${value.sql} LIKE ${sql}`, value, wanted);
}

function matchesTest({ left, pattern }: Of<'matches'>, scope: Scope): string {
  const value = strictly('string', left, scope);
  if (value.form === null) return FALSE;
  return known(`match(${value.sql}, ${literal(regularExpression(pattern))})`, value);
}

function memberTest({ negated, value, list }: Of<'member'>, scope: Scope): string {
  const shape = scope.compiler.shape(value, scope);
  if (shape.shape === 'scalar') {
    if (shape.form === null) return FALSE;
    const short = { ...shape, sql: named(shape.sql, scope) };
    if (list.op === 'list' && list.items.every(isLiteral)) return literalMemberTest(shape, list.items, negated, scope);
    const members = listOf(list, scope);
    if (isNever(members)) return FALSE;
    if (members.shape === 'scalars' && members.form === short.form) return scalarMemberTest(short, members, negated, scope);
  }
  const members = listOf(list, scope);
  if (isNever(members)) return FALSE;
  const wanted = named(sameText(shape, scope), scope);
  const [texts] = comparable([members, { shape: 'scalars', form: null, sql: '[]' }], scope);
  const has = `has(${presentMembers(texts)}, ${wanted})`;
  return all([knownTest(members, scope), `isNotNull(${wanted})`, negated ? not(has) : has]);
}

function scalarMemberTest(scalar: Scalar, members: Scalars, negated: boolean, scope: Scope): string {
  // Null would be found as the empty text or 0.
  const list = { ...members, sql: named(members.sql, scope) };
  const has = `has(${presentMembers(list.sql)}, ${scalar.sql})`;
  return all([knownTest(list, scope), knownTest(scalar, scope), negated ? not(has) : has]);
}

const isLiteral = (value: Value): boolean => value.op === 'literal';

function literalMemberTest(scalar: Scalar, items: readonly Value[], negated: boolean, scope: Scope): string {
  if (items.length === 0) return FALSE;
  // What is of another form is never equal; times are numbers.
  const forms: readonly Scalar['form'][] = scalar.form === 'time' || scalar.form === 'number' ? ['time', 'number'] : [scalar.form];
  const shapes = items.map((item) => scope.compiler.shape(item, scope)).filter((shape): shape is Scalar => shape.shape === 'scalar');
  const wanted = shapes.filter(({ form }) => form !== null && forms.includes(form));
  const alike = wanted.every(({ form }) => form === scalar.form);
  const numberOf = (each: Scalar): string => (alike ? each.sql : broughtOf('number', each).sql);
  // IN tells minus zero from zero.
  const value = scalar.form === 'number' && wanted.some(({ sql }) => sql === '0.') ? `${scalar.sql} + 0.` : numberOf(scalar);
  const found = wanted.length === 0 ? FALSE : `${value} IN (${wanted.map(numberOf).join(', ')})`;
  if (found === FALSE) return negated ? knownTest(scalar, scope) : FALSE;
  return known(negated ? not(found) : found, scalar);
}

function setsTest({ relation, left, right }: Of<'sets'>, scope: Scope): string {
  const [a, b] = [listOf(left, scope), listOf(right, scope)];
  switch (relation) {
    case 'intersects': {
      if (isNever(a) || isNever(b)) return FALSE;
      const [x, y] = comparable([a, b], scope);
      return `hasAny(${presentMembers(x)}, ${presentMembers(y)})`;
    }
    case 'subset':
      return within(a, b, scope);
    case 'superset':
      return within(b, a, scope);
    default:
      return relation satisfies never;
  }
}

/** Whether every member of a list is known and in the other one. */
function within(list: List, other: List, scope: Scope): string {
  if (isNever(list)) return TRUE;
  const [x, y] = comparable([list, other], scope);
  const members = named(x, scope);
  return `(arrayAll(x -> isNotNull(x), ${members}) AND hasAll(${presentMembers(y)}, ${presentMembers(members)}))`;
}
