/** Search over folders and audiences. */
import { z } from 'zod';
import { count } from '../common.ts';
import type { Route } from '../route.ts';
import { base, headers } from './common.ts';

export const SEARCH_CLASS = '_xdm.context.segmentdefinition';

const common = {
  'schema.name': z.literal(SEARCH_CLASS).optional(),
  schemaClass: z.literal(SEARCH_CLASS).optional().describe('The older name of schema.name'),
};
const s = z.string().max(1000).optional().describe('Lucene syntax: terms, field: term, AND OR NOT, * ? wildcards, "phrases", fuzzy~');
const status = z.object({ message: z.string() });

const folder = z.object({
  id: z.string(),
  base64EncodedSourceId: z.string(),
  sourceId: z.string(),
  isFolder: z.boolean(),
  parentFolderId: z.string().nullable(),
  name: z.string(),
  description: z.string(),
});

export const searchRoutes = {
  searchNamespaces: {
    method: 'GET',
    path: `${base}/search/namespaces`,
    summary: 'Namespaces with the number of audiences found in each',
    tag: 'search',
    headers,
    query: z.object({ ...common, s }),
    responses: {
      200: z.object({
        namespaces: z.array(z.object({ namespace: z.string(), displayName: z.string(), count })),
        totalCount: count,
        status,
      }),
    },
  },
  searchEntities: {
    method: 'GET',
    path: `${base}/search/entities`,
    summary: 'Folders, then audiences: those in a folder, or all that are found',
    tag: 'search',
    headers,
    query: z.object({
      ...common,
      namespace: z.string().optional(),
      s,
      entityId: z.string().optional().describe('The folder to look into; the top, or everywhere with s, when left out'),
      limit: z.coerce.number().int().min(1).max(50).default(50),
      page: z.coerce.number().int().min(0).default(0),
    }),
    responses: {
      200: z.object({
        entities: z.array(folder),
        page: z.object({ totalCount: count, totalPages: count, pageOffset: count, pageSize: count }),
        status,
      }),
    },
  },
  searchTaxonomy: {
    method: 'GET',
    path: `${base}/search/taxonomy`,
    summary: 'The folders above an audience or a folder, from the top',
    tag: 'search',
    headers,
    query: z.object({ ...common, namespace: z.string().optional(), entityId: z.string() }),
    responses: { 200: z.object({ taxonomy: z.array(folder.pick({ id: true, name: true, parentFolderId: true })), status }) },
  },
} as const satisfies Record<string, Route>;
