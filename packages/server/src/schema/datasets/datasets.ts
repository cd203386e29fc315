/** Datasets: what the catalog knows of them. */
import type { SchemaCatalog } from '../catalog.ts';
import { SchemaError } from '../errors.ts';
import type { Json } from '../field-group.ts';
import { isObject } from '../field-group.ts';
import { classOfSchema } from '../registry/state.ts';
import type { CatalogState } from '../registry/state.ts';
import type { Dataset } from './dataset.ts';

export interface NewDataset {
  readonly name: string;
  /** `$id` or `meta:altId`. */
  readonly schema: string;
  readonly body: Json;
}

export class Datasets {
  readonly #catalog: SchemaCatalog;
  /** Gives 24 hexadecimal digits, unique. */
  readonly #newId: () => string;

  constructor(catalog: SchemaCatalog, newId: () => string) {
    this.#catalog = catalog;
    this.#newId = newId;
  }

  /** In the order in which they were made. */
  list(): readonly Dataset[] {
    return [...this.#catalog.state.datasets.values()];
  }

  find(id: string): Dataset | undefined {
    return this.#catalog.state.datasets.get(id);
  }

  /** Throws SchemaError `DATASET_NOT_FOUND`. */
  get(id: string): Dataset {
    return this.find(id) ?? notFound(id);
  }

  /** Throws SchemaError `DATASET_INVALID`. */
  async create({ name, schema, body }: NewDataset, { by, now }: { readonly by: string; readonly now: Date }): Promise<Dataset> {
    const dataset: Dataset = { id: this.#newId(), name, schema, body, version: 0, createdAt: now, updatedAt: now, createdBy: by };
    return await this.#put(dataset);
  }

  /** Name, tags and so on; the schema stays. Throws SchemaError. */
  async update(id: string, { name, schema, body }: NewDataset, now: Date): Promise<Dataset> {
    const before = this.get(id);
    if (this.#schemaId(schema) !== before.schema) {
      throw invalid('The schema of a dataset cannot change.', 'Make a new dataset with the other schema.');
    }
    return await this.#put({ ...before, name, body, version: before.version + 1, updatedAt: now });
  }

  /** Its data stays. Throws SchemaError `DATASET_NOT_FOUND`. */
  async delete(id: string): Promise<void> {
    this.get(id);
    await this.#catalog.change((state) => {
      const datasets = new Map(state.datasets);
      datasets.delete(id);
      return {
        state: { ...state, datasets },
        write: async (db) => {
          await db.deleteFrom('datasets').where('id', '=', id).execute();
        },
      };
    });
  }

  async #put(given: Dataset): Promise<Dataset> {
    const dataset = { ...given, schema: this.#schemaId(given.schema) };
    await this.#catalog.change((state) => {
      requireSound(dataset, state);
      const { id, name, schema, body, version, createdAt, updatedAt, createdBy } = dataset;
      const values = { name, body: JSON.stringify(body), version, updated_at: updatedAt };
      return {
        state: { ...state, datasets: new Map(state.datasets).set(id, dataset) },
        write: async (db) => {
          await db
            .insertInto('datasets')
            .values({ id, schema_id: schema, ...values, created_at: createdAt, created_by: createdBy })
            .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
            .execute();
        },
      };
    });
    return dataset;
  }

  #schemaId(schema: string): string {
    const { resources } = this.#catalog.state;
    return resources.has(schema) ? schema : ([...resources.values()].find(({ altId }) => altId === schema)?.id ?? schema);
  }
}

function requireSound({ name, schema, body }: Dataset, state: CatalogState): void {
  if (name.trim() === '') throw invalid('A dataset needs a name.', 'Give it one.');
  const resource = state.resources.get(schema);
  if (resource?.kind !== 'schemas')
    throw invalid(
      `"schemaRef" names ${schema}, which is no schema of yours.`,
      'It is the $id of a schema: POST /data/foundation/schemaregistry/tenant/schemas.',
    );
  if (classOfSchema(state, resource.body) === undefined) throw invalid('The schema has no class.', 'Give it one.');
  const { tags } = body;
  const bad = isObject(tags) ? Object.entries(tags).find(([, values]) => !Array.isArray(values)) : undefined;
  if (bad !== undefined)
    throw invalid(`The tag ${bad[0]} is no list.`, 'Tags are lists of strings, such as {"unifiedProfile": ["enabled:true"]}.');
}

function invalid(message: string, hint: string): SchemaError {
  return new SchemaError({ code: 'DATASET_INVALID', message, hint });
}

function notFound(id: string): never {
  throw new SchemaError({
    code: 'DATASET_NOT_FOUND',
    message: `There is no dataset ${id}.`,
    hint: 'List them with GET /data/foundation/catalog/dataSets.',
  });
}
