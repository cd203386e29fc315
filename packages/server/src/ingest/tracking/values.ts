/** Values of foreign messages, which can be anything. */

export type Json = Readonly<Record<string, unknown>>;

export function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Text and numbers as text; undefined for anything else, and for empty text. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function number(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const read = Number(value);
  return Number.isFinite(read) ? read : undefined;
}

/** Without the fields that have no value; undefined when none has one. */
export function without(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  const inner = object(value);
  return inner !== undefined && Object.keys(inner).length === 0;
}

/** What is free to choose, as maps that the schema can hold: everything as text, and numbers as numbers too. */
export function freeFields(values: Json): {
  readonly values: Readonly<Record<string, string>>;
  readonly numbers: Readonly<Record<string, number>>;
} {
  const known = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return {
    values: Object.fromEntries(known.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])),
    numbers: Object.fromEntries(
      known.filter((entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1])),
    ),
  };
}
