/** What the Experience Platform recommends at most, as warnings: rules beyond it run here, but may be refused there. */
import { childrenOf } from '../ast.ts';
import type { Expr } from '../ast.ts';
import { methodInfo } from '../functions.ts';
import { problem } from '../problems.ts';
import type { Problem } from '../problems.ts';

const MOST = { steps: 6, aggregations: 3, levels: 2, conditions: 50, combinations: 2 } as const;

const AGGREGATIONS: ReadonlySet<string> = new Set(['count', 'sum', 'average', 'min', 'max']);
/** Functions whose argument is about each member of a list. */
const LEVELS: ReadonlySet<string> = new Set(['exists', 'filter', 'map', 'topN', 'bottomN', 'groupBy']);
const CONDITIONS: ReadonlySet<string> = new Set(['any', 'scalar', 'string']);
const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%']);

/** At most one warning of each kind, where the limit is passed. */
export function warnComplex(root: Expr): readonly Problem[] {
  const found = { aggregations: 0, conditions: 0 };
  const problems = new Map<string, Problem>();
  const warn = (kind: string, { span }: Expr, message: string): void => {
    if (!problems.has(kind)) problems.set(kind, problem('complex-rule', span, message));
  };
  const waiting: { readonly expr: Expr; readonly level: number }[] = [{ expr: root, level: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { expr } = next;
    const level = next.level + (isLevel(expr) ? 1 : 0);
    if (expr.kind === 'chain' && expr.steps.length > MOST.steps)
      warn('steps', expr, `The Experience Platform allows ${MOST.steps} steps in a chain, and this one has ${expr.steps.length}.`);
    if (isAggregation(expr) && ++found.aggregations > MOST.aggregations)
      warn('aggregations', expr, `The Experience Platform recommends at most ${MOST.aggregations} aggregations, and this is one more.`);
    if (isLevel(expr) && level > MOST.levels)
      warn('levels', expr, `The Experience Platform recommends at most ${MOST.levels} levels of nested lists, and this is one more.`);
    if (isCondition(expr) && ++found.conditions > MOST.conditions)
      warn('conditions', expr, `The Experience Platform allows about ${MOST.conditions} conditions, and this is one more.`);
    if (combinations(expr) > MOST.combinations)
      warn('combinations', expr, 'Every combination of members of these lists is looked at, which takes long where they are long.');
    for (const child of childrenOf(expr).toReversed()) waiting.push({ expr: child, level: child === listOf(expr) ? next.level : level });
  }
  return [...problems.values()];
}

/** The list that an expression goes through: it lies outside of the level that the expression opens. */
function listOf(expr: Expr): Expr | null {
  if (expr.kind === 'filter') return expr.list;
  return expr.kind === 'method' ? expr.receiver : null;
}

/** Declarations over lists that are no part of an earlier variable. */
function combinations(expr: Expr): number {
  if (expr.kind !== 'select' && expr.kind !== 'exists' && expr.kind !== 'forall' && expr.kind !== 'aggregate') return 0;
  const names = new Set(expr.declarations.map(({ variable }) => variable));
  return expr.declarations.filter(({ from }) => !names.has(rootName(from) ?? '')).length;
}

/** The first name of a path. */
function rootName(expr: Expr): string | null {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind === 'field') return rootName(expr.object);
  const list = listOf(expr);
  return list === null ? null : rootName(list);
}

const isLevel = (expr: Expr): boolean => expr.kind === 'filter' || (expr.kind === 'method' && LEVELS.has(expr.name));

const isAggregation = (expr: Expr): boolean => expr.kind === 'aggregate' || (expr.kind === 'method' && AGGREGATIONS.has(expr.name));

/** A comparison or a test of one value: a building block of a rule. */
function isCondition(expr: Expr): boolean {
  switch (expr.kind) {
    case 'binary':
      return !ARITHMETIC.has(expr.operator);
    case 'occurs':
      return true;
    case 'method':
      return CONDITIONS.has(methodInfo(expr.name)?.receiver ?? 'none');
    case 'call':
      return expr.name === 'inSegment' || expr.name === 'stringCompare';
    default:
      return false;
  }
}
