/** Looking names up: variables, fields of the implicit item, the running dot through lists. */
import type { Expr } from '../ast.ts';
import { nearest } from '../nearest.ts';
import type { ProblemExtra, Span } from '../problems.ts';
import type { Value } from '../term.ts';
import { computedValue } from './computed.ts';
import { aType, arrayOf, fieldOf, recordType, UNKNOWN } from '../types.ts';
import type { Type } from '../xdm.ts';
import { itemType, nothing, variable } from './context.ts';
import type { Checker, Level, Scope } from './context.ts';

type NameExpr = Extract<Expr, { readonly kind: 'name' }>;

interface Named {
  readonly name: string;
  readonly span: Span;
}

export function resolveName(checker: Checker, expr: NameExpr, scope: Scope): Value {
  const { name, span, up } = expr;
  const level = levelAt(checker, expr, scope);
  if (level === null) return nothing;
  const named = up === 0 ? scope.names.get(name) : undefined;
  if (named !== undefined) return named;
  if (up === 0 && scope.labels.get(name) === null) {
    checker.report('bad-label', span, `The step ${name} has no event here: it is negated or comes later.`);
    return nothing;
  }
  const root = scope.levels[0];
  // xEvent is reserved: it means the events of the profile wherever it stands.
  if (name === 'xEvent' && root !== undefined) return field(checker, root.value, { name, span });
  if (name === 'profile' && root !== undefined && !lists(level.value.type, name)) return root.value;
  if (isNull(name) && !lists(level.value.type, name)) return reportNull(checker, span);
  if (hasField(checker, level.value.type, name)) return field(checker, level.value, { name, span });
  if (level.alias) return level.value;
  unknownName(checker, expr, scope);
  return nothing;
}

/** True when the type names the field, be it open to others or not. */
function lists(type: Type, name: string): boolean {
  return type.kind === 'object' ? Object.hasOwn(type.fields, name) : type.kind === 'array' && lists(type.items, name);
}

/**
 * Whether the name in `name.next` stands for the item: where every name could be a field (no schema), it does when the
 * item has a field `next` and is not known to have a field `name`.
 */
export function isAlias(expr: Expr, next: string, scope: Scope): boolean {
  const level = scope.levels.at(-1);
  if (expr.kind !== 'name' || expr.up > 0 || level?.alias !== true || scope.names.has(expr.name)) return false;
  const { type } = level.value;
  if (expr.name === 'xEvent' || expr.name === 'profile') return false;
  return type.kind === 'object' && type.open === true && !lists(type, expr.name) && lists(type, next);
}

const isNull = (name: string): boolean => name.toLowerCase() === 'null';

function reportNull(checker: Checker, span: Span): Value {
  checker.report('unknown-field', span, 'There is no null in the language.', { hint: 'Write field.isNull() or field.isNotNull().' });
  return nothing;
}

function levelAt(checker: Checker, { up, span }: NameExpr, scope: Scope): Level | null {
  const level = scope.levels[scope.levels.length - 1 - up];
  if (level !== undefined) return level;
  const available = scope.levels.length - 1;
  const extra =
    available === 0
      ? 'There is no filter around this place.'
      : `There ${available === 1 ? 'is 1 filter' : `are ${available} filters`} around this place.`;
  checker.report('no-outer-level', span, `\`${'^'.repeat(up)}\` goes up ${up} level${up === 1 ? '' : 's'}. ${extra}`);
  return null;
}

function hasField(checker: Checker, type: Type, name: string): boolean {
  if (type.kind === 'object') return fieldOf(type, name) !== null;
  if (type.kind === 'array') return hasField(checker, type.items, name);
  const record = recordType(checker.lookups, type);
  return type.kind === 'unknown' || (record !== null && hasField(checker, record, name));
}

function unknownName(checker: Checker, { name, up, span }: NameExpr, scope: Scope): void {
  const reversed = scope.levels.toReversed();
  const outer = reversed.findIndex((level, index) => index > up && hasField(checker, level.value.type, name));
  if (outer > 0) {
    const text = `${'^'.repeat(outer)}.${name}`;
    const message = `There is no field \`${name}\` in this item, but ${outer === reversed.length - 1 ? 'the profile has one' : 'there is one further out'}.`;
    checker.report('unknown-field', span, message, { hint: `Write ${text}.`, fix: { span, text } });
    return;
  }
  const level = reversed[up];
  const fields = level?.value.type.kind === 'object' ? Object.keys(level.value.type.fields) : [];
  const place = up === reversed.length - 1 ? 'The profile' : 'This item';
  const known = up === 0 ? [...scope.names.keys(), ...fields] : fields;
  const start = up === 0 ? '' : `${'^'.repeat(up)}.`;
  checker.report('unknown-field', span, `${place} has no field \`${name}\`.`, suggestion({ name, span }, known, start));
}

function suggestion({ name, span }: Named, known: readonly string[], start = ''): ProblemExtra {
  const near = nearest(name, known);
  if (near !== null) return { hint: `Did you mean \`${near}\`?`, fix: { span, text: start + near } };
  const some = known.slice(0, 8);
  return some.length === 0 ? {} : { hint: `Fields here: ${some.join(', ')}${known.length > some.length ? ', …' : ''}.` };
}

/** `object.name`, through lists member by member. */
export function field(checker: Checker, object: Value, named: Named): Value {
  const { type } = object;
  const { name, span } = named;
  switch (type.kind) {
    case 'unknown':
      return object === nothing ? nothing : { op: 'field', object, name, type: UNKNOWN };
    case 'object': {
      const found = fieldOf(type, name);
      if (found === null) {
        checker.report('unknown-field', span, `There is no field \`${name}\` here.`, suggestion(named, Object.keys(type.fields)));
        return nothing;
      }
      if (found.deprecated === true) checker.report('deprecated-field', span, `The field \`${name}\` is deprecated.`);
      return found.computed === undefined ? { op: 'field', object, name, type: found.type } : computedValue(checker, found.computed);
    }
    case 'array':
      return projected(checker, object, named);
    case 'map':
      checker.report('wrong-type', span, `\`${name}\` is looked up in a map with a dot.`, { hint: `Write .get(${JSON.stringify(name)}).` });
      return nothing;
    case 'string': {
      const record = referred(checker, object);
      if (record !== null) return field(checker, record, named);
      return noFields(checker, type, named);
    }
    default:
      return noFields(checker, type, named);
  }
}

/** The record that a reference leads to; null for a text that is none. */
function referred(checker: Checker, key: Value): Value | null {
  const type = recordType(checker.lookups, key.type);
  return type === null || key.type.kind !== 'string' ? null : { op: 'lookup', entity: key.type.reference ?? '', key, type };
}

function noFields(checker: Checker, type: Type, { name, span }: Named): Value {
  checker.report('wrong-type', span, `\`${name}\` is read from ${aType(type)}, which has no fields.`);
  return nothing;
}

/** The field of every member, as one flat list. */
function projected(checker: Checker, list: Value, named: Named): Value {
  // A projection of a projection goes on inside it, so that `a.b.c` is one pass over `a`.
  if (list.op === 'map' && list.flatten) {
    const body = field(checker, list.body, named);
    return body === nothing ? nothing : flatMap(list.list, list.variable, body);
  }
  const id = checker.fresh();
  const body = field(checker, variable(id, itemType(list)), named);
  return body === nothing ? nothing : flatMap(list, id, body);
}

export function flatMap(list: Value, id: number, body: Value): Value {
  const items = body.type.kind === 'array' ? body.type.items : body.type;
  return { op: 'map', list, variable: id, body, flatten: true, type: arrayOf(items) };
}
