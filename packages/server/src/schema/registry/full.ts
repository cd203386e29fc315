/** A resource with everything that it refers to in its place: the `xed-full` form, and what records are validated by. */
import type { Json } from '../field-group.ts';
import { isObject } from '../field-group.ts';
import type { Resource } from './resource.ts';
import { partsOf } from './resource.ts';
import type { CatalogState } from './state.ts';
import { resourceOf } from './state.ts';

/** The fields of a resource: `properties` and `required`, without references. */
export interface Fields {
  readonly properties: Json;
  readonly required: readonly string[];
}

/** @param above the `$id`s that lead here: whoever comes twice refers to itself and ends there */
export function fullFields(state: CatalogState, { id, body }: Pick<Resource, 'id' | 'body'>, above: readonly string[] = []): Fields {
  if (above.includes(id)) return { properties: {}, required: [] };
  const path = [...above, id];
  const parts = partsOf(body).flatMap((part) => resourceOf(state, part) ?? []);
  const own = [body, ...definitionsOf(body)].map((part) => ownFields(state, part, path));
  return [...parts.map((part) => fullFields(state, part, path)), ...own].reduce(merged, { properties: {}, required: [] });
}

function definitionsOf(body: Json): readonly Json[] {
  return isObject(body['definitions']) ? Object.values(body['definitions']).filter(isObject) : [];
}

function ownFields(state: CatalogState, part: Json, path: readonly string[]): Fields {
  const properties = isObject(part['properties']) ? part['properties'] : {};
  const required = Array.isArray(part['required']) ? part['required'].map(String) : [];
  return { properties: mapValues(properties, (field) => fullField(state, field, path)), required };
}

function fullField(state: CatalogState, field: unknown, path: readonly string[]): unknown {
  if (!isObject(field)) return field;
  const { $ref: ref, ...rest } = field;
  const target = typeof ref === 'string' ? resourceOf(state, ref) : undefined;
  if (target !== undefined)
    return { type: 'object', ...objectOf(fullFields(state, target, path)), ...rest, 'meta:referencedFrom': target.id };
  return {
    ...rest,
    ...(isObject(rest['properties']) && { properties: mapValues(rest['properties'], (inner) => fullField(state, inner, path)) }),
    ...(isObject(rest['items']) && { items: fullField(state, rest['items'], path) }),
    ...(isObject(rest['additionalProperties']) && { additionalProperties: fullField(state, rest['additionalProperties'], path) }),
  };
}

function objectOf({ properties, required }: Fields): Json {
  return { properties, ...(required.length > 0 && { required }) };
}

function merged(one: Fields, other: Fields): Fields {
  return { properties: mergedProperties(one.properties, other.properties), required: [...new Set([...one.required, ...other.required])] };
}

function mergedProperties(one: Json, other: Json): Json {
  const result: Record<string, unknown> = { ...one };
  for (const [name, field] of Object.entries(other)) {
    const known = result[name];
    result[name] = isObject(known) && isObject(field) ? mergedField(known, field) : field;
  }
  return result;
}

/** Objects become one; of anything else the first stands. */
function mergedField(one: Json, other: Json): Json {
  if (!isObject(one['properties']) || !isObject(other['properties'])) return one;
  const required = [...requiredOf(one), ...requiredOf(other)];
  const properties = mergedProperties(one['properties'], other['properties']);
  return { ...other, ...one, properties, ...(required.length > 0 && { required: [...new Set(required)] }) };
}

function requiredOf(field: Json): readonly string[] {
  return Array.isArray(field['required']) ? field['required'].map(String) : [];
}

function mapValues(json: Json, map: (value: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, map(value)]));
}
