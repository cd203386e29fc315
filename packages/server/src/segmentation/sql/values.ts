/** Values of the language as SQL. */
import type { Value } from '@kindred/pql';
import { literal } from '../../store/index.ts';
import { bind, bound, named, namedList } from './context.ts';
import { brought, strictly } from './forms.ts';
import { knownTest } from './known.ts';
import { aggregated, distinct, filtered, head, intersection, listOf, mapped, writtenList } from './lists.ts';
import { entryMap, joined } from './entries.ts';
import { membersOf, packList } from './members.ts';
import { groupOf } from './patterns.ts';
import { choose, fieldOf, Pack } from './pack.ts';
import { grouped, ranked } from './ranks.ts';
import { remainder } from './remainder.ts';
import { recordOf } from './records.ts';
import type { MapShape, ObjectShape, Scalar, Scope, Shape } from './shape.ts';
import { NotInSql, NULL } from './shape.ts';
import { any, floatLiteral, int64 } from './text.ts';
import { dateOf, isConstantTime, partOf, reachOf, shifted, startOfUnit } from './times.ts';

type Of<Op extends Value['op']> = Extract<Value, { readonly op: Op }>;

export function shapeOf(value: Value, scope: Scope): Shape {
  if (isConstantTime(value)) return instant(scope.context.instantOf(value));
  switch (value.op) {
    case 'literal':
      return literalOf(value.value);
    case 'variable':
      return variableOf(value.id, scope);
    case 'field':
      return fieldOf(shapeOf(value.object, scope), value.name, scope);
    case 'entry':
      return ofMap(shapeOf(value.map, scope), (map) => entryOf(map, value.key, scope), scope);
    case 'lookup':
      return recordOf(value.entity, strictly('string', value.key, scope), scope);
    case 'keys':
      return ofMap(shapeOf(value.map, scope), (map) => stored(map, 'names').keys(scope), scope);
    case 'entries':
      return ofMap(shapeOf(value.map, scope), (map) => stored(map, 'values').values(scope), scope);
    case 'test':
      return { shape: 'scalar', form: 'boolean', sql: scope.compiler.test(value.test, scope), nullable: false };
    case 'let':
      return shapeOf(value.body, bind(scope, value.variable, once(shapeOf(value.value, scope), scope)));
    case 'if':
      return conditional(value, scope);
    case 'object':
      return writtenObject(value, scope);
    default:
      return listOrNumber(value, scope);
  }
}

type Rest = Exclude<
  Value,
  Of<'literal' | 'variable' | 'field' | 'entry' | 'lookup' | 'keys' | 'entries' | 'test' | 'let' | 'if' | 'object'>
>;

function listOrNumber(value: Rest, scope: Scope): Shape {
  switch (value.op) {
    case 'list':
      return writtenList(value.items, scope);
    case 'filter':
      return filtered(listOf(value.list, scope), value, scope);
    case 'map':
      return mapped(value, scope);
    case 'aggregate':
      return aggregated(value.fn, listOf(value.list, scope), scope);
    case 'distinct':
      return distinct(listOf(value.list, scope), scope);
    case 'head':
      return head(listOf(value.list, scope), scope);
    case 'intersection':
      return intersection([listOf(value.left, scope), listOf(value.right, scope)], scope);
    case 'top':
    case 'bottom':
      return ranked(value, scope);
    case 'group':
      return grouped(value, scope);
    case 'arithmetic':
      return arithmetic(value, scope);
    case 'mapEntry':
      return entryMap(brought('string', value.key, scope), shapeOf(value.value, scope), scope);
    case 'joinMaps':
      return joined(listOf(value.list, scope), scope);
    case 'regexGroup':
      return groupOf(strictly('string', value.value, scope), value.pattern, value.group);
    default:
      return time(value, scope);
  }
}

function time(value: Of<'now' | 'startOf' | 'shift' | 'datePart' | 'date'>, scope: Scope): Scalar {
  const { context } = scope;
  switch (value.op) {
    case 'now':
      return instant(context.now);
    case 'date': {
      const [year, month, day] = [value.year, value.month, value.day].map((part) => strictly('number', part, scope));
      return dateOf([year ?? NULL, month ?? NULL, day ?? NULL], context);
    }
    case 'startOf':
    case 'shift':
    case 'datePart': {
      const base = brought('time', value.value, scope);
      if (base.form === null) return NULL;
      if (value.op === 'datePart') return partOf(value.part, base, context);
      const reach = { context, within: reachOf(value.value) };
      return value.op === 'startOf' ? startOfUnit(value.unit, base, reach) : shifted(base, value, reach);
    }
    default:
      return value satisfies never;
  }
}

function literalOf(value: string | number | boolean | null): Scalar {
  switch (typeof value) {
    case 'string':
      return { shape: 'scalar', form: 'string', sql: literal(value), nullable: false, constant: true };
    case 'number':
      return { shape: 'scalar', form: 'number', sql: floatLiteral(value), nullable: false, constant: true };
    case 'boolean':
      return { shape: 'scalar', form: 'boolean', sql: value ? '1' : '0', nullable: false, constant: true };
    default:
      return NULL;
  }
}

function instant(at: number | null): Scalar {
  return at === null ? NULL : { shape: 'scalar', form: 'time', sql: int64(at), nullable: false, constant: true };
}

function variableOf(id: number, scope: Scope): Shape {
  const shape = scope.variables.get(id);
  if (shape === undefined) throw new NotInSql(`variable ${id} is of another table`);
  return shape;
}

/** A value that is computed once, however often its variable stands somewhere. */
function once(shape: Shape, scope: Scope): Shape {
  switch (shape.shape) {
    case 'scalar':
    case 'scalars':
      return { ...shape, sql: named(shape.sql, scope) };
    case 'members':
      return membersOf(namedList(packList(shape, scope), scope));
    default: {
      const pack = new Pack(scope);
      return pack.read(
        shape,
        bound(() => pack.sql(), scope),
      );
    }
  }
}

function ofMap(shape: Shape, use: (map: MapShape | ObjectShape) => Shape, scope: Scope): Shape {
  if (shape.shape === 'map' || shape.shape === 'object') return use(shape);
  if (shape.shape !== 'choice') return NULL;
  return choose(shape.condition, [ofMap(shape.yes, use, scope), ofMap(shape.no, use, scope)], scope);
}

function stored(map: MapShape | ObjectShape, what: string): MapShape {
  if (map.shape === 'map') return map;
  throw new NotInSql(`the ${what} of an object`);
}

function entryOf(map: MapShape | ObjectShape, key: Value, scope: Scope): Shape {
  const at = strictly('string', key, scope);
  if (map.shape === 'map') return map.entry(at.form === null ? NULL : at, scope);
  if (at.form === null) return NULL;
  // An object read as a map.
  const name = named(at.sql, scope);
  return map.names.reduceRight<Shape>(
    (rest, field) => choose(`ifNull(${name} = ${literal(field)}, 0)`, [map.field(field, scope), rest], scope),
    NULL,
  );
}

function conditional(value: Of<'if'>, scope: Scope): Shape {
  const [yes, no] = [shapeOf(value.yes, scope), shapeOf(value.no, scope)];
  const condition = scope.compiler.test(value.condition, scope);
  const plain = (yes.shape === 'scalar' && no.shape === 'scalar') || (yes.shape === 'scalars' && no.shape === 'scalars');
  return choose(plain ? condition : named(condition, scope), [yes, no], scope);
}

function writtenObject({ entries }: Of<'object'>, scope: Scope): ObjectShape {
  const shapes = new Map(entries.map(([name, entry]) => [name, shapeOf(entry, scope)]));
  return {
    shape: 'object',
    names: [...shapes.keys()],
    field: (name) => shapes.get(name) ?? NULL,
    known: (at) => any([...shapes.values()].map((shape) => knownTest(shape, at))),
  };
}

function arithmetic({ fn, left, right }: Of<'arithmetic'>, scope: Scope): Scalar {
  const [a, b] = [strictly('number', left, scope), strictly('number', right, scope)];
  if (a.form === null || b.form === null) return NULL;
  switch (fn) {
    case '+':
    case '-':
    case '*':
      // Beyond the largest float there is no number.
      return { shape: 'scalar', form: 'number', sql: `ifNotFinite(${a.sql} ${fn} ${b.sql}, NULL)`, nullable: true };
    case '/':
      return { shape: 'scalar', form: 'number', sql: `ifNotFinite(${a.sql} / nullIf(${b.sql}, 0), NULL)`, nullable: true };
    case '%':
      return { shape: 'scalar', form: 'number', sql: remainder([a, b], [left, right]), nullable: true };
    default:
      return fn satisfies never;
  }
}
