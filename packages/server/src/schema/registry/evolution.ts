/** What a change of a schema would break for the data that was written by the schema before. */
import type { Json } from '../field-group.ts';
import { isObject } from '../field-group.ts';
import type { Fields } from './full.ts';

/** Reasons, in words, with the path of the field; empty when everything valid before stays valid. */
export function breakingChanges(before: Fields, after: Fields): readonly string[] {
  return [...changesOfObject(before, after, '')];
}

function* changesOfObject(before: Fields, after: Fields, path: string): Generator<string> {
  for (const [name, field] of Object.entries(before.properties)) {
    const inner = path === '' ? name : `${path}.${name}`;
    const now = after.properties[name];
    if (!isObject(now)) yield `${inner} would be removed (mark it "meta:status": "deprecated" instead)`;
    else if (isObject(field)) yield* changesOfField(field, now, inner);
  }
  for (const name of after.required) {
    if (!before.required.includes(name)) yield `${path === '' ? name : `${path}.${name}`} would become required`;
  }
}

function* changesOfField(before: Json, after: Json, path: string): Generator<string> {
  if (kindOf(before) !== kindOf(after)) {
    yield `${path} would change its type from ${kindOf(before)} to ${kindOf(after)}`;
    return;
  }
  yield* tightenedLimits(before, after, path);
  if (isObject(before['properties']) && isObject(after['properties'])) yield* changesOfObject(fieldsOf(before), fieldsOf(after), path);
  for (const key of ['items', 'additionalProperties']) {
    const [one, other] = [before[key], after[key]];
    if (isObject(one) && isObject(other)) yield* changesOfField(one, other, `${path}[]`);
  }
}

/** The larger, the narrower; or the other way round. */
const LIMITS = {
  minimum: 1,
  exclusiveMinimum: 1,
  minLength: 1,
  minItems: 1,
  maximum: -1,
  exclusiveMaximum: -1,
  maxLength: -1,
  maxItems: -1,
};

function* tightenedLimits(before: Json, after: Json, path: string): Generator<string> {
  for (const [limit, sign] of Object.entries(LIMITS)) {
    const [one, other] = [before[limit], after[limit]];
    if (typeof other !== 'number' || (typeof one === 'number' && sign * other <= sign * one)) continue;
    if (one === undefined && (limit === 'minLength' || limit === 'minItems') && other === 0) continue;
    yield `${path}: "${limit}" would become ${other}, which is narrower`;
  }
  for (const key of ['pattern', 'format']) {
    if (after[key] !== undefined && after[key] !== before[key]) yield `${path}: "${key}" would become ${JSON.stringify(after[key])}`;
  }
  const gone = valuesGone(before['enum'], after['enum']);
  if (gone !== null) yield `${path}: ${gone}`;
}

function valuesGone(before: unknown, after: unknown): string | null {
  if (!Array.isArray(after)) return null;
  if (!Array.isArray(before)) return 'only some values would be allowed, where all were';
  const gone = before.filter((value) => !after.includes(value));
  return gone.length === 0 ? null : `the values ${gone.map((value) => JSON.stringify(value)).join(', ')} would not be allowed any more`;
}

/** The kind of values: with integers of different sizes the same, as their limits tell them apart. */
function kindOf(field: Json): string {
  const { type, format } = field as { readonly type?: unknown; readonly format?: unknown };
  if (type === 'string' && (format === 'date' || format === 'date-time')) return format;
  if (type === 'object' && isObject(field['additionalProperties'])) return 'map';
  return typeof type === 'string' ? type : 'object';
}

function fieldsOf(field: Json): Fields {
  const required = Array.isArray(field['required']) ? field['required'].map(String) : [];
  return { properties: field['properties'] as Json, required };
}
