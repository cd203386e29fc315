/** Records of lookup entities: their fields are read from a table by the id that a reference holds. */
import { literal } from '../../store/index.ts';
import { named } from './context.ts';
import { plainRow } from './fields.ts';
import type { Scalar, Scope, Shape } from './shape.ts';
import { NULL } from './shape.ts';

/** The record under an id; nothing in it is known when there is none. */
export function recordOf(entity: string, id: Scalar, scope: Scope): Shape {
  const table = scope.context.lookupTable(entity);
  const type = scope.context.schema.lookups?.[entity];
  if (table === null || type === undefined || id.form !== 'string') return NULL;
  // No record has the id ''.
  const key = named(id.nullable ? `ifNull(${id.sql}, '')` : id.sql, scope);
  const { layout, name: from } = table;
  const read = (column: string): string | null => (layout.has(column) ? `joinGet(${literal(from)}, ${literal(column)}, ${key})` : null);
  return plainRow(type, { layout, depth: 0, read });
}
