/** Resources of the schema registry: what users made, and what comes with the product. */
import type { ObjectType } from '@kindred/pql';
import type { Json } from '../field-group.ts';

/** Behaviours come with the product; users make the others. */
export type TenantKind = 'schemas' | 'classes' | 'fieldgroups' | 'datatypes';
export type ResourceKind = TenantKind | 'behaviors';

export interface Resource {
  readonly kind: ResourceKind;
  /** `$id`, an absolute address. */
  readonly id: string;
  /** `meta:altId`, which needs no encoding in a path. */
  readonly altId: string;
  /** The minor version; the major one is always 1. */
  readonly version: number;
  /** As it was given, without what the registry adds. */
  readonly body: Json;
}

/** Made by a user. */
export interface TenantResource extends Resource {
  readonly kind: TenantKind;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly createdBy: string;
  readonly updatedBy: string;
}

/** Comes with the product. */
export interface GlobalResource extends Resource {
  readonly fields: ObjectType;
}

/** The word for a kind in ids and in `meta:resourceType`. */
export const WORD: Readonly<Record<ResourceKind, string>> = {
  schemas: 'schemas',
  classes: 'classes',
  fieldgroups: 'mixins',
  datatypes: 'datatypes',
  behaviors: 'behaviors',
};

/** `$id` of a new resource. @param key 48 hexadecimal digits or so, unique */
export function resourceId(tenant: string, kind: ResourceKind, key: string): string {
  return `https://ns.adobe.com/${tenant}/${WORD[kind]}/${key}`;
}

/** `https://ns.adobe.com/xdm/context/profile` → `_xdm.context.profile` */
export function altIdOf(id: string): string {
  return `_${id.replace(/^https:\/\/ns\.adobe\.com\//, '').replaceAll('/', '.')}`;
}

/** The resources that a resource is made of, by their `$id`: `allOf` without references into itself. */
export function partsOf(body: Json): readonly string[] {
  const all: readonly unknown[] = Array.isArray(body['allOf']) ? body['allOf'] : [];
  return all.flatMap((part) => {
    const ref = typeof part === 'object' && part !== null ? (part as Json)['$ref'] : undefined;
    return typeof ref === 'string' && !ref.startsWith('#') ? [ref] : [];
  });
}

/** `$id`s of all data types that a resource refers to, at any depth. */
export function referencesOf(json: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(json)) for (const item of json) referencesOf(item, found);
  else if (typeof json === 'object' && json !== null) {
    for (const [key, value] of Object.entries(json)) {
      if (key === '$ref' && typeof value === 'string' && !value.startsWith('#')) found.add(value);
      else referencesOf(value, found);
    }
  }
  return found;
}

/** Ids of classes that a field group can be used with. */
export function intendedClasses(body: Json): readonly string[] {
  const ids = body['meta:intendedToExtend'];
  return Array.isArray(ids) ? ids.map(String) : [];
}

/** Whether the records of datasets with this schema become profiles. */
export function isForProfile(body: Json): boolean {
  const tags = body['meta:immutableTags'];
  return Array.isArray(tags) && tags.includes('union');
}
