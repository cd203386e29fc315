/** Resources from one registry to another: what a resource is made of goes with it, and is written for the tenant that takes it in. */
import { SchemaError } from '../errors.ts';
import type { Json } from '../field-group.ts';
import { nameOf } from './checks.ts';
import type { TenantKind, TenantResource } from './resource.ts';
import { altIdOf, referencesOf, resourceId, WORD } from './resource.ts';
import type { CatalogState } from './state.ts';

/** A resource of another registry, or of this one at another time. */
export interface Arriving {
  /** `$id` there. */
  readonly id: string;
  readonly kind: TenantKind;
  /** As it was written there, without what a registry adds. */
  readonly body: Json;
}

/** A resource of a user with all those of users that it is made of, parts first. */
export function closure(state: CatalogState, id: string): readonly TenantResource[] {
  const found = new Map<string, TenantResource>();
  const visit = (each: string): void => {
    const resource = state.resources.get(each);
    if (resource === undefined || found.has(each)) return;
    for (const part of referencesOf(resource.body)) visit(part);
    found.set(each, resource);
  };
  visit(id);
  return [...found.values()];
}

export interface Taking {
  readonly state: CatalogState;
  /** Without the leading underscore. */
  readonly tenant: string;
  readonly newKey: () => string;
}

/**
 * What is to be made here of arriving resources: those that are here already, the same, are left out. Throws SchemaError
 * `SCHEMA_IMPORT_CLASH` where something else has the `$id`.
 */
export function taken(arriving: readonly Arriving[], { state, tenant, newKey }: Taking): readonly Arriving[] {
  const ids = new Map<string, string>();
  const roots = new Set<string>();
  for (const { id, kind } of arriving) {
    const theirs = tenantOf(id);
    if (theirs !== tenant) roots.add(`_${theirs}`);
    ids.set(id, theirs === tenant ? id : resourceId(tenant, kind, newKey()));
  }
  return arriving.flatMap(({ id, kind, body }) => {
    const here: Arriving = { id: ids.get(id) ?? id, kind, body: rewritten(body, { ids, roots, own: `_${tenant}` }) as Json };
    const known = state.resources.get(here.id);
    if (known === undefined) return [here];
    if (JSON.stringify(known.body) === JSON.stringify(here.body)) return [];
    throw new SchemaError({
      code: 'SCHEMA_IMPORT_CLASH',
      message: `There is another ${nameOf(known.body)} under ${here.id} here.`,
      hint: 'Delete the one that is here, or change it to what the other one says; then import again.',
    });
  });
}

interface Rewriting {
  readonly ids: ReadonlyMap<string, string>;
  /** Roots of the fields of other tenants. */
  readonly roots: ReadonlySet<string>;
  readonly own: string;
}

function rewritten(json: unknown, rewriting: Rewriting): unknown {
  if (typeof json === 'string') return rewriting.ids.get(json) ?? json;
  if (Array.isArray(json)) return json.map((item) => rewritten(item, rewriting));
  if (typeof json !== 'object' || json === null) return json;
  const named = (name: string): string => (rewriting.roots.has(name) ? rewriting.own : (rewriting.ids.get(name) ?? name));
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [named(name), rewritten(value, rewriting)]));
}

/** Throws SchemaError for what is no `$id` of a user's resource. */
function tenantOf(id: string): string {
  const found = /^https:\/\/ns\.adobe\.com\/([^/]+)\/[a-z]+\/[^/]+$/.exec(id)?.[1];
  if (found !== undefined && found !== 'xdm') return found;
  throw new SchemaError({
    code: 'SCHEMA_RESOURCE_INVALID',
    message: `${JSON.stringify(id)} is no $id of a resource that a user made.`,
    hint: 'Import what GET …/rpc/export/{id} gave.',
  });
}

/** The kind of a resource as the registry names it in `meta:resourceType`; undefined for none of a user's. */
export function kindOfWord(word: unknown): TenantKind | undefined {
  return (['schemas', 'classes', 'fieldgroups', 'datatypes'] as const).find((kind) => WORD[kind] === word || kind === word);
}

export function arrivedAs({ id, kind, body }: Arriving, made: Pick<TenantResource, 'createdAt' | 'createdBy'>): TenantResource {
  const { createdAt, createdBy } = made;
  return { id, kind, body, altId: altIdOf(id), version: 0, createdAt, createdBy, updatedAt: createdAt, updatedBy: createdBy };
}
