/** Lists of the language as SQL arrays. */
import type { AggregateFunction, Test, Value } from '@kindred/pql';
import { aggregateOfMembers } from './aggregates.ts';
import type { NumberAggregate } from './aggregates.ts';
import { bind, bound, named, namedList } from './context.ts';
import { strictlyOf } from './forms.ts';
import { knownTest } from './known.ts';
import { isNever, lengthOf, memberOf, membersOf, openList, over, packList } from './members.ts';
import { asList, choose, Pack } from './pack.ts';
import { comparable, textsOf } from './same.ts';
import type { List, Opened, Packed, Scalar, Scalars, Scope, Shape } from './shape.ts';
import { EMPTY, NULL } from './shape.ts';
import { FALSE, TRUE } from './text.ts';

/** A value that is a list; what is none counts as an empty one. */
export function listOf(value: Value, scope: Scope): List {
  return asList(scope.compiler.shape(value, scope), scope);
}

/** The known members, as an array whose type has no Nullable. */
export function presentMembers(sql: string): string {
  return `arrayMap(x -> assumeNotNull(x), arrayFilter(x -> isNotNull(x), ${sql}))`;
}

/** One lambda over a list, in which the variable is a member. */
function each(list: List, variable: number, scope: Scope): Opened {
  const opened = openList(list, scope);
  return { ...opened, scope: bind(opened.scope, variable, opened.item) };
}

interface Quantified {
  readonly variable: number;
  readonly where: Test;
}

export function someTest(list: List, { variable, where }: Quantified, scope: Scope): string {
  if (isNever(list)) return FALSE;
  const opened = each(list, variable, scope);
  const condition = scope.compiler.test(where, opened.scope);
  return condition === FALSE ? FALSE : `arrayExists(${opened.lambda(condition)})`;
}

export function everyTest(list: List, { variable, where }: Quantified, scope: Scope): string {
  if (isNever(list)) return TRUE;
  const opened = each(list, variable, scope);
  const condition = scope.compiler.test(where, opened.scope);
  return condition === TRUE ? TRUE : `arrayAll(${opened.lambda(condition)})`;
}

export function filtered(list: List, quantified: Quantified, scope: Scope): List {
  if (isNever(list)) return EMPTY;
  const { variable, where } = quantified;
  const filter = (opened: Opened): string => opened.lambda(scope.compiler.test(where, opened.scope));
  if (list.shape === 'scalars') return { ...list, sql: `arrayFilter(${filter(each(list, variable, scope))})` };
  const pack = (at: Scope): Packed => {
    const packed = list.pack(at);
    const opened = over(packed, at);
    const condition = scope.compiler.test(where, bind(opened.scope, variable, opened.item));
    return { array: () => `arrayFilter(${opened.lambda(condition)})`, member: (tuple) => packed.member(tuple) };
  };
  return {
    shape: 'members',
    length: (at) => `arrayCount(${filter(each(list, variable, variablesOf(at, scope)))})`,
    open: (at) => over(pack(variablesOf(at, scope)), at),
    pack: (at) => pack(variablesOf(at, scope)),
    at: (index, at) => membersOf(pack(variablesOf(at, scope))).at(index, at),
  };
}

/** Frames of where a list is read, variables of where it was made. */
function variablesOf(frame: Scope, { variables }: Scope): Scope {
  return { ...frame, variables };
}

export function mapped(value: Extract<Value, { readonly op: 'map' }>, scope: Scope): List {
  const list = listOf(value.list, scope);
  if (isNever(list)) return EMPTY;
  const opened = each(list, value.variable, scope);
  const body = scope.compiler.shape(value.body, opened.scope);
  if (body.shape === 'scalar') return mappedScalars(body, value.flatten, (sql) => opened.lambda(sql));
  if (value.flatten && (body.shape === 'scalars' || body.shape === 'members')) return flattened(body, opened);
  const pack = new Pack(opened.scope);
  const member = (tuple: string): Shape => pack.read(body, tuple);
  if (!value.flatten) return membersOf({ array: () => `arrayMap(${opened.lambda(pack.sql())})`, member });
  const condition = knownTest(body, opened.scope);
  const place = pack.place('known', () => condition);
  return membersOf({ array: () => `arrayFilter(t -> t.${place}, arrayMap(${opened.lambda(pack.sql())}))`, member });
}

function mappedScalars(body: Scalar, flatten: boolean, lambda: (sql: string) => string): List {
  if (flatten && body.form === null) return EMPTY;
  const results = `arrayMap(${lambda(`toNullable(${body.sql})`)})`;
  return { shape: 'scalars', form: body.form, sql: flatten && body.nullable ? `arrayFilter(x -> isNotNull(x), ${results})` : results };
}

/** The members of many lists as one. */
function flattened(body: List, opened: Opened): List {
  if (body === EMPTY) return EMPTY;
  if (body.shape === 'scalars') return { ...body, sql: `arrayFlatten(arrayMap(${opened.lambda(body.sql)}))` };
  const packed = body.pack(opened.scope);
  return membersOf({
    array: () => `arrayFlatten(arrayMap(${opened.lambda(packed.array())}))`,
    member: (tuple) => packed.member(tuple),
  });
}

/** A list written out. */
export function writtenList(items: readonly Value[], scope: Scope): List {
  const shapes = items.map((item) => scope.compiler.shape(item, scope));
  if (shapes.length === 0) return EMPTY;
  const scalars = shapes.filter((shape): shape is Scalar => shape.shape === 'scalar');
  const forms = new Set(scalars.map(({ form }) => form).filter((form) => form !== null));
  if (scalars.length === shapes.length && forms.size <= 1) {
    const [form = null] = forms;
    return { shape: 'scalars', form, sql: `[${scalars.map(({ sql }) => sql).join(', ')}]` };
  }
  // Each member has all items and knows which of them it is.
  const pack = new Pack(scope);
  const number = scope.fresh();
  const place = pack.place('number', () => number);
  return membersOf({
    array: () => `arrayMap(${number} -> ${pack.sql()}, range(${shapes.length}))`,
    member: (tuple) =>
      shapes.reduceRight<Shape>((rest, shape, index) => {
        const item = pack.read(shape, tuple, String(index));
        return rest === NULL && index === shapes.length - 1 ? item : choose(`${tuple}.${place} = ${index}`, [item, rest], scope);
      }, NULL),
  });
}

export function aggregated(fn: AggregateFunction, list: List, scope: Scope): Scalar {
  if (fn === 'count') return { shape: 'scalar', form: 'number', sql: `toFloat64(${lengthOf(list, scope)})`, nullable: false };
  const numbers = numbersOf(list, scope);
  if (numbers === null || numbers.form === null) {
    return fn === 'sum' ? { shape: 'scalar', form: 'number', sql: '0.', nullable: false } : NULL;
  }
  return aggregateNumbers(fn, presentMembers(numbers.sql), numbers.form === 'time' && (fn === 'min' || fn === 'max') ? 'time' : 'number');
}

/** The members that are numbers or times; null when none ever is. */
function numbersOf(list: List, scope: Scope): Scalars | null {
  if (list.shape === 'scalars') return list.form === 'number' || list.form === 'time' ? list : null;
  const opened = list.open(scope);
  const number = strictlyOf('number', opened.item);
  if (number.form === null) return null;
  return { shape: 'scalars', form: 'number', sql: `arrayMap(${opened.lambda(`toNullable(${number.sql})`)})` };
}

function aggregateNumbers(fn: NumberAggregate, present: string, form: 'number' | 'time'): Scalar {
  const number = `ifNotFinite(${aggregateOfMembers(fn, 'x')}, NULL)`;
  const unlessEmpty = fn === 'sum' ? number : `if(empty(x), NULL, ${number})`;
  return { shape: 'scalar', form, sql: `arrayMap(x -> ${unlessEmpty}, [${present}])[1]`, nullable: true };
}

export function head(list: List, scope: Scope): Shape {
  return isNever(list) ? NULL : memberOf(list, '1', scope);
}

/** The first of those that are the same; unknown members are. */
export function distinct(list: List, scope: Scope): List {
  if (isNever(list)) return EMPTY;
  if (list.shape === 'scalars') {
    if (list.form === null) return { ...list, sql: `arraySlice(${list.sql}, 1, 1)` };
    const sql = named(list.sql, scope);
    const keys = list.form === 'number' ? `arrayMap(x -> x + 0., ${sql})` : sql;
    return { ...list, sql: `arrayFilter((x, n) -> n = 1, ${sql}, arrayEnumerateUniq(${keys}))` };
  }
  const packed = namedList(packList(list, scope), scope);
  const texts = textsOf(membersOf(packed), scope);
  return membersOf({ ...packed, array: () => `arrayFilter((x, n) -> n = 1, ${packed.array()}, arrayEnumerateUniq(${texts}))` });
}

/** The known members of the left list that are in the right one too. */
export function intersection([left, right]: readonly [List, List], scope: Scope): List {
  if (isNever(left) || isNever(right)) return EMPTY;
  if (left.shape === 'scalars' && right.shape === 'scalars' && left.form === right.form && left.form !== null) {
    const present = named(presentMembers(right.sql), scope);
    return { ...left, sql: `arrayFilter(x -> has(${present}, x), ${presentMembers(left.sql)})` };
  }
  const packed = namedList(packList(left, scope), scope);
  const texts = textsOf(membersOf(packed), scope);
  const others = bound(() => presentMembers(textsOf(right, scope)), scope);
  const array = (): string => `arrayFilter((x, text) -> isNotNull(text) AND has(${others}, text), ${packed.array()}, ${texts})`;
  return left.shape === 'scalars' ? { ...left, sql: array() } : membersOf({ ...packed, array });
}

/** Two lists with members, compared one by one in their order. */
export function sameLists(sides: readonly [List, List], scope: Scope): string {
  if (sides.some(isNever)) return FALSE;
  const [a, b] = comparable(sides, scope);
  return `${a} = ${b}`;
}
