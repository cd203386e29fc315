/** The JSON Schema that records of a dataset are validated by. */
import type { Json } from '../field-group.ts';
import { isObject } from '../field-group.ts';
import type { IdentityDescriptor } from '../union.ts';
import type { Fields } from './full.ts';

/** Words of JSON Schema; everything else of XDM says nothing about values. */
const WORDS = new Set([
  'type',
  'format',
  'pattern',
  'enum',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'required',
]);

/** Fields that are not described are refused, and a primary identity must be there. */
export function recordSchema({ properties, required }: Fields, identities: readonly IdentityDescriptor[]): Json {
  const [primary] = identities.filter((identity) => identity.primary);
  const json = strict({ type: 'object', properties, required });
  return primary === undefined ? json : withRequired(json, primary.path);
}

function strict(field: unknown): Json {
  if (!isObject(field)) return {};
  const { properties, items, additionalProperties } = field;
  return {
    ...Object.fromEntries(Object.entries(field).filter(([word]) => WORDS.has(word))),
    ...(isObject(properties) && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, strict(inner)])),
      additionalProperties: isObject(additionalProperties) ? strict(additionalProperties) : false,
    }),
    ...(!isObject(properties) && isObject(additionalProperties) && { additionalProperties: strict(additionalProperties) }),
    ...(isObject(items) && { items: strict(items) }),
  };
}

function withRequired(json: Json, [name, ...rest]: readonly string[]): Json {
  if (name === undefined) return json;
  const properties = isObject(json['properties']) ? json['properties'] : {};
  const required = Array.isArray(json['required']) ? json['required'].map(String) : [];
  const inner = properties[name];
  return {
    ...json,
    required: [...new Set([...required, name])],
    properties: isObject(inner) ? { ...properties, [name]: withRequired(inner, rest) } : properties,
  };
}
