/**
 * Schemas, descriptors and datasets in PostgreSQL, kept in memory as one immutable state. Every change is checked as a whole, then
 * written, then seen by everybody at once.
 */
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../store/index.ts';
import type { Dataset } from './datasets/dataset.ts';
import type { OwnNamespace } from './own-namespaces.ts';
import { composeSchema } from './registry/compose.ts';
import type { Descriptor, DescriptorType } from './registry/descriptor.ts';
import type { TenantResource } from './registry/resource.ts';
import { altIdOf } from './registry/resource.ts';
import type { CatalogState } from './registry/state.ts';
import type { SchemaOptions, XdmSchema } from './union.ts';

export interface CatalogOptions {
  readonly db: Kysely<Database>;
  /** What the union holds besides what is in the registry. */
  readonly base: SchemaOptions;
}

export interface CatalogChange {
  readonly state: CatalogState;
  /** Writes it down. */
  readonly write: (db: Transaction<Database>) => Promise<void>;
}

/**
 * Lets the tables take on a schema: refuses one that stored values contradict, runs `persist`, and works with the schema from then on.
 * Throws SchemaError.
 */
export type Adopt = (schema: XdmSchema, persist: () => Promise<void>) => Promise<void>;

export class SchemaCatalog {
  readonly #options: CatalogOptions;
  #state: CatalogState;
  #adopt: Adopt = async (_, persist) => await persist();
  /** Ends when the last change asked for has. */
  #changes: Promise<unknown> = Promise.resolve();

  private constructor(options: CatalogOptions, state: CatalogState) {
    this.#options = options;
    this.#state = state;
  }

  static async open(options: CatalogOptions): Promise<SchemaCatalog> {
    return new SchemaCatalog(options, await readState(options.db));
  }

  get state(): CatalogState {
    return this.#state;
  }

  get db(): Kysely<Database> {
    return this.#options.db;
  }

  /** Without the leading underscore. */
  get tenant(): string {
    return this.#options.base.tenant;
  }

  /** A new object: compare what you hold with what the tables hold, not with this. */
  schema(): XdmSchema {
    return composeSchema(this.#options.base, this.#state);
  }

  /** From now on every change goes through the tables. */
  attach(adopt: Adopt): void {
    this.#adopt = adopt;
  }

  /** One change after the other. Throws SchemaError, with nothing changed. */
  async change(edit: (state: CatalogState) => CatalogChange): Promise<void> {
    const turn = this.#changes.then(async () => {
      const { state, write } = edit(this.#state);
      await this.#adopt(composeSchema(this.#options.base, state), async () => {
        await this.#options.db.transaction().execute(write);
        this.#state = state;
      });
    });
    this.#changes = turn.catch(() => undefined);
    await turn;
  }
}

async function readState(db: Kysely<Database>): Promise<CatalogState> {
  const resources = await db.selectFrom('schema_resources').selectAll().orderBy('created_at').orderBy('id').execute();
  const descriptors = await db.selectFrom('schema_descriptors').selectAll().orderBy('created_at').orderBy('id').execute();
  const namespaces = await db.selectFrom('identity_namespaces').selectAll().orderBy('number').execute();
  const datasets = await db.selectFrom('datasets').selectAll().orderBy('created_at').orderBy('id').execute();
  return {
    namespaces: namespaces.map(({ number: id, code, name, description, id_type: idType, ...made }) => {
      const { created_at: createdAt, updated_at: updatedAt, created_by: createdBy } = made;
      return { id, code, name, description, idType: idType as OwnNamespace['idType'], createdAt, updatedAt, createdBy };
    }),
    resources: new Map(
      resources.map(({ id, kind, version, body, ...made }): [string, TenantResource] => {
        const { created_at: createdAt, updated_at: updatedAt, created_by: createdBy, updated_by: updatedBy } = made;
        return [id, { id, kind, altId: altIdOf(id), version, body, createdAt, updatedAt, createdBy, updatedBy }];
      }),
    ),
    descriptors: new Map(
      descriptors.map(({ id, body }): [string, Descriptor] => {
        return [id, { id, type: body['@type'] as DescriptorType, schema: String(body['xdm:sourceSchema']), body }];
      }),
    ),
    datasets: new Map(
      datasets.map(({ id, name, schema_id: schema, body, version, ...made }): [string, Dataset] => {
        return [
          id,
          { id, name, schema, body, version, createdAt: made.created_at, updatedAt: made.updated_at, createdBy: made.created_by },
        ];
      }),
    ),
  };
}
