/** Filters of the list of segment jobs over what the API shows of a job, as SQL, so that pages and totals are exact. */
import type { Expression, SqlBool } from 'kysely';
import { sql } from 'kysely';

/** `path==value`, or `array~path==value` for some object in an array. Paths are names joined by dots. */
export interface JobProperty {
  readonly array: readonly string[] | null;
  readonly path: readonly string[];
  readonly value: string;
}

/** Null when the text is neither form. */
export function parseJobProperty(text: string): JobProperty | null {
  const found = /^(?:([\w.]+)~)?([\w.-]+)==(.*)$/s.exec(text);
  if (found === null) return null;
  const [, array, path = '', value = ''] = found;
  return { array: array === undefined ? null : array.split('.'), path: path.split('.'), value };
}

/** A job as it is shown, without what belongs to the definitions it names. */
const SHOWN = sql`jsonb_build_object(
  'id', id, 'status', status, 'source', source, 'requestId', request_id, 'properties', properties, 'metrics', metrics, 'errors', errors,
  'snapshot', jsonb_build_object('name', snapshot), 'schema', jsonb_build_object('name', '_xdm.context.profile'),
  'segments', (SELECT jsonb_agg(jsonb_build_object('segmentId', segment)) FROM jsonb_array_elements_text(segment_ids) AS segment),
  'creationTime', floor(extract(epoch FROM created_at) * 1000)::bigint, 'updateTime', floor(extract(epoch FROM updated_at) * 1000)::bigint
)`;

export function hasProperty({ array, path, value }: JobProperty): Expression<SqlBool> {
  const way = sql`${path}::text[]`;
  if (array === null) return sql<SqlBool>`${SHOWN} #>> ${way} = ${value}`;
  const items = sql`${SHOWN} #> ${array}::text[]`;
  return sql<SqlBool>`EXISTS (
    SELECT 1 FROM jsonb_array_elements(CASE jsonb_typeof(${items}) WHEN 'array' THEN ${items} ELSE '[]' END) AS item
    WHERE item #>> ${way} = ${value}
  )`;
}
