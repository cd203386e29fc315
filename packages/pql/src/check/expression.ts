/** One rule per kind of syntax: values and tests. */
import type { BinaryOperator, Expr } from '../ast.ts';
import type { Comparison, Test, Value } from '../term.ts';
import { aType, arrayOf, BOOLEAN, commonType, formOf, INTEGER, NUMBER, STRING, UNKNOWN } from '../types.ts';
import type { Type } from '../xdm.ts';
import { chainTest } from './chain.ts';
import { compareOperands, memberOf, truth } from './compare.ts';
import type { Operand } from './compare.ts';
import { never, nothing, testValue, variable, withNames } from './context.ts';
import type { Checker, Scope } from './context.ts';
import { warnImpossible } from './impossible.ts';
import { filterValue, prefixAggregate, quantified, selected } from './lists.ts';
import { callValue, methodValue } from './methods.ts';
import { field, isAlias, resolveName } from './names.ts';
import { likeTest, matchesTest } from './texts.ts';
import { occursTest, timeWord } from './times.ts';

type Of<Kind extends Expr['kind']> = Extract<Expr, { readonly kind: Kind }>;
type TestExpr = Of<'not' | 'logic' | 'occurs' | 'chain'> | Of<'binary'> | Extract<Expr, { readonly kind: 'select' | 'exists' | 'forall' }>;

const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%']);
const isArithmetic = (operator: BinaryOperator): operator is '+' | '-' | '*' | '/' | '%' => ARITHMETIC.has(operator);

const operand = (checker: Checker, expr: Expr, scope: Scope): Operand => ({ value: checker.value(expr, scope), span: expr.span });

export function checkTest(checker: Checker, expr: Expr, scope: Scope): Test {
  switch (expr.kind) {
    case 'logic': {
      const terms = expr.terms.map((term) => ({ test: checker.test(term, scope), span: term.span }));
      if (expr.operator === 'and') warnImpossible(checker, terms);
      return { op: expr.operator, terms: terms.map(({ test }) => test) };
    }
    case 'not':
      return { op: 'not', term: checker.test(expr.operand, scope) };
    case 'occurs':
      return sensible(checker, expr, occursTest(checker, operand(checker, expr.value, scope), expr.time, scope));
    case 'chain':
      return chainTest(checker, expr, scope);
    case 'exists':
    case 'forall':
      return quantified(checker, expr.kind, expr.declarations, scope);
    case 'binary':
      return isArithmetic(expr.operator) ? truth(checker.value(expr, scope)) : sensible(checker, expr, relation(checker, expr, scope));
    default: {
      const value = checker.value(expr, scope);
      return value === nothing ? never : truth(value);
    }
  }
}

function sensible(checker: Checker, { span }: Expr, test: Test): Test {
  warnImpossible(checker, [{ test, span }]);
  return test;
}

function relation(checker: Checker, { operator, left, right }: Of<'binary'>, scope: Scope): Test {
  const operands = [operand(checker, left, scope), operand(checker, right, scope)] as const;
  switch (operator) {
    case 'in':
    case 'notIn':
      return audienceOf(memberOf(checker, operator === 'notIn', ...operands));
    case 'like':
      return likeTest(checker, ...operands);
    case 'matches':
      return matchesTest(checker, ...operands);
    default:
      return compareOperands(checker, operator as Comparison, ...operands);
  }
}

/** `segmentMembership.get(n).get(id).status in ["realized", "existing"]` is membership itself. */
function audienceOf(test: Test): Test {
  if (test.op !== 'member' || test.negated || test.value.op !== 'field' || test.value.name !== 'status' || test.list.op !== 'list')
    return test;
  const statuses = new Set(test.list.items.map((item) => (item.op === 'literal' ? item.value : null)));
  const inner = test.value.object;
  if (statuses.size !== 2 || !statuses.has('realized') || !statuses.has('existing') || inner.op !== 'entry' || inner.map.op !== 'entry')
    return test;
  const { map, key: namespace } = inner.map;
  const root = map.op === 'field' && map.name === 'segmentMembership' && map.object.op === 'variable' && map.object.id === 0;
  if (!root || namespace.op !== 'literal' || inner.key.op !== 'literal') return test;
  return { op: 'audience', namespace: String(namespace.value), id: String(inner.key.value) };
}

/** Kinds whose value is a test. */
const isTest = (expr: Expr): expr is TestExpr =>
  expr.kind === 'logic' ||
  expr.kind === 'not' ||
  expr.kind === 'occurs' ||
  expr.kind === 'chain' ||
  expr.kind === 'exists' ||
  expr.kind === 'forall' ||
  (expr.kind === 'binary' && !isArithmetic(expr.operator));

export function checkValue(checker: Checker, expr: Expr, scope: Scope): Value {
  if (isTest(expr)) return testValue(checker.test(expr, scope));
  switch (expr.kind) {
    case 'string':
      return { op: 'literal', value: expr.value, type: STRING };
    case 'integer':
    case 'double':
      return { op: 'literal', value: expr.value, type: expr.kind === 'integer' ? INTEGER : NUMBER };
    case 'boolean':
      return { op: 'literal', value: expr.value, type: BOOLEAN };
    case 'name':
      return resolveName(checker, expr, scope);
    case 'parameter':
      return parameter(checker, expr, scope);
    case 'this':
      return scope.levels.at(-1)?.value ?? nothing;
    case 'field':
      return field(checker, objectOf(checker, expr, scope), { name: expr.name, span: expr.nameSpan });
    case 'method':
      return methodValue(checker, expr, scope);
    case 'call':
      return callValue(checker, expr, scope);
    case 'filter':
      return filterValue(checker, operand(checker, expr.list, scope), expr.where, scope);
    case 'timeWord':
      return timeWord(expr.word);
    case 'missing':
      return nothing;
    default:
      return compoundValue(checker, expr, scope);
  }
}

/** What a field is read from; the item itself, where its name stands for it. */
function objectOf(checker: Checker, { object, name }: Of<'field'>, scope: Scope): Value {
  const item = scope.levels.at(-1)?.value;
  return item !== undefined && isAlias(object, name, scope) ? item : checker.value(object, scope);
}

function compoundValue(checker: Checker, expr: Expr, scope: Scope): Value {
  switch (expr.kind) {
    case 'array': {
      const items = expr.items.map((item) => checker.value(item, scope));
      const types = items.map((item) => item.type);
      return { op: 'list', items, type: arrayOf(types.length === 0 ? UNKNOWN : types.reduce(commonType)) };
    }
    case 'object':
      return objectValue(checker, expr, scope);
    case 'let': {
      const value = checker.value(expr.value, scope);
      const id = checker.fresh();
      const body = checker.value(expr.body, withNames(scope, [[expr.name, value === nothing ? nothing : variable(id, value.type)]]));
      return value === nothing || body === nothing ? nothing : { op: 'let', variable: id, value, body, type: body.type };
    }
    case 'if':
      return conditional(checker, expr, scope);
    case 'negative':
      return negative(checker, operand(checker, expr.operand, scope));
    case 'aggregate':
      return prefixAggregate(checker, expr, scope);
    case 'binary':
      return arithmetic(checker, expr, scope);
    default:
      return misplaced(checker, expr, scope);
  }
}

function misplaced(checker: Checker, expr: Expr, scope: Scope): Value {
  switch (expr.kind) {
    case 'select':
      return selected(checker, expr.declarations, scope);
    case 'lambda':
      checker.report('wrong-type', expr.span, 'A lambda can only be an argument of a list function.', {
        hint: 'For example: carts.map((X) => X.total)',
      });
      return nothing;
    case 'calendar':
      checker.report(
        'bad-time-expression',
        expr.span,
        `\`${expr.which} ${expr.unit}\` is a span of time and stands only after \`occurs\` and in WHEN(…).`,
      );
      return nothing;
    case 'context':
      checker.report('not-supported-yet', expr.span, 'Context references are for decisioning, which cannot be evaluated yet.');
      return nothing;
    default:
      return nothing;
  }
}

function parameter(checker: Checker, { position, span }: Of<'parameter'>, scope: Scope): Value {
  if (position === 1) return scope.levels[0]?.value ?? nothing;
  checker.report('unknown-parameter', span, `There is no parameter $${position}.`, {
    hint: '$1 is the profile.',
    fix: { span, text: '$1' },
  });
  return nothing;
}

function objectValue(checker: Checker, expr: Of<'object'>, scope: Scope): Value {
  const entries = expr.entries.map((entry) => [entry.key, checker.value(entry.value, scope)] as const);
  const fields = Object.fromEntries(entries.map(([key, value]) => [key, { type: value.type }]));
  return { op: 'object', entries, type: { kind: 'object', fields } };
}

function conditional(checker: Checker, expr: Of<'if'>, scope: Scope): Value {
  const condition = checker.test(expr.condition, scope);
  const yes = checker.value(expr.yes, scope);
  const no = checker.value(expr.no, scope);
  if (yes === nothing || no === nothing) return nothing;
  const forms = [formOf(yes.type), formOf(no.type)];
  if (forms[0] !== forms[1] && yes.type.kind !== 'unknown' && no.type.kind !== 'unknown') {
    checker.report('wrong-type', expr.span, `Both values of \`if\` must be alike: one is ${aType(yes.type)}, the other ${aType(no.type)}.`);
    return nothing;
  }
  return { op: 'if', condition, yes, no, type: commonType(yes.type, no.type) };
}

function isNumber(checker: Checker, { value, span }: Operand, operator: string): boolean {
  if (value === nothing) return false;
  if (value.type.kind === 'unknown' || formOf(value.type) === 'number') return true;
  const hint = formOf(value.type) === 'time' ? { hint: 'Distances in time are written with `occurs`.' } : {};
  checker.report('wrong-type', span, `\`${operator}\` needs numbers, and this is ${aType(value.type)}.`, hint);
  return false;
}

function negative(checker: Checker, inner: Operand): Value {
  const { value } = inner;
  if (!isNumber(checker, inner, '-')) return nothing;
  if (value.op === 'literal' && typeof value.value === 'number') return { ...value, value: value.value === 0 ? 0 : -value.value };
  return { op: 'arithmetic', fn: '-', left: { op: 'literal', value: 0, type: INTEGER }, right: value, type: value.type };
}

function arithmetic(checker: Checker, { operator, left, right }: Of<'binary'>, scope: Scope): Value {
  const operands = [operand(checker, left, scope), operand(checker, right, scope)] as const;
  if (!isArithmetic(operator)) return nothing;
  const numbers = operands.map((each) => isNumber(checker, each, operator));
  if (numbers.includes(false)) return nothing;
  const [a, b] = operands.map((each) => each.value.type);
  const type: Type = operator !== '/' && a?.kind === 'integer' && b?.kind === 'integer' ? INTEGER : NUMBER;
  return { op: 'arithmetic', fn: operator, left: operands[0].value, right: operands[1].value, type };
}
