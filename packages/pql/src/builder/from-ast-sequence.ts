/** Sequences out of chains. Null: there is no picture for it. */
import type { ChainStep, Expr } from '../ast.ts';
import { settledCard } from './card.ts';
import { loadSingleStep } from './from-ast-event.ts';
import type { Scope } from './from-ast-field.ts';
import { gapOf, spanOf } from './from-ast-time.ts';
import type { Loading } from './loading.ts';
import { logicExpr } from './syntax.ts';
import { ANY_EVENT, AT_LEAST_ONE, container } from './tree.ts';
import type { Common, EventCard, Gap, Sequence, Step, TimeRule, TimeSpan } from './tree.ts';

export function loadSequence(expr: Expr, base: Common, loading: Loading): Sequence | EventCard | null {
  if (expr.kind !== 'chain' || expr.orderBy !== 'timestamp') return null;
  if (expr.events.kind !== 'name' || expr.events.name !== 'xEvent' || expr.events.up > 0) return null;
  const labels = expr.steps.map(({ label }) => label);
  if (new Set(labels).size < labels.length) return null;
  const [only] = expr.steps;
  if (only !== undefined && expr.steps.length === 1) return singleStep(only, base, loading);
  const steps: Step[] = [];
  for (const [index, step] of expr.steps.entries()) {
    const loaded = loadStep(step, labels.slice(0, index), loading);
    if (loaded === null) return null;
    steps.push(loaded);
  }
  return { kind: 'sequence', ...base, steps };
}

/** Null: any event. */
function conditionsOf({ what, where }: ChainStep): Expr | null {
  const terms = [what, where].flatMap((term) => (term === null || isTrue(term) ? [] : [term]));
  // Terms of both clauses stand side by side.
  const flat = terms.flatMap((term) => (terms.length > 1 && term.kind === 'logic' && term.operator === 'and' ? term.terms : [term]));
  return flat.length === 0 ? null : logicExpr('and', flat);
}

const isTrue = (expr: Expr): boolean => expr.kind === 'boolean' && expr.value;

interface When {
  readonly time: TimeRule | null;
  readonly gaps: readonly Gap[];
}

/** At most one time of its own, or two that hold together; null: there is more. */
function whenOf({ when }: ChainStep, labels: readonly string[]): When | null {
  const gaps: Gap[] = [];
  const spans: TimeSpan[] = [];
  for (const spec of when) {
    const gap = gapOf(spec, labels);
    const span = gap === null ? spanOf(spec) : null;
    if (gap !== null) gaps.push(gap);
    else if (span !== null) spans.push(span);
    else return null;
  }
  const [first, second, ...rest] = spans;
  if (rest.length > 0) return null;
  if (first === undefined) return { time: null, gaps };
  return { time: second === undefined ? { kind: 'span', span: first } : { kind: 'both', spans: [first, second] }, gaps };
}

function loadStep(step: ChainStep, labels: readonly string[], loading: Loading): Step | null {
  const when = whenOf(step, labels);
  if (when === null) return null;
  const id = loading.mint();
  loading.spans.set(id, step.span);
  const { label, negated, count } = step;
  const conditions = conditionsOf(step);
  const scope: Scope = { of: 'event', labels, profileAbove: false };
  const where = conditions === null ? container(loading.mint()) : loading.conditions(conditions, scope);
  return settledCard<Step>({
    kind: 'step',
    id,
    label,
    negated,
    count: count ?? 1,
    gaps: when.gaps,
    types: ANY_EVENT,
    where,
    time: when.time,
  });
}

/** A chain of one step is an event. Two times of one event have no picture. */
function singleStep(step: ChainStep, base: Common, loading: Loading): EventCard | null {
  const when = whenOf(step, []);
  if (when === null || step.negated) return null;
  const card = loadSingleStep(conditionsOf(step), step.label, loading);
  if (card === null || (card.time !== null && when.time !== null)) return null;
  return { kind: 'event', ...base, ...card, time: when.time ?? card.time, measure: { ...AT_LEAST_ONE, count: step.count ?? 1 } };
}
