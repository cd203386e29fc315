/** Lists of the schema registry. */
import { routes } from '@kindred/contract';
import type { CallInput, Routes } from '@kindred/contract';
import { call } from '../api/session.ts';

const WHOLE = 'application/vnd.adobe.xed+json';
/** More than anybody has of one kind. */
const MOST = 300;

type Resource = Readonly<Record<string, unknown>>;

/** Resources of a kind, whole, by title. */
export async function registryList(
  params: CallInput<Routes['listSchemaResources']>['params'],
  signal: AbortSignal,
): Promise<readonly Resource[]> {
  return (await call(routes.listSchemaResources, { params, query: { limit: MOST, orderby: 'title' }, accept: WHOLE, signal })).results;
}

/** What every resource has. */
export function headOf(resource: Resource): { readonly id: string; readonly altId: string; readonly title: string } {
  return { id: String(resource['$id']), altId: String(resource['meta:altId']), title: String(resource['title']) };
}
