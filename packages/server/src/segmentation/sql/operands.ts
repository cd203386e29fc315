/** Values that must have a certain shape. What is null whatever the data counts as any of them. */
import type { Value } from '@kindred/pql';
import type { Scope } from './context.ts';
import type { Form, Objects, Scalar, Scalars } from './shape.ts';
import { EMPTY, NotInSql } from './shape.ts';

/** A value that is a scalar. Throws NotInSql. */
export function scalarOf(value: Value, scope: Scope): Scalar {
  const shape = scope.compiler.shape(value, scope);
  if (shape.shape === 'scalar') return shape;
  throw new NotInSql(`a ${shape.shape} where one value is needed`);
}

/** A scalar of a form, or null. A value of another form is a matter for the reference evaluator, which knows its rule. */
export function scalarAs(form: Form, value: Value, scope: Scope): Scalar {
  const scalar = scalarOf(value, scope);
  if (scalar.form !== form && scalar.form !== null) throw new NotInSql(`a ${scalar.form} where a ${form} is needed`);
  return scalar;
}

export type ListShape = Scalars | Objects;

/** A value that is a list. Throws NotInSql. */
export function listShape(value: Value, scope: Scope): ListShape {
  const shape = scope.compiler.shape(value, scope);
  if (shape.shape === 'scalars' || shape.shape === 'objects') return shape;
  if (shape.shape === 'scalar' && shape.form === null) return EMPTY;
  throw new NotInSql(`a ${shape.shape} where a list is needed`);
}

export function scalarsOf(value: Value, scope: Scope): Scalars {
  const list = listShape(value, scope);
  if (list.shape === 'scalars') return list;
  throw new NotInSql('a list of objects where one of values is needed');
}
