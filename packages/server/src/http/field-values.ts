/** The values of a field that occur, for those who write rules about it. */
import type { FieldValues } from '@kindred/contract';
import { columnName, EVENT_COLUMNS } from '../schema/index.ts';
import type { Layout } from '../schema/index.ts';
import type { ClickHouse } from '../store/index.ts';
import { identifier, literal } from '../store/index.ts';

export interface ValuesQuestion {
  readonly path: readonly string[];
  readonly search: string | undefined;
  readonly limit: number;
}

interface Row {
  readonly known: string;
  readonly distinct: string;
  readonly values: readonly (readonly [value: string | number | boolean, count: string])[];
}

/** Each member of a list counts, so that `known` may be more than there are people or events. */
export async function valuesOfField(clickhouse: ClickHouse, layout: Layout, question: ValuesQuestion): Promise<Omit<FieldValues, 'total'>> {
  const from = layout.table === 'profiles' ? 'profiles FINAL' : 'events';
  const values = valuesSql(layout, question.path);
  if (values === null) return { known: 0, distinct: 0, values: [] };
  const [row] = await clickhouse.query<Row>(countingSql(from, values, question));
  if (row === undefined) throw new Error('bug: an aggregate without groups gave no row');
  return {
    known: Number(row.known),
    distinct: Number(row.distinct),
    values: row.values.map(([value, count]) => ({ value, count: Number(count) })),
  };
}

/** An expression for the list of a row's values; null: the field has none. */
function valuesSql(layout: Layout, path: readonly string[]): string | null {
  const [first = '', ...rest] = path;
  const own =
    layout.table === 'events' && rest.length === 0 ? Object.entries(EVENT_COLUMNS).find(([name]) => name === first)?.[1] : undefined;
  if (own !== undefined) return `[nullIf(toString(${identifier(own)}), '')]`;
  const column = layout.columns.get(columnName(path));
  if (column === undefined || column.kind === 'length' || column.kind === 'key') return null;
  const name = identifier(column.name);
  const list = column.depth === 0 ? `[${name}]` : column.depth === 1 ? name : `arrayFlatten(${name})`;
  return column.kind === 'date' || column.kind === 'datetime' ? `arrayMap(value -> toString(value), ${list})` : list;
}

function countingSql(from: string, values: string, { search, limit }: ValuesQuestion): string {
  const found = search === undefined || search === '' ? 'TRUE' : `positionCaseInsensitiveUTF8(toString(value), ${literal(search)}) > 0`;
  return `WITH counted AS (
      SELECT value, count() AS occurrences FROM (SELECT arrayJoin(${values}) AS value FROM ${from})
      WHERE value IS NOT NULL GROUP BY value
    )
    SELECT sum(occurrences) AS known, count() AS distinct,
      (SELECT groupArray((assumeNotNull(value), occurrences)) FROM (
        SELECT value, occurrences FROM counted WHERE ${found} ORDER BY occurrences DESC, value LIMIT ${literal(limit)}
      )) AS values
    FROM counted`;
}
