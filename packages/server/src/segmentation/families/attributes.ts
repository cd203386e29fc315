/** Attribute leaves: all their conditions in one look at each profile. */
import type { AttributeLeaf, LeafHash } from '@kindred/pql';
import type { SqlContext } from '../sql/index.ts';
import { profileTest } from '../sql/compiler.ts';
import { holdsForNobody } from '../sql/general-leaf.ts';
import { not } from '../sql/text.ts';
import { ANY_KEY, KEY, MOST_COLUMNS } from './shared-query.ts';
import type { SharedQuery } from './shared-query.ts';

export interface AttributeCondition {
  readonly hash: LeafHash;
  readonly condition: string;
  /** The condition is that of the profiles which are no members: those without attributes are. */
  readonly complement: boolean;
}

/** Throws NotInSql. */
export function attributeCondition(hash: LeafHash, { test }: AttributeLeaf, context: SqlContext): AttributeCondition {
  const complement = holdsForNobody(test, context);
  const condition = profileTest(test, context);
  return { hash, condition: complement ? not(condition) : condition, complement };
}

export function attributeQueries(leaves: readonly AttributeCondition[]): readonly SharedQuery[] {
  const queries: SharedQuery[] = [];
  for (let from = 0; from < leaves.length; from += MOST_COLUMNS) {
    const some = leaves.slice(from, from + MOST_COLUMNS);
    const columns = some.map(({ condition }) => `groupBitmapStateIf(profile, ${condition})`).join(', ');
    queries.push({
      sql: (filter) => `SELECT toUInt32(0), ${columns} FROM profiles FINAL WHERE ${filter}`,
      columns: some.length,
      answers: some.map(({ hash, complement }, column) => ({ hash, cells: [{ key: 0, column }], complement })),
      changed: ({ revision }) => `SELECT profile, toUInt32(${ANY_KEY}) AS ${KEY} FROM profiles WHERE version > ${revision}`,
      grouped: null,
    });
  }
  return queries;
}
