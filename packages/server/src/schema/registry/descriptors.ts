/** Descriptors of schemas: identities, relationships, display names. */
import type { SchemaCatalog } from '../catalog.ts';
import { SchemaError } from '../errors.ts';
import type { Json } from '../field-group.ts';
import { isObject } from '../field-group.ts';
import type { Descriptor, DescriptorType } from './descriptor.ts';
import { DESCRIPTOR_TYPES, pathOf } from './descriptor.ts';
import { fullFields } from './full.ts';
import { nameOf } from './checks.ts';
import type { CatalogState } from './state.ts';
import { kindOfSchema } from './state.ts';

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
  const refers = REFERRING.has(type);
  const field = fieldAt(fullFields(state, resource).properties, pathOf(body['xdm:sourceProperty']), refers);
  if (field === null) {
    throw invalid(
      `The schema has no field ${String(body['xdm:sourceProperty'])}.`,
      'Write "xdm:sourceProperty" as a path such as /personalEmail/address.',
    );
  }
  if (type === 'xdm:descriptorIdentity') requireIdentity({ id, type, schema, body }, field, state);
  if (type === 'xdm:descriptorOneToOne' || type === 'xdm:descriptorRelationship') requireRelation(body, field, state);
}

/** Those that may stand inside of arrays. */
const REFERRING: ReadonlySet<DescriptorType> = new Set([
  'xdm:descriptorOneToOne',
  'xdm:descriptorRelationship',
  'xdm:descriptorReferenceIdentity',
]);

function requireRelation(body: Json, field: Json, state: CatalogState): void {
  const id = String(body['xdm:destinationSchema']);
  const destination = state.resources.get(id);
  if (destination?.kind !== 'schemas')
    throw invalid(`"xdm:destinationSchema" names ${id}, which is no schema of yours.`, 'It is the $id of a schema.');
  if (kindOfSchema(state, destination) !== 'lookup')
    throw invalid(
      `Records of ${nameOf(destination.body)} cannot be referred to.`,
      'The destination is a schema of a class of the behaviour "record" other than XDM Individual Profile, such as one of products.',
    );
  const items = isObject(field['items']) ? field['items'] : field;
  if (items['type'] !== 'string')
    throw invalid(`${String(body['xdm:sourceProperty'])} is no string field.`, 'A reference is the id of a record, a string.');
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

/** The field of a path outside of maps and, unless `arrays`, outside of arrays. */
function fieldAt(properties: Json, path: readonly string[], arrays: boolean): Json | null {
  let field: unknown = { properties };
  for (const step of path) {
    const at: unknown = arrays && isObject(field) && isObject(field['items']) ? field['items'] : field;
    field = isObject(at) && isObject(at['properties']) ? at['properties'][step] : undefined;
  }
  return path.length > 0 && isObject(field) ? field : null;
}

function invalid(message: string, hint: string): SchemaError {
  return new SchemaError({ code: 'SCHEMA_DESCRIPTOR_INVALID', message, hint });
}

function notFound(id: string): never {
  const hint = 'List them with GET /data/foundation/schemaregistry/tenant/descriptors.';
  throw new SchemaError({ code: 'SCHEMA_RESOURCE_NOT_FOUND', message: `There is no descriptor ${id}.`, hint });
}
