/** A look at the data: which event types there are, which fields are filled, with how many different values. */
import { columnName } from '../../schema/index.ts';
import type { Column, Layout } from '../../schema/index.ts';
import type { ClickHouse, QueryOptions } from '../../store/index.ts';
import { identifier } from '../../store/index.ts';

export interface SurveyedColumn {
  readonly column: Column;
  /** Rows in which it has a value, of those looked at. */
  readonly filled: number;
  readonly distinct: number;
  /** The most frequent ones, of a text. */
  readonly values: readonly string[];
}

export interface Survey {
  /** By falling number of events. */
  readonly eventTypes: readonly { readonly name: string; readonly events: number }[];
  readonly events: readonly SurveyedColumn[];
  readonly profiles: readonly SurveyedColumn[];
}

/** Rows looked at of each table. */
const ROWS = 500_000;
/** Different values that make a text a category. */
export const MOST_CATEGORIES = 40;

export interface SurveyOptions {
  readonly clickhouse: ClickHouse;
  readonly layout: Layout;
  readonly stored: readonly Column[];
  /** Which events are looked at, as SQL. */
  readonly events: string;
  readonly options: QueryOptions;
}

export async function survey({ clickhouse, layout, stored, events, options }: SurveyOptions): Promise<Survey> {
  const types = await clickhouse.query<{ name: string; events: string }>(
    `SELECT eventType AS name, count() AS events FROM events WHERE ${events} GROUP BY name ORDER BY events DESC, name LIMIT 100`,
    options,
  );
  const all = types.reduce((sum, each) => sum + Number(each.events), 0);
  // Whole people, so that how often a field is filled is right whatever the order of the table.
  const share = `cityHash64(profile, 7) % ${Math.max(1, Math.ceil(all / ROWS))} = 0`;
  return {
    eventTypes: types.map((each) => ({ name: each.name, events: Number(each.events) })),
    events: await columnsOf([...layout.columns.values()], `events WHERE ${events} AND ${share}`, { clickhouse, options }),
    profiles: await columnsOf(stored, `(SELECT * FROM fragments LIMIT ${ROWS})`, { clickhouse, options }),
  };
}

async function columnsOf(
  all: readonly Column[],
  from: string,
  { clickhouse, options }: Pick<SurveyOptions, 'clickhouse' | 'options'>,
): Promise<readonly SurveyedColumn[]> {
  const columns = all.filter(({ depth, kind }) => depth <= 1 && kind !== 'length' && kind !== 'key');
  if (columns.length === 0) return [];
  const counted = columns.flatMap(({ name, depth, kind }) => {
    const sql = identifier(name);
    const values = depth === 0 ? sql : `arrayFirst(x -> isNotNull(x), ${sql})`;
    const known = depth === 0 ? `isNotNull(${sql})` : `notEmpty(${sql})`;
    const top = kind === 'string' && depth === 0 ? `topK(${MOST_CATEGORIES})(ifNull(toString(${sql}), ''))` : '[]::Array(String)';
    return [`tuple(countIf(${known}), uniq(${values}), ${top})`];
  });
  const [row] = await clickhouse.query<{ found: readonly (readonly [string, string, readonly string[]])[] }>(
    `SELECT [${counted.join(', ')}] AS found FROM ${from}`,
    options,
  );
  return columns.map((column, index) => {
    const [filled, distinct, values] = row?.found[index] ?? ['0', '0', []];
    return { column, filled: Number(filled), distinct: Number(distinct), values: values.filter((value) => value !== '') };
  });
}

/** A column in dotted form, as rules and people write it. */
export function dotted({ path }: Column): string {
  return columnName(path).replaceAll('/', '.');
}
