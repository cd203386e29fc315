/** Brings values to the types of their fields. */
import type { ScalarKind, Type } from '@kindred/pql';
import { isScalar, parseDate, parseInstant } from '../../schema/index.ts';
import { readDate, ZonedDate } from './language/dates.ts';
import { isObject } from './language/functions/params.ts';
import { Invalid, show, toBoolean, toNumber, toText } from './values.ts';

/**
 * `file`: times are ISO 8601 with their zone, unknown fields of objects stay and are judged later.
 * `set`, as Data Prep does: whatever `date(x)` reads, and of objects the fields that the type has as well.
 */
export type Manner = 'file' | 'set';

/** The value, or why it cannot be one; of another shape than the type it stays as it is and is judged later. */
export function bring(value: unknown, type: Type, manner: Manner): unknown {
  if (isScalar(type)) return bringScalar(value, type.kind, manner);
  if (type.kind === 'array' && Array.isArray(value)) return bringMembers(value, type.items, manner);
  if (type.kind === 'object' && isObject(value))
    return bringFields(value, (name) => (Object.hasOwn(type.fields, name) ? type.fields[name]?.type : undefined), manner);
  if (type.kind === 'map' && isObject(value)) return bringFields(value, () => type.values, manner);
  return value;
}

/** Members without a value are left out. */
function bringMembers(values: readonly unknown[], type: Type, manner: Manner): readonly unknown[] | Invalid {
  const result: unknown[] = [];
  for (const value of values) {
    const member = value === null || value === undefined ? undefined : bring(value, type, manner);
    if (member instanceof Invalid) return member;
    if (member !== undefined) result.push(member);
  }
  return result;
}

function bringFields(
  value: Readonly<Record<string, unknown>>,
  typeOf: (name: string) => Type | undefined,
  manner: Manner,
): Readonly<Record<string, unknown>> | Invalid {
  const fields: (readonly [string, unknown])[] = [];
  for (const [name, inner] of Object.entries(value)) {
    const type = typeOf(name);
    if (manner === 'set' && (type === undefined || inner === null)) continue;
    const field = type === undefined || inner === null ? inner : bring(inner, type, manner);
    if (field instanceof Invalid) return new Invalid(`${name}: ${field.reason}`);
    fields.push([name, field]);
  }
  return Object.fromEntries(fields);
}

function bringScalar(value: unknown, kind: ScalarKind, manner: Manner): unknown {
  switch (kind) {
    case 'string':
      return toText(value);
    case 'boolean':
      return toBoolean(value);
    case 'integer':
    case 'number':
      return toNumber(value);
    case 'date':
      return manner === 'set' ? dayOf(readDate(value)) : dayOf(toTime(value, parseDate, 'a date such as 2026-01-31'));
    case 'datetime': {
      const expected = 'a time with zone such as 2026-01-31T09:30:00Z (other forms: "format" and "zone")';
      return manner === 'set' ? readDate(value) : toTime(value, parseInstant, expected);
    }
  }
}

/** The day that the calendar shows in the zone of the date. */
function dayOf(date: Date | Invalid): Date | Invalid {
  return date instanceof ZonedDate ? new Date(Math.floor(date.local / DAY) * DAY) : date;
}

const DAY = 86_400_000;

function toTime(value: unknown, parse: (text: string) => number, expected: string): Date | Invalid {
  if (value instanceof Date) return value;
  const instant = typeof value === 'string' ? parse(value) : NaN;
  return Number.isNaN(instant) ? new Invalid(`expected ${expected}, found ${show(value)}`) : new Date(instant);
}
