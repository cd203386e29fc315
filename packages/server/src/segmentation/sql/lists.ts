/** Lists of the language as SQL arrays. */
import type { AggregateFunction, Test, Value } from '@kindred/pql';
import { eachMember, maskedRows, memberAt } from './columns.ts';
import { bind } from './context.ts';
import type { Scope } from './context.ts';
import { shapeAt } from './fields.ts';
import type { Scalar, Scalars, Shape } from './shape.ts';
import { EMPTY, NotInSql, NULL } from './shape.ts';
import { FALSE, TRUE } from './text.ts';
import type { ListShape } from './operands.ts';
import { listShape, scalarOf, scalarsOf } from './operands.ts';

/** The known members, as an array whose type has no Nullable. */
export function presentMembers(list: Scalars): string {
  return list.form === null ? '[]' : `arrayMap(x -> assumeNotNull(x), arrayFilter(x -> isNotNull(x), ${list.sql}))`;
}

interface Members {
  /** The scope in which the variable is a member. */
  readonly scope: Scope;
  /** `(parameters) -> body, arrays`. */
  lambda(body: string): string;
}

/** One lambda over the members of a list. */
export function members(list: ListShape, variable: number, scope: Scope): Members {
  if (list.shape === 'objects') {
    const parameters = eachMember(list.rows, () => scope.fresh());
    return { scope: bind(scope, variable, shapeAt(list.items, parameters.columns, list.path)), lambda: (body) => parameters.lambda(body) };
  }
  const parameter = scope.fresh();
  const member: Scalar = { shape: 'scalar', form: list.form, sql: parameter, nullable: true };
  return { scope: bind(scope, variable, member), lambda: (body) => `${parameter} -> ${body}, ${list.sql}` };
}

const never = (list: ListShape): boolean => list === EMPTY || (list.shape === 'objects' && list.rows.length === '0');

export function someTest(list: ListShape, { variable, where }: { readonly variable: number; readonly where: Test }, scope: Scope): string {
  if (never(list)) return FALSE;
  const each = members(list, variable, scope);
  const condition = scope.compiler.test(where, each.scope);
  return condition === FALSE ? FALSE : `arrayExists(${each.lambda(condition)})`;
}

export function everyTest(list: ListShape, { variable, where }: { readonly variable: number; readonly where: Test }, scope: Scope): string {
  if (never(list)) return TRUE;
  const each = members(list, variable, scope);
  const condition = scope.compiler.test(where, each.scope);
  return condition === TRUE ? TRUE : `arrayAll(${each.lambda(condition)})`;
}

export function filtered(value: Extract<Value, { readonly op: 'filter' }>, scope: Scope): ListShape {
  const list = listShape(value.list, scope);
  if (never(list)) return EMPTY;
  const each = members(list, value.variable, scope);
  const condition = scope.compiler.test(value.where, each.scope);
  if (list.shape === 'scalars') return { ...list, sql: `arrayFilter(${each.lambda(condition)})` };
  return { ...list, rows: maskedRows(list.rows, `arrayMap(${each.lambda(condition)})`) };
}

export function mapped(value: Extract<Value, { readonly op: 'map' }>, scope: Scope): ListShape {
  const list = listShape(value.list, scope);
  if (never(list)) return EMPTY;
  const each = members(list, value.variable, scope);
  const body = scope.compiler.shape(value.body, each.scope);
  if (body.shape === 'scalar') return mappedScalars(body, value.flatten, (sql) => each.lambda(sql));
  if (body.shape === 'scalars' && value.flatten) {
    if (body.form === null) return EMPTY;
    return { shape: 'scalars', form: body.form, sql: `arrayFlatten(arrayMap(${each.lambda(body.sql)}))` };
  }
  throw new NotInSql('a list of objects made of another list');
}

function mappedScalars(body: Scalar, flatten: boolean, lambda: (sql: string) => string): Scalars {
  const form = body.form;
  if (flatten && form === null) return EMPTY;
  const results = `arrayMap(${lambda(`toNullable(${body.sql})`)})`;
  return { shape: 'scalars', form, sql: flatten && body.nullable ? `arrayFilter(x -> isNotNull(x), ${results})` : results };
}

export function listOf(items: readonly Value[], scope: Scope): Scalars {
  const scalars = items.map((item) => scalarOf(item, scope));
  const forms = new Set(scalars.map(({ form }) => form).filter((form) => form !== null));
  if (forms.size > 1) throw new NotInSql('a list of unlike values');
  const [form = null] = forms;
  return scalars.length === 0 ? EMPTY : { shape: 'scalars', form, sql: `[${scalars.map(({ sql }) => sql).join(', ')}]` };
}

export function aggregated(value: Extract<Value, { readonly op: 'aggregate' }>, scope: Scope): Scalar {
  const list = listShape(value.list, scope);
  if (value.fn === 'count') {
    const length = list.shape === 'objects' ? list.rows.length : `length(${list.sql})`;
    return { shape: 'scalar', form: 'number', sql: `toFloat64(${length})`, nullable: false };
  }
  if (list.shape === 'objects') throw new NotInSql(`the ${value.fn} of objects`);
  return aggregateScalars(value.fn, list);
}

/** The aggregate of the known members. */
function aggregateScalars(fn: Exclude<AggregateFunction, 'count'>, list: Scalars): Scalar {
  if (list.form === 'string' || list.form === 'boolean') throw new NotInSql(`the ${fn} of ${list.form}s`);
  if (list.form === null) return fn === 'sum' ? { shape: 'scalar', form: 'number', sql: '0.', nullable: false } : NULL;
  const present = presentMembers(list);
  switch (fn) {
    case 'sum':
      return { shape: 'scalar', form: 'number', sql: `ifNotFinite(arraySum(${present}), NULL)`, nullable: true };
    case 'average':
      return {
        shape: 'scalar',
        form: 'number',
        sql: `if(empty(${present}), NULL, ifNotFinite(arrayAvg(${present}), NULL))`,
        nullable: true,
      };
    case 'min':
      return { shape: 'scalar', form: list.form, sql: `if(empty(${present}), NULL, arrayMin(${present}))`, nullable: true };
    case 'max':
      return { shape: 'scalar', form: list.form, sql: `if(empty(${present}), NULL, arrayMax(${present}))`, nullable: true };
    default:
      return fn satisfies never;
  }
}

export function head(value: Value, scope: Scope): Shape {
  // The first of the distinct ones is the first of all.
  if (value.op === 'distinct') return head(value.list, scope);
  needOrder(value);
  const list = listShape(value, scope);
  if (list.shape === 'objects') return shapeAt(list.items, memberAt(list.rows, '1'), list.path);
  return list.form === null
    ? NULL
    : { shape: 'scalar', form: list.form, sql: `arrayMap(x -> toNullable(x), ${list.sql})[1]`, nullable: true };
}

/** The entries of a map have no order that the engine and JavaScript agree on. */
export function needOrder(value: Value): void {
  switch (value.op) {
    case 'keys':
    case 'entries':
      throw new NotInSql('the order of a map');
    case 'field':
      if (value.name === 'xEvent') throw new NotInSql('the order of events');
      return;
    case 'map':
      needOrder(value.body);
      return needOrder(value.list);
    case 'filter':
    case 'distinct':
      return needOrder(value.list);
    case 'intersection':
      return needOrder(value.left);
    case 'let':
      return needOrder(value.body);
    case 'if':
      needOrder(value.yes);
      return needOrder(value.no);
    case 'variable':
      // What it stands for may come from anywhere.
      if (value.type.kind === 'array') throw new NotInSql('the order of a variable');
      return;
    default:
  }
}

/** Unknown members are alike, so one of them stays. */
export function distinct(value: Value, scope: Scope): Scalars {
  const list = scalarsOf(value, scope);
  if (list.form === null) return list === EMPTY ? EMPTY : { ...list, sql: `arraySlice(${list.sql}, 1, 1)` };
  const unknown = `arraySlice(arrayFilter(x -> isNull(x), ${list.sql}), 1, 1)`;
  return { ...list, sql: `arrayConcat(arrayDistinct(${list.sql}), ${unknown})` };
}

/** The known members of the left list that are in the right one too. */
export function intersection(left: Value, right: Value, scope: Scope): Scalars {
  const [a, b] = [scalarsOf(left, scope), scalarsOf(right, scope)];
  if (a.form === null || b.form === null) return EMPTY;
  if (a.form !== b.form) throw new NotInSql(`${a.form}s in common with ${b.form}s`);
  return { ...a, sql: `arrayFilter(x -> has(${presentMembers(b)}, x), ${presentMembers(a)})` };
}
