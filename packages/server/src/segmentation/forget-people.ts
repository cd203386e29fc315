/** What the room forgets of people. */
import type { Identity } from '../identity/index.ts';
import type { ProfileTables } from '../profile/index.ts';
import { Bitmap } from './bitmap/index.ts';
import type { Exports } from './export/exports.ts';
import type { ExternalAudiences } from './external.ts';
import type { Memberships } from './memberships.ts';

export interface ForgottenPeople {
  readonly profiles: readonly number[];
  /** All of their identities. */
  readonly identities: readonly Identity[];
}

export interface Forgotten {
  /** How many audiences one of them was in. */
  readonly audiences: number;
  /** Records of uploaded lists. */
  readonly listRecords: number;
  /** The exports that may have held one of them, which are deleted. */
  readonly exports: readonly number[];
}

export interface ForgettingParts {
  readonly tables: Pick<ProfileTables, 'identities'>;
  readonly memberships: Memberships;
  readonly external: ExternalAudiences;
  readonly exports: Exports;
}

export async function forgetPeople(
  { profiles, identities }: ForgottenPeople,
  now: Date,
  { tables, memberships, external, exports }: ForgettingParts,
): Promise<Forgotten> {
  const { succession } = tables.identities;
  const all = Bitmap.of(profiles.flatMap((profile) => [profile, ...succession.before(profile)]));
  const listRecords = await external.forgetPeople(identities);
  if (all.size === 0) return { audiences: 0, listRecords, exports: [] };
  const audiences = await memberships.everOf(all);
  // A file need not name somebody to be about them, so it is the audience that tells; without one an export holds everybody.
  const deleted = await exports.deleteWhere(({ segments }) => segments === null || segments.some(({ id }) => audiences.has(id)));
  return { audiences: await memberships.takeOut(all, now), listRecords, exports: deleted };
}
