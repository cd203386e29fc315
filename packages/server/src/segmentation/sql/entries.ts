/** Maps made in a query, entry by entry. */
import { bound, inner, namedList } from './context.ts';
import { knownTest } from './known.ts';
import { mapOf } from './maps.ts';
import { memberOf, membersOf, openList, over } from './members.ts';
import { Pack } from './pack.ts';
import type { List, MapShape, Packed, Scalar, Scope, Shape } from './shape.ts';
import { EMPTY, NULL } from './shape.ts';
import { FALSE } from './text.ts';

/** A map of one entry; without a key an empty one. */
export function entryMap(key: Scalar, value: Shape, scope: Scope): MapShape {
  const pack = new Pack(scope);
  const name = bound(() => `toNullable(${key.form === null ? 'CAST(NULL AS Nullable(String))' : key.sql})`, scope);
  const present = (list: string): string => `if(isNull(${name}), [], ${list})`;
  const values = membersOf({ array: () => present(`[${pack.sql()}]`), member: (tuple) => pack.read(value, tuple) });
  return mapOf({
    keys: () => ({ shape: 'scalars', form: 'string', sql: present(`[${name}]`) }),
    values: () => values,
    known: (at) => `(isNotNull(${name}) AND ${knownTest(value, at)})`,
  });
}

/** The entries of all maps in a list; of those with the same key the first. */
export function joined(list: List, scope: Scope): MapShape | Scalar {
  if (list === EMPTY) return NULL;
  const opened = openList(list, scope);
  if (opened.item.shape !== 'map') return NULL;
  const [keys, values] = [opened.item.keys(opened.scope), opened.item.values(opened.scope)];
  const each = inner(opened.scope);
  const [key, index] = [each.fresh(), each.fresh()];
  const value = memberOf(values, index, each);
  const pack = new Pack(each);
  const place = pack.place('key', () => key);
  const entries = (): string =>
    `arrayMap((${key}, ${index}) -> ${each.frame.around(pack.sql())}, ${keys.sql}, arrayEnumerate(${keys.sql}))`;
  const all = (): string => `arrayFlatten(arrayMap(${opened.lambda(entries())}))`;
  const first = (): string =>
    `arrayMap(a -> arrayFilter((x, n) -> n = 1, a, arrayEnumerateUniq(arrayMap(x -> x.${place}, a))), [${all()}])[1]`;
  const packed = namedList(
    { array: () => `arraySort(x -> x.${place}, ${first()})`, member: (tuple) => pack.read(value, tuple, 'value') },
    scope,
  );
  return mapOf({
    keys: () => ({ shape: 'scalars', form: 'string', sql: `arrayMap(x -> toNullable(x.${place}), ${packed.array()})` }),
    values: () => membersOf(packed),
    known: (at) => someKnown(packed, at),
  });
}

function someKnown(packed: Packed, scope: Scope): string {
  const each = over(packed, scope);
  const condition = knownTest(each.item, each.scope);
  return condition === FALSE ? FALSE : `arrayExists(${each.lambda(condition)})`;
}
