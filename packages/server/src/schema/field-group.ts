/**
 * A user's own field group: the XDM JSON that the Schema Registry takes (`title`, `meta:intendedToExtend`, and
 * `properties` or `definitions`, with the fields below the tenant's root `_{TENANT}`).
 */
import type { Field, ObjectType, ScalarKind, ScalarType, Type } from '@kindred/pql';
import { SchemaError } from './errors.ts';
import { STANDARD_DATA_TYPES } from './groups/data-types.ts';
import type { Limits, LimitedScalar } from './types.ts';
import { array, map, mergeObjects, object } from './types.ts';

/** Before the id of everything that comes with the product. */
export const XDM = 'https://ns.adobe.com/xdm/';
export const PROFILE_CLASS = `${XDM}context/profile`;
export const EVENT_CLASS = `${XDM}context/experienceevent`;

export type XdmClass = 'profile' | 'event';

/** What a record is of: of a person, or of a lookup entity (a product, a store) that others refer to. */
export type RecordKind = XdmClass | 'lookup';

/** Fields that a group adds to the classes it extends. */
export interface FieldGroup {
  readonly title: string;
  readonly extends: readonly XdmClass[];
  readonly fields: ObjectType;
}

export type Json = Readonly<Record<string, unknown>>;

const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;
/** Those of roots (`_id`, `_acme`) too. */
const ANY_NAME = /^_?[A-Za-z][A-Za-z0-9_-]*$/;

/** The type that a `$ref` stands for; undefined when there is none of that id. */
export type ReferencedType = (id: string) => Type | undefined;

export interface ReadOptions {
  /** What to call the resource in messages. */
  readonly source: string;
  /** Default: the standard data types. */
  readonly refs?: ReferencedType;
}

/**
 * Reads a field group. Throws SchemaError, whose message starts with the source.
 * @param tenant without the leading underscore
 */
export function parseFieldGroup(json: unknown, tenant: string, options: ReadOptions): FieldGroup {
  const reader = new FieldReader(options);
  const hint = 'See docs/import.md for an example.';
  if (!isObject(json)) return reader.fail('SCHEMA_FILE_INVALID', '', 'a field group is a JSON object', hint);
  const title = typeof json['title'] === 'string' ? json['title'] : options.source;
  return { title, extends: reader.classes(json['meta:intendedToExtend']), fields: reader.root(json, tenant) };
}

/** The fields of a field group below the tenant's root. Throws SchemaError. */
export function parseGroupFields(json: Json, tenant: string, options: ReadOptions): ObjectType {
  return new FieldReader(options).root(json, tenant);
}

/** The fields of a data type. Throws SchemaError. */
export function parseDataType(json: Json, options: ReadOptions): ObjectType {
  return new FieldReader(options).fieldsOf(json);
}

/** The fields of a record, whose references stand resolved in it. Throws SchemaError. */
export function parseRecordFields(properties: Json, options: ReadOptions): ObjectType {
  return new FieldReader(options, ANY_NAME).object(properties, '');
}

/** Which class an identifier or alternative identifier (`_xdm.context.profile`) stands for. */
export function classOf(id: unknown): XdmClass | null {
  if (id === PROFILE_CLASS || id === '_xdm.context.profile') return 'profile';
  if (id === EVENT_CLASS || id === '_xdm.context.experienceevent') return 'event';
  return null;
}

class FieldReader {
  readonly #source: string;
  readonly #refs: ReferencedType;
  readonly #name: RegExp;

  constructor({ source, refs = standardDataType }: ReadOptions, name = NAME) {
    this.#name = name;
    this.#source = source;
    this.#refs = refs;
  }

  fail(code: SchemaError['code'], path: string, message: string, hint: string): never {
    throw new SchemaError({ code, message: `${this.#source}${path === '' ? '' : `, field ${path}`}: ${message}`, hint });
  }

  classes(extend: unknown): XdmClass[] {
    const ids: readonly unknown[] = Array.isArray(extend) ? extend : [];
    const hint = `Use ["${PROFILE_CLASS}"], ["${EVENT_CLASS}"] or both.`;
    if (ids.length === 0) return this.fail('SCHEMA_FILE_INVALID', '', '"meta:intendedToExtend" names no class', hint);
    return ids.map((id) => classOf(id) ?? this.fail('SCHEMA_FILE_INVALID', '', `cannot extend the class ${JSON.stringify(id)}`, hint));
  }

  /** All fields of a resource, wherever it defines them. */
  fieldsOf(json: Json): ObjectType {
    const parts = partsOf(json);
    if (parts.length === 0) this.fail('SCHEMA_FILE_INVALID', '', 'there is no "properties"', 'Put the fields below "properties".');
    return parts.reduce<ObjectType>((fields, { properties }) => mergeObjects(fields, this.object(properties, '')), object({}));
  }

  root(json: Json, tenant: string): ObjectType {
    const parts = partsOf(json);
    const hint = `Put the fields below "properties" → "_${tenant}" → "properties".`;
    if (parts.length === 0) this.fail('SCHEMA_FILE_INVALID', '', 'there is no "properties"', hint);
    let fields = object({});
    for (const part of parts) {
      const { properties } = part;
      for (const name of Object.keys(properties)) {
        if (name !== `_${tenant}`) {
          this.fail('SCHEMA_TENANT_MISMATCH', name, `own fields must lie below _${tenant}`, `${hint} The tenant is set by KINDRED_TENANT.`);
        }
      }
      fields = mergeObjects(fields, object({ [`_${tenant}`]: this.field(properties[`_${tenant}`], `_${tenant}`) }));
    }
    return fields;
  }

  field(json: unknown, path: string): Field {
    if (!isObject(json))
      return this.fail('SCHEMA_FIELD_INVALID', path, 'a field is described by a JSON object', 'For example {"type": "string"}.');
    return {
      type: this.type(json, path),
      ...(typeof json['title'] === 'string' ? { title: json['title'] } : {}),
      ...(typeof json['description'] === 'string' ? { description: json['description'] } : {}),
      ...(json['meta:status'] === 'deprecated' ? { deprecated: true } : {}),
    };
  }

  type(json: Json, path: string): Type {
    if (json['$ref'] !== undefined) return this.reference(json['$ref'], path);
    switch (json['type']) {
      case 'object':
        return this.objectOrMap(json, path);
      case 'array':
        return this.arrayOf(json['items'], path);
      case 'string':
      case 'number':
      case 'integer':
      case 'boolean':
        return this.scalar(json, path);
      default: {
        const hint = 'Use one of string, number, integer, boolean, object, array; dates are {"type": "string", "format": "date-time"}.';
        return this.fail('SCHEMA_FIELD_INVALID', path, `the type ${JSON.stringify(json['type'] ?? null)} is not known`, hint);
      }
    }
  }

  reference(id: unknown, path: string): Type {
    const type = typeof id === 'string' ? this.#refs(id) : undefined;
    const hint =
      'See GET /data/foundation/schemaregistry/global/datatypes and …/tenant/datatypes, or write the fields of the type in its place.';
    return type ?? this.fail('SCHEMA_FIELD_INVALID', path, `"$ref" names no known data type: ${JSON.stringify(id)}`, hint);
  }

  objectOrMap(json: Json, path: string): Type {
    if (isObject(json['additionalProperties'])) return map(this.type(json['additionalProperties'], `${path}.*`));
    if (!isObject(json['properties']) || Object.keys(json['properties']).length === 0) {
      return this.fail(
        'SCHEMA_FIELD_INVALID',
        path,
        'an object needs "properties"',
        'A map has "additionalProperties" with the type of its values instead.',
      );
    }
    return this.object(json['properties'], path);
  }

  object(properties: Json, path: string): ObjectType {
    const fields: Record<string, Field> = {};
    for (const [name, field] of Object.entries(properties)) {
      const inner = path === '' ? name : `${path}.${name}`;
      if (!this.#name.test(name))
        this.fail('SCHEMA_FIELD_INVALID', inner, 'this is no field name', 'Begin with a letter, go on with letters, digits, - and _.');
      fields[name] = this.field(field, inner);
    }
    return object(fields);
  }

  arrayOf(items: unknown, path: string): Type {
    if (!isObject(items))
      return this.fail(
        'SCHEMA_FIELD_INVALID',
        path,
        'an array needs "items"',
        'For example {"type": "array", "items": {"type": "string"}}.',
      );
    const type = this.type(items, `${path}[]`);
    if (type.kind === 'array' || type.kind === 'map') {
      return this.fail('SCHEMA_FIELD_INVALID', path, `an array of ${type.kind}s is not supported`, 'Wrap the inner one in an object.');
    }
    return array(type);
  }

  scalar(json: Json, path: string): ScalarType {
    const limits = this.limits(json, path);
    const allowed = json['enum'];
    const suggested = isObject(json['meta:enum']) ? Object.keys(json['meta:enum']) : undefined;
    const kind = kindOf(json);
    const scalar: LimitedScalar = { kind, ...(Object.keys(limits).length === 0 ? {} : { limits }) };
    if (kind !== 'string') return scalar;
    if (Array.isArray(allowed)) return { ...scalar, enum: allowed.map(String) };
    return suggested === undefined ? scalar : { ...scalar, suggested };
  }

  limits(json: Json, path: string): Limits {
    const limits: Record<string, string | number> = {};
    for (const name of ['minimum', 'maximum', 'maxLength'] as const) {
      const limit = json[name];
      if (limit === undefined) continue;
      if (typeof limit !== 'number')
        return this.fail('SCHEMA_FIELD_INVALID', path, `"${name}" must be a number`, 'Write it without quotes.');
      limits[name] = limit;
    }
    const pattern = json['pattern'];
    if (pattern !== undefined) {
      if (typeof pattern !== 'string' || !compiles(pattern)) {
        return this.fail(
          'SCHEMA_FIELD_INVALID',
          path,
          `the pattern ${JSON.stringify(pattern)} is no regular expression`,
          'Write it as JavaScript does, without slashes.',
        );
      }
      limits['pattern'] = pattern;
    }
    return limits;
  }
}

function kindOf(json: Json): ScalarKind {
  if (json['type'] !== 'string') return json['type'] as 'number' | 'integer' | 'boolean';
  if (json['format'] === 'date') return 'date';
  return json['format'] === 'date-time' ? 'datetime' : 'string';
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').source !== '';
  } catch {
    return false;
  }
}

/** Where a resource defines fields: in its own properties and in those of its definitions. */
function partsOf(json: Json): { readonly properties: Json }[] {
  const definitions = isObject(json['definitions']) ? Object.values(json['definitions']) : [];
  return [json, ...definitions].filter((part): part is { readonly properties: Json } => isObject(part) && isObject(part['properties']));
}

/** `https://ns.adobe.com/xdm/…` of a data type that comes with the product. */
export function standardDataType(id: string): Type | undefined {
  return STANDARD_DATA_TYPES.find((type) => `${XDM}${type.id}` === id)?.type;
}

export function isObject(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
