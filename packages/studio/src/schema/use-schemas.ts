/** The schemas of users, by their `$id`. */
import { useResource } from '../api/use-resource.ts';
import { headOf, registryList } from './registry.ts';

export interface SchemaSummary {
  readonly id: string;
  readonly altId: string;
  readonly title: string;
  /** `$id` of its class. */
  readonly class: string;
  readonly version: string;
  readonly profile: boolean;
  /** `$id` of its class and field groups. */
  readonly parts: readonly string[];
}

/** Empty until they are there. */
export function useSchemas(): ReadonlyMap<string, SchemaSummary> {
  return useResource('schemas', loadSchemas).data ?? new Map();
}

export async function loadSchemas(signal: AbortSignal): Promise<ReadonlyMap<string, SchemaSummary>> {
  const schemas = await registryList({ container: 'tenant', kind: 'schemas' }, signal);
  return new Map(
    schemas.map((schema): [string, SchemaSummary] => {
      const { 'meta:immutableTags': tags, allOf } = schema;
      const parts = (Array.isArray(allOf) ? allOf : []).map(({ $ref }: { readonly $ref?: string }) => $ref ?? '');
      const { id, altId, title } = headOf(schema);
      const profile = Array.isArray(tags) && tags.includes('union');
      return [id, { id, altId, title, class: String(schema['meta:class']), version: String(schema['version']), profile, parts }];
    }),
  );
}
