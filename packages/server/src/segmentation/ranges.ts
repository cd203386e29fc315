/** Queries whose memory grows with the number of profiles, asked of a part of a large population at a time. */
import type { Bitmap } from './bitmap/index.ts';
import type { ProfileRange } from './sql/index.ts';

/** As many profiles as a query can gather the events of within some hundred megabytes. */
export const PROFILES_AT_ONCE = 1 << 18;

/** The query of all profiles, or several ones that are to be joined. */
export function* inRanges(
  universe: Bitmap,
  sql: string,
  ranged: (range: ProfileRange) => string,
  most = PROFILES_AT_ONCE,
): Generator<string> {
  const starts = Array.from({ length: Math.ceil(universe.size / most) }, (_, index) => universe.page(index * most, 1)[0] ?? 0);
  if (starts.length <= 1) return yield sql;
  const end = (universe.page(universe.size - 1, 1)[0] ?? 0) + 1;
  for (const [index, from] of starts.entries()) yield ranged({ from, until: starts[index + 1] ?? end });
}
