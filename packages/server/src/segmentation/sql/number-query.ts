/** One number of each profile: what a ranking goes by. */
import type { Value } from '@kindred/pql';
import { audiencesSql } from './audiences.ts';
import { profileNumber, wholeProfileNumber } from './compiler.ts';
import type { SqlContext } from './context.ts';
import { looksAtOrder, wholeProfiles } from './general-leaf.ts';
import type { ProfileRange } from './leaf-query.ts';
import { NotInSql } from './shape.ts';

export interface NumberQuery {
  /**
   * A SELECT of the columns `profile` and `number`, NaN where it is not known, of all profiles or those of a range. Who is in none of
   * the tables read is left out.
   */
  readonly sql: (range: ProfileRange | null) => string;
  /** Whether its memory grows with the profiles it is asked of. */
  readonly ranged: boolean;
}

/** Null: not for SQL. */
export function numberQuery(value: Value, context: SqlContext): NumberQuery | null {
  try {
    const number = profileNumber(value, context);
    return { sql: () => `SELECT profile, ${orNaN(number)} AS number FROM profiles FINAL`, ranged: false };
  } catch (error) {
    if (!(error instanceof NotInSql)) throw error;
    return wholeQuery(value, context);
  }
}

function wholeQuery(value: Value, context: SqlContext): NumberQuery | null {
  try {
    const whole = wholeProfileNumber(value, context);
    const ordered = looksAtOrder(value);
    return {
      sql: (range) =>
        `${audiencesSql(whole.audiences, range)}SELECT profile, ${orNaN(whole.sql)} AS number FROM (${wholeProfiles(whole, { range, ordered })})`,
      ranged: true,
    };
  } catch (error) {
    if (error instanceof NotInSql) return null;
    throw error;
  }
}

function orNaN(number: string): string {
  return `ifNull(CAST(${number} AS Nullable(Float64)), nan)`;
}
