/** Features of many people at an instant: a query for what is made of events and one for attributes, one row of 32-bit numbers a person. */
import type { ProfileTables } from '../../profile/index.ts';
import { mergedProfiles, storedColumns } from '../../profile/index.ts';
import type { Bitmap } from '../../segmentation/index.ts';
import type { QueryOptions } from '../../store/index.ts';
import { instantLiteral, literal } from '../../store/index.ts';
import type { History } from '../history.ts';
import { DAY, knownAt } from '../history.ts';
import { withPeople } from '../people.ts';
import { LOOK_BACK } from './events.ts';
import type { Feature } from './feature.ts';

export interface Matrix {
  /** Ordinals, ascending. */
  readonly profiles: Uint32Array;
  /** Row after row; NaN is what is not known. */
  readonly values: Float32Array<ArrayBuffer>;
  /** Numbers a row. */
  readonly width: number;
}

export interface SelectOptions {
  readonly tables: ProfileTables;
  readonly features: readonly Feature[];
  /** Epoch ms. */
  readonly at: number;
  readonly history: Pick<History, 'loaded'>;
  /** Events that are not looked at, as SQL. */
  readonly exclusions: readonly string[];
  /** Who is in the audiences of features then, by their codes. */
  readonly audiences: ReadonlyMap<string, Bitmap>;
  readonly options: QueryOptions;
}

/** A hundred features are a long text, which takes longer to compile than to run once. */
const LONG = {
  compile_expressions: 0,
  compile_aggregate_expressions: 0,
  max_query_size: 16 * 1024 * 1024,
  max_ast_elements: 1_000_000,
  max_expanded_ast_elements: 5_000_000,
};

/** @param people ascending ordinals; who has neither events nor attributes has a row without values. Throws StoreError. */
export async function selectFeatures(people: Uint32Array, select: SelectOptions): Promise<Matrix> {
  const { tables, features, options, at, history } = select;
  const width = features.length;
  const matrix = { profiles: people, values: new Float32Array(people.length * width).fill(Number.NaN), width };
  if (people.length === 0) return matrix;
  for (const [place, feature] of features.entries())
    if (feature.from === 'audiences') fillMembers(matrix, place, select.audiences.get(feature.code));
  const guard = { additional_table_filters: `{'fragments': ${literal(knownAt(at, history, 'time'))}}` };
  await withPeople(tables.clickhouse, people, async (within) => {
    // The order of events is by type and person: of a range of people most of them need not be read.
    const range = `profile BETWEEN ${people[0]} AND ${people.at(-1)}`;
    for (const from of ['events', 'attributes'] as const) {
      const asked = [...features.entries()].flatMap(([place, feature]) => (feature.from === from ? [{ place, sql: feature.sql }] : []));
      if (asked.length === 0) continue;
      const places = asked.map(({ place }) => place);
      const columns = asked.map(({ sql }) => `toFloat32(ifNull(${sql}, nan))`).join(', ');
      const sql = from === 'events' ? eventsSql(`${within} AND ${range}`, columns, select) : attributesSql(within, columns, select);
      const settings = { ...options.settings, ...LONG, ...(from === 'attributes' && guard) };
      fill(matrix, await tables.clickhouse.bytes(sql, 'RowBinary', { ...options, settings, large: true }), places);
    }
  });
  return matrix;
}

function eventsSql(within: string, columns: string, { at, history, exclusions }: SelectOptions): string {
  const conditions = [
    `profile IN ${within}`,
    knownAt(at, history),
    `timestamp > ${instantLiteral(at - LOOK_BACK * DAY)}`,
    ...exclusions.map((sql) => `NOT ifNull(${sql}, 0)`),
  ];
  return `WITH ${instantLiteral(at)} AS T SELECT profile, ${columns} FROM events WHERE ${conditions.join(' AND ')} GROUP BY profile`;
}

function attributesSql(within: string, columns: string, { tables, at }: SelectOptions): string {
  const merged = mergedProfiles(storedColumns(tables), { profiles: within, until: at });
  return `WITH ${instantLiteral(at)} AS T SELECT owner, ${columns} FROM (${merged})`;
}

function fillMembers({ profiles, values, width }: Matrix, place: number, members: Bitmap | undefined): void {
  for (const [row, profile] of profiles.entries()) values[row * width + place] = members?.has(profile) === true ? 1 : 0;
}

/** Rows of an ordinal and a number for each place, in any order. */
function fill({ profiles, values, width }: Matrix, bytes: Uint8Array, places: readonly number[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows = new Map<number, number>();
  for (const [row, profile] of profiles.entries()) rows.set(profile, row);
  for (let at = 0; at < bytes.byteLength; at += 4 * (places.length + 1)) {
    const row = rows.get(view.getUint32(at, true));
    if (row === undefined) continue;
    for (const [index, place] of places.entries()) values[row * width + place] = view.getFloat32(at + 4 * (index + 1), true);
  }
}
