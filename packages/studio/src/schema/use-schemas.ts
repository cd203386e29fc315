/** The schemas of users, by their `$id`. */
import { routes } from '@kindred/contract';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';

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

const WHOLE = 'application/vnd.adobe.xed+json';

/** Empty until they are there. */
export function useSchemas(): ReadonlyMap<string, SchemaSummary> {
  return useResource('schemas', loadSchemas).data ?? new Map();
}

export async function loadSchemas(signal: AbortSignal): Promise<ReadonlyMap<string, SchemaSummary>> {
  const params = { container: 'tenant', kind: 'schemas' } as const;
  const { results } = await call(routes.listSchemaResources, { params, query: { limit: 300, orderby: 'title' }, accept: WHOLE, signal });
  return new Map(
    results.map((schema): [string, SchemaSummary] => {
      const { 'meta:immutableTags': tags, allOf } = schema as Readonly<Record<string, unknown>>;
      const parts = (Array.isArray(allOf) ? allOf : []).map(({ $ref }: { readonly $ref?: string }) => $ref ?? '');
      const id = String(schema['$id']);
      const summary = { id, altId: String(schema['meta:altId']), title: String(schema['title']), class: String(schema['meta:class']) };
      return [id, { ...summary, version: String(schema['version']), profile: Array.isArray(tags) && tags.includes('union'), parts }];
    }),
  );
}
