/** Paths, operands and conditions about one field out of syntax. Null: there is no rule for it. */
import type { Expr } from '../ast.ts';
import type { Comparison } from '../term.ts';
import { parse } from '../parse/index.ts';
import { clockPart, partOf, timeRuleOf } from './from-ast-time.ts';
import type { FieldPath, FieldTest, Operand, PathPart, Scalar, TextFunction, TimePart } from './tree.ts';

/** Where a condition stands: what bare names belong to, and which earlier steps it may speak of. */
export interface Scope {
  readonly of: 'profile' | 'event' | 'item';
  readonly labels: readonly string[];
  /** The profile is one level up, so that `^.name` is the profile's. */
  readonly profileAbove: boolean;
}

export const PROFILE_SCOPE: Scope = { of: 'profile', labels: [], profileAbove: false };
export const EVENT_SCOPE: Scope = { of: 'event', labels: [], profileAbove: true };
export const itemScope = ({ labels }: Scope): Scope => ({ of: 'item', labels, profileAbove: false });

interface Owned {
  readonly of: 'own' | 'profile' | { readonly step: string };
  readonly path: FieldPath;
}

/** A path and whose it is. */
function ownedPath(expr: Expr, scope: Scope): Owned | null {
  const parts: PathPart[] = [];
  let at = expr;
  for (;;) {
    if (at.kind === 'field') {
      parts.push(at.name);
      at = at.object;
    } else if (at.kind === 'method' && at.name === 'get' && at.args.length === 1 && at.args[0]?.kind === 'string') {
      parts.push({ key: at.args[0].value });
      at = at.receiver;
    } else break;
  }
  return rooted(at, parts.toReversed(), scope);
}

function rooted(root: Expr, rest: FieldPath, scope: Scope): Owned | null {
  const beginsWithName = typeof rest[0] === 'string';
  const bare = scope.of === 'profile' && canStandAlone(rest[0]);
  if (root.kind === 'parameter' && root.position === 1) return bare ? owned('own', rest) : null;
  if (root.kind !== 'name') return null;
  if (root.up > 0) return root.up === 1 && scope.profileAbove ? owned('profile', [root.name, ...rest]) : null;
  if (root.name === 'profile' && scope.of === 'profile') return bare ? owned('own', rest) : null;
  if (root.name === 'profile') return beginsWithName ? owned('profile', rest) : null;
  if (scope.labels.includes(root.name)) return beginsWithName ? owned({ step: root.name }, rest) : null;
  return owned('own', [root.name, ...rest]);
}

/** Whether a field can be written without what it belongs to: `profile.in` cannot. */
function canStandAlone(part: PathPart | undefined): boolean {
  return typeof part === 'string' && part !== 'profile' && parse(part).ast?.kind === 'name';
}

/** Events are shown by cards only. */
function owned(of: Owned['of'], path: FieldPath): Owned | null {
  return path[0] === 'xEvent' ? null : { of, path };
}

export function pathOf(expr: Expr, scope: Scope): FieldPath | null {
  const found = ownedPath(expr, scope);
  return found?.of === 'own' ? found.path : null;
}

export function scalarOf(expr: Expr): Scalar | null {
  switch (expr.kind) {
    case 'string':
    case 'integer':
    case 'double':
    case 'boolean':
      return expr.value;
    case 'negative':
      return (expr.operand.kind === 'integer' || expr.operand.kind === 'double') && expr.operand.value !== 0 ? -expr.operand.value : null;
    default:
      return null;
  }
}

/** Null unless all are values. */
function scalarsOf(exprs: readonly Expr[]): readonly Scalar[] | null {
  const values = exprs.map(scalarOf);
  return values.every((value) => value !== null) ? values : null;
}

function operandOf(expr: Expr, scope: Scope): Operand | null {
  const value = scalarOf(expr);
  if (value !== null) return { kind: 'value', value };
  const part = clockPart(expr);
  if (part !== null) return { kind: 'clock', part };
  const found = ownedPath(expr, scope);
  return found && { kind: 'field', of: found.of, path: found.path };
}

export interface FieldCondition {
  readonly path: FieldPath;
  readonly part: TimePart | null;
  readonly test: FieldTest;
}

export function fieldCondition(expr: Expr, scope: Scope): FieldCondition | null {
  const timed = timeRuleOf(expr);
  if (timed !== null) return about(timed.value, { op: 'time', time: timed.rule }, scope);
  switch (expr.kind) {
    case 'binary':
      return binaryCondition(expr, scope);
    case 'method':
      return methodCondition(expr, scope) ?? about(expr, { op: 'holds' }, scope);
    case 'call':
      return stringCompareCondition(expr, scope);
    case 'name':
    case 'field':
      return about(expr, { op: 'holds' }, scope);
    default:
      return null;
  }
}

function about(value: Expr, test: FieldTest, scope: Scope): FieldCondition | null {
  const whole = pathOf(value, scope);
  if (whole !== null) return { path: whole, part: null, test };
  const partial = partOf(value);
  const path = partial && pathOf(partial.value, scope);
  return partial && path && { path, part: partial.part, test };
}

const MIRRORED: Readonly<Record<Comparison, Comparison>> = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
const isComparison = (operator: string): operator is Comparison => operator in MIRRORED;

function binaryCondition({ operator, left, right }: Extract<Expr, { readonly kind: 'binary' }>, scope: Scope): FieldCondition | null {
  if (isComparison(operator)) {
    if (scalarOf(left) !== null && scalarOf(right) === null)
      return comparisonCondition(right, MIRRORED[operator], { operand: left, scope });
    return comparisonCondition(left, operator, { operand: right, scope });
  }
  if (operator === 'in' || operator === 'notIn') {
    const values = right.kind === 'array' ? scalarsOf(right.items) : null;
    return values && about(left, { op: 'in', negated: operator === 'notIn', values }, scope);
  }
  if (operator === 'like' || operator === 'matches')
    return right.kind === 'string' ? about(left, { op: 'pattern', fn: operator, pattern: right.value }, scope) : null;
  return null;
}

function comparisonCondition(
  value: Expr,
  comparison: Comparison,
  { operand, scope }: { readonly operand: Expr; readonly scope: Scope },
): FieldCondition | null {
  const other = operandOf(operand, scope);
  return other && about(value, { op: 'compare', comparison, operand: other }, scope);
}

const TEXT_FUNCTIONS: readonly TextFunction[] = [
  'equals',
  'notEqualTo',
  'startsWith',
  'doesNotStartWith',
  'endsWith',
  'doesNotEndWith',
  'contains',
  'doesNotContain',
];
const textFunction = (name: string): TextFunction | null => TEXT_FUNCTIONS.find((each) => each === name) ?? null;

function methodCondition({ receiver, name, args }: Extract<Expr, { readonly kind: 'method' }>, scope: Scope): FieldCondition | null {
  const test = methodTest(name, args);
  return test && about(receiver, test, scope);
}

function methodTest(name: string, args: readonly Expr[]): FieldTest | null {
  const [first] = args;
  switch (name) {
    case 'isNotNull':
      return args.length === 0 ? { op: 'exists' } : null;
    case 'isNull':
      return args.length === 0 ? { op: 'missing' } : null;
    case 'like':
    case 'matches':
      return first?.kind === 'string' && args.length === 1 ? { op: 'pattern', fn: name, pattern: first.value } : null;
    case 'includes': {
      const value = first && args.length === 1 ? scalarOf(first) : null;
      return value === null ? null : { op: 'list', fn: name, values: [value] };
    }
    case 'intersects':
    case 'subsetOf':
    case 'supersetOf': {
      const values = first?.kind === 'array' && args.length === 1 ? scalarsOf(first.items) : null;
      return values && { op: 'list', fn: name, values };
    }
    default:
      return textTest(name, args);
  }
}

/** `f.contains("v")`, `f.contains("v", false)`, `f.equals("v", "w", false)`. */
function textTest(name: string, args: readonly Expr[]): FieldTest | null {
  const fn = textFunction(name);
  const last = args.at(-1);
  const caseSensitive = last?.kind === 'boolean' ? last.value : true;
  const texts = (last?.kind === 'boolean' ? args.slice(0, -1) : args).map((arg) => (arg.kind === 'string' ? arg.value : null));
  if (fn === null || texts.length === 0 || (texts.length > 1 && fn !== 'equals')) return null;
  return texts.every((text) => text !== null) ? { op: 'text', fn, values: texts, caseSensitive } : null;
}

function stringCompareCondition({ name, args }: Extract<Expr, { readonly kind: 'call' }>, scope: Scope): FieldCondition | null {
  if (name !== 'stringCompare' || args.length !== 4) return null;
  const [called, value, list, sensitive] = args;
  if (called?.kind !== 'string' || list?.kind !== 'array' || sensitive?.kind !== 'boolean' || value === undefined) return null;
  const fn = textFunction(called.value);
  const values = list.items.map((item) => (item.kind === 'string' ? item.value : null));
  if (fn === null || values.length === 0 || !values.every((each) => each !== null)) return null;
  return about(value, { op: 'text', fn, values, caseSensitive: sensitive.value }, scope);
}
