/** Short ways to write syntax trees that stand nowhere in a text. */
import type { BinaryOperator, Expr, Span } from '../ast.ts';
import type { FieldPath, Scalar } from './tree.ts';

export const NOWHERE: Span = { from: 0, to: 0 };
const span = NOWHERE;

export const nameExpr = (name: string): Expr => ({ kind: 'name', name, up: 0, span });
export const fieldExpr = (object: Expr, name: string): Expr => ({ kind: 'field', object, name, nameSpan: span, span });
export const methodExpr = (receiver: Expr, name: string, args: readonly Expr[] = []): Expr => ({
  kind: 'method',
  receiver,
  name,
  nameSpan: span,
  args,
  span,
});
export const callExpr = (name: string, args: readonly Expr[] = []): Expr => ({ kind: 'call', name, nameSpan: span, args, span });
export const notExpr = (operand: Expr): Expr => ({ kind: 'not', operand, span });
export const binaryExpr = (left: Expr, operator: BinaryOperator, right: Expr): Expr => ({ kind: 'binary', operator, left, right, span });
export const arrayExpr = (items: readonly Expr[]): Expr => ({ kind: 'array', items, span });
export const filterExpr = (list: Expr, where: Expr): Expr => ({ kind: 'filter', list, where, span });
export const letExpr = (name: string, value: Expr, body: Expr): Expr => ({ kind: 'let', name, value, body, span });
export const stringExpr = (value: string): Expr => ({ kind: 'string', value, span });
export const booleanExpr = (value: boolean): Expr => ({ kind: 'boolean', value, span });

/** One term is itself. */
export function logicExpr(operator: 'and' | 'or', terms: readonly Expr[]): Expr {
  const [only] = terms;
  return only !== undefined && terms.length === 1 ? only : { kind: 'logic', operator, terms, span };
}

export function numberExpr(value: number): Expr {
  const kind = Number.isSafeInteger(value) ? 'integer' : 'double';
  const size: Expr = { kind, value: Math.abs(value), span };
  return value < 0 ? { kind: 'negative', operand: size, span } : size;
}

export function scalarExpr(value: Scalar): Expr {
  if (typeof value === 'string') return stringExpr(value);
  return typeof value === 'number' ? numberExpr(value) : booleanExpr(value);
}

/** A path from a value, or from what is in scope when that is null. */
export function pathExpr(path: FieldPath, from: Expr | null = null): Expr {
  let expr = from;
  for (const part of path) {
    if (typeof part !== 'string') expr = expr && methodExpr(expr, 'get', [stringExpr(part.key)]);
    else expr = expr === null ? nameExpr(part) : fieldExpr(expr, part);
  }
  if (expr === null) throw new Error('bug: a path of a rule begins with no name');
  return expr;
}
