/** Event leaves: some events chosen, one number made of them, compared with a constant. */
import type { AggregateFunction, EventLeaf } from '@kindred/pql';
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
  const number = aggregateSql(leaf, context);
  const having = `ifNull(${number} ${leaf.comparison} ${floatLiteral(leaf.threshold)}, 0)`;
  const within = (range: ProfileRange | null): string => {
    const where = all([inRange(range), chosen]);
    return `SELECT groupBitmapState(profile) AS members FROM (SELECT profile FROM events WHERE ${where} GROUP BY profile HAVING ${having})`;
  };
  return { sql: within(null), complement: false, exact: true, ranged: within };
}

/** No group per profile: the bitmap alone tells who. */
function profilesWithEvent(condition: string): string {
  return `SELECT groupBitmapState(profile) AS members FROM events WHERE ${condition}`;
}

const FUNCTIONS: Readonly<Record<Exclude<AggregateFunction, 'count'>, string>> = { sum: 'sum', average: 'avg', min: 'min', max: 'max' };

function aggregateSql({ aggregate, value, selection }: EventLeaf, context: SqlContext): string {
  if (aggregate === 'count' || value === null) return 'count()';
  const scalar = eventNumber(value, selection.variable, context);
  if (scalar.form === null) return aggregate === 'sum' ? '0.' : 'NULL';
  const number = `${FUNCTIONS[aggregate]}(${scalar.sql})`;
  // Of no known value the sum is 0; beyond the largest float there is no number.
  return aggregate === 'sum' ? `ifNotFinite(ifNull(${number}, 0), NULL)` : `ifNotFinite(${number}, NULL)`;
}
