/** Who is exported of an audience, and since when they have the status that they have. */
import { Bitmap } from '../bitmap/index.ts';
import type { ChangeRow } from '../membership-rows.ts';
import type { ExportRequest, ExportSegment, MembershipStatus } from './request.ts';

/** Profiles that got the same status at the same evaluation. Those of an audience are disjoint. */
export interface Selected {
  readonly status: MembershipStatus;
  /** Epoch ms. */
  readonly at: number;
  readonly profiles: Bitmap;
}

export interface AudienceLog {
  /** Who is in. */
  readonly members: Bitmap;
  /** Who came and left at each evaluation, newest first. */
  readonly changes: readonly Pick<ChangeRow, 'evaluated' | 'entered' | 'exited'>[];
}

/** How long it is remembered that somebody has left, in ms. */
export const EXITED_KEPT = 30 * 86_400_000;

/** The parts of an audience that the request asks for. @param now epoch ms */
export function select(
  { status }: Pick<ExportSegment, 'status'>,
  log: AudienceLog,
  options: Pick<ExportRequest, 'qualification'> & { readonly now: number },
): readonly Selected[] {
  const { from, to } = options.qualification;
  const parts = [...present(log), ...gone(log, options.now - EXITED_KEPT)];
  return parts.filter((part) => status.includes(part.status) && (from === null || part.at >= from) && (to === null || part.at <= to));
}

/** Members by the evaluation they came at and did not leave since. */
function present({ members, changes }: AudienceLog): readonly Selected[] {
  const last = changes[0]?.evaluated;
  const parts: Selected[] = [];
  let left = members;
  for (const { evaluated: at, entered } of changes) {
    const profiles = entered.and(left);
    if (profiles.size === 0) continue;
    parts.push({ status: at === last ? 'realized' : 'existing', at, profiles });
    left = left.andNot(profiles);
  }
  return parts;
}

function gone({ members, changes }: AudienceLog, since: number): readonly Selected[] {
  const parts: Selected[] = [];
  let seen = members;
  for (const { evaluated: at, exited } of changes) {
    if (at < since) break;
    const profiles = exited.andNot(seen);
    if (profiles.size === 0) continue;
    parts.push({ status: 'exited', at, profiles });
    seen = seen.or(profiles);
  }
  return parts;
}

/** Everybody in some part. */
export function union(parts: readonly Selected[]): Bitmap {
  return parts.reduce((all, { profiles }) => all.or(profiles), Bitmap.empty);
}
