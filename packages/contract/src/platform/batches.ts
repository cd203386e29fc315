/** Batch ingestion: files for a dataset, taken in as a whole. */
import { z } from 'zod';
import { epochMs } from '../common.ts';
import type { Route } from '../route.ts';
import { headers } from './common.ts';

const base = '/data/foundation/import';
const tag = 'batch ingestion';

const id = z.string().min(1);
const fileName = z.string().regex(/^\w[\w.-]{0,199}$/, 'letters, digits, dot, dash and underscore only');
const batch = z.looseObject({ status: z.string() }).meta({ id: 'IngestionBatch' });
const batches = z.record(z.string(), batch);
const nothing = z.object({});
const file = z.object({ id, dataset: id, name: fileName });
const files = z.object({ data: z.array(z.looseObject({})), _page: z.looseObject({}).optional() });
const page = { limit: z.coerce.number().int().min(1).max(100).default(20), start: z.coerce.number().int().min(0).default(0) };

export const batchRoutes = {
  createBatch: {
    method: 'POST',
    path: `${base}/batches`,
    summary: 'Create a batch',
    description:
      'Then PUT its files and POST ?action=COMPLETE. JSON has one document a line unless isMultiLineJson; columns of CSV are named by paths such as person.name.firstName.',
    tag,
    headers,
    body: z.looseObject({
      datasetId: id,
      inputFormat: z
        .looseObject({
          format: z
            .string()
            .transform((format) => format.toLowerCase())
            .pipe(z.enum(['json', 'csv', 'parquet'])),
          isMultiLineJson: z.boolean().optional(),
          delimiter: z.string().min(1).max(1).optional(),
          charset: z.string().optional(),
        })
        .default({ format: 'json' }),
      enableErrorDiagnostics: z.boolean().default(false),
      partialIngestionPercentage: z
        .number()
        .min(0)
        .max(100)
        .optional()
        .describe('How many of the records may fail without the batch failing'),
      externalId: z.string().max(255).optional(),
      replay: z
        .looseObject({
          predecessors: z.array(z.string()).optional(),
          predecessorsByExternalId: z.array(z.string()).optional(),
          reason: z.literal('replace').optional(),
        })
        .optional()
        .describe('Batches that this one takes the place of, when it succeeds'),
      tags: z.record(z.string(), z.unknown()).optional(),
    }),
    responses: { 201: z.looseObject({ id: z.string(), status: z.string() }) },
  },
  actOnBatch: {
    method: 'POST',
    path: `${base}/batches/{id}`,
    summary: 'Complete a batch, give it up, or take away again what it brought',
    tag,
    headers,
    params: z.object({ id }),
    query: z.looseObject({ action: z.enum(['COMPLETE', 'ABORT', 'FAIL', 'REVERT']) }),
    responses: { 200: nothing },
  },
  putBatchFile: {
    method: 'PUT',
    path: `${base}/batches/{id}/datasets/{dataset}/files/{name}`,
    summary: 'Store a file of a batch; streams, any size',
    tag,
    headers,
    params: file,
    stream: true,
    responses: { 200: nothing },
  },
  actOnBatchFile: {
    method: 'POST',
    path: `${base}/batches/{id}/datasets/{dataset}/files/{name}`,
    summary: 'Begin or complete a file that comes in parts',
    tag,
    headers,
    params: file,
    query: z.looseObject({ action: z.enum(['INITIALIZE', 'COMPLETE']) }),
    responses: { 201: nothing },
  },
  patchBatchFile: {
    method: 'PATCH',
    path: `${base}/batches/{id}/datasets/{dataset}/files/{name}`,
    summary: 'Store a part of a file, in any order',
    tag,
    headers: headers.extend({ 'content-range': z.string().describe('bytes 0-1048575/10485760') }),
    params: file,
    stream: true,
    responses: { 200: nothing },
  },
  getBatchFile: {
    method: 'GET',
    path: `${base}/batches/{id}/datasets/{dataset}/files/{name}`,
    summary: 'A file of a batch as it came; HEAD tells whether it is there',
    tag,
    headers,
    params: file,
    produces: 'application/octet-stream',
    responses: { 200: z.unknown() },
  },
  previewBatch: {
    method: 'GET',
    path: `${base}/batches/{id}/datasets/{dataset}/preview`,
    summary: 'The first records of a batch as they would be read',
    tag,
    headers,
    params: z.object({ id, dataset: id }),
    query: z.object({ nrow: z.coerce.number().int().min(1).max(100).default(5) }),
    responses: { 200: z.object({ data: z.array(z.unknown()), schema: z.looseObject({}) }) },
  },
  listBatches: {
    method: 'GET',
    path: '/data/foundation/catalog/batches',
    summary: 'Batches, newest first',
    tag,
    headers,
    query: z.looseObject({ ...page, dataSet: z.string().optional(), status: z.string().optional(), externalId: z.string().optional() }),
    responses: { 200: batches },
  },
  listLastBatches: {
    method: 'GET',
    path: '/data/foundation/catalog/lastBatches',
    summary: 'By dataset, the newest batch and the newest one that succeeded and that failed',
    tag,
    headers,
    query: z.looseObject({ ...page, dataSet: z.string().optional(), dataSetId: z.string().optional().describe('The same') }),
    responses: {
      200: z.record(
        z.string(),
        z.object({
          dataSetId: z.string(),
          lastBatchId: z.string(),
          lastBatchStatus: z.string(),
          lastSuccessfulBatchId: z.string().optional(),
          lastFailedBatchId: z.string().optional(),
          created: epochMs,
          updated: epochMs,
        }),
      ),
    },
  },
  getBatch: {
    method: 'GET',
    path: '/data/foundation/catalog/batches/{id}',
    summary: 'What became of a batch: status, counts, errors',
    tag,
    headers,
    params: z.object({ id }),
    responses: { 200: batches },
  },
  listBatchFiles: {
    method: 'GET',
    path: '/data/foundation/export/batches/{id}/files',
    summary: 'The files of a batch',
    tag,
    headers,
    params: z.object({ id }),
    responses: { 200: files },
  },
  batchDiagnostics: {
    method: 'GET',
    path: '/data/foundation/export/batches/{id}/meta',
    summary: 'Diagnostics of a batch: its files, and the records that could not be stored with the reasons',
    description:
      'Without path a list; path=input_files/input_files.json, path=row_errors, path=row_errors/conversion_errors_0.json (one record a line).',
    tag,
    headers,
    params: z.object({ id }),
    query: z.object({ path: z.string().optional() }),
    responses: { 200: z.unknown() },
  },
  failedBatchFiles: {
    method: 'GET',
    path: '/data/foundation/export/batches/{id}/failed',
    summary: 'The files of a batch that failed; with path one of them as it came',
    tag,
    headers,
    params: z.object({ id }),
    query: z.object({ path: z.string().optional() }),
    responses: { 200: z.unknown() },
  },
} as const satisfies Record<string, Route>;
