/** Function calls: which function, for which receiver, with how many arguments; then the function's own rules. */
import type { Expr } from '../ast.ts';
import { callInfo, functionCatalogue, methodInfo } from '../functions.ts';
import type { FunctionInfo } from '../functions.ts';
import { nearest } from '../nearest.ts';
import type { Span } from '../problems.ts';
import type { Test, Value } from '../term.ts';
import { aType, arrayOf, formOf, INTEGER, mapOf, STRING, UNKNOWN } from '../types.ts';
import { coerce } from './compare.ts';
import { negate, never, nothing, testValue } from './context.ts';
import type { Checker, Scope } from './context.ts';
import * as lists from './lists.ts';
import type { Call } from './lists.ts';
import { field } from './names.ts';
import * as texts from './texts.ts';
import { asTime, dateValue, now } from './times.ts';

type MethodExpr = Extract<Expr, { readonly kind: 'method' }>;
type CallExpr = Extract<Expr, { readonly kind: 'call' }>;
type Rule = (checker: Checker, call: Call) => Value;

const test =
  (rule: (checker: Checker, call: Call) => Test): Rule =>
  (checker, call) =>
    testValue(rule(checker, call));

const METHOD_RULES: Readonly<Record<string, Rule>> = {
  isNull: test((_, { receiver }) => (receiver.value === nothing ? never : negate({ op: 'known', value: receiver.value }))),
  isNotNull: test((_, { receiver }) => (receiver.value === nothing ? never : { op: 'known', value: receiver.value })),
  equals: test(texts.textTest),
  notEqualTo: test(texts.textTest),
  startsWith: test(texts.textTest),
  doesNotStartWith: test(texts.textTest),
  endsWith: test(texts.textTest),
  doesNotEndWith: test(texts.textTest),
  contains: test(texts.textTest),
  doesNotContain: test(texts.textTest),
  matches: test((checker, call) => texts.matchesTest(checker, call.receiver, argument(checker, call, 0))),
  like: test((checker, call) => texts.likeTest(checker, call.receiver, argument(checker, call, 0))),
  regexGroup: texts.regexGroupValue,
  count: (checker, call) => lists.aggregateValue(checker, 'count', call),
  sum: (checker, call) => lists.aggregateValue(checker, 'sum', call),
  average: (checker, call) => lists.aggregateValue(checker, 'average', call),
  min: (checker, call) => lists.aggregateValue(checker, 'min', call),
  max: (checker, call) => lists.aggregateValue(checker, 'max', call),
  exists: test(lists.existsTest),
  filter: (checker, { receiver, args, scope }) => (args[0] === undefined ? nothing : lists.filterValue(checker, receiver, args[0], scope)),
  map: lists.mapValue,
  distinct: (_, { receiver: { value } }) => ({ op: 'distinct', list: value, type: value.type }),
  head: (_, { receiver: { value } }) => ({ op: 'head', list: value, type: value.type.kind === 'array' ? value.type.items : UNKNOWN }),
  topN: (checker, call) => lists.rankedValue(checker, 'top', call),
  bottomN: (checker, call) => lists.rankedValue(checker, 'bottom', call),
  groupBy: lists.groupValue,
  includes: test(lists.includesTest),
  intersects: test((checker, call) => lists.setsTest(checker, 'intersects', call)),
  intersection: lists.intersectionValue,
  subsetOf: test((checker, call) => lists.setsTest(checker, 'subset', call)),
  supersetOf: test((checker, call) => lists.setsTest(checker, 'superset', call)),
  get: getValue,
  keys: (checker, { receiver }) => texts.lift(checker, receiver.value, (map) => ({ op: 'keys', map, type: arrayOf(STRING) })),
  values: (checker, { receiver }) => texts.lift(checker, receiver.value, (map) => ({ op: 'entries', map, type: arrayOf(valuesOf(map)) })),
  getYear: (checker, call) => datePart(checker, 'year', call),
  getMonth: (checker, call) => datePart(checker, 'month', call),
  getDayOfMonth: (checker, call) => datePart(checker, 'day', call),
};

function argument(checker: Checker, { args, scope, span }: Call, index: number): { readonly value: Value; readonly span: Span } {
  const arg = args[index];
  return arg === undefined ? { value: nothing, span } : { value: checker.value(arg, scope), span: arg.span };
}

const valuesOf = (map: Value): Value['type'] => (map.type.kind === 'map' ? map.type.values : UNKNOWN);

function getValue(checker: Checker, call: Call): Value {
  const key = argument(checker, call, 0);
  if (key.value === nothing) return nothing;
  const form = formOf(key.value.type);
  if (form !== 'string' && key.value.type.kind !== 'unknown' && key.value.op !== 'literal') {
    checker.report('wrong-type', key.span, `A key is a String, and this is ${aType(key.value.type)}.`);
    return nothing;
  }
  return texts.lift(checker, call.receiver.value, (map) => {
    const at = coerce(key.value, 'string');
    // Without a schema an object may be meant as a map: its entry is its field.
    if (map.type.kind === 'object' && at.op === 'literal') return field(checker, map, { name: String(at.value), span: key.span });
    return { op: 'entry', map, key: at, type: valuesOf(map) };
  });
}

function datePart(checker: Checker, part: 'year' | 'month' | 'day', { receiver }: Call): Value {
  return texts.lift(checker, receiver.value, (item) => {
    const value = asTime(checker, { value: item, span: receiver.span });
    return value === null ? nothing : { op: 'datePart', part, value, type: INTEGER };
  });
}

export function methodValue(checker: Checker, expr: MethodExpr, scope: Scope): Value {
  const receiver = { value: checker.value(expr.receiver, scope), span: expr.receiver.span };
  const info = methodInfo(expr.name);
  const rule = METHOD_RULES[expr.name];
  if (info === null || rule === undefined) {
    unknownMethod(checker, expr);
    return nothing;
  }
  if (!argumentsFit(checker, info, expr) || receiver.value === nothing || !receiverFits(checker, info, receiver.value, expr))
    return nothing;
  return rule(checker, { name: expr.name, receiver, args: expr.args, scope, span: expr.span });
}

function unknownMethod(checker: Checker, { name, nameSpan }: MethodExpr): void {
  const near = nearest(
    name,
    functionCatalogue.filter((each) => each.receiver !== 'none').map((each) => each.name),
  );
  const extra = near === null ? {} : { hint: `Did you mean \`${near}\`?`, fix: { span: nameSpan, text: near } };
  checker.report('unknown-function', nameSpan, `There is no function \`${name}\`.`, extra);
}

function argumentsFit(
  checker: Checker,
  { name, signature, arguments: [least, most] }: FunctionInfo,
  { args, span }: { readonly args: readonly Expr[]; readonly span: Span },
): boolean {
  if (args.length >= least && args.length <= most) return true;
  const wanted = least === most ? String(least) : `${least} to ${most}`;
  checker.report('wrong-argument-count', span, `\`${name}\` takes ${wanted} argument${wanted === '1' ? '' : 's'}, found ${args.length}.`, {
    hint: signature,
  });
  return false;
}

/** What a function asks of the type of its receiver, before its own rules. */
function receiverFits(
  checker: Checker,
  { receiver, name, signature }: FunctionInfo,
  { type }: Value,
  { receiver: { span } }: MethodExpr,
): boolean {
  const inner = type.kind === 'array' ? type.items : type;
  const fits = {
    none: true,
    any: true,
    scalar: inner.kind !== 'object' && inner.kind !== 'map',
    // Their own rules say more precisely what is wrong.
    string: true,
    time: true,
    list: type.kind === 'array',
    map: inner.kind === 'map' || (inner.kind === 'object' && inner.open === true),
  }[receiver];
  if (fits || inner.kind === 'unknown') return true;
  const needs = { list: 'a list', map: 'a map', scalar: 'a simple value' }[receiver as 'list' | 'map' | 'scalar'];
  checker.report('wrong-type', span, `\`${name}\` needs ${needs}, and this is ${aType(type)}.`, { hint: signature });
  return false;
}

export function callValue(checker: Checker, expr: CallExpr, scope: Scope): Value {
  const { name, args, span } = expr;
  const info = callInfo(name);
  if (info === null) {
    unknownCall(checker, expr);
    return nothing;
  }
  if (!argumentsFit(checker, info, expr)) return nothing;
  const values = (): readonly { readonly value: Value; readonly span: Span }[] =>
    args.map((arg) => ({ value: checker.value(arg, scope), span: arg.span }));
  switch (name) {
    case 'date':
      return dateValue(checker, values(), span);
    case 'currentYear':
    case 'currentMonth':
    case 'currentDayOfMonth':
      return { op: 'datePart', part: CURRENT[name], value: now, type: INTEGER };
    case 'stringCompare':
      return testValue(texts.stringCompare(checker, args, scope));
    case 'inSegment':
      return audience(checker, args[0]);
    case 'mapEntry':
      return entryValue(checker, values());
    default:
      throw new Error(`bug: the function ${name} has no rule`);
  }
}

const CURRENT = { currentYear: 'year', currentMonth: 'month', currentDayOfMonth: 'day' } as const;

/** `mapEntry(key, value)`; as the result of `map`, entries make one map. */
function entryValue(checker: Checker, [key, value]: readonly { readonly value: Value; readonly span: Span }[]): Value {
  if (key === undefined || value === undefined || key.value === nothing || value.value === nothing) return nothing;
  if (formOf(key.value.type) === null && key.value.type.kind !== 'unknown') {
    checker.report('wrong-type', key.span, `A key is a simple value, and this is ${aType(key.value.type)}.`);
    return nothing;
  }
  return { op: 'mapEntry', key: coerce(key.value, 'string'), value: value.value, type: mapOf(value.value.type) };
}

/** Audiences made here live in the namespace `ups`. */
function audience(checker: Checker, id: Expr | undefined): Value {
  if (id?.kind === 'string') return testValue({ op: 'audience', namespace: 'ups', id: id.value });
  if (id !== undefined) checker.report('not-constant', id.span, 'The audience must be written as a string: its id.');
  return nothing;
}

function unknownCall(checker: Checker, { name, nameSpan }: CallExpr): void {
  const method = methodInfo(name);
  if (method !== null) {
    checker.report('unknown-function', nameSpan, `\`${name}\` is called on a value.`, { hint: `Write ${method.signature}.` });
    return;
  }
  const near = nearest(
    name,
    functionCatalogue.filter((each) => each.receiver === 'none').map((each) => each.name),
  );
  const extra = near === null ? {} : { hint: `Did you mean \`${near}\`?`, fix: { span: nameSpan, text: near } };
  checker.report('unknown-function', nameSpan, `There is no function \`${name}\`.`, extra);
}
