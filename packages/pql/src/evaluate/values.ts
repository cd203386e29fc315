/** Run-time data: reading it by type, bringing it to a form, comparing it. */
import { parseTime } from '../time.ts';
import { fieldOf, UNKNOWN } from '../types.ts';
import type { Form } from '../types.ts';
import type { Type } from '../xdm.ts';

/** JSON as it comes in profiles and events; times that were read by type are epoch milliseconds. */
export type Data = string | number | boolean | null | DataObject | readonly Data[];

export interface DataObject {
  readonly [name: string]: Data | undefined;
}

/** A stored value read by its type; what does not fit the type is unknown. */
export function typed(data: Data, type: Type): Data {
  switch (type.kind) {
    case 'unknown':
      return data;
    case 'string':
      return typeof data === 'string' ? data : null;
    case 'boolean':
      return typeof data === 'boolean' ? data : null;
    case 'integer':
    case 'number':
      return typeof data === 'number' ? data : null;
    case 'date':
    case 'datetime':
      return parseTime(data);
    case 'object':
    case 'map':
      return typeof data === 'object' && !Array.isArray(data) ? data : null;
    case 'array':
      return Array.isArray(data) ? (data as readonly Data[]).map((item) => typed(item, type.items)) : null;
    default:
      return type satisfies never;
  }
}

/** A result as JSON: times, which are epoch milliseconds inside, as ISO 8601 text. */
export function asJson(data: Data, type: Type): Data {
  if (data === null) return null;
  if (typeof data === 'number' && (type.kind === 'date' || type.kind === 'datetime')) {
    const text = new Date(data).toISOString();
    return type.kind === 'date' ? text.slice(0, -'T00:00:00.000Z'.length) : text;
  }
  if (typeof data !== 'object') return data;
  if (Array.isArray(data)) return (data as readonly Data[]).map((item) => asJson(item, type.kind === 'array' ? type.items : UNKNOWN));
  const typeOf = (name: string): Type =>
    type.kind === 'map' ? type.values : ((type.kind === 'object' ? fieldOf(type, name)?.type : null) ?? UNKNOWN);
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, asJson(value ?? null, typeOf(name))]));
}

/** Brings a value to the form of a comparison; null when it has none. */
export function toForm(data: Data, form: Form): string | number | boolean | null {
  if (data === null || typeof data === 'object') return null;
  switch (form) {
    case 'string':
      return String(data);
    case 'number': {
      if (typeof data === 'boolean' || data === '') return null;
      const number = Number(data);
      return Number.isFinite(number) ? number : null;
    }
    case 'boolean':
      if (typeof data === 'boolean') return data;
      return data === 'true' ? true : data === 'false' ? false : null;
    case 'time':
      return parseTime(data);
    default:
      return form satisfies never;
  }
}

/** Negative, zero or positive, as two values of one form are ordered. */
export function compareForms(a: string | number | boolean, b: string | number | boolean): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The order of texts by their characters, which is also that of their bytes in UTF-8. */
export function compareTexts(a: string, b: string): number {
  const [one, other] = [Array.from(a), Array.from(b)];
  const at = one.findIndex((char, index) => char !== other[index]);
  if (at === -1) return one.length - other.length;
  return (one[at]?.codePointAt(0) ?? 0) - (other[at]?.codePointAt(0) ?? -1);
}

/** Not null; a list with members; an object with something known below. */
export function isKnown(data: Data): boolean {
  if (data === null || typeof data !== 'object') return data !== null;
  if (Array.isArray(data)) return data.length > 0;
  return Object.values(data).some((value) => value !== undefined && isKnown(value));
}

/** Equal for equal values; of objects and lists, when the same is known of them, in whatever order fields stand. */
export const keyOf = (data: Data): string => JSON.stringify(known(data));

export const sameAs = (a: Data, b: Data): boolean => a === b || (typeof a === 'object' && typeof b === 'object' && keyOf(a) === keyOf(b));

/** What is known of a value, fields by their names. */
function known(data: Data): Data {
  if (data === null || typeof data !== 'object' || !isKnown(data)) return isKnown(data) ? data : null;
  if (Array.isArray(data)) return (data as readonly Data[]).map(known);
  const fields = Object.entries(data).filter((entry): entry is [string, Data] => entry[1] !== undefined && isKnown(entry[1]));
  return Object.fromEntries(fields.toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([name, value]) => [name, known(value)]));
}

/**
 * Lower case by Unicode's simple mapping, one character for one: `İ` becomes `i`, and Σ at the end of a word
 * becomes σ as everywhere, so that databases without full mappings agree.
 */
export function foldCase(text: string): string {
  let folded = '';
  for (const char of text) folded += String.fromCodePoint(char.toLowerCase().codePointAt(0) ?? 0);
  return folded;
}
