/** Event leaves: some events chosen, one number made of them, compared with a constant. */
import type { EventLeaf } from '@kindred/pql';
import { aggregateOfRows } from './aggregates.ts';
import type { SqlContext } from './context.ts';
import { eventNumber } from './compiler.ts';
import type { LeafQuery, ProfileRange } from './leaf-query.ts';
import { keyCondition, selectionCondition } from './selection.ts';
import { NotInSql } from './shape.ts';
import { all, floatLiteral, inRange } from './text.ts';

export function eventQuery(leaf: EventLeaf, context: SqlContext): LeafQuery {
  try {
    return exactQuery(leaf, context);
  } catch (error) {
    if (!(error instanceof NotInSql)) throw error;
    // The leaf is never true without a chosen event.
    return { sql: profilesWithEvent(keyCondition(leaf.selection, context)), complement: false, exact: false, ranged: null };
  }
}

function exactQuery(leaf: EventLeaf, context: SqlContext): LeafQuery {
  const chosen = selectionCondition(leaf.selection, context);
  if (leaf.aggregate === 'count' && leaf.comparison === '>=' && leaf.threshold <= 1)
    return { sql: profilesWithEvent(chosen), complement: false, exact: true, ranged: null };
  const { value, number } = aggregateSql(leaf, context);
  const having = `ifNull(${number} ${leaf.comparison} ${floatLiteral(leaf.threshold)}, 0)`;
  const within = (range: ProfileRange | null): string => {
    const where = `WHERE ${all([inRange(range), chosen])}`;
    const rows = value === null ? `events ${where}` : `(SELECT profile, ${value} AS ${VALUE} FROM events ${where})`;
    return `SELECT groupBitmapState(profile) AS members FROM (SELECT profile FROM ${rows} GROUP BY profile HAVING ${having})`;
  };
  return { sql: within(null), complement: false, exact: true, ranged: within };
}

/** No group per profile: the bitmap alone tells who. */
function profilesWithEvent(condition: string): string {
  return `SELECT groupBitmapState(profile) AS members FROM events WHERE ${condition}`;
}

/** No field can be called so. */
const VALUE = '`#value`';

interface Aggregated {
  /** Of each event, called `VALUE`; null: none is needed. */
  readonly value: string | null;
  readonly number: string;
}

function aggregateSql({ aggregate, value, selection }: EventLeaf, context: SqlContext): Aggregated {
  if (aggregate === 'count' || value === null) return { value: null, number: 'count()' };
  const scalar = eventNumber(value, selection.variable, context);
  if (scalar.form === null) return { value: null, number: aggregate === 'sum' ? '0.' : 'NULL' };
  return { value: scalar.sql, number: `ifNotFinite(${aggregateOfRows(aggregate, VALUE)}, NULL)` };
}
