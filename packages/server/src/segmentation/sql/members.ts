/** What lists of scalars and other lists have in common. */
import { bound, inner } from './context.ts';
import type { List, Members, Opened, Packed, Scope, Shape } from './shape.ts';
import { EMPTY, NULL } from './shape.ts';

/** The list that an array of tuples is. */
export function membersOf(packed: Packed): Members {
  return {
    shape: 'members',
    length: () => `length(${packed.array()})`,
    open: (scope) => over(packed, scope),
    pack: () => packed,
    at: (index, scope) => packed.member(bound(() => `${packed.array()}[${index}]`, scope)),
  };
}

/** One lambda over an array. */
export function over(packed: Packed, outer: Scope): Opened {
  const scope = inner(outer);
  const parameter = scope.fresh();
  return {
    scope,
    item: packed.member(parameter),
    lambda: (body) => `${parameter} -> ${scope.frame.around(body)}, ${packed.array()}`,
  };
}

/** The list as an array; the members of scalars are themselves. */
export function packList(list: List, scope: Scope): Packed {
  if (list.shape === 'members') return list.pack(scope);
  const { form, sql } = list;
  return { array: () => sql, member: (member) => (form === null ? NULL : { shape: 'scalar', form, sql: member, nullable: true }) };
}

export function openList(list: List, scope: Scope): Opened {
  return list.shape === 'members' ? list.open(scope) : over(packList(list, scope), scope);
}

export function lengthOf(list: List, scope: Scope): string {
  return list.shape === 'members' ? list.length(scope) : `length(${list.sql})`;
}

/** One member by its index from 1, null past the end. */
export function memberOf(list: List, index: string, scope: Scope): Shape {
  if (list.shape === 'members') return list.at(index, scope);
  return list.form === null
    ? NULL
    : { shape: 'scalar', form: list.form, sql: `arrayMap(x -> toNullable(x), ${list.sql})[${index}]`, nullable: true };
}

/** True for a list that never has a member. */
export function isNever(list: List): boolean {
  return list === EMPTY;
}
