/**
 * Dates that a profile is said to have had at an instant, although they lie after it: they were written when the outcome was known. What
 * may lie ahead, such as the end of a contract, does so now as often as it did then.
 */
import type { ProfileTables } from '../profile/index.ts';
import type { Feature } from './features/feature.ts';
import type { LeftOut } from './features/plan.ts';
import { selectFeatures } from './features/select.ts';
import type { History } from './history.ts';
import { DAY } from './history.ts';

/** People looked at, and how much more often dates may lie ahead then than now. */
const PEOPLE = 5000;
const MORE = 0.01;
const BEFORE = 30 * DAY;

export interface FutureOptions {
  readonly tables: ProfileTables;
  readonly history: History;
  /** Epoch ms. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** By code. Throws StoreError. */
export async function futureDated(
  features: readonly Feature[],
  { tables, history, now, signal }: FutureOptions,
): Promise<ReadonlyMap<string, LeftOut>> {
  const dates = features.filter(({ from, unit }) => from === 'attributes' && unit === 'days');
  if (dates.length === 0) return new Map();
  const rows = await tables.clickhouse.query<{ profile: number }>(
    `SELECT DISTINCT profile FROM fragments ORDER BY cityHash64(profile) LIMIT ${PEOPLE}`,
    { signal },
  );
  const people = Uint32Array.from(rows, ({ profile }) => profile).toSorted();
  const aheadAt = async (at: number): Promise<readonly number[]> => {
    const { values, width } = await selectFeatures(people, {
      tables,
      features: dates,
      at,
      history,
      exclusions: [],
      audiences: new Map(),
      options: { signal },
    });
    return dates.map((_, place) => aheadOf(values, width, place));
  };
  const [then, today] = [await aheadAt(now - BEFORE), await aheadAt(now)];
  return new Map(
    dates.flatMap(({ code, label }, index): readonly (readonly [string, LeftOut])[] => {
      const [before, after] = [then[index]!, today[index]!];
      if (before - after <= MORE) return [];
      const reason = `Possible leak: a month ago ${Math.round(before * 100)} % of the dates known lay ahead, now ${Math.round(after * 100)} % do; they were written later than it is said.`;
      return [[code, { what: label, reason }]];
    }),
  );
}

/** Of the values there are, the share below 0: days since a date that has not come. */
function aheadOf(values: Float32Array, width: number, place: number): number {
  let [known, ahead] = [0, 0];
  for (let at = place; at < values.length; at += width) {
    const value = values[at]!;
    if (Number.isNaN(value)) continue;
    known += 1;
    if (value < 0) ahead += 1;
  }
  return known === 0 ? 0 : ahead / known;
}
