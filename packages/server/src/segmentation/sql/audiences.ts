/** Membership in other audiences, whose members are known before a query is written. */
import type { Test } from '@kindred/pql';
import { Bitmap, toState } from '../bitmap/index.ts';
import type { ProfileRange } from './leaf-query.ts';
import type { Scope } from './shape.ts';
import { NotInSql } from './shape.ts';
import { FALSE } from './text.ts';

/** Audiences under the names they have in a query. */
export type NamedAudiences = Map<string, Bitmap>;

/** Whether the profile of the row is a member. */
export function audienceTest({ namespace, id }: Extract<Test, { readonly op: 'audience' }>, { context, audiences }: Scope): string {
  if (audiences === null || context.membersOf === undefined) throw new NotInSql('the members of an audience');
  const members = context.membersOf(namespace, id);
  if (members.size === 0) return FALSE;
  const known = [...audiences].find(([, bitmap]) => bitmap === members);
  const name = known?.[0] ?? `\`#audience ${audiences.size}\``;
  audiences.set(name, members);
  return `bitmapContains(${name}, profile)`;
}

/** How a query begins in which the names stand for the members, or those of a range. */
export function audiencesSql(audiences: NamedAudiences, range: ProfileRange | null): string {
  const states = [...audiences].map(([name, members]) => {
    const state = Buffer.from(toState(range === null ? members : within(members, range))).toString('hex');
    return `CAST(unhex('${state}') AS AggregateFunction(groupBitmap, UInt32)) AS ${name}`;
  });
  return states.length === 0 ? '' : `WITH ${states.join(', ')} `;
}

/** Those members whose block of the bitmap meets the range. */
function within({ blocks }: Bitmap, { from, until }: ProfileRange): Bitmap {
  const BLOCK = 65_536;
  return new Bitmap(blocks.filter(({ key }) => (key + 1) * BLOCK > from && key * BLOCK < until));
}
