/** Attribute leaves: one condition on the merged profile. */
import type { AttributeLeaf } from '@kindred/pql';
import type { SqlContext } from './context.ts';
import { profileTest } from './compiler.ts';
import { generalQuery, holdsForNobody } from './general-leaf.ts';
import type { LeafQuery } from './leaf-query.ts';
import { NotInSql } from './shape.ts';
import { FALSE, NOBODY, not } from './text.ts';

export function attributeQuery({ test }: AttributeLeaf, context: SqlContext): LeafQuery {
  try {
    // A profile with events alone has no row. Where a profile without attributes is a member, those that are none are asked for.
    const complement = holdsForNobody(test, context);
    const condition = profileTest(test, context);
    const sql = profilesWhere(complement ? not(condition) : condition);
    return { sql, complement, exact: true, ranged: null };
  } catch (error) {
    // What is no attribute: identities.
    if (error instanceof NotInSql) return generalQuery({ kind: 'general', test }, context);
    throw error;
  }
}

function profilesWhere(condition: string): string {
  // Nobody: no need to look at the table.
  if (condition === FALSE) return NOBODY;
  return `SELECT groupBitmapState(profile) AS members FROM profiles FINAL WHERE ${condition}`;
}
