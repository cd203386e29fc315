/** A dataset: what records of one schema come in under. */
import type { Json } from '../field-group.ts';

export interface Dataset {
  readonly id: string;
  readonly name: string;
  /** `$id` of its schema. */
  readonly schema: string;
  /** What else the catalog keeps of it: description, tags, extensions, … */
  readonly body: Json;
  /** Grows with every change. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly createdBy: string;
}

/** Whether its records become profiles: the tag `unifiedProfile` with `enabled:true`, with or without a space. */
export function isProfileEnabled({ body }: Pick<Dataset, 'body'>): boolean {
  const values = ((body['tags'] ?? {}) as Json)['unifiedProfile'];
  return Array.isArray(values) && values.some((value) => String(value).replaceAll(/\s/g, '') === 'enabled:true');
}

/** How long events are kept, as an ISO 8601 duration in days or more; null: for good. */
export function rowExpirationOf({ body }: Pick<Dataset, 'body'>): string | null {
  const { adobe_lakeHouse: lake } = (body['extensions'] ?? {}) as { readonly adobe_lakeHouse?: { readonly rowExpiration?: Json } };
  const ttl = lake?.rowExpiration?.['ttlValue'];
  return typeof ttl === 'string' ? ttl : null;
}
