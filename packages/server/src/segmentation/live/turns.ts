import { Bitmap } from '../bitmap/index.ts';
import type { Cause } from '../cause.ts';
import type { Amended } from '../memberships.ts';
import type { Turned } from './follower.ts';

/** Turns, audience by audience; the last of several of one person counts. @param versions of the rules of all that are followed, by id */
export function amendedBy(turned: readonly Turned[], versions: ReadonlyMap<string, number>): readonly Amended[] {
  return [...Map.groupBy(turned, ({ audience }) => audience)].flatMap(([id, turns]): readonly Amended[] => {
    const version = versions.get(id);
    if (version === undefined) return [];
    const last = new Map(turns.map((turn) => [turn.profile, turn]));
    const members = Bitmap.of([...last.values()].flatMap(({ profile, entered }) => (entered ? [profile] : [])));
    const causes = new Map([...last].map(([profile, { cause }]) => [profile, cause]));
    return [{ audience: id, version, about: Bitmap.of(last.keys()), members, cause: 'evaluation', causes }];
  });
}

/** What turned people, audience by audience; the last time, of those who turned more than once. */
export function causesOf(turned: readonly Turned[]): ReadonlyMap<string, ReadonlyMap<number, Cause>> {
  return new Map(
    [...Map.groupBy(turned, ({ audience }) => audience)].map(([id, turns]) => [
      id,
      new Map(turns.map(({ profile, cause }) => [profile, cause])),
    ]),
  );
}
