/** Which events a selection chooses, as conditions on the table `events`. */
import type { Bound, EventSelection } from '@kindred/pql';
import { literal } from '../../store/index.ts';
import type { SqlContext } from './context.ts';
import { eventTest } from './compiler.ts';
import { all, FALSE, int64, TRUE } from './text.ts';

/** What DateTime64 can hold, so no event lies outside: 1900-01-01 … 2299-12-31, epoch ms. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2300, 0, 1) - 1;

/** The chosen events. Throws NotInSql. */
export function selectionCondition(selection: EventSelection, context: SqlContext): string {
  return all([keyCondition(selection, context), eventTest(selection.where, selection.variable, context)]);
}

/** Event types and window alone: a superset of the chosen events, which SQL can always tell. */
export function keyCondition({ eventTypes, window }: EventSelection, context: SqlContext): string {
  return all([typeCondition(eventTypes), boundCondition(window.from, '>', context), boundCondition(window.to, '<', context)]);
}

function typeCondition(eventTypes: readonly string[] | null): string {
  if (eventTypes === null) return TRUE;
  // An event without a type is stored with an empty one, which is not known and so equals nothing.
  const types = eventTypes.filter((type) => type !== '');
  if (types.length === 0) return FALSE;
  return types.length === 1 ? `(eventType = ${literal(types[0] ?? '')})` : `(eventType IN (${types.map(literal).join(', ')}))`;
}

function boundCondition(bound: Bound | null, direction: '>' | '<', context: SqlContext): string {
  if (bound === null) return TRUE;
  const at = context.instantOf(bound.at);
  if (at === null) return FALSE;
  if (at < EARLIEST) return direction === '>' ? TRUE : FALSE;
  if (at > LATEST) return direction === '<' ? TRUE : FALSE;
  return `(timestamp ${direction}${bound.inclusive ? '=' : ''} fromUnixTimestamp64Milli(${int64(at)}, 'UTC'))`;
}
