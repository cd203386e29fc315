/** General leaves: one condition on the profile and all its events together. The dearest form, for what fits no other. */
import type { GeneralLeaf } from '@kindred/pql';
import { evaluate } from '@kindred/pql';
import { identifier } from '../../store/index.ts';
import type { WholeProfile } from './compiler.ts';
import { EVENTS, wholeProfileTest } from './compiler.ts';
import type { SqlContext } from './context.ts';
import type { LeafQuery, ProfileRange } from './leaf-query.ts';
import { NotInSql } from './shape.ts';
import { inRange, not } from './text.ts';

export function generalQuery({ test }: GeneralLeaf, context: SqlContext): LeafQuery {
  try {
    const whole = wholeProfileTest(test, context);
    // As with attributes: who has neither events nor attributes is in no table.
    const complement = evaluate(test, {}, { now: context.now, zone: context.zone });
    const condition = complement ? not(whole.condition) : whole.condition;
    const within = (range: ProfileRange | null): string =>
      `SELECT groupBitmapState(profile) AS members FROM (${source(whole, range)}) WHERE ${condition}`;
    return { sql: within(null), complement, exact: true, ranged: within };
  } catch (error) {
    if (error instanceof NotInSql) return { sql: null, complement: false, exact: false, ranged: null };
    throw error;
  }
}

/** Everybody with events or attributes; what one does not have is empty or null. */
function source({ events, profiles }: WholeProfile, range: ProfileRange | null): string {
  const where = range === null ? '' : ` WHERE ${inRange(range)}`;
  const tuple = `tuple(${(events.length === 0 ? ['profile'] : events).map(identifier).join(', ')})`;
  const gathered = `SELECT profile, groupArray(${tuple}) AS ${EVENTS} FROM events${where} GROUP BY profile`;
  if (profiles.length === 0) return gathered;
  const columns = ['profile', ...profiles.map(identifier)].join(', ');
  return `SELECT * FROM (${gathered}) AS e FULL JOIN (SELECT ${columns} FROM profiles FINAL${where}) AS p USING (profile)`;
}
