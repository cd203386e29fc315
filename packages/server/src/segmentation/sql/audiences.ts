/** Membership in audiences, whose members are known before the query is written. */
import type { Test } from '@kindred/pql';
import { toState } from '../bitmap/index.ts';
import type { Scope } from './shape.ts';
import { NotInSql } from './shape.ts';
import { FALSE } from './text.ts';

/** Whether the profile of the row is a member. */
export function audienceTest({ namespace, id }: Extract<Test, { readonly op: 'audience' }>, { context }: Scope): string {
  if (context.membersOf === undefined) throw new NotInSql('audiences whose members nobody told');
  const members = context.membersOf(namespace, id);
  if (members.size === 0) return FALSE;
  const state = Buffer.from(toState(members)).toString('hex');
  return `bitmapContains(CAST(unhex('${state}') AS AggregateFunction(groupBitmap, UInt32)), profile)`;
}
