/** How often people had done what a goal is about, up to an instant: what BG/NBD learns from. */
import type { ProfileTables } from '../profile/index.ts';
import type { QueryOptions } from '../store/index.ts';
import { instantLiteral } from '../store/index.ts';
import type { GoalParts } from './goal.ts';
import type { History } from './history.ts';
import { knownAt } from './history.ts';
import { NEVER, NUMBERS } from './learn/table.ts';
import { withPeople } from './people.ts';
import type { Goal } from './prediction.ts';

export interface RepeatOptions extends Pick<GoalParts, 'segmentation'> {
  readonly tables: ProfileTables;
  readonly history: Pick<History, 'loaded'>;
  /** Epoch ms. */
  readonly at: number;
  readonly options: QueryOptions;
}

/** `NUMBERS` a person, as learning takes them; null for a goal of which one such event is not enough. @param people ascending ordinals */
export async function repeatsOf(
  { match, events }: Goal,
  people: Uint32Array,
  { tables, segmentation, history, at, options }: RepeatOptions,
): Promise<Float32Array<ArrayBuffer> | null> {
  if (match === 'all' && events.length > 1) return null;
  const found = new Float32Array(people.length * NUMBERS);
  for (let row = 0; row < people.length; row++) found[row * NUMBERS] = NEVER;
  const any = events.map(({ condition }) => `ifNull(${segmentation.eventCondition(condition, at)}, 0)`).join(' OR ');
  const bytes = await withPeople(
    tables.clickhouse,
    people,
    async (within) =>
      await tables.clickhouse.bytes(
        `SELECT profile, toFloat32(uniqExact(toDate(timestamp)) - 1), toFloat32(dateDiff('day', min(timestamp), max(timestamp))),
           toFloat32(dateDiff('second', toStartOfDay(min(timestamp)), ${instantLiteral(at)}) / 86400)
         FROM events WHERE profile IN ${within} AND ${knownAt(at, history)} AND (${any}) GROUP BY profile`,
        'RowBinary',
        { ...options, large: true },
      ),
  );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows = new Map<number, number>();
  for (const [row, profile] of people.entries()) rows.set(profile, row);
  for (let from = 0; from < bytes.byteLength; from += 4 * (NUMBERS + 1)) {
    const row = rows.get(view.getUint32(from, true));
    if (row === undefined) continue;
    for (let number = 0; number < NUMBERS; number++) found[row * NUMBERS + number] = view.getFloat32(from + 4 * (number + 1), true);
  }
  return found;
}
