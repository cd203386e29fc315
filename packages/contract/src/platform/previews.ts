/** Previews and their estimates. */
import { z } from 'zod';
import { count, pqlExpression, pqlFormat } from '../common.ts';
import { nodesBody } from '../estimates.ts';
import type { Route } from '../route.ts';
import { base, headers, offset, PROFILE_MODEL } from './common.ts';

export const previewState = z.enum(['NEW', 'RUNNING', 'RESULT_READY', 'FAILED']);
const previewId = z.object({ id: z.string().min(1) });
const endCustomerIds = z.record(z.string(), z.object({ id: z.string() })).describe('By namespace');

export const previewRoutes = {
  createPreview: {
    method: 'POST',
    path: `${base}/preview`,
    summary: 'Start a preview and estimate of a query',
    tag: 'preview and estimate',
    access: 'read',
    headers,
    body: z.object({
      predicateExpression: pqlExpression,
      predicateType: pqlFormat.default('pql/text'),
      predicateModel: z.literal(PROFILE_MODEL).default(PROFILE_MODEL),
      graphType: z.enum(['none', 'pdg']).default('none'),
    }),
    responses: {
      201: z.object({
        state: previewState,
        previewQueryId: z.string(),
        previewQueryStatus: previewState,
        previewId: z.string(),
        previewExecutionId: z.int(),
      }),
    },
  },
  getPreview: {
    method: 'GET',
    path: `${base}/preview/{id}`,
    summary: 'Profiles that a preview found',
    tag: 'preview and estimate',
    headers,
    params: previewId,
    query: z.object({ offset, limit: z.coerce.number().int().min(1).max(1000).default(1000) }),
    responses: {
      200: z.object({
        previewQueryId: z.string(),
        previewQueryStatus: previewState,
        previewId: z.string(),
        results: z
          .array(z.record(z.string(), z.object({ _href: z.string(), endCustomerIds })))
          .describe('One object per profile, keyed by its XID'),
        page: z.object({ offset: count, size: count }),
        links: z.object({ _self: z.string(), next: z.string(), prev: z.string() }),
      }),
    },
  },
  cancelPreview: {
    method: 'DELETE',
    path: `${base}/preview/{id}`,
    summary: 'Stop and forget a preview',
    tag: 'preview and estimate',
    access: 'read',
    headers,
    params: previewId,
    responses: { 200: z.object({ status: z.boolean(), message: z.string() }) },
  },
  getEstimateNodes: {
    method: 'GET',
    path: `${base}/estimate/{id}/nodes`,
    summary: 'Exact sizes of every part of the query of a preview',
    tag: 'preview and estimate',
    headers,
    params: previewId,
    responses: { 200: nodesBody },
  },
  getEstimate: {
    method: 'GET',
    path: `${base}/estimate/{id}`,
    summary: 'The size of a preview: exact, hence without error',
    tag: 'preview and estimate',
    headers,
    params: previewId,
    responses: {
      200: z.object({
        estimatedSize: count,
        numRowsToRead: count,
        totalRows: count,
        profilesReadSoFar: count,
        profilesMatchedSoFar: count,
        standardError: z.number(),
        confidenceInterval: z.literal('95%'),
        state: previewState,
        error: z.object({ description: z.string(), traceback: z.string() }).optional(),
        estimatedNamespaceDistribution: z.array(z.object({ namespaceId: z.string(), profilesMatchedSoFar: count })),
        _links: z.object({ preview: z.string() }),
      }),
    },
  },
} as const satisfies Record<string, Route>;
