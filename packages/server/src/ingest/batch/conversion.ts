/** Values of files as the schema wants them, where one can be read as the other (the documented table of conversions). */
import type { Json } from '../../schema/index.ts';

/** The value; as it came where it cannot be converted, so that validation tells. @param schema JSON Schema of the value */
export function converted(value: unknown, schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null || value === null || value === undefined) return value;
  const { type, format, properties, additionalProperties, items } = schema as Json;
  switch (type) {
    case 'object':
      return convertedObject(parsed(value, '{'), properties as Json | undefined, additionalProperties);
    case 'array': {
      const list = parsed(value, '[');
      return Array.isArray(list) ? list.map((item) => converted(item, items)) : list;
    }
    case 'string':
      return format === 'date' || format === 'date-time' ? convertedTime(value, format) : convertedText(value);
    case 'integer':
    case 'number':
      return typeof value === 'string' && NUMBER.test(value.trim()) ? Number(value) : value;
    case 'boolean':
      return typeof value === 'string' ? (BOOLEANS[value.trim().toLowerCase()] ?? value) : value;
    default:
      return value;
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, false: false };

function convertedObject(value: unknown, properties: Json | undefined, additional: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, converted(inner, properties?.[name] ?? additional)]));
}

/** Text that is written as JSON of the wanted kind. */
function parsed(value: unknown, begin: '{' | '['): unknown {
  if (typeof value !== 'string' || !value.trimStart().startsWith(begin)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** Numbers are epoch milliseconds; Parquet has times of its own. */
function convertedTime(value: unknown, format: 'date' | 'date-time'): unknown {
  const time = value instanceof Date ? value.getTime() : typeof value === 'number' ? value : NaN;
  if (Number.isNaN(time) || Math.abs(time) > MOST) return value;
  const text = new Date(time).toISOString();
  return format === 'date' ? text.slice(0, 10) : text;
}

/** What a Date can hold. */
const MOST = 8.64e15;

function convertedText(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}
