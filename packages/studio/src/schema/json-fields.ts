/** The fields of a schema, which the registry tells as JSON Schema, as a tree of rows. */
import type { FieldNode } from './fields.ts';

type Json = Readonly<Record<string, unknown>>;

export function jsonTree(properties: unknown): readonly FieldNode[] {
  return below(properties, '');
}

function below(properties: unknown, parent: string): readonly FieldNode[] {
  return Object.entries(objectOf(properties))
    .map(([name, field]) => node(name, objectOf(field), parent))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

function node(name: string, field: Json, parent: string): FieldNode {
  const path = parent === '' ? name : `${parent}.${name}`;
  const inner = innermost(field);
  const children = below(inner['properties'], path);
  return {
    name,
    path,
    type: typeText(field),
    title: textOf(field['title']),
    description: textOf(field['description']),
    values: valuesOf(inner),
    populated: true,
    own: children.length === 0,
    children,
  };
}

/** What a list is of, or a map leads to. */
function innermost(field: Json): Json {
  const { items, additionalProperties } = field;
  if (isObject(items)) return innermost(items);
  return field['properties'] === undefined && isObject(additionalProperties) ? innermost(additionalProperties) : field;
}

function typeText(field: Json): string {
  const { type, format, items, properties, additionalProperties } = field;
  if (type === 'array') return `list of ${isObject(items) ? typeText(items) : 'anything'}`;
  if (properties === undefined && isObject(additionalProperties)) return `map of ${typeText(additionalProperties)}`;
  if (format === 'date' || format === 'date-time') return format;
  return typeof type === 'string' ? type : 'object';
}

function valuesOf({ enum: allowed, 'meta:enum': suggested }: Json): readonly string[] {
  if (Array.isArray(allowed)) return allowed.map(String);
  return isObject(suggested) ? Object.keys(suggested) : [];
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const objectOf = (value: unknown): Json => (isObject(value) ? value : {});
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
