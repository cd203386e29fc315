/** Working with XDM types: names for messages, fields, and the shallow form that terms carry. */
import type { ArrayType, Field, MapType, ObjectType, ScalarKind, Type, UnionSchema } from './xdm.ts';

export const STRING: Type = { kind: 'string' };
export const BOOLEAN: Type = { kind: 'boolean' };
export const INTEGER: Type = { kind: 'integer' };
export const NUMBER: Type = { kind: 'number' };
export const DATE: Type = { kind: 'date' };
export const DATETIME: Type = { kind: 'datetime' };
export const UNKNOWN: Type = { kind: 'unknown' };
/** A list of anything: also the type of a list nothing is known about. */
export const LIST: ArrayType = { kind: 'array', items: UNKNOWN };

export const arrayOf = (items: Type): ArrayType => ({ kind: 'array', items });
export const mapOf = (values: Type): MapType => ({ kind: 'map', values });

/** For checking without a schema: every field exists and nothing is known about it but what all events share. */
export const anySchema: UnionSchema = {
  profile: { kind: 'object', fields: {}, open: true },
  event: { kind: 'object', open: true, fields: { _id: { type: STRING }, timestamp: { type: DATETIME }, eventType: { type: STRING } } },
};

const MEMBERSHIP: ObjectType = {
  kind: 'object',
  fields: { status: { type: { kind: 'string', enum: ['realized', 'existing', 'exited'] } }, lastQualificationTime: { type: DATETIME } },
};
/** What every profile has, whatever its schema says: namespace → audience → membership. */
export const SEGMENT_MEMBERSHIP: Field = { type: mapOf(mapOf(MEMBERSHIP)), title: 'Audience memberships' };

const SCALAR_NAMES: Readonly<Record<ScalarKind, string>> = {
  string: 'String',
  boolean: 'Boolean',
  integer: 'Integer',
  number: 'Number',
  date: 'Date',
  datetime: 'DateTime',
};

/** The type as the manual names it: `String`, `list of Object`, `map of Number`. */
export function describeType(type: Type): string {
  switch (type.kind) {
    case 'unknown':
      return 'unknown type';
    case 'object':
      return 'Object';
    case 'array':
      return type.items.kind === 'unknown' ? 'list' : `list of ${describeType(type.items)}`;
    case 'map':
      return type.values.kind === 'unknown' ? 'map' : `map of ${describeType(type.values)}`;
    default:
      return SCALAR_NAMES[type.kind];
  }
}

/** The type with its article, for sentences: `an Integer`. */
export function aType(type: Type): string {
  const name = describeType(type);
  return `${/^[aiou]/i.test(name) ? 'an' : 'a'} ${name}`;
}

/** What a comparison makes of a type: the form both sides are brought to; null for what has none. */
export type Form = 'string' | 'number' | 'boolean' | 'time';

export function formOf(type: Type): Form | null {
  switch (type.kind) {
    case 'string':
    case 'boolean':
      return type.kind;
    case 'integer':
    case 'number':
      return 'number';
    case 'date':
    case 'datetime':
      return 'time';
    default:
      return null;
  }
}

/** The type two alternatives have in common; unknown when they differ. */
export function commonType(a: Type, b: Type): Type {
  if (a.kind === 'array' && b.kind === 'array') return arrayOf(commonType(a.items, b.items));
  if (a.kind === 'map' && b.kind === 'map') return mapOf(commonType(a.values, b.values));
  if (a.kind === b.kind) return a;
  const forms = [formOf(a), formOf(b)];
  if (forms[0] !== null && forms[0] === forms[1]) return forms[0] === 'number' ? NUMBER : DATETIME;
  return UNKNOWN;
}

/** The type without what lies deeper: no fields, no value lists. Keeps terms small and their hashes free of the schema. */
export function shallow(type: Type): Type {
  switch (type.kind) {
    case 'object':
      return { kind: 'object', fields: {} };
    case 'array':
      return arrayOf(shallow(type.items));
    case 'map':
      return mapOf(shallow(type.values));
    default:
      return { kind: type.kind };
  }
}

/** A field of an object type; own names only, so that `constructor` is not one. Null: not there. */
export function fieldOf(object: ObjectType, name: string): Field | null {
  if (Object.hasOwn(object.fields, name)) return object.fields[name] ?? null;
  return object.open === true ? { type: UNKNOWN } : null;
}

/** What a record holds that values of a type refer to; null when they refer to none. */
export function recordType(lookups: UnionSchema['lookups'], type: Type): ObjectType | null {
  const entity = type.kind === 'string' ? type.reference : undefined;
  return entity === undefined ? null : (lookups?.[entity] ?? null);
}

/** Fields of a profile as a query sees them: the schema's, the events and the memberships. */
export function profileType(schema: UnionSchema): ObjectType {
  return {
    ...schema.profile,
    fields: { segmentMembership: SEGMENT_MEMBERSHIP, ...schema.profile.fields, xEvent: { type: arrayOf(schema.event), title: 'Events' } },
  };
}
