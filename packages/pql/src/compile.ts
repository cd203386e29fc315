/** Text → plan, with every problem found on the way. */
import type { Expr } from './ast.ts';
import { check } from './check/index.ts';
import { parse } from './parse/index.ts';
import { planOf } from './plan/index.ts';
import type { Plan } from './plan.ts';
import { hasErrors } from './problems.ts';
import type { Problem } from './problems.ts';
import type { UnionSchema } from './xdm.ts';

export interface Compiled {
  /** Null when there are errors; warnings do not hinder. */
  readonly plan: Plan | null;
  readonly ast: Expr | null;
  readonly problems: readonly Problem[];
}

export function compile(text: string, schema: UnionSchema): Compiled {
  const { ast, problems: syntax } = parse(text);
  if (ast === null) return { plan: null, ast, problems: syntax };
  const { test, problems: found } = check(ast, schema);
  const problems = [...syntax, ...found].toSorted((a, b) => a.span.from - b.span.from);
  return { plan: test === null || hasErrors(problems) ? null : planOf(test), ast, problems };
}
