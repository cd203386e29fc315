/** Groups of a list's members, and the members with the greatest or least values. */
import type { Value } from '@kindred/pql';
import { bind, bound, inner } from './context.ts';
import { strictly, strictlyOf } from './forms.ts';
import { isNever, membersOf, packList } from './members.ts';
import { listOf } from './lists.ts';
import { Pack } from './pack.ts';
import { sameText } from './same.ts';
import type { List, Packed, Scope, Shape } from './shape.ts';
import { EMPTY, NULL } from './shape.ts';
import { TRUE } from './text.ts';

type Of<Op extends Value['op']> = Extract<Value, { readonly op: Op }>;

/** A list whose members have been given something more to sort them by. */
interface Keyed {
  readonly packed: Packed;
  /** The places of their own number in the list, and of the value. */
  readonly index: number;
  readonly key: number;
  /** The value that was computed for a member. */
  readonly by: (tuple: string) => Shape;
}

interface By {
  readonly variable: number;
  readonly by: Value;
}

/** Each member with its number and what `key` makes of its value. */
function keyed(list: List, { variable, by }: By, key: (by: Shape, scope: Scope) => string, outer: Scope): Keyed {
  const source = packList(list, outer);
  const array = bound(() => source.array(), outer);
  const [parameter, number] = [outer.fresh(), outer.fresh()];
  const item = source.member(parameter);
  const scope = bind(inner(outer), variable, item);
  const value = outer.compiler.shape(by, scope);
  const pack = new Pack(scope);
  const text = key(value, scope);
  const places = { index: pack.place('index', () => number), key: pack.place('key', () => text) };
  const tuples = (): string =>
    `arrayMap((${parameter}, ${number}) -> ${scope.frame.around(pack.sql())}, ${array}, arrayEnumerate(${array}))`;
  const packed: Packed = { array: tuples, member: (tuple) => pack.read(item, tuple, 'member') };
  return { packed, ...places, by: (tuple) => pack.read(value, tuple, 'by') };
}

/** The members with the greatest or least values; among equals the list's order stays, those without a value are left out. */
export function ranked(value: Of<'top' | 'bottom'>, scope: Scope): List {
  const list = listOf(value.list, scope);
  const count = strictly('number', value.count, scope);
  if (isNever(list) || count.form === null) return EMPTY;
  const { packed, index, key } = keyed(list, value, (by) => rankOf(by), scope);
  const order = value.op === 'top' ? '-' : '';
  const wanted = bound(() => `toInt64(least(greatest(floor(ifNull(${count.sql}, 0)), 0), 1000000000))`, scope);
  const sorted = (): string =>
    `arraySort(t -> (${order}assumeNotNull(t.${key}), t.${index}), arrayFilter(t -> isNotNull(t.${key}), ${packed.array()}))`;
  return membersOf({ ...packed, array: () => `arraySlice(${sorted()}, 1, ${wanted})` });
}

function rankOf(by: Shape): string {
  const number = strictlyOf('number', by);
  return number.form === null ? 'CAST(NULL AS Nullable(Float64))' : `toNullable(${number.sql})`;
}

/** Groups in the order of their first members; members without a key are in none. */
export function grouped(value: Of<'group'>, scope: Scope): List {
  const list = listOf(value.list, scope);
  if (isNever(list)) return EMPTY;
  const { packed, index, key, by } = keyed(list, value, sameText, scope);
  const sorted = bound(() => `arraySort(t -> (t.${key}, t.${index}), arrayFilter(t -> isNotNull(t.${key}), ${packed.array()}))`, scope);
  const keys = `arrayMap(t -> assumeNotNull(t.${key}), ${sorted})`;
  const starts = `arrayMap((one, before) -> one != before, ${keys}, arrayPopBack(arrayPushFront(${keys}, '')))`;
  const groups = `arraySort(g -> g[1].${index}, arraySplit((t, start) -> start, ${sorted}, ${starts}))`;
  return membersOf({ array: () => `arrayMap(g -> tuple(g, g[1]), ${groups})`, member: (tuple) => groupOf(tuple, packed, by) });
}

function groupOf(tuple: string, packed: Packed, by: (tuple: string) => Shape): Shape {
  const members = membersOf({ array: () => `${tuple}.1`, member: (member) => packed.member(member) });
  return {
    shape: 'object',
    names: ['key', 'members'],
    field: (name) => (name === 'key' ? by(`${tuple}.2`) : name === 'members' ? members : NULL),
    known: () => TRUE,
  };
}
