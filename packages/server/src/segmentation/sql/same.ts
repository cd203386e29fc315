/**
 * Equality of values of any kind, `sameAs` of the language: the same things are known of both. Each value has a text, equal for
 * equal values and for no others, null when nothing is known.
 */
import { literal } from '../../store/index.ts';
import { bound, inner } from './context.ts';
import { knownTest } from './known.ts';
import { lengthOf, openList } from './members.ts';
import type { Form, List, ObjectShape, Scalar, Scope, Shape } from './shape.ts';

/** Nullable text. */
export function sameText(shape: Shape, scope: Scope): string {
  switch (shape.shape) {
    case 'scalar':
      return scalarText(shape);
    case 'mixed':
      return `coalesce(${Object.values(shape.parts).map(scalarText).join(', ')}, CAST(NULL AS Nullable(String)))`;
    case 'scalars':
    case 'members':
      return listText(shape, scope);
    case 'object':
      return objectText(shape, scope);
    case 'map': {
      const [keys, values] = [shape.keys(scope).sql, textsOf(shape.values(scope), scope)];
      const entries = `arrayMap((k, v) -> toString([k, v]), ${keys}, ${values})`;
      return `if(${shape.known(scope)}, concat('o', toString(arraySort(${entries}))), NULL)`;
    }
    case 'choice':
      return `if(${shape.condition}, ${sameText(shape.yes, scope)}, ${sameText(shape.no, scope)})`;
    default:
      return shape satisfies never;
  }
}

const MARKS: Readonly<Record<Form, string>> = { string: 's', number: 'n', time: 'n', boolean: 'b' };

function scalarText({ form, sql }: Scalar): string {
  if (form === null) return 'CAST(NULL AS Nullable(String))';
  // Minus zero is zero.
  const value = form === 'number' ? `${sql} + 0.` : form === 'boolean' ? `toUInt8(${sql})` : sql;
  const text = form === 'string' ? value : form === 'time' ? `toString(toFloat64(${value}))` : `toString(${value})`;
  return `toNullable(concat('${MARKS[form]}', ${text}))`;
}

function listText(list: List, scope: Scope): string {
  return `if(${lengthOf(list, scope)} = 0, NULL, concat('l', toString(${textsOf(list, scope)})))`;
}

/** The texts of all members. */
export function textsOf(list: List, scope: Scope): string {
  if (list.shape === 'scalars' && list.sql === '[]') return 'CAST([] AS Array(Nullable(String)))';
  const each = openList(list, scope);
  const text = sameText(each.item, each.scope);
  return `arrayMap(${each.lambda(text)})`;
}

function objectText(object: ObjectShape, scope: Scope): string {
  const fields = object.names.toSorted().map((name) => {
    const within = inner(scope);
    const text = sameText(object.field(name, within), within);
    const entry = `arrayMap(v -> if(isNull(v), NULL, toString([${literal(name)}, v])), [${text}])[1]`;
    return within.frame.around(entry);
  });
  if (fields.length === 0) return 'CAST(NULL AS Nullable(String))';
  const known = `arrayFilter(v -> isNotNull(v), [${fields.join(', ')}])`;
  return `if(${knownTest(object, scope)}, concat('o', toString(${known})), NULL)`;
}

/** Two lists made comparable: arrays of one type, unknown members null. */
export function comparable([a, b]: readonly [List, List], scope: Scope): readonly [string, string] {
  if (a.shape === 'scalars' && b.shape === 'scalars' && a.form !== null && a.form === b.form && a.form !== 'boolean') return [a.sql, b.sql];
  return [bound(() => textsOf(a, scope), scope), bound(() => textsOf(b, scope), scope)];
}
