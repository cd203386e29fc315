/** Computed attributes: a field that stands for an expression about the profile. */
import { rewriteTest, rewriteValue } from '../terms.ts';
import type { Rewrite } from '../terms.ts';
import type { Test, Value } from '../term.ts';
import { DATETIME } from '../types.ts';
import type { Computed, ComputedWindow } from '../xdm.ts';
import { itemType, profileScope, variable } from './context.ts';
import type { Checker } from './context.ts';

export function computedValue(checker: Checker, { expression, window }: Computed): Value {
  const profile = variable(0, checker.profile);
  const [body, names] = expression.kind === 'lambda' ? [expression.body, expression.parameters.slice(0, 1)] : [expression, []];
  const scope = { ...profileScope(profile), names: new Map(names.map((name) => [name, profile])) };
  const value = checker.silent().value(body, scope);
  return window === null ? value : withRecentEvents(checker, value, window);
}

/** The value with just the events of a window wherever it reads those of the profile. */
function withRecentEvents(checker: Checker, value: Value, window: ComputedWindow): Value {
  const rewrite: Rewrite = {
    test: (test) => rewriteTest(test, rewrite),
    value: (part) => (isEvents(part) ? recent(checker, part, window) : rewriteValue(part, rewrite)),
  };
  return rewrite.value(value);
}

const isEvents = (value: Value): boolean =>
  value.op === 'field' && value.name === 'xEvent' && value.object.op === 'variable' && value.object.id === 0;

function recent(checker: Checker, events: Value, { amount, unit }: ComputedWindow): Value {
  const id = checker.fresh();
  const now: Value = { op: 'now', type: DATETIME };
  const timestamp: Value = { op: 'field', object: variable(id, itemType(events)), name: 'timestamp', type: DATETIME };
  const start: Value = { op: 'shift', value: now, amount: -amount, unit, type: DATETIME };
  const where: Test = {
    op: 'and',
    terms: [
      { op: 'compare', comparison: '>=', as: 'time', left: timestamp, right: start },
      { op: 'compare', comparison: '<', as: 'time', left: timestamp, right: now },
    ],
  };
  return { op: 'filter', list: events, variable: id, where, type: events.type };
}
