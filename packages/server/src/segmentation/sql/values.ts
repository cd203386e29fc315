/** Values of the language as SQL. */
import type { Value } from '@kindred/pql';
import { literal } from '../../store/index.ts';
import { isConstantTime, partOf, shifted, startOfUnit } from './times.ts';
import { bind } from './context.ts';
import type { Scope } from './context.ts';
import { entriesOf, entryOf, fieldOf, keysOf } from './fields.ts';
import { aggregated, distinct, filtered, head, intersection, listOf, mapped } from './lists.ts';
import type { Form, MapShape, Scalar, Scalars, Shape } from './shape.ts';
import { NotInSql, NULL } from './shape.ts';
import { scalarAs, scalarOf } from './operands.ts';
import { floatLiteral, int64 } from './text.ts';

export function shapeOf(value: Value, scope: Scope): Shape {
  if (isConstantTime(value)) return instant(scope.context.instantOf(value));
  switch (value.op) {
    case 'literal':
      return literalOf(value.value);
    case 'variable':
      return variableOf(value.id, scope);
    case 'field': {
      const object = shapeOf(value.object, scope);
      if (object.shape === 'object') return fieldOf(object, value.name);
      return nullOr(object, 'a field of what is no object');
    }
    case 'entry':
      return ofMap(value.map, scope, (map) => entryOf(map, scalarOf(value.key, scope)));
    case 'keys':
      return ofMap(value.map, scope, keysOf);
    case 'entries':
      return ofMap(value.map, scope, entriesOf);
    case 'test':
      return { shape: 'scalar', form: 'boolean', sql: scope.compiler.test(value.test, scope), nullable: false };
    case 'let':
      return shapeOf(value.body, bind(scope, value.variable, shapeOf(value.value, scope)));
    case 'if':
      return conditional(value, scope);
    case 'arithmetic':
      return arithmetic(value, scope);
    default:
      return listOrTime(value, scope);
  }
}

type Rest = Exclude<
  Value,
  { readonly op: 'literal' | 'variable' | 'field' | 'entry' | 'keys' | 'entries' | 'test' | 'let' | 'if' | 'arithmetic' }
>;

function listOrTime(value: Rest, scope: Scope): Shape {
  switch (value.op) {
    case 'list':
      return listOf(value.items, scope);
    case 'filter':
      return filtered(value, scope);
    case 'map':
      return mapped(value, scope);
    case 'aggregate':
      return aggregated(value, scope);
    case 'distinct':
      return distinct(value.list, scope);
    case 'head':
      return head(value.list, scope);
    case 'intersection':
      return intersection(value.left, value.right, scope);
    case 'now':
      return instant(scope.context.now);
    case 'startOf':
      return startOfUnit(value.unit, scalarOf(value.value, scope), scope.context);
    case 'shift':
      return shifted(scalarOf(value.value, scope), value.amount, value.unit, scope.context);
    case 'datePart':
      return partOf(value.part, scalarOf(value.value, scope), scope.context);
    case 'regexGroup':
    case 'date':
    case 'object':
    case 'top':
    case 'bottom':
    case 'group':
    case 'mapEntry':
    case 'joinMaps':
      throw new NotInSql(`the value ${value.op}`);
    default:
      return value satisfies never;
  }
}

function literalOf(value: string | number | boolean | null): Scalar {
  switch (typeof value) {
    case 'string':
      return { shape: 'scalar', form: 'string', sql: literal(value), nullable: false };
    case 'number':
      return { shape: 'scalar', form: 'number', sql: floatLiteral(value), nullable: false };
    case 'boolean':
      return { shape: 'scalar', form: 'boolean', sql: value ? '1' : '0', nullable: false };
    default:
      return NULL;
  }
}

function instant(time: number | null): Scalar {
  return time === null ? NULL : { shape: 'scalar', form: 'time', sql: int64(time), nullable: false };
}

function variableOf(id: number, scope: Scope): Shape {
  const shape = scope.variables.get(id);
  if (shape === undefined) throw new NotInSql(`variable ${id} is of another table`);
  return shape;
}

function ofMap(value: Value, scope: Scope, use: (map: MapShape) => Shape): Shape {
  const map = shapeOf(value, scope);
  return map.shape === 'map' ? use(map) : nullOr(map, 'an entry of what is no map');
}

function nullOr(shape: Shape, what: string): Scalar {
  if (shape.shape === 'scalar' && shape.form === null) return NULL;
  throw new NotInSql(what);
}

function conditional(value: Extract<Value, { readonly op: 'if' }>, scope: Scope): Shape {
  const [yes, no] = [shapeOf(value.yes, scope), shapeOf(value.no, scope)];
  const condition = scope.compiler.test(value.condition, scope);
  if (yes.shape === 'scalar' && no.shape === 'scalar') {
    const form = commonForm(yes, no);
    return { shape: 'scalar', form, sql: `if(${condition}, ${yes.sql}, ${no.sql})`, nullable: yes.nullable || no.nullable };
  }
  if (yes.shape === 'scalars' && no.shape === 'scalars') {
    return { shape: 'scalars', form: commonForm(yes, no), sql: `if(${condition}, ${yes.sql}, ${no.sql})` };
  }
  throw new NotInSql('a choice of objects');
}

function commonForm(a: Scalar | Scalars, b: Scalar | Scalars): Form | null {
  if (a.form !== null && b.form !== null && a.form !== b.form) throw new NotInSql('a choice between unlike values');
  return a.form ?? b.form;
}

function arithmetic(value: Extract<Value, { readonly op: 'arithmetic' }>, scope: Scope): Scalar {
  const left = scalarAs('number', value.left, scope);
  const right = scalarAs('number', value.right, scope);
  if (left.form === null || right.form === null) return NULL;
  switch (value.fn) {
    case '+':
    case '-':
    case '*':
      // Beyond the largest float there is no number.
      return { shape: 'scalar', form: 'number', sql: `ifNotFinite(${left.sql} ${value.fn} ${right.sql}, NULL)`, nullable: true };
    case '/':
      return { shape: 'scalar', form: 'number', sql: `ifNotFinite(${left.sql} / nullIf(${right.sql}, 0), NULL)`, nullable: true };
    case '%':
      if (!isSmallInteger(value.left) || !isSmallInteger(value.right)) throw new NotInSql('the remainder of fractions');
      return { shape: 'scalar', form: 'number', sql: `toFloat64(toInt64(${left.sql}) % nullIf(toInt64(${right.sql}), 0))`, nullable: true };
    default:
      return value.fn satisfies never;
  }
}

/** Whole, and surely within 64 bits. The engine's remainder of floats is not that of JavaScript. */
function isSmallInteger(value: Value): boolean {
  if (value.type.kind !== 'integer') return false;
  if (value.op === 'arithmetic') return value.fn !== '*' && isSmallInteger(value.left) && isSmallInteger(value.right);
  return value.op !== 'aggregate' || value.fn === 'count';
}
