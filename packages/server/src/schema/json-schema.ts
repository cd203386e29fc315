/** XDM types as the JSON Schema that the Schema Registry speaks. */
import type { Field, ObjectType, ScalarType, Type } from '@kindred/pql';
import type { Json } from './field-group.ts';
import { limitsOf } from './types.ts';

const SAFE = Number.MAX_SAFE_INTEGER;

const SCALARS: Readonly<Record<ScalarType['kind'], Json>> = {
  string: { type: 'string', 'meta:xdmType': 'string' },
  boolean: { type: 'boolean', 'meta:xdmType': 'boolean' },
  integer: { type: 'integer', minimum: -SAFE, maximum: SAFE, 'meta:xdmType': 'long' },
  number: { type: 'number', 'meta:xdmType': 'number' },
  date: { type: 'string', format: 'date', 'meta:xdmType': 'date' },
  datetime: { type: 'string', format: 'date-time', 'meta:xdmType': 'date-time' },
};

/** The `properties` of an object. */
export function propertiesOf(type: ObjectType): Json {
  return Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, fieldSchema(field)]));
}

function fieldSchema({ type, title, description, deprecated }: Field): Json {
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...typeSchema(type),
    ...(deprecated === true && { 'meta:status': 'deprecated' }),
  };
}

function typeSchema(type: Type): Json {
  switch (type.kind) {
    case 'object':
      return { type: 'object', properties: propertiesOf(type), 'meta:xdmType': 'object' };
    case 'array':
      return { type: 'array', items: typeSchema(type.items), 'meta:xdmType': 'array' };
    case 'map':
      return { type: 'object', additionalProperties: typeSchema(type.values), 'meta:xdmType': 'map' };
    case 'unknown':
      return {};
    default:
      return scalarSchema(type);
  }
}

function scalarSchema(type: ScalarType): Json {
  const { enum: allowed, suggested } = type;
  const named = allowed ?? suggested;
  return {
    ...SCALARS[type.kind],
    ...limitsOf(type),
    ...(allowed !== undefined && { enum: [...allowed] }),
    ...(named !== undefined && { 'meta:enum': Object.fromEntries(named.map((value) => [value, value])) }),
  };
}
