/** A record as a schema describes it: one value for every field, the same every time. */
import type { Json } from '../field-group.ts';
import { isObject } from '../field-group.ts';
import type { Fields } from './full.ts';

const INSTANT = '2026-01-05T10:00:00.000Z';

export function sampleOf({ properties }: Pick<Fields, 'properties'>): Json {
  return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, valueOf(field, name)]));
}

function valueOf(field: unknown, name: string): unknown {
  if (!isObject(field)) return null;
  const { type, properties, items, additionalProperties, enum: allowed, default: usual } = field;
  if (usual !== undefined) return usual;
  if (Array.isArray(allowed) && allowed.length > 0) return allowed[0] as unknown;
  if (isObject(field['meta:enum'])) return Object.keys(field['meta:enum'])[0] ?? 'text';
  if (isObject(properties)) return sampleOf({ properties });
  if (isObject(additionalProperties)) return { key: valueOf(additionalProperties, name) };
  switch (type) {
    case 'array':
      return [valueOf(items, name)];
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return numberOf(field);
    default:
      return textOf(field, name);
  }
}

function numberOf({ minimum, maximum }: Json): number {
  const [least, most] = [typeof minimum === 'number' ? minimum : -Infinity, typeof maximum === 'number' ? maximum : Infinity];
  return Math.min(most, Math.max(least, 1));
}

function textOf({ format, maxLength }: Json, name: string): string {
  switch (format) {
    case 'date':
      return INSTANT.slice(0, 10);
    case 'date-time':
      return INSTANT;
    case 'email':
      return 'ann@example.org';
    case 'uri':
    case 'uri-reference':
      return 'https://example.org/';
    default:
      return `Sample ${name}`.slice(0, typeof maxLength === 'number' ? maxLength : undefined);
  }
}
