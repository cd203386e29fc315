/** Descriptors of schemas: identities, relationships, display names. */
import type { SchemaCatalog } from '../catalog.ts';
import { SchemaError } from '../errors.ts';
import type { Json } from '../field-group.ts';
import { isObject } from '../field-group.ts';
import type { Descriptor, DescriptorType } from './descriptor.ts';
import { DESCRIPTOR_TYPES, pathOf } from './descriptor.ts';
import { fullFields } from './full.ts';
import type { CatalogState } from './state.ts';

/** As many as the Experience Platform takes. */
const MOST = 4000;

export class Descriptors {
  readonly #catalog: SchemaCatalog;
  readonly #newKey: () => string;

  constructor(catalog: SchemaCatalog, newKey: () => string) {
    this.#catalog = catalog;
    this.#newKey = newKey;
  }

  list(): readonly Descriptor[] {
    return [...this.#catalog.state.descriptors.values()];
  }

  /** Throws SchemaError `SCHEMA_RESOURCE_NOT_FOUND`. */
  get(id: string): Descriptor {
    return this.#catalog.state.descriptors.get(id) ?? notFound(id);
  }

  /** Throws SchemaError. */
  async create(body: Json, now: Date): Promise<Descriptor> {
    if (this.#catalog.state.descriptors.size >= MOST) throw invalid(`There are ${MOST} descriptors already.`, 'Delete some first.');
    return await this.#put(this.#newKey(), body, now);
  }

  /** Throws SchemaError. */
  async replace(id: string, body: Json, now: Date): Promise<Descriptor> {
    return await this.#put(this.get(id).id, body, now);
  }

  /** Throws SchemaError `SCHEMA_RESOURCE_NOT_FOUND`. */
  async delete(id: string): Promise<void> {
    this.get(id);
    await this.#catalog.change((state) => {
      const descriptors = new Map(state.descriptors);
      descriptors.delete(id);
      return {
        state: { ...state, descriptors },
        write: async (db) => {
          await db.deleteFrom('schema_descriptors').where('id', '=', id).execute();
        },
      };
    });
  }

  async #put(id: string, body: Json, now: Date): Promise<Descriptor> {
    const descriptor = { id, type: body['@type'] as DescriptorType, schema: String(body['xdm:sourceSchema']), body };
    await this.#catalog.change((state) => {
      requireSound(descriptor, state);
      const values = { body: JSON.stringify(body) };
      return {
        state: { ...state, descriptors: new Map(state.descriptors).set(id, descriptor) },
        write: async (db) => {
          await db
            .insertInto('schema_descriptors')
            .values({ id, ...values, created_at: now })
            .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
            .execute();
        },
      };
    });
    return descriptor;
  }
}

function requireSound({ id, type, schema, body }: Descriptor, state: CatalogState): void {
  if (!DESCRIPTOR_TYPES.includes(type))
    throw invalid(`"@type" is ${JSON.stringify(type)}.`, `It is one of ${DESCRIPTOR_TYPES.join(', ')}.`);
  const resource = state.resources.get(schema);
  if (resource?.kind !== 'schemas')
    throw invalid(`"xdm:sourceSchema" names ${schema}, which is no schema of yours.`, 'It is the $id of a schema.');
  const field = fieldAt(fullFields(state, resource).properties, pathOf(body['xdm:sourceProperty']));
  if (field === null) {
    throw invalid(
      `The schema has no field ${String(body['xdm:sourceProperty'])}.`,
      'Write "xdm:sourceProperty" as a path such as /personalEmail/address.',
    );
  }
  if (type === 'xdm:descriptorIdentity') requireIdentity({ id, type, schema, body }, field, state);
  if (type === 'xdm:descriptorOneToOne' || type === 'xdm:descriptorRelationship') {
    const destination = String(body['xdm:destinationSchema']);
    if (state.resources.get(destination)?.kind !== 'schemas')
      throw invalid(`"xdm:destinationSchema" names ${destination}, which is no schema of yours.`, 'It is the $id of a schema.');
  }
}

function requireIdentity({ id, schema, body }: Descriptor, field: Json, state: CatalogState): void {
  if (typeof body['xdm:namespace'] !== 'string')
    throw invalid('An identity needs "xdm:namespace".', 'It is the code of a namespace, such as Email.');
  if (field['type'] !== 'string')
    throw invalid(`${String(body['xdm:sourceProperty'])} is no string field.`, 'An identity is a string outside of arrays and maps.');
  if (body['xdm:isPrimary'] !== true) return;
  const other = [...state.descriptors.values()].find(
    (descriptor) => descriptor.id !== id && descriptor.schema === schema && descriptor.body['xdm:isPrimary'] === true,
  );
  if (other !== undefined)
    throw invalid(
      `The schema has a primary identity already: ${String(other.body['xdm:sourceProperty'])}.`,
      'Make that one secondary first.',
    );
}

/** The field of a path outside of arrays and maps. */
function fieldAt(properties: Json, path: readonly string[]): Json | null {
  let field: unknown = { properties };
  for (const step of path) field = isObject(field) && isObject(field['properties']) ? field['properties'][step] : undefined;
  return path.length > 0 && isObject(field) ? field : null;
}

function invalid(message: string, hint: string): SchemaError {
  return new SchemaError({ code: 'SCHEMA_DESCRIPTOR_INVALID', message, hint });
}

function notFound(id: string): never {
  const hint = 'List them with GET /data/foundation/schemaregistry/tenant/descriptors.';
  throw new SchemaError({ code: 'SCHEMA_RESOURCE_NOT_FOUND', message: `There is no descriptor ${id}.`, hint });
}
