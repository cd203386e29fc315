/** Text laid out on several lines where one is too long. */
import { childrenOf } from './ast.ts';
import type { Expr } from './ast.ts';
import { parse } from './parse/index.ts';
import { at, print, stepText } from './print.ts';
import { hasErrors } from './problems.ts';

const WIDTH = 100;

/** The query in canonical spelling, long ones on several lines; a text with errors comes back as it is. */
export function format(text: string): string {
  const { ast, problems } = parse(text);
  return ast === null || hasErrors(problems) ? text : laidOut(ast, '');
}

function laidOut(expr: Expr, indent: string): string {
  const line = print(expr);
  if (indent.length + line.length <= WIDTH && !hasSeveralSteps(expr)) return line;
  const deeper = `${indent}  `;
  switch (expr.kind) {
    case 'logic':
      return expr.terms.map((term) => operandText(term, { of: expr.operator, indent, deeper })).join(`\n${indent}${expr.operator} `);
    case 'not':
      return `not (\n${deeper}${laidOut(expr.operand, deeper)}\n${indent})`;
    case 'chain': {
      const steps = expr.steps.map((step) => `${deeper}${stepText(step)}`).join(',\n');
      return `chain(${at(expr.events, 1)}, ${expr.orderBy}, [\n${steps}\n${indent}])`;
    }
    default:
      return line;
  }
}

/** A chain of several steps reads better with a line for each, however short. */
const hasSeveralSteps = (expr: Expr): boolean =>
  (expr.kind === 'chain' && expr.steps.length > 1) || (isFrame(expr) && childrenOf(expr).some(hasSeveralSteps));
const isFrame = (expr: Expr): boolean => expr.kind === 'logic' || expr.kind === 'not';

function operandText(
  term: Expr,
  { of, indent, deeper }: { readonly of: 'and' | 'or'; readonly indent: string; readonly deeper: string },
): string {
  const bare = at(term, of === 'or' ? 2 : 3);
  if (!bare.startsWith('(') || print(term) === bare) return laidOut(term, indent);
  const inside = laidOut(term, deeper);
  return inside.includes('\n') ? `(\n${deeper}${inside}\n${indent})` : bare;
}
