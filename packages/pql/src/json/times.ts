/** Time expressions and chains of pql/json. */
import type { ChainStep, Expr, TimeSpec } from '../ast.ts';
import { COMPARISONS, ofItem, UNITS, withVariables } from './nodes.ts';
import { at, complain, hasCount, isNode, MISSING, oneOf, param, SPAN, shown, stringOf, wholeOf, wordAt } from './reader.ts';
import type { Apply, Place, Reader } from './reader.ts';

const DIRECTIONS = ['before', 'after', 'from'] as const;

/** An fnApply without `form`, or null. */
function applyOf(json: unknown, place: Place): Apply | null {
  if (!isNode(json) || json['nodeType'] !== 'fnApply' || json['form'] !== undefined) return null;
  const { fnName, params } = json;
  return typeof fnName === 'string' && Array.isArray(params) ? { name: fnName, params, place } : null;
}

/** `before(REF)`, `before(comparison, amount, unit, REF)`, `between(A, B)`, `on(REF)`, or a reference alone. */
export function time(reader: Reader, json: unknown, place: Place): TimeSpec {
  const apply = applyOf(json, place);
  const direction = apply && oneOf(DIRECTIONS, apply.name);
  if (apply !== null && direction !== null) return directed(reader, apply, direction);
  const name = apply?.name.toLowerCase();
  if (apply !== null && name === 'between' && hasCount(reader, apply, 2)) {
    const [first, last] = apply.params;
    return { kind: 'between', first: reader.expr(first, param(place, 0)), last: reader.expr(last, param(place, 1)), span: SPAN };
  }
  if (apply !== null && name === 'on' && hasCount(reader, apply, 1))
    return { kind: 'on', reference: reader.expr(apply.params[0], param(place, 0)), span: SPAN };
  return { kind: 'on', reference: name === 'between' || name === 'on' ? MISSING : reader.expr(json, place), span: SPAN };
}

function directed(reader: Reader, apply: Apply, direction: 'before' | 'after' | 'from'): TimeSpec {
  const { params, place } = apply;
  if (params.length === 1) return { kind: 'relative', direction, reference: reader.expr(params[0], param(place, 0)), span: SPAN };
  const comparison = oneOf(COMPARISONS, stringOf(params[0]));
  const amount = wholeOf(params[1]);
  const unit = oneOf(UNITS, stringOf(params[2]));
  if (params.length !== 4 || comparison === null || amount === null || unit === null) {
    complain(
      reader,
      place,
      `\`${apply.name}\` is no time expression.`,
      `It takes a reference, or a comparison, a whole number, a unit (${UNITS.join(', ')}) and a reference.`,
    );
    return { kind: 'relative', direction, reference: MISSING, span: SPAN };
  }
  return { kind: 'distance', comparison, amount, unit, direction, reference: reader.expr(params[3], param(place, 3)), span: SPAN };
}

export function chain(reader: Reader, apply: Apply): Expr {
  const { params, place } = apply;
  if (!hasCount(reader, apply, 3, Infinity)) return MISSING;
  const [events, order, ...steps] = params;
  const orderBy = wordAt(
    reader,
    isNode(order) && order['nodeType'] === 'fieldLookup' ? order['fieldName'] : stringOf(order),
    param(place, 1),
  );
  const scope = ofItem(
    withVariables(
      place.scope,
      steps.flatMap((each) => labelOf(each) ?? []),
    ),
  );
  return {
    kind: 'chain',
    events: reader.expr(events, param(place, 0)),
    orderBy,
    orderBySpan: SPAN,
    steps: steps.map((each, index) => step(reader, each, param(place, index + 2, scope))),
    span: SPAN,
  };
}

const labelOf = (json: unknown): string | null => (isNode(json) && Array.isArray(json['params']) ? stringOf(json['params'][0]) : null);

interface Clauses {
  negated: boolean;
  what: Expr | null;
  when: TimeSpec[];
  count: number | null;
  where: Expr | null;
}

function step(reader: Reader, json: unknown, place: Place): ChainStep {
  const apply = applyOf(json, place);
  const clauses: Clauses = { negated: false, what: null, when: [], count: null, where: null };
  if (apply === null || apply.name.toLowerCase() !== 'step') {
    complain(
      reader,
      place,
      `Expected a step of the chain, found ${shown(json)}.`,
      'step(label, WHAT(condition), WHEN(time, …), COUNT(n), WHERE(condition))',
    );
    return { label: '', labelSpan: SPAN, ...clauses, span: SPAN };
  }
  const label = wordAt(reader, labelOf(json), param(place, 0));
  for (const [index, each] of apply.params.entries()) if (index > 0) clause(reader, each, { place: param(place, index), clauses });
  if (clauses.what === null) complain(reader, place, `The step ${label} has no WHAT.`);
  if (clauses.negated && clauses.count !== null) complain(reader, place, 'A negated step cannot have COUNT.');
  return { label, labelSpan: SPAN, ...clauses, span: SPAN };
}

/** Reads one clause into `clauses`. */
function clause(reader: Reader, json: unknown, { place, clauses }: { readonly place: Place; readonly clauses: Clauses }): void {
  const apply = applyOf(json, place);
  const first = (): Expr => reader.expr(apply?.params[0], param(place, 0));
  switch (apply?.name.toLowerCase()) {
    case 'what':
      clauses.what = first();
      return;
    case 'where':
      clauses.where = first();
      return;
    case 'not': {
      const inner = applyOf(apply?.params[0], param(place, 0));
      clauses.negated = true;
      if (inner?.name.toLowerCase() === 'what') clause(reader, apply?.params[0], { place: param(place, 0), clauses });
      else complain(reader, param(place, 0), 'Only WHAT can be negated.');
      return;
    }
    case 'when':
      clauses.when.push(...(apply?.params ?? []).map((each, index) => time(reader, each, param(place, index))));
      return;
    case 'count': {
      clauses.count = wholeOf(apply?.params[0]);
      if (clauses.count === null || clauses.count < 1) complain(reader, at(place, 'params/0'), 'COUNT needs a whole number, at least 1.');
      return;
    }
    default:
      complain(reader, place, `Expected a clause of the step, found ${shown(json)}.`, 'Clauses: WHAT, not(WHAT), WHEN, COUNT, WHERE.');
  }
}
