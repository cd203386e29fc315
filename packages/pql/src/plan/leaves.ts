/** Recognising leaves: which tests are one number made of chosen events, a sequence, an attribute test. */
import type { EventLeaf, EventSelection, Leaf, LeafStep, Bound } from '../plan.ts';
import { substituteValue } from '../terms.ts';
import type { AggregateFunction, Comparison, SequenceStep, Test, Value } from '../term.ts';
import { isConstant, isEvents, usesOf, usesOfValue } from './free.ts';
import { simplifyLogic, TRUE } from './logic.ts';

export const INVERSE: Readonly<Record<Comparison, Comparison>> = { '=': '!=', '!=': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<' };

/** An event leaf, its negation, or a test that does not depend on events after all. */
export type EventForm = { readonly leaf: EventLeaf; readonly negated: boolean } | { readonly constant: boolean };

/** True when the test looks at nothing but the given variables and the clock. */
function seesOnly(test: Test, variables: readonly number[]): boolean {
  const { profile, events, audiences, free } = usesOf(test);
  return !profile && !events && !audiences && [...free].every((id) => variables.includes(id));
}

function valueSeesOnly(value: Value, variables: readonly number[]): boolean {
  const { profile, events, audiences, free } = usesOfValue(value);
  return !profile && !events && !audiences && [...free].every((id) => variables.includes(id));
}

interface Chosen {
  readonly variable: number;
  readonly where: Test;
}

/** The events a list stands for, when it is the profile's events or a filter of them. */
function chosenEvents(list: Value): Chosen | null {
  // 0 is the profile's number, so no test can mention it as an event.
  if (isEvents(list)) return { variable: 0, where: TRUE };
  return list.op === 'filter' && isEvents(list.list) && seesOnly(list.where, [list.variable]) ? list : null;
}

interface Aggregated {
  readonly chosen: Chosen;
  readonly fn: AggregateFunction;
  readonly value: Value | null;
}

function aggregated({ fn, list }: Extract<Value, { readonly op: 'aggregate' }>): Aggregated | null {
  const whole = chosenEvents(list);
  if (whole !== null) return fn === 'count' ? { chosen: whole, fn, value: null } : null;
  if (list.op !== 'map') return null;
  const inner = chosenEvents(list.list);
  // A count over a map is normalised away unless it counts results.
  if (fn === 'count' || inner === null || !valueSeesOnly(list.body, [list.variable])) return null;
  // The events' own variable serves the value too.
  const variable = inner.variable === 0 ? list.variable : inner.variable;
  const chosen = { variable, where: inner.where };
  const body = substituteValue(list.body, list.variable, () => ({ op: 'variable', id: variable, type: { kind: 'object', fields: {} } }));
  return body.type.kind === 'array' || body.type.kind === 'unknown' ? null : { chosen, fn, value: body };
}

/** The event leaf a test stands for, or null. */
export function eventForm(test: Test): EventForm | null {
  if (test.op === 'known') return isEvents(test.value) ? atLeastOne({ variable: 1, where: TRUE }) : null;
  if (test.op === 'some') {
    return isEvents(test.list) && seesOnly(test.where, [test.variable]) ? atLeastOne(test) : null;
  }
  if (test.op !== 'compare' || test.as !== 'number' || test.left.op !== 'aggregate') return null;
  if (test.right.op !== 'literal' || typeof test.right.value !== 'number') return null;
  const found = aggregated(test.left);
  return found === null ? null : thresholdForm(found, test.comparison, test.right.value);
}

function atLeastOne(chosen: Chosen): EventForm {
  return leafForm({ chosen, fn: 'count', value: null }, '>=', 1);
}

function leafForm({ chosen, fn, value }: Aggregated, comparison: Comparison, threshold: number, negated = false): EventForm {
  const selection = selectionOf(chosen.variable === 0 ? { ...chosen, variable: 1 } : chosen);
  return { leaf: { kind: 'event', selection, aggregate: fn, value, comparison, threshold }, negated };
}

export const holdsFor = (number: number, comparison: Comparison, threshold: number): boolean =>
  ({
    '=': number === threshold,
    '!=': number !== threshold,
    '<': number < threshold,
    '<=': number <= threshold,
    '>': number > threshold,
    '>=': number >= threshold,
  })[comparison];

/** A comparison that holds without events is planned as the negation of its opposite, which does not. */
function thresholdForm(found: Aggregated, comparison: Comparison, threshold: number): EventForm {
  if (found.fn === 'count') return countForm(found, comparison, threshold);
  const withoutEvents = found.fn === 'sum' && holdsFor(0, comparison, threshold);
  return withoutEvents ? leafForm(found, INVERSE[comparison], threshold, true) : leafForm(found, comparison, threshold);
}

/** Counts are whole and not negative, so every comparison becomes `>=` or `=`, or is settled. */
function countForm(found: Aggregated, comparison: Comparison, threshold: number): EventForm {
  switch (comparison) {
    case '=':
      if (!Number.isInteger(threshold) || threshold < 0) return { constant: false };
      return threshold === 0 ? leafForm(found, '>=', 1, true) : leafForm(found, '=', threshold);
    case '>':
      return atLeast(found, Math.floor(threshold) + 1);
    case '>=':
      return atLeast(found, Math.ceil(threshold));
    default: {
      const form = countForm(found, INVERSE[comparison], threshold);
      return 'constant' in form ? { constant: !form.constant } : { ...form, negated: !form.negated };
    }
  }
}

const atLeast = (found: Aggregated, least: number): EventForm => (least <= 0 ? { constant: true } : leafForm(found, '>=', least));

/** Sorts the conditions on one event into types, window and the rest. */
function selectionOf({ variable, where }: Chosen): EventSelection {
  let eventTypes: readonly string[] | null = null;
  let from: Bound | null = null;
  let to: Bound | null = null;
  const rest: Test[] = [];
  for (const term of where.op === 'and' ? where.terms : [where]) {
    const types = typesOf(term, variable);
    const bounds = boundsOf(term, variable);
    if (types !== null && eventTypes === null) {
      eventTypes = types.toSorted();
    } else if (bounds !== null && (bounds.from === null || from === null) && (bounds.to === null || to === null)) {
      from = bounds.from ?? from;
      to = bounds.to ?? to;
    } else {
      rest.push(term);
    }
  }
  return { variable, eventTypes, window: { from, to }, where: simplifyLogic('and', rest) };
}

const isFieldOf = (value: Value, name: string, variable: number): boolean =>
  value.op === 'field' && value.name === name && value.object.op === 'variable' && value.object.id === variable;

/** The event types a condition allows, when that is all it says. */
function typesOf(test: Test, variable: number): readonly string[] | null {
  if (test.op === 'compare' && test.comparison === '=' && test.as === 'string' && isFieldOf(test.left, 'eventType', variable)) {
    return test.right.op === 'literal' && typeof test.right.value === 'string' ? [test.right.value] : null;
  }
  if (test.op !== 'member' || test.negated || !isFieldOf(test.value, 'eventType', variable) || test.list.op !== 'list') return null;
  const types = test.list.items.map((item) => (item.op === 'literal' && typeof item.value === 'string' ? item.value : null));
  return types.every((type) => type !== null) ? types : null;
}

/** The bound of `timestamp` that a condition sets, when that is all it says. */
function boundsOf(test: Test, variable: number): { readonly from: Bound | null; readonly to: Bound | null } | null {
  if (test.op !== 'compare' || test.as !== 'time' || !isFieldOf(test.left, 'timestamp', variable) || !isConstant(test.right)) return null;
  const at = test.right;
  const inclusive = { at, inclusive: true };
  switch (test.comparison) {
    case '=':
      return { from: inclusive, to: inclusive };
    case '>':
      return { from: { at, inclusive: false }, to: null };
    case '>=':
      return { from: inclusive, to: null };
    case '<':
      return { from: null, to: { at, inclusive: false } };
    case '<=':
      return { from: null, to: inclusive };
    default:
      return null;
  }
}

/** A leaf other than an event leaf. */
export function otherLeaf(test: Test): Leaf {
  if (test.op === 'audience') return { kind: 'audience', namespace: test.namespace, id: test.id };
  if (test.op === 'sequence' && isEvents(test.events)) {
    const steps = sequenceSteps(test.steps);
    if (steps !== null) return { kind: 'sequence', steps };
  }
  const { events, audiences } = usesOf(test);
  return events || audiences ? { kind: 'general', test } : { kind: 'attribute', test };
}

function sequenceSteps(steps: readonly SequenceStep[]): readonly LeafStep[] | null {
  const variables = steps.map((step) => step.variable);
  if (!steps.every((step) => seesOnly(step.where, variables))) return null;
  return steps.map(({ variable, negated, count, where }) => {
    const terms = where.op === 'and' ? where.terms : [where];
    const own = terms.filter((term) => seesOnly(term, [variable]));
    const relation = terms.filter((term) => !seesOnly(term, [variable]));
    return {
      selection: selectionOf({ variable, where: simplifyLogic('and', own) }),
      negated,
      count,
      relation: simplifyLogic('and', relation),
    };
  });
}
