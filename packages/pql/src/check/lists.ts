/** Lists: filters, quantifiers, selections, aggregates, grouping, sets. */
import type { Declaration, Expr } from '../ast.ts';
import type { Span } from '../problems.ts';
import type { AggregateFunction, Test, Value } from '../term.ts';
import { aType, arrayOf, formOf, INTEGER, NUMBER } from '../types.ts';
import type { Type } from '../xdm.ts';
import { coerceList, memberOf } from './compare.ts';
import type { Operand } from './compare.ts';
import { both, itemType, never, nothing, variable, withLevel, withNames } from './context.ts';
import type { Checker, Scope } from './context.ts';
import { flatMap } from './names.ts';

/** A function call on a receiver, argument expressions unchecked. */
export interface Call {
  readonly name: string;
  readonly receiver: Operand;
  readonly args: readonly Expr[];
  readonly scope: Scope;
  readonly span: Span;
}

/** Checks that a value is a list; false after a problem. */
export function isList(checker: Checker, { value, span }: Operand, what: string): boolean {
  if (value === nothing) return false;
  if (value.type.kind === 'array' || value.type.kind === 'unknown') return true;
  checker.report('wrong-type', span, `${what} needs a list, and this is ${aType(value.type)}.`);
  return false;
}

interface ItemScope {
  readonly id: number;
  readonly scope: Scope;
  readonly body: Expr;
}

/** The scope of an expression about each item: its fields in scope, or the one parameter of a lambda. */
function itemScope(
  checker: Checker,
  list: Value,
  { arg, scope, alias = false }: { readonly arg: Expr; readonly scope: Scope; readonly alias?: boolean },
): ItemScope {
  const id = checker.fresh();
  const item = variable(id, itemType(list));
  if (arg.kind !== 'lambda') return { id, scope: withLevel(scope, item, alias), body: arg };
  const [parameter, second] = arg.parameters;
  if (second !== undefined)
    checker.report('wrong-argument-count', arg.span, 'This lambda takes one parameter, the item.', { hint: '(X) => expression' });
  return { id, scope: parameter === undefined ? scope : withNames(scope, [[parameter, item]]), body: arg.body };
}

export function filterValue(checker: Checker, list: Operand, arg: Expr, scope: Scope): Value {
  if (!isList(checker, list, 'A filter')) return nothing;
  const item = itemScope(checker, list.value, { arg, scope });
  const where = checker.test(item.body, item.scope);
  return { op: 'filter', list: list.value, variable: item.id, where, type: arrayOf(itemType(list.value)) };
}

export function existsTest(checker: Checker, { receiver, args, scope }: Call): Test {
  const [arg] = args;
  if (arg === undefined) return never;
  const item = itemScope(checker, receiver.value, { arg, scope });
  return { op: 'some', list: receiver.value, variable: item.id, where: checker.test(item.body, item.scope) };
}

export function mapValue(checker: Checker, { receiver, args, scope }: Call): Value {
  const [arg] = args;
  if (arg === undefined) return nothing;
  const list = receiver.value;
  if (list.op === 'group') return mapGroups(checker, list, arg, scope);
  const item = itemScope(checker, list, { arg, scope, alias: true });
  return mapped(list, item.id, checker.value(item.body, item.scope));
}

function mapped(list: Value, id: number, body: Value): Value {
  if (body.type.kind === 'array') return flatMap(list, id, body);
  if (isEntry(body))
    return { op: 'joinMaps', list: { op: 'map', list, variable: id, body, flatten: false, type: arrayOf(body.type) }, type: body.type };
  return { op: 'map', list, variable: id, body, flatten: false, type: arrayOf(body.type) };
}

/** Made by `mapEntry`: over a list it makes one map. */
function isEntry(body: Value): boolean {
  if (body.op === 'if') return isEntry(body.yes) && isEntry(body.no);
  return body.op === 'let' ? isEntry(body.body) : body.op === 'mapEntry';
}

/** Over groups: `(K, G) => …`, or an expression in which `this` is the group. */
function mapGroups(checker: Checker, groups: Value, arg: Expr, scope: Scope): Value {
  const id = checker.fresh();
  const group = variable(id, itemType(groups));
  const part = (name: string): Value => {
    const type = group.type.kind === 'object' ? group.type.fields[name]?.type : undefined;
    return { op: 'field', object: group, name, type: type ?? { kind: 'unknown' } };
  };
  if (arg.kind !== 'lambda') return mapped(groups, id, checker.value(arg, withLevel(scope, part('members'))));
  const names = arg.parameters.map((name, index) => [name, part(index === 0 ? 'key' : 'members')] as const);
  if (names.length !== 2)
    checker.report('wrong-argument-count', arg.span, 'A lambda over groups takes two parameters: the key and the group.', {
      hint: '(K, G) => expression',
    });
  return mapped(groups, id, checker.value(arg.body, withNames(scope, names)));
}

export function groupValue(checker: Checker, { receiver, args, scope }: Call): Value {
  const [arg] = args;
  if (arg === undefined) return nothing;
  const item = itemScope(checker, receiver.value, { arg, scope, alias: true });
  const by = checker.value(item.body, item.scope);
  const group: Type = { kind: 'object', fields: { key: { type: by.type }, members: { type: arrayOf(itemType(receiver.value)) } } };
  return { op: 'group', list: receiver.value, variable: item.id, by, type: arrayOf(group) };
}

export function rankedValue(checker: Checker, op: 'top' | 'bottom', { receiver, args, scope }: Call): Value {
  const [arg, countArg] = args;
  if (arg === undefined || countArg === undefined) return nothing;
  const item = itemScope(checker, receiver.value, { arg, scope, alias: true });
  const by = checker.value(item.body, item.scope);
  const count = checker.value(countArg, scope);
  if (count !== nothing && count.type.kind !== 'unknown' && formOf(count.type) !== 'number') {
    checker.report('wrong-type', countArg.span, `The number of members is needed here, and this is ${aType(count.type)}.`);
  }
  if (by !== nothing) needNumbers(checker, by.type, { span: arg.span, name: op === 'top' ? 'topN' : 'bottomN', times: true });
  return { op, list: receiver.value, variable: item.id, by, count, type: receiver.value.type };
}

/** `L.sum(value)` and its kin. */
export function aggregateValue(checker: Checker, fn: AggregateFunction, { receiver, args, scope, span }: Call): Value {
  const [arg] = args;
  if (arg === undefined) return aggregateOf(checker, fn, receiver.value, span);
  const item = itemScope(checker, receiver.value, { arg, scope, alias: true });
  const body = checker.value(item.body, item.scope);
  return body === nothing ? nothing : aggregateOf(checker, fn, mapped(receiver.value, item.id, body), arg.span);
}

function aggregateOf(checker: Checker, fn: AggregateFunction, list: Value, span: Span): Value {
  const items = itemType(list);
  if (fn === 'count') return { op: 'aggregate', fn, list, type: INTEGER };
  if (!needNumbers(checker, items, { span, name: fn, times: fn === 'min' || fn === 'max' })) return nothing;
  return { op: 'aggregate', fn, list, type: fn === 'average' ? NUMBER : items };
}

function needNumbers(
  checker: Checker,
  type: Type,
  { span, name, times }: { readonly span: Span; readonly name: string; readonly times: boolean },
): boolean {
  const form = formOf(type);
  if (type.kind === 'unknown' || form === 'number' || (times && form === 'time')) return true;
  const hint = type.kind === 'object' ? { hint: `Name the field: .${name}(path.to.number).` } : {};
  checker.report('wrong-type', span, `\`${name}\` needs numbers${times ? ' or times' : ''}, and this is ${aType(type)}.`, hint);
  return false;
}

/** A declaration's list and the scope with its variable bound. */
interface Declared {
  readonly list: Value;
  readonly id: number;
  readonly scope: Scope;
}

function declare(checker: Checker, { variable: name, from }: Declaration, scope: Scope): Declared {
  const list = checker.value(from, scope);
  const usable = isList(checker, { value: list, span: from.span }, '`from`');
  const id = checker.fresh();
  return { list, id, scope: withNames(scope, [[name, usable ? variable(id, itemType(list)) : nothing]]) };
}

/** The members that satisfy the declaration's own condition. */
function declaredList(checker: Checker, declaration: Declaration, scope: Scope): Value {
  const { list, id, scope: inner } = declare(checker, declaration, scope);
  if (declaration.where === null) return list;
  return { op: 'filter', list, variable: id, where: checker.test(declaration.where, inner), type: arrayOf(itemType(list)) };
}

function noDuplicates(checker: Checker, declarations: readonly Declaration[]): void {
  const seen = new Set<string>();
  for (const { variable: name, variableSpan } of declarations) {
    if (seen.has(name)) checker.report('duplicate-name', variableSpan, `There are two variables \`${name}\` here.`);
    seen.add(name);
  }
}

/** `exists` and `forall`, one nested quantifier per declaration. */
export function quantified(checker: Checker, kind: 'exists' | 'forall', declarations: readonly Declaration[], scope: Scope): Test {
  noDuplicates(checker, declarations);
  const build = (index: number, inner: Scope, conditions: readonly Test[]): Test => {
    const declaration = declarations[index];
    if (declaration === undefined) return both(...conditions);
    const { list, id, scope: bound } = declare(checker, declaration, inner);
    const own = declaration.where === null ? [] : [checker.test(declaration.where, bound)];
    if (list === nothing) return never;
    // Every assignment must satisfy all conditions, so for `forall` they all stand in the innermost place.
    if (kind === 'forall') return { op: 'every', list, variable: id, where: build(index + 1, bound, [...conditions, ...own]) };
    return { op: 'some', list, variable: id, where: both(...own, build(index + 1, bound, [])) };
  };
  return build(0, scope, []);
}

/** `select`: the items, or with several variables the tuples as objects. */
export function selected(checker: Checker, declarations: readonly Declaration[], scope: Scope): Value {
  noDuplicates(checker, declarations);
  const [first] = declarations;
  if (declarations.length === 1 && first !== undefined) return declaredList(checker, first, scope);
  return overTuples(checker, declarations, scope, (inner) => {
    const entries = declarations.map((each) => [each.variable, inner.names.get(each.variable) ?? nothing] as const);
    const fields = Object.fromEntries(entries.map(([name, value]) => [name, { type: value.type }]));
    return { op: 'object', entries, type: { kind: 'object', fields } };
  });
}

/** One result of `body` for each tuple of declared variables. */
function overTuples(checker: Checker, declarations: readonly Declaration[], scope: Scope, body: (inner: Scope) => Value): Value {
  const [declaration, ...rest] = declarations;
  if (declaration === undefined) return nothing;
  const list = declaredList(checker, declaration, scope);
  const id = checker.fresh();
  const inner = withNames(scope, [[declaration.variable, list === nothing ? nothing : variable(id, itemType(list))]]);
  const result = rest.length === 0 ? body(inner) : overTuples(checker, rest, inner, body);
  return list === nothing || result === nothing ? nothing : mapped(list, id, result);
}

/** `sum EXPR over V from A where C, …`. */
export function prefixAggregate(checker: Checker, expr: Extract<Expr, { readonly kind: 'aggregate' }>, scope: Scope): Value {
  const { fn, value, declarations, span } = expr;
  noDuplicates(checker, declarations);
  const [first] = declarations;
  if (first === undefined) return nothing;
  const list =
    value === null ? declaredList(checker, first, scope) : overTuples(checker, declarations, scope, (inner) => checker.value(value, inner));
  return list === nothing ? nothing : aggregateOf(checker, fn, list, value?.span ?? span);
}

/** Brings two lists to one form; null after a problem. */
function twoLists(checker: Checker, { receiver, args, scope, name }: Call): readonly [Value, Value] | null {
  const [arg] = args;
  if (arg === undefined) return null;
  const right = { value: checker.value(arg, scope), span: arg.span };
  if (!isList(checker, right, `\`${name}\``)) return null;
  // A literal list takes the form of the attribute, on whichever side it stands.
  if (receiver.value.op === 'list' && right.value.op !== 'list') {
    const left = coerceList(checker, receiver, right.value);
    return left === null ? null : [left, right.value];
  }
  const list = coerceList(checker, right, receiver.value);
  return list === null ? null : [receiver.value, list];
}

export function setsTest(checker: Checker, relation: 'intersects' | 'subset' | 'superset', call: Call): Test {
  const lists = twoLists(checker, call);
  return lists === null ? never : { op: 'sets', relation, left: lists[0], right: lists[1] };
}

export function intersectionValue(checker: Checker, call: Call): Value {
  const lists = twoLists(checker, call);
  return lists === null ? nothing : { op: 'intersection', left: lists[0], right: lists[1], type: call.receiver.value.type };
}

/** `L.includes(value)`. */
export function includesTest(checker: Checker, { receiver, args, scope }: Call): Test {
  const [arg] = args;
  return arg === undefined ? never : memberOf(checker, false, literalForm(checker, arg, scope), receiver);
}

const literalForm = (checker: Checker, arg: Expr, scope: Scope): Operand => ({ value: checker.value(arg, scope), span: arg.span });
