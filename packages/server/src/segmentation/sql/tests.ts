/** Tests of the language as SQL conditions: 0 or 1, never null. */
import type { Test, Value } from '@kindred/pql';
import { foldCase } from '@kindred/pql';
import { literal } from '../../store/index.ts';
import type { Scope } from './context.ts';
import { knownTest } from './fields.ts';
import { everyTest, needOrder, presentMembers, someTest } from './lists.ts';
import { listShape, scalarAs, scalarOf, scalarsOf } from './operands.ts';
import { likePattern, regularExpression } from './patterns.ts';
import type { Form, Scalar, Scalars } from './shape.ts';
import { EMPTY, NotInSql } from './shape.ts';
import { all, any, FALSE, known, not, TRUE } from './text.ts';

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
      const value = scalarAs('boolean', test.value, scope);
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
      return someTest(listShape(test.list, scope), test, scope);
    case 'every':
      return everyTest(listShape(test.list, scope), test, scope);
    case 'sequence':
    case 'audience':
      throw new NotInSql(`a ${test.op} within a test`);
    default:
      return test satisfies never;
  }
}

type Of<Op extends Test['op']> = Extract<Test, { readonly op: Op }>;

function compareTest({ comparison, as, left, right }: Of<'compare'>, scope: Scope): string {
  if (as === 'list') return compareLists(comparison === '=', [left, right], scope);
  const a = scalarAs(as, left, scope);
  const b = scalarAs(as, right, scope);
  if (a.form === null || b.form === null) return FALSE;
  return known(`${a.sql} ${comparison} ${b.sql}`, a, b);
}

/** Two lists with members, compared one by one in their order; unknown members are equal. */
function compareLists(equal: boolean, sides: readonly [Value, Value], scope: Scope): string {
  const [a, b] = [scalarsOf(sides[0], scope), scalarsOf(sides[1], scope)];
  for (const side of sides) needOrder(side);
  if (a === EMPTY || b === EMPTY) return FALSE;
  if (a.form === null || b.form === null) throw new NotInSql('a list of unknown values');
  needForm(a.form, b.form);
  return `(notEmpty(${a.sql}) AND notEmpty(${b.sql}) AND ${a.sql} ${equal ? '=' : '!='} ${b.sql})`;
}

/**
 * As `foldCase` of the language. The engine folds by Unicode's full mapping, which differs in two letters: a Σ that ends
 * a word and İ, which becomes two.
 */
function folded(value: Value, scope: Scope): Scalar {
  const scalar = scalarAs('string', value, scope);
  if (value.op === 'literal' && typeof value.value === 'string') return { ...scalar, sql: literal(foldCase(value.value)) };
  return { ...scalar, sql: `lowerUTF8(replaceAll(replaceAll(${scalar.sql}, 'Σ', 'σ'), 'İ', 'i'))` };
}

function textTest({ test, negated, caseSensitive, left, right }: Of<'text'>, scope: Scope): string {
  const a = caseSensitive ? scalarAs('string', left, scope) : folded(left, scope);
  const b = caseSensitive ? scalarAs('string', right, scope) : folded(right, scope);
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
  const value = scalarAs('string', left, scope);
  const wanted = likePattern(pattern);
  if (value.form === null || wanted === null) return FALSE;
  return known(`${value.sql} LIKE ${literal(wanted)}`, value);
}

function matchesTest({ left, pattern }: Of<'matches'>, scope: Scope): string {
  const value = scalarAs('string', left, scope);
  if (value.form === null) return FALSE;
  return known(`match(${value.sql}, ${literal(regularExpression(pattern))})`, value);
}

function memberTest({ negated, value, list }: Of<'member'>, scope: Scope): string {
  const scalar = scalarOf(value, scope);
  if (scalar.form === null) return FALSE;
  if (list.op === 'list' && list.items.every(isLiteral)) return literalMemberTest(scalar, list.items, negated, scope);
  const members = scalarsOf(list, scope);
  if (members === EMPTY) return FALSE;
  needForm(scalar.form, members.form);
  // Null would be found as the empty text or 0.
  const has = members.form === null ? FALSE : `has(${presentMembers(members)}, ${scalar.sql})`;
  return all([knownTest(members, scope), knownTest(scalar, scope), negated ? not(has) : has]);
}

const isLiteral = (value: Value): boolean => value.op === 'literal';

function literalMemberTest(scalar: Scalar, items: readonly Value[], negated: boolean, scope: Scope): string {
  if (items.length === 0) return FALSE;
  const wanted = items.map((item) => scalarOf(item, scope)).filter(({ form }) => form !== null);
  for (const { form } of wanted) needForm(scalar.form, form);
  const found = wanted.length === 0 ? FALSE : `${scalar.sql} IN (${wanted.map(({ sql }) => sql).join(', ')})`;
  if (found === FALSE) return negated ? (scalar.nullable ? `isNotNull(${scalar.sql})` : TRUE) : FALSE;
  return known(negated ? not(found) : found, scalar);
}

function needForm(a: Form | null, b: Form | null): void {
  if (a !== null && b !== null && a !== b) throw new NotInSql(`a ${a} among ${b}s`);
}

function setsTest({ relation, left, right }: Of<'sets'>, scope: Scope): string {
  const [a, b] = [scalarsOf(left, scope), scalarsOf(right, scope)];
  needForm(a.form, b.form);
  switch (relation) {
    case 'intersects':
      return a.form === null || b.form === null ? FALSE : `hasAny(${presentMembers(a)}, ${presentMembers(b)})`;
    case 'subset':
      return within(a, b);
    case 'superset':
      return within(b, a);
    default:
      return relation satisfies never;
  }
}

/** Whether every member of a list is known and in the other one. */
function within(list: Scalars, other: Scalars): string {
  if (list === EMPTY) return TRUE;
  if (list.form === null || other.form === null) return `empty(${list.sql})`;
  return `(arrayAll(x -> isNotNull(x), ${list.sql}) AND hasAll(${presentMembers(other)}, ${presentMembers(list)}))`;
}
