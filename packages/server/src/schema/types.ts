/** XDM types with what only validation needs: limits of a scalar value. The language ignores them. */
import type { ArrayType, Field, MapType, ObjectType, ScalarType, Type } from '@kindred/pql';
import { SchemaError } from './errors.ts';

export interface Limits {
  /** The whole or part of a string must match, as in JSON Schema. */
  readonly pattern?: string;
  /** Of a number. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** In characters. */
  readonly maxLength?: number;
}

/** A scalar whose values are limited. */
export interface LimitedScalar extends ScalarType {
  readonly limits?: Limits;
}

/** The limits of a scalar, none when it has none. */
export function limitsOf(type: ScalarType): Limits {
  return (type as LimitedScalar).limits ?? {};
}

/**
 * Two object types as one: fields of both, objects merged field by field. What the first says of a field (title,
 * allowed values) stands. Throws SchemaError where they disagree on the kind of a field.
 */
export function mergeObjects(first: ObjectType, second: ObjectType, path: readonly string[] = []): ObjectType {
  const fields: Record<string, Field> = { ...first.fields };
  for (const [name, field] of Object.entries(second.fields)) {
    const known = fields[name];
    fields[name] = known === undefined ? field : { ...known, type: mergeTypes(known.type, field.type, [...path, name]) };
  }
  return { kind: 'object', fields };
}

function mergeTypes(first: Type, second: Type, path: readonly string[]): Type {
  if (first.kind === 'object' && second.kind === 'object') return mergeObjects(first, second, path);
  if (first.kind === 'array' && second.kind === 'array') return { kind: 'array', items: mergeTypes(first.items, second.items, path) };
  if (first.kind === 'map' && second.kind === 'map') return { kind: 'map', values: mergeTypes(first.values, second.values, path) };
  if (first.kind === second.kind) return first;
  throw new SchemaError({
    code: 'SCHEMA_FIELD_CONFLICT',
    message: `the field ${path.join('.')} is of type ${first.kind} in one field group and ${second.kind} in another`,
    hint: 'Give the field one type, or another name in one of the groups.',
  });
}

export function object(fields: Readonly<Record<string, Field>>): ObjectType {
  return { kind: 'object', fields };
}

export function array(items: Type): ArrayType {
  return { kind: 'array', items };
}

export function map(values: Type): MapType {
  return { kind: 'map', values };
}

/** A title made of a field name: `priceTotal` → `Price total`, `webPageDetails` → `Web page details`. */
export function titleOf(name: string): string {
  const words = name
    .replace(/^_+/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[ _-]+/)
    .map((word) => (/^[A-Z0-9]{2,}$/.test(word) ? word : word.toLowerCase()));
  const title = words.join(' ');
  return title.charAt(0).toUpperCase() + title.slice(1);
}
