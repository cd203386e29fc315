/** General leaves: one condition on the profile and all its events together. The dearest form, for what fits no other. */
import type { GeneralLeaf, Test } from '@kindred/pql';
import { evaluate } from '@kindred/pql';
import { identifier } from '../../store/index.ts';
import { audiencesSql } from './audiences.ts';
import type { WholeProfile } from './compiler.ts';
import { EVENTS, IDENTITIES, wholeProfileTest } from './compiler.ts';
import type { SqlContext } from './context.ts';
import type { LeafQuery, ProfileRange } from './leaf-query.ts';
import { NotInSql } from './shape.ts';
import { inRange, not } from './text.ts';

export function generalQuery({ test }: GeneralLeaf, context: SqlContext): LeafQuery {
  try {
    const whole = wholeProfileTest(test, context);
    // As with attributes: who has neither events nor attributes is in no table.
    const complement = holdsForNobody(test, context);
    const condition = complement ? not(whole.sql) : whole.sql;
    const ordered = looksAtOrder(test);
    const within = (range: ProfileRange | null): string =>
      `${audiencesSql(whole.audiences, range)}SELECT groupBitmapState(profile) AS members FROM (${wholeProfiles(whole, { range, ordered })}) WHERE ${condition}`;
    return { sql: within(null), complement, exact: true, ranged: within };
  } catch (error) {
    if (error instanceof NotInSql) return { sql: null, complement: false, exact: false, ranged: null };
    throw error;
  }
}

/** Whether a profile of which nothing is known is a member. */
export function holdsForNobody(test: Test, { now, zone }: SqlContext): boolean {
  return evaluate(test, {}, { now, zone, isMember: () => false });
}

/** What tells the first of some events from the others. */
const ORDERED: ReadonlySet<unknown> = new Set(['head', 'top', 'bottom', 'group', 'list']);

/** Whether the order of events can make a difference to a part of a test or value, which is plain JSON. */
export function looksAtOrder(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  const { op, as } = part as { readonly op?: unknown; readonly as?: unknown };
  return (op !== 'list' && ORDERED.has(op)) || as === 'list' || Object.values(part).some(looksAtOrder);
}

interface Source {
  readonly range: ProfileRange | null;
  readonly ordered: boolean;
}

/** Everybody with events, or with attributes or identities where they are read; what one does not have is empty or null. */
export function wholeProfiles({ event, profiles, identities, audiences }: WholeProfile, { range, ordered }: Source): string {
  const where = range === null ? '' : ` WHERE ${inRange(range)}`;
  const events = ordered ? `arrayMap(x -> x.3, arraySort(x -> (x.1, x.2), groupArray((timestamp, id, ${event}))))` : `groupArray(${event})`;
  const parts = [`(SELECT profile, ${events} AS ${EVENTS} FROM events${where} GROUP BY profile)`];
  if (profiles.length > 0) {
    const columns = ['profile', ...profiles.map(identifier)].join(', ');
    parts.push(`(SELECT ${columns} FROM profiles FINAL${where})`);
  }
  // Who is in no other table can be a member of an audience, too.
  if (identities || audiences.size > 0) {
    const gathered = identities ? `, arraySort(groupUniqArray((toString(namespace), id))) AS ${IDENTITIES}` : '';
    parts.push(`(SELECT profile${gathered} FROM identities${where} GROUP BY profile)`);
  }
  const [first = '', ...others] = parts;
  return `SELECT * FROM ${first} AS e${others.map((part, index) => ` FULL JOIN ${part} AS j${index} USING (profile)`).join('')}`;
}
