/** Running shared queries: in ranges of profiles where states for all of them at once would take too much memory. */
import type { LeafHash } from '@kindred/pql';
import type { ClickHouse } from '../../store/index.ts';
import { Bitmap, toState } from '../bitmap/index.ts';
import type { SharedAnswer, SharedQuery, Since } from './shared-query.ts';
import { answersOf, ANY_KEY, KEY, readRows } from './shared-query.ts';

export interface Running {
  readonly clickhouse: ClickHouse;
  /** Events that a query may keep a state of. */
  readonly rowsAtOnce: number;
  /** All profiles. */
  readonly universe: Bitmap;
  readonly signal: AbortSignal | undefined;
}

/** The members of each leaf that a query answers. Throws StoreError. */
export async function runShared(query: SharedQuery, running: Running): Promise<ReadonlyMap<LeafHash, Bitmap>> {
  const rows = new Map<number, Bitmap[]>();
  for (const filter of await rangesOf(query, running)) readRows(await read(query.sql(filter), running), query.columns, rows);
  return answersOf(query, rows, () => running.universe);
}

export interface Before extends Since {
  /** The members of each leaf then. */
  readonly members: ReadonlyMap<LeafHash, Bitmap>;
  /** All profiles then. */
  readonly universe: Bitmap;
}

/** When more than this part of the answer may have changed, it is made anew. */
const WORTH_PATCHING = 0.25;

/** As `runShared`, from an earlier answer: only who may have become another is looked at. Throws StoreError. */
export async function patchShared(query: SharedQuery, before: Before, running: Running): Promise<ReadonlyMap<LeafHash, Bitmap>> {
  const { universe } = running;
  const changed = query.changed(before);
  const touched = new Map<number, Bitmap[]>();
  readRows(await read(`SELECT ${KEY}, groupBitmapState(profile) FROM (${changed}) GROUP BY ${KEY}`, running), 1, touched);
  const [newcomers, gone] = [universe.andNot(before.universe), before.universe.andNot(universe)];
  const suspects = ({ cells, complement }: SharedAnswer): Bitmap =>
    [ANY_KEY, ...cells.map(({ key }) => key)]
      .map((key) => touched.get(key)?.[0] ?? Bitmap.empty)
      .reduce((a, b) => a.or(b), complement ? newcomers : Bitmap.empty);
  const all = [...touched.values()].map(([bitmap]) => bitmap ?? Bitmap.empty).reduce((a, b) => a.or(b), Bitmap.empty);
  if (all.size > universe.size * WORTH_PATCHING) return await runShared(query, running);
  const rows = new Map<number, Bitmap[]>();
  if (all.size > 0) readRows(await read(query.sql(isIn(all)), running), query.columns, rows);
  const fresh = answersOf(query, rows, suspects);
  return new Map(
    query.answers.map((answer) => {
      const [old, now] = [(before.members.get(answer.hash) ?? Bitmap.empty).andNot(gone), fresh.get(answer.hash) ?? Bitmap.empty];
      const who = suspects(answer);
      return [answer.hash, who.size === 0 ? old : old.andNot(who).or(now.and(who))] as const;
    }),
  );
}

/** The condition that `profile` is one of these. */
function isIn(profiles: Bitmap): string {
  const state = Buffer.from(toState(profiles)).toString('hex');
  return `bitmapContains(CAST(unhex('${state}') AS AggregateFunction(groupBitmap, UInt32)), profile)`;
}

async function read(sql: string, { clickhouse, signal }: Running): Promise<Uint8Array> {
  return await clickhouse.bytes(sql, 'RowBinary', signal === undefined ? {} : { signal });
}

/** Conditions on `profile`, each true for a part of the profiles. */
async function rangesOf({ grouped }: SharedQuery, { clickhouse, rowsAtOnce, universe, signal }: Running): Promise<readonly string[]> {
  const last = universe.size === 0 ? 0 : (universe.page(universe.size - 1, 1)[0] ?? 0);
  if (grouped === null || universe.size === 0) return ['1'];
  const parts = await clickhouse.query<{ rows: string }>(`EXPLAIN ESTIMATE ${grouped}`, signal === undefined ? {} : { signal });
  const rows = parts.reduce((total, each) => total + Number(each.rows), 0);
  const count = Math.max(1, Math.ceil(rows / rowsAtOnce));
  const bounds = Array.from({ length: count - 1 }, (_, index) => Math.ceil(((index + 1) * (last + 1)) / count));
  return Array.from({ length: count }, (_, index) => rangeSql(bounds[index - 1], bounds[index]));
}

/** From `from` on, below `to`. Profiles beyond the universe are nobody's members, so the ends stay open. */
function rangeSql(from: number | undefined, to: number | undefined): string {
  const terms = [...(from === undefined ? [] : [`profile >= ${from}`]), ...(to === undefined ? [] : [`profile < ${to}`])];
  return terms.length === 0 ? '1' : `(${terms.join(' AND ')})`;
}
