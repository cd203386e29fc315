/** The schema registry: resources that come with the product, and those that users make. */
import type { Transaction } from 'kysely';
import type { Database } from '../../store/index.ts';
import type { SchemaCatalog } from '../catalog.ts';
import { SchemaError } from '../errors.ts';
import type { Json } from '../field-group.ts';
import { isProtected, nameOf, requireSound } from './checks.ts';
import { breakingChanges } from './evolution.ts';
import { fullFields } from './full.ts';
import type { Resource, ResourceKind, TenantKind, TenantResource } from './resource.ts';
import { altIdOf, isForProfile, referencesOf, resourceId } from './resource.ts';
import { STANDARD } from './standard.ts';
import type { CatalogState } from './state.ts';
import type { Arriving } from './transfer.ts';
import { arrivedAs, closure, taken } from './transfer.ts';

export type Container = 'global' | 'tenant';

export interface Author {
  readonly by: string;
  readonly now: Date;
}

/** A moment in the life of a resource. */
export interface ResourceChange {
  readonly action: 'create' | 'update' | 'delete';
  readonly version: number;
  /** Null: deleted. */
  readonly body: Json | null;
  readonly changedAt: Date;
  readonly changedBy: string;
}

export class SchemaRegistry {
  readonly #catalog: SchemaCatalog;
  /** Gives the part of an `$id` that is unique. */
  readonly #newKey: () => string;

  constructor(catalog: SchemaCatalog, newKey: () => string) {
    this.#catalog = catalog;
    this.#newKey = newKey;
  }

  get state(): CatalogState {
    return this.#catalog.state;
  }

  get tenant(): string {
    return this.#catalog.tenant;
  }

  /** Of users in the order in which they were made. */
  list(container: Container, kind: ResourceKind): readonly Resource[] {
    const all: Iterable<Resource> = container === 'global' ? STANDARD.values() : this.state.resources.values();
    return [...all].filter((resource) => resource.kind === kind);
  }

  /** By `$id` or `meta:altId`, also without version. Throws SchemaError `SCHEMA_RESOURCE_NOT_FOUND`. */
  get(container: Container, kind: ResourceKind, id: string): Resource {
    const found = this.list(container, kind).find((resource) => resource.id === id || resource.altId === id);
    return found ?? notFound(kind, id);
  }

  /** One that a user made, of any kind, by `$id` or `meta:altId`. Throws SchemaError `SCHEMA_RESOURCE_NOT_FOUND`. */
  find(id: string): TenantResource {
    const found = this.state.resources.get(id) ?? [...this.state.resources.values()].find(({ altId }) => altId === id);
    return found ?? notFound('resources', id);
  }

  /** Throws SchemaError. */
  async create(kind: TenantKind, body: Json, { by, now }: Author): Promise<TenantResource> {
    const id = resourceId(this.tenant, kind, this.#newKey());
    const made = { createdAt: now, updatedAt: now, createdBy: by, updatedBy: by };
    const resource: TenantResource = { kind, id, altId: altIdOf(id), version: 0, body, ...made };
    await this.#put(resource, 'create');
    return resource;
  }

  /** Also raises the version. Throws SchemaError: what would break data that is, or may be, there is refused. */
  async replace(kind: TenantKind, id: string, body: Json, { by, now }: Author): Promise<TenantResource> {
    const before = this.find(this.get('tenant', kind, id).id);
    const after: TenantResource = { ...before, body, version: before.version + 1, updatedAt: now, updatedBy: by };
    await this.#put(after, 'update');
    return after;
  }

  /** Throws SchemaError `SCHEMA_RESOURCE_IN_USE` for one that something else needs. */
  async delete(kind: TenantKind, id: string, { by, now }: Author): Promise<void> {
    const resource = this.find(this.get('tenant', kind, id).id);
    await this.#catalog.change((state) => {
      requireUnused(state, resource);
      const resources = new Map(state.resources);
      resources.delete(resource.id);
      const descriptors = new Map([...state.descriptors].filter(([, { schema }]) => schema !== resource.id));
      return {
        state: { ...state, resources, descriptors },
        async write(db) {
          const gone = [...state.descriptors.keys()].filter((key) => !descriptors.has(key));
          if (gone.length > 0) await db.deleteFrom('schema_descriptors').where('id', 'in', gone).execute();
          await db.deleteFrom('schema_resources').where('id', '=', resource.id).execute();
          const change = { resource: resource.id, action: 'delete' as const, version: resource.version, body: null };
          await db
            .insertInto('schema_changes')
            .values({ ...change, changed_at: now, changed_by: by })
            .execute();
        },
      };
    });
  }

  /** A resource with all those of users that it is made of, parts first. Throws SchemaError `SCHEMA_RESOURCE_NOT_FOUND`. */
  exported(id: string): readonly TenantResource[] {
    return closure(this.state, this.find(id).id);
  }

  /**
   * Takes in what another registry exported, all or nothing: under its `$id` when it is of this tenant, else under another one and
   * with its fields below the root of this tenant. Gives what was made. Throws SchemaError.
   */
  async import(arriving: readonly Arriving[], { by, now }: Author): Promise<readonly TenantResource[]> {
    const { tenant } = this;
    let made: readonly TenantResource[] = [];
    await this.#catalog.change((state) => {
      made = taken(arriving, { state, tenant, newKey: this.#newKey }).map((each) => arrivedAs(each, { createdAt: now, createdBy: by }));
      const after = { ...state, resources: new Map([...state.resources, ...made.map((each) => [each.id, each] as const)]) };
      for (const resource of made) requireSound(resource, { state: after, tenant });
      return {
        state: after,
        async write(db) {
          for (const resource of made) await write(db, resource, 'create');
        },
      };
    });
    return made;
  }

  /** What became of a resource, the newest first. */
  async history(id: string): Promise<readonly ResourceChange[]> {
    const rows = await this.#catalog.db.selectFrom('schema_changes').selectAll().where('resource', '=', id).orderBy('id', 'desc').execute();
    return rows.map(({ action, version, body, changed_at: changedAt, changed_by: changedBy }) => ({
      action,
      version,
      body,
      changedAt,
      changedBy,
    }));
  }

  async #put(resource: TenantResource, action: 'create' | 'update'): Promise<void> {
    const { tenant } = this;
    await this.#catalog.change((state) => {
      const after = { ...state, resources: new Map(state.resources).set(resource.id, resource) };
      requireSound(resource, { state: after, tenant });
      requireCompatible(state, after, resource);
      return { state: after, write: (db) => write(db, resource, action) };
    });
  }
}

async function write(
  db: Transaction<Database>,
  { id, kind, version, body, ...made }: TenantResource,
  action: 'create' | 'update',
): Promise<void> {
  const values = {
    kind,
    version,
    body: JSON.stringify(body),
    created_at: made.createdAt,
    updated_at: made.updatedAt,
    created_by: made.createdBy,
    updated_by: made.updatedBy,
  };
  await db
    .insertInto('schema_resources')
    .values({ id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
  await db
    .insertInto('schema_changes')
    .values({ resource: id, action, version, body: JSON.stringify(body), changed_at: made.updatedAt, changed_by: made.updatedBy })
    .execute();
}

/** No schema with data may lose what records of before rely on. */
function requireCompatible(before: CatalogState, after: CatalogState, changed: TenantResource): void {
  for (const schema of before.resources.values()) {
    const now = after.resources.get(schema.id);
    if (schema.kind !== 'schemas' || now === undefined || !isProtected(before, schema.id)) continue;
    const problems = [...breakingChanges(fullFields(before, schema), fullFields(after, now))];
    if (isForProfile(schema.body) && !isForProfile(now.body))
      problems.unshift('"meta:immutableTags" would lose "union", which cannot be undone');
    if (problems.length === 0) continue;
    const about = schema.id === changed.id ? 'The schema' : `The schema ${nameOf(schema.body)}, which uses it,`;
    throw new SchemaError({
      code: 'SCHEMA_CHANGE_BREAKS',
      message: `${about} has data or is enabled for Profile, and this change would break it: ${problems.join('; ')}.`,
      hint: 'Fields can be added, limits widened and fields deprecated. For anything else add a field under another name, or make a new schema.',
    });
  }
}

function requireUnused(state: CatalogState, resource: Resource): void {
  const dataset = [...state.datasets.values()].find(({ schema }) => schema === resource.id);
  if (dataset !== undefined) throw inUse(resource, `the dataset ${dataset.name} has this schema`);
  if (isForProfile(resource.body)) throw inUse(resource, 'it is enabled for Profile');
  const user = [...state.resources.values()].find(({ body }) => referencesOf(body).has(resource.id));
  if (user !== undefined) throw inUse(resource, `${nameOf(user.body)} refers to it`);
}

function inUse({ body }: Resource, why: string): SchemaError {
  const message = `${nameOf(body)} cannot be deleted: ${why}.`;
  return new SchemaError({ code: 'SCHEMA_RESOURCE_IN_USE', message, hint: 'Delete what uses it first.' });
}

function notFound(kind: string, id: string): never {
  const path = kind === 'resources' ? 'schemas' : kind;
  throw new SchemaError({
    code: 'SCHEMA_RESOURCE_NOT_FOUND',
    message: `There is no ${id} among the ${kind}.`,
    hint: `See GET /data/foundation/schemaregistry/tenant/${path} and …/global/${path}. An $id in a path is percent-encoded; a meta:altId needs no encoding.`,
  });
}
