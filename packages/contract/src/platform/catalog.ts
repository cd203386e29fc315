/** The catalog: datasets. */
import { z } from 'zod';
import { document, name } from '../common.ts';
import type { Route } from '../route.ts';
import { headers } from './common.ts';

const base = '/data/foundation/catalog';
const tag = 'catalog';

const tags = z.record(z.string(), z.array(z.string()));
const schemaRef = z.object({ id: z.string().min(1).describe('$id of the schema'), contentType: z.string().optional() });
const dataset = z.looseObject({ name: z.string(), version: z.string() }).meta({ id: 'CatalogDataset' });
/** Maps by id, as everywhere in the catalog. */
const datasets = z.record(z.string(), dataset);
const references = z.array(z.string()).describe('@/dataSets/{id}');
const params = z.object({ id: z.string().min(1) });

const content = z.looseObject({
  name,
  description: z.string().optional(),
  schemaRef,
  tags: tags.optional().describe('For example {"unifiedProfile": ["enabled:true"], "unifiedIdentity": ["enabled:true"]}'),
});
const operations = z.array(z.object({ op: z.enum(['add', 'replace', 'remove']), path: z.string(), value: z.unknown().optional() }));

export const catalogRoutes = {
  listDatasets: {
    method: 'GET',
    path: `${base}/dataSets`,
    summary: 'List datasets',
    description: 'Also those that data came in with and nobody described; their id is their name.',
    tag,
    headers,
    query: z.looseObject({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      start: z.coerce.number().int().min(0).default(0),
      orderBy: z.string().optional().describe('For example desc:created'),
      property: z
        .union([z.string(), z.array(z.string())])
        .optional()
        .describe('For example name~^Web or schemaRef.id==…; repeatable'),
      properties: z.string().optional().describe('Only these attributes, comma-separated'),
      name: z.string().optional(),
      'schemaRef.id': z.string().optional(),
    }),
    responses: { 200: datasets },
  },
  createDataset: {
    method: 'POST',
    path: `${base}/dataSets`,
    summary: 'Create a dataset',
    description: 'Its records become profiles when it has the tag unifiedProfile and its schema the tag union.',
    tag,
    headers,
    body: content,
    responses: { 201: references },
  },
  getDataset: {
    method: 'GET',
    path: `${base}/dataSets/{id}`,
    summary: 'One dataset',
    tag,
    headers,
    params,
    responses: { 200: datasets },
  },
  replaceDataset: {
    method: 'PUT',
    path: `${base}/dataSets/{id}`,
    summary: 'Replace what is said of a dataset; its schema stays',
    tag,
    headers,
    params,
    body: content,
    responses: { 200: references },
  },
  updateDataset: {
    method: 'PATCH',
    path: `${base}/dataSets/{id}`,
    summary: 'Change parts of a dataset',
    description: 'JSON Patch, or an object whose members replace those of the dataset.',
    tag,
    headers,
    params,
    body: z.union([operations, document]),
    responses: { 200: references },
  },
  updateDatasetV2: {
    method: 'PATCH',
    path: `${base}/v2/dataSets/{id}`,
    summary: 'Change parts of a dataset, such as how long its events are kept',
    description: 'Events that are older by their timestamp are taken away before it answers, and from then on every hour.',
    tag,
    headers,
    params,
    body: z.looseObject({
      extensions: z
        .looseObject({
          adobe_lakeHouse: z
            .looseObject({
              rowExpiration: z.looseObject({ ttlValue: z.string().nullable().describe('ISO 8601 duration such as P30D') }).optional(),
            })
            .optional(),
        })
        .optional(),
    }),
    responses: { 200: references },
  },
  deleteDataset: {
    method: 'DELETE',
    path: `${base}/dataSets/{id}`,
    summary: 'Delete what is said of a dataset',
    tag,
    headers,
    params,
    responses: { 200: references },
  },
} as const satisfies Record<string, Route>;

/** What PUT takes, and what a patched dataset must be. */
export const datasetContent = content;
