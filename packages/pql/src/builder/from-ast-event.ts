/** Event cards out of syntax. Null: there is no card for it. */
import type { Expr } from '../ast.ts';
import { settledCard } from './card.ts';
import { EVENT_SCOPE, pathOf, scalarOf } from './from-ast-field.ts';
import type { Loading } from './loading.ts';
import { logicExpr } from './syntax.ts';
import { mentions } from './to-ast.ts';
import { ANY_EVENT, AT_LEAST_ONE, container } from './tree.ts';
import type { Card, Common, EventCard, FieldPath, Measure } from './tree.ts';

export function loadEvent(expr: Expr, base: Common, loading: Loading): EventCard | null {
  const measured = measuredEvents(expr);
  if (measured === null) return null;
  const { where, measure } = measured;
  if (where !== null && where.kind !== 'lambda' && measure.kind === 'count' && measured.lessThanOne) {
    const all = allCard(where, loading);
    if (all !== null) return { kind: 'event', ...base, ...all, measure: { kind: 'all' } };
  }
  return { kind: 'event', ...base, ...loadCard(where, loading), measure };
}

function loadCard(where: Expr | null, loading: Loading): Card {
  const conditions = where === null ? container(loading.mint()) : loading.conditions(where, EVENT_SCOPE);
  return settledCard({ types: ANY_EVENT, time: null, where: conditions });
}

interface Measured {
  /** What the events must be; null: nothing. */
  readonly where: Expr | null;
  readonly measure: Measure;
  /** Written `count() < 1`. */
  readonly lessThanOne: boolean;
}

function measuredEvents(expr: Expr): Measured | null {
  const some = eventsOf(expr);
  if (some !== null) return { ...some, measure: AT_LEAST_ONE, lessThanOne: false };
  return countOf(expr) ?? betweenOf(expr) ?? aggregateOf(expr);
}

/** `xEvent`, `xEvent[where]`, `xEvent.exists(where)`. */
function eventsOf(expr: Expr): { readonly where: Expr | null } | null {
  if (isEvents(expr)) return { where: null };
  const [list, where] =
    expr.kind === 'filter'
      ? [expr.list, expr.where]
      : expr.kind === 'method' && expr.name === 'exists'
        ? [expr.receiver, expr.args[0]]
        : [];
  return list && where && isEvents(list) && where.kind !== 'lambda' ? { where } : null;
}

const isEvents = (expr: Expr): boolean => expr.kind === 'name' && expr.name === 'xEvent' && expr.up === 0;

/** What `events.count()` counts. */
function countedEvents(expr: Expr): { readonly where: Expr | null } | null {
  if (expr.kind !== 'method' || expr.name !== 'count' || expr.args.length > 0) return null;
  // `exists` is a truth, not a list to count.
  return expr.receiver.kind === 'method' ? null : eventsOf(expr.receiver);
}

function countOf(expr: Expr): Measured | null {
  if (expr.kind !== 'binary' || expr.right.kind !== 'integer') return null;
  const events = countedEvents(expr.left);
  const measure = events && countMeasure(expr.operator, expr.right.value);
  return events && measure && { ...events, measure, lessThanOne: expr.operator === '<' && expr.right.value === 1 };
}

function countMeasure(operator: string, count: number): Measure | null {
  switch (operator) {
    case '>=':
      return { kind: 'count', how: 'atLeast', count };
    case '>':
      return { kind: 'count', how: 'atLeast', count: count + 1 };
    case '<=':
      return { kind: 'count', how: 'atMost', count };
    case '<':
      return count === 0 ? null : { kind: 'count', how: 'atMost', count: count - 1 };
    case '=':
      return { kind: 'count', how: 'exactly', count };
    default:
      return null;
  }
}

/** `let n = events.count() in n >= 2 and n <= 5`. */
function betweenOf(expr: Expr): Measured | null {
  if (expr.kind !== 'let' || expr.body.kind !== 'logic' || expr.body.operator !== 'and' || expr.body.terms.length !== 2) return null;
  const events = countedEvents(expr.value);
  const [low, high] = expr.body.terms;
  const from = low === undefined ? null : boundOf(low, expr.name, '>=');
  const to = high === undefined ? null : boundOf(high, expr.name, '<=');
  if (events === null || from === null || to === null) return null;
  return { ...events, measure: { kind: 'between', from, to }, lessThanOne: false };
}

function boundOf(expr: Expr, name: string, operator: '>=' | '<='): number | null {
  if (expr.kind !== 'binary' || expr.operator !== operator || expr.right.kind !== 'integer') return null;
  return expr.left.kind === 'name' && expr.left.up === 0 && expr.left.name === name ? expr.right.value : null;
}

const COMPARISONS = ['=', '!=', '<', '<=', '>', '>='] as const;

function aggregateOf(expr: Expr): Measured | null {
  if (expr.kind !== 'binary') return null;
  const comparison = COMPARISONS.find((each) => each === expr.operator);
  const value = scalarOf(expr.right);
  if (comparison === undefined || typeof value !== 'number') return null;
  const found = distinctOf(expr.left) ?? numberOf(expr.left);
  return (
    found && { where: found.where, measure: { kind: 'aggregate', fn: found.fn, path: found.path, comparison, value }, lessThanOne: false }
  );
}

interface Aggregated {
  readonly where: Expr | null;
  readonly fn: Extract<Measure, { readonly kind: 'aggregate' }>['fn'];
  readonly path: FieldPath;
}

const FUNCTIONS = ['sum', 'average', 'min', 'max'] as const;

/** `events.sum(path)`, `events.path.sum()`. */
function numberOf(expr: Expr): Aggregated | null {
  if (expr.kind !== 'method') return null;
  const fn = FUNCTIONS.find((each) => each === expr.name);
  const [argument] = expr.args;
  if (fn === undefined || expr.args.length > 1) return null;
  if (argument === undefined) {
    const found = pathFromEvents(expr.receiver);
    return found && { ...found, fn };
  }
  const events = expr.receiver.kind === 'method' ? null : eventsOf(expr.receiver);
  const path = pathOf(argument, EVENT_SCOPE);
  return events && path && { ...events, fn, path };
}

/** `events.path.distinct().count()`. */
function distinctOf(expr: Expr): Aggregated | null {
  if (expr.kind !== 'method' || expr.name !== 'count' || expr.args.length > 0) return null;
  const distinct = expr.receiver;
  if (distinct.kind !== 'method' || distinct.name !== 'distinct' || distinct.args.length > 0) return null;
  const found = pathFromEvents(distinct.receiver);
  return found && { ...found, fn: 'distinct' };
}

function pathFromEvents(expr: Expr): { readonly where: Expr | null; readonly path: FieldPath } | null {
  const path: string[] = [];
  let at = expr;
  while (at.kind === 'field') {
    path.unshift(at.name);
    at = at.object;
  }
  const events = path.length === 0 || at.kind === 'method' ? null : eventsOf(at);
  return events && { ...events, path };
}

/** `types and time and not (conditions)`, of which there is none. */
function allCard(where: Expr, loading: Loading): Card | null {
  const terms = where.kind === 'logic' && where.operator === 'and' ? where.terms : [where];
  const last = terms.at(-1);
  if (last?.kind !== 'not') return null;
  const rest = terms.slice(0, -1);
  const card = loadCard(rest.length === 0 ? null : logicExpr('and', rest), loading);
  if (card.where.children.length > 0) return null;
  const isAnything = last.operand.kind === 'boolean' && last.operand.value;
  return isAnything ? card : { ...card, where: loading.conditions(last.operand, EVENT_SCOPE) };
}

/** The card of a chain of one step, which is no sequence. Null: it speaks of itself. */
export function loadSingleStep(where: Expr | null, label: string, loading: Loading): Card | null {
  return where !== null && mentions(where, label) ? null : loadCard(where, loading);
}
