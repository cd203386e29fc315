/** Merge policies: how the records of a person become one profile. */
import { z } from 'zod';
import { count, epochSeconds, flag, idParams, name } from '../common.ts';
import type { Route } from '../route.ts';
import { base, bulkIds, headers, next, offset, PROFILE_MODEL, sandbox } from './common.ts';

const identityGraph = z.object({
  type: z.enum(['pdg', 'none']).describe('pdg: the records of all identities of the graph; none: of the identity asked for alone'),
});
const attributeMerge = z.object({
  type: z
    .enum(['timestampOrdered', 'dataSetPrecedence'])
    .describe('Of each field the newest known value, or the one of the most trusted dataset that knows one'),
  order: z
    .array(z.string().min(1))
    .optional()
    .describe('For dataSetPrecedence: ids of datasets, the most trusted first; others do not count'),
});
const model = z.object({ name: z.literal(PROFILE_MODEL) });

export const mergePolicy = z
  .object({
    id: z.string(),
    name: z.string(),
    imsOrgId: z.string(),
    sandbox,
    schema: model,
    version: count,
    identityGraph,
    attributeMerge,
    isActiveOnEdge: z.boolean(),
    default: z.boolean(),
    updateEpoch: epochSeconds,
  })
  .meta({ id: 'MergePolicy' });
export type MergePolicyBody = z.output<typeof mergePolicy>;

const input = z.object({
  name,
  schema: model.optional(),
  identityGraph: identityGraph.default({ type: 'pdg' }),
  attributeMerge: attributeMerge.default({ type: 'timestampOrdered' }),
  isActiveOnEdge: z.boolean().optional(),
  default: z.boolean().optional(),
});

const path = `${base}/config/mergePolicies`;
const tag = 'merge policies';

export const mergePolicyRoutes = {
  listMergePolicies: {
    method: 'GET',
    path,
    summary: 'List merge policies',
    tag,
    headers,
    query: z.object({
      start: offset,
      limit: z.coerce.number().int().min(1).max(1000).default(20),
      'schema.name': z.string().optional(),
      default: flag.optional(),
      isActiveOnEdge: flag.optional(),
      'identityGraph.type': z.string().optional(),
      'attributeMerge.type': z.string().optional(),
      version: z.coerce.number().int().optional(),
      orderby: z.string().optional().describe('name, version or updateEpoch, with - in front for the largest first'),
    }),
    responses: {
      200: z.object({
        _page: z.object({ totalCount: count, pageSize: count }),
        children: z.array(mergePolicy),
        _links: z.object({ next }),
      }),
    },
  },
  createMergePolicy: {
    method: 'POST',
    path,
    summary: 'Create a merge policy',
    description: 'There are five at most. A new default takes the place of the one before, and so does one that is active on the edge.',
    tag,
    headers,
    body: input,
    responses: { 200: mergePolicy },
  },
  bulkGetMergePolicies: {
    method: 'POST',
    path: `${path}/bulk-get`,
    summary: 'Several merge policies by their ids',
    tag,
    headers,
    access: 'read',
    body: bulkIds,
    responses: {
      207: z.object({
        results: z.record(z.string(), z.union([mergePolicy.extend({ status: z.literal(200) }), z.object({ status: z.literal(404) })])),
      }),
    },
  },
  getMergePolicy: {
    method: 'GET',
    path: `${path}/{id}`,
    summary: 'One merge policy',
    tag,
    headers,
    params: idParams,
    responses: { 200: mergePolicy },
  },
  replaceMergePolicy: {
    method: 'PUT',
    path: `${path}/{id}`,
    summary: 'Replace a merge policy',
    tag,
    headers,
    params: idParams,
    body: input,
    responses: { 200: mergePolicy },
  },
  updateMergePolicy: {
    method: 'PATCH',
    path: `${path}/{id}`,
    summary: 'Change parts of a merge policy',
    tag,
    headers,
    params: idParams,
    body: z
      .array(
        z.object({
          op: z.enum(['add', 'replace']),
          path: z.enum([
            '/name',
            '/default',
            '/isActiveOnEdge',
            '/identityGraph',
            '/identityGraph.type',
            '/attributeMerge',
            '/attributeMerge.type',
            '/attributeMerge.order',
          ]),
          value: z.unknown(),
        }),
      )
      .min(1),
    responses: { 200: mergePolicy },
  },
  deleteMergePolicy: {
    method: 'DELETE',
    path: `${path}/{id}`,
    summary: 'Delete a merge policy that nothing uses',
    tag,
    headers,
    params: idParams,
    responses: { 200: z.object({}) },
  },
} as const satisfies Record<string, Route>;

/** What PUT and POST take, and what a patched policy must be. */
export const mergePolicyInput = input;
