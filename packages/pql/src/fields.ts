/** What can follow a path: for completion in editors. */
import { fieldOf, profileType, recordType } from './types.ts';
import type { Field, Type, UnionSchema } from './xdm.ts';

export interface NamedField extends Field {
  readonly name: string;
}

/** The type of the items a dot reads from: lists are read member by member, references lead to their records. */
function inner(type: Type, { lookups }: UnionSchema): Type {
  let items = type;
  while (items.kind === 'array') items = items.items;
  return recordType(lookups, items) ?? items;
}

/** The type at a path of field names from the profile; `['xEvent', …]` leads into events. Null: no such path. */
export function typeAt(schema: UnionSchema, path: readonly string[]): Type | null {
  let type: Type = profileType(schema);
  for (const [index, name] of path.entries()) {
    const object = inner(type, schema);
    const field = object.kind === 'object' ? fieldOf(object, name) : null;
    if (field !== null) type = field.type;
    else if (index > 0 || name !== 'profile') return null;
  }
  return type;
}

/** The fields that can follow a path, by name. Empty at scalars, maps and paths that do not exist. */
export function fieldsAt(schema: UnionSchema, path: readonly string[]): readonly NamedField[] {
  const type = typeAt(schema, path);
  const object = type === null ? null : inner(type, schema);
  if (object?.kind !== 'object') return [];
  return Object.entries(object.fields)
    .map(([name, field]) => ({ name, ...field }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
