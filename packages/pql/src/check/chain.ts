/** `chain(…)` → an ordered sequence whose steps are plain tests on events. */
import type { ChainStep, Expr } from '../ast.ts';
import type { SequenceStep, Test, Value } from '../term.ts';
import { fieldOf, formOf } from '../types.ts';
import { always, both, itemType, negate, never, nothing, variable, withLevel, withNames } from './context.ts';
import type { Checker, Scope } from './context.ts';
import { warnImpossible } from './impossible.ts';
import { isList } from './lists.ts';
import { field } from './names.ts';
import { occursTest } from './times.ts';

type ChainExpr = Extract<Expr, { readonly kind: 'chain' }>;

export function chainTest(checker: Checker, expr: ChainExpr, scope: Scope): Test {
  const events = checker.value(expr.events, scope);
  if (!isList(checker, { value: events, span: expr.events.span }, '`chain`')) return never;
  if (!orderedByTimestamp(checker, expr, events)) return never;
  const labels = new Map<string, Value | null>(scope.labels);
  for (const { label, labelSpan } of expr.steps) {
    if (labels.get(label) === null) checker.report('duplicate-name', labelSpan, `Two steps have the label ${label}.`);
    labels.set(label, null);
  }
  let inner: Scope = { ...scope, labels };
  const steps: SequenceStep[] = [];
  for (const step of expr.steps) {
    const event = variable(checker.fresh(), itemType(events));
    steps.push(sequenceStep(checker, step, { event, scope: inner }));
    if (!step.negated) inner = { ...withNames(inner, [[step.label, event]]), labels: new Map([...inner.labels, [step.label, event]]) };
  }
  // Without a positive step there is nothing to order: no matching event at all.
  if (steps.every((step) => step.negated))
    return both(...steps.map((step) => negate({ op: 'some', list: events, variable: step.variable, where: step.where })));
  return { op: 'sequence', events, steps };
}

function orderedByTimestamp(checker: Checker, { orderBy, orderBySpan }: ChainExpr, events: Value): boolean {
  if (orderBy === 'timestamp') return true;
  const items = itemType(events);
  const found = items.kind === 'object' ? fieldOf(items, orderBy) : null;
  if (found !== null && formOf(found.type) === 'time')
    checker.report('not-supported-yet', orderBySpan, 'Chains are ordered by `timestamp` only.');
  else
    checker.report('unknown-field', orderBySpan, `\`${orderBy}\` does not order events.`, {
      hint: 'Write timestamp.',
      fix: { span: orderBySpan, text: 'timestamp' },
    });
  return false;
}

function sequenceStep(checker: Checker, step: ChainStep, { event, scope }: { readonly event: Value; readonly scope: Scope }): SequenceStep {
  const inner = withLevel(scope, event);
  const conditions = [step.what, step.where]
    .filter((each) => each !== null)
    .map((each) => ({ test: checker.test(each, inner), span: each.span }));
  const times = step.when.map((time) => {
    const value = field(checker, event, { name: 'timestamp', span: time.span });
    const test = value === nothing ? always : occursTest(checker, { value, span: time.span }, time, inner);
    return { test, span: time.span };
  });
  const terms = [...conditions, ...times];
  warnImpossible(checker, terms);
  const id = event.op === 'variable' ? event.id : 0;
  return { label: step.label, variable: id, negated: step.negated, count: step.count ?? 1, where: both(...terms.map(({ test }) => test)) };
}
