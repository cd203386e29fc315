/** Export jobs: profiles into files. */
import { z } from 'zod';
import { count, epochMs, instant, milliseconds, rawBody } from '../common.ts';
import type { Route } from '../route.ts';
import { base, headers, offset, PROFILE_MODEL, sandbox } from './common.ts';

const exportId = z.object({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });
const statuses = z.array(z.enum(['realized', 'existing', 'exited'])).min(1);
const timing = z.object({ startTimeInMs: epochMs, endTimeInMs: epochMs.nullable(), totalTimeInMs: milliseconds.nullable() });
const exportStatus = z.enum(['NEW', 'PROCESSING', 'SUCCEEDED', 'FAILED', 'CANCELLING', 'CANCELLED']);
/** Dotted paths, comma-separated. */
const fieldList = z.string().max(20_000);
const mergePolicy = z.object({ id: z.string(), version: z.int().optional() });

const filter = z.object({
  segments: z
    .array(
      z.object({ segmentId: z.string().min(1), segmentNs: z.string().default('ups'), status: statuses.default(['realized', 'existing']) }),
    )
    .min(1)
    .optional()
    .describe('Left out: all profiles'),
  segmentQualificationTime: z
    .object({ startTime: instant.optional(), endTime: instant.optional() })
    .optional()
    .describe('When somebody came (realized, existing) or left (exited), both ends included'),
  fromIngestTimestamp: instant.optional().describe('Only people of whom a record or an event was received later than this'),
  emptyProfiles: z.boolean().default(false).describe('Profiles with events only, too'),
});
const eventList = z.object({
  fields: fieldList.default('').describe('Of an event; none means all'),
  filter: z
    .object({ fromIngestTimestamp: instant.optional(), toIngestTimestamp: instant.optional() })
    .optional()
    .describe('When events were received: later than the first, not later than the other'),
});

export const exportInput = z.object({
  fields: fieldList.default('').describe('Dotted paths, comma-separated; none means all'),
  mergePolicy: mergePolicy.optional(),
  filter: filter.default({ emptyProfiles: false }),
  additionalFields: z.object({ eventList: eventList.optional() }).optional(),
  destination: z
    .object({
      datasetId: z.string().max(255).optional().describe('What the receiver calls it; kept and shown'),
      segmentPerBatch: z.boolean().default(false).describe('One file for each audience'),
      format: z.enum(['jsonl', 'csv', 'parquet']).default('jsonl'),
    })
    .default({ segmentPerBatch: false, format: 'jsonl' }),
  schema: z.object({ name: z.literal(PROFILE_MODEL) }),
  evaluationInfo: z.object({ segmentation: z.boolean().default(false) }).optional(),
});

export const exportFile = z
  .object({ name: z.string(), bytes: count, rows: count, segmentId: z.string().optional() })
  .meta({ id: 'ExportFile' });

export const exportJob = z
  .object({
    id: z.int(),
    jobType: z.literal('BATCH'),
    imsOrgId: z.string(),
    sandbox,
    profileInstanceId: z.string(),
    status: exportStatus,
    requestId: z.string().optional(),
    schema: z.object({ name: z.string() }),
    fields: z.string(),
    mergePolicy: z.object({ id: z.string(), version: z.int() }),
    filter: z.looseObject({}),
    additionalFields: z.looseObject({}).optional(),
    destination: z.object({
      datasetId: z.string().optional(),
      batchId: z.string(),
      segmentPerBatch: z.boolean(),
      format: z.string(),
      batches: z
        .array(z.object({ segmentId: z.string(), segmentNs: z.string(), status: z.array(z.string()), batchId: z.string() }))
        .optional(),
    }),
    computeGatewayJobId: z.object({ exportJob: z.string(), pushJob: z.string() }),
    metrics: z.object({
      totalTime: timing,
      profileExportTime: timing,
      aCPDatasetWriteTime: timing,
      totalExportedProfileCounter: count,
      exportedProfileByNamespaceCounter: z.record(z.string(), count),
    }),
    errors: z.array(z.object({ code: z.string(), msg: z.string(), callStack: z.array(z.string()) })),
    properties: z.record(z.string(), z.string()),
    files: z.array(exportFile).describe('Download them from /api/exports/{id}/files/{name}'),
    creationTime: epochMs,
    updateTime: epochMs,
  })
  .meta({ id: 'ExportJob' });
export type ExportJobBody = z.output<typeof exportJob>;

export const exportRoutes = {
  listExportJobs: {
    method: 'GET',
    path: `${base}/export/jobs`,
    summary: 'List export jobs, newest first',
    tag: 'export jobs',
    headers,
    query: z.object({ offset, limit: z.coerce.number().int().min(1).max(1000).default(100), status: exportStatus.optional() }),
    responses: {
      200: z.object({
        records: z.array(exportJob),
        page: z.object({ sortField: z.string(), sort: z.string(), pageOffset: count, pageSize: count }),
        link: z.object({ next: z.string().optional() }),
      }),
    },
  },
  createExportJob: {
    method: 'POST',
    path: `${base}/export/jobs`,
    summary: 'Export profiles or members into files',
    tag: 'export jobs',
    headers,
    body: exportInput,
    responses: { 200: exportJob },
  },
  getExportJob: {
    method: 'GET',
    path: `${base}/export/jobs/{id}`,
    summary: 'One export job',
    tag: 'export jobs',
    headers,
    params: exportId,
    responses: { 200: exportJob },
  },
  deleteExportJob: {
    method: 'DELETE',
    path: `${base}/export/jobs/{id}`,
    summary: 'Cancel an export job under way, or delete one that has ended with its files',
    tag: 'export jobs',
    headers,
    params: exportId,
    responses: { 200: z.object({ status: z.boolean(), message: z.string() }) },
  },
  listExportFiles: {
    method: 'GET',
    path: '/api/exports/{id}/files',
    summary: 'Files of an export',
    tag: 'export jobs',
    params: exportId,
    responses: { 200: z.object({ files: z.array(exportFile) }) },
  },
  downloadExport: {
    method: 'GET',
    path: '/api/exports/{id}/files/{name}',
    summary: 'Download a file of an export',
    tag: 'export jobs',
    params: exportId.extend({ name: z.string().min(1) }),
    produces: 'application/octet-stream',
    responses: { 200: rawBody },
  },
} as const satisfies Record<string, Route>;
