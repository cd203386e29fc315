/** Whether two syntax trees say the same, wherever they stand. */
import type { Expr } from '../ast.ts';
import { print } from '../print.ts';

export const sameExpr = (a: Expr, b: Expr): boolean => print(a) === print(b);
