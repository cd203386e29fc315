/** What the registry and the catalog know at one moment. Immutable: a change makes a new one. */
import type { Json, RecordKind } from '../field-group.ts';
import { classOf } from '../field-group.ts';
import type { Dataset } from '../datasets/dataset.ts';
import type { OwnNamespace } from '../own-namespaces.ts';
import type { Descriptor } from './descriptor.ts';
import type { Resource, TenantResource } from './resource.ts';
import { partsOf } from './resource.ts';
import { RECORD, STANDARD } from './standard.ts';

export interface CatalogState {
  /** By `$id`. */
  readonly resources: ReadonlyMap<string, TenantResource>;
  /** By `@id`. */
  readonly descriptors: ReadonlyMap<string, Descriptor>;
  readonly datasets: ReadonlyMap<string, Dataset>;
  /** In the order of their numbers. */
  readonly namespaces: readonly OwnNamespace[];
}

/** The resource of an `$id`, whoever made it. */
export function resourceOf(state: CatalogState, id: string): Resource | undefined {
  return state.resources.get(id) ?? STANDARD.get(id);
}

/** The class of a schema; undefined when it names none. */
export function classOfSchema(state: CatalogState, body: Json): Resource | undefined {
  return partResources(state, body).find(({ kind }) => kind === 'classes');
}

/** The resources a schema is made of that exist. */
export function partResources(state: CatalogState, body: Json): readonly Resource[] {
  const all = Array.isArray(body['allOf']) ? (body['allOf'] as readonly Json[]) : [];
  return all.flatMap((part) => resourceOf(state, String(part['$ref'])) ?? []);
}

/** What the records of a schema are; null for what has no class, and for time series and rows that are of nobody. */
export function kindOfSchema(state: CatalogState, { body }: Pick<Resource, 'body'>): RecordKind | null {
  const xdmClass = classOfSchema(state, body);
  if (xdmClass === undefined) return null;
  return classOf(xdmClass.id) ?? (partsOf(xdmClass.body).includes(RECORD) ? 'lookup' : null);
}
