/** References in the schema: texts that are the id of a record, whose fields can be used as if they were here. */
import type { SchemaBody } from '@kindred/contract';
import type { Field, ScalarType, Type } from '@kindred/pql';

type Fields = Readonly<Record<string, Field>>;

/** A reference that knows the fields of its records. Records that refer to records make circles. */
interface Referring extends ScalarType {
  readonly record: Fields;
}

/** The fields of the record that a value refers to; none when it refers to none. */
export function recordFields(type: Type): Fields {
  return 'record' in type ? (type as Referring).record : {};
}

/** The schema with the fields of records at the references to them. */
export function withRecords(schema: SchemaBody): SchemaBody {
  const entities = Object.entries(schema.lookups);
  if (entities.length === 0) return schema;
  const records = new Map(entities.map(([entity]): [string, Record<string, Field>] => [entity, {}]));
  const linked = (type: Type): Type => {
    switch (type.kind) {
      case 'object':
        return { ...type, fields: linkedFields(type.fields) };
      case 'array':
        return { ...type, items: linked(type.items) };
      case 'map':
        return { ...type, values: linked(type.values) };
      default: {
        const record = 'reference' in type && type.reference !== undefined ? records.get(type.reference) : undefined;
        return record === undefined ? type : ({ ...type, record } as Referring);
      }
    }
  };
  const linkedFields = (fields: Fields): Fields =>
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, { ...field, type: linked(field.type) }]));
  for (const [entity, { fields }] of entities) Object.assign(records.get(entity) ?? {}, linkedFields(fields));
  const side = (root: SchemaBody['profile']): SchemaBody['profile'] => ({ ...root, fields: linkedFields(root.fields) });
  return { ...schema, profile: side(schema.profile), event: side(schema.event) };
}
