/** Bringing data in: uploads, import jobs, the demo shop. */
import { z } from 'zod';
import { count, document, idParams, instant, errorEntry } from './common.ts';
import type { Route } from './route.ts';

export const importState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);

export const deadLetter = z
  .object({
    line: count.describe('Line or row in the source, from 1'),
    field: z.string().describe('Dotted path; empty when it is about the whole record'),
    reason: z.string(),
  })
  .meta({ id: 'DeadLetter' });

export const importJob = z
  .object({
    id: z.string(),
    source: z.string().describe('File name, or demo'),
    dataset: z.string(),
    state: importState,
    done: z.number().min(0).max(1).nullable().describe('Share of the source that is done; null when its size is not known'),
    rowsIn: count.describe('Records read so far'),
    rowsOut: count.describe('Stored as events or profile records'),
    duplicates: count.describe('Left out because they were known already'),
    skipped: count.describe('Left out by a rule of the mapping'),
    rejected: count.describe('In the dead-letter file'),
    createdAt: instant,
    finishedAt: instant.nullable(),
    error: errorEntry.nullable().describe('Why it failed'),
    deadLetters: z.array(deadLetter).describe('The first rejected records'),
    deadLetterFile: z.string().nullable().describe('Where all rejected records are, on the server'),
  })
  .meta({ id: 'ImportJob' });
export type ImportJob = z.output<typeof importJob>;

export const uploadName = z.string().regex(/^\w[\w.-]{0,199}$/, 'letters, digits, dot, dash and underscore only');

const fileFormat = z.enum(['csv', 'json', 'jsonl', 'parquet']);

export const importRequest = z
  .object({
    path: z.string().min(1).optional().describe('A file on the server; loopback only'),
    upload: uploadName.optional().describe('The name of an upload'),
    mapping: document.optional().describe('Source columns to XDM paths; leave out for XDM documents'),
    mappingSetId: z.string().optional().describe('Of a mapping set, instead of a mapping'),
    target: z.enum(['event', 'profile', 'lookup']).default('event').describe('What XDM documents are; a mapping says it itself'),
    format: fileFormat.optional().describe('By the file name when left out'),
    dataset: z.string().min(1).max(255).optional().describe('By the mapping or the file name when left out'),
  })
  .refine((body) => (body.path === undefined) !== (body.upload === undefined), 'give either path or upload');

const text = z.string();
export const schemaProposal = z
  .object({
    rows: count.describe('Records looked at, the first of the file'),
    malformed: count.describe('Pieces of the file that are no records'),
    columns: z
      .array(
        z.object({
          name: text,
          type: z.enum(['boolean', 'integer', 'number', 'date', 'date-time', 'string', 'list', 'object']),
          format: text.nullable().describe('How times are written, as a mapping says it'),
          missing: count,
          distinct: count.describe('Different values, counted up to 1,000'),
          values: z.array(text).readonly().describe('Of few different values all, the most frequent first; of many some'),
        }),
      )
      .readonly(),
    target: z.enum(['event', 'profile']),
    fieldGroup: document
      .nullable()
      .describe('For what XDM has no field for, as the schema registry takes it; null when there is nothing of that kind'),
    mapping: document.describe('A mapping file'),
    notes: z.array(text).readonly().describe('What should be looked at before it is used'),
  })
  .meta({ id: 'SchemaProposal' });
export type SchemaProposal = z.output<typeof schemaProposal>;

export const importRoutes = {
  inferSchema: {
    method: 'POST',
    path: '/api/schema/infer',
    summary: 'Propose a field group and a mapping for a file',
    description: 'By the first 10,000 records. Nothing is changed.',
    tag: 'schema proposals',
    access: 'read',
    body: z
      .object({
        path: z.string().min(1).optional().describe('A file on the server; loopback only'),
        upload: uploadName.optional().describe('The name of an upload'),
        target: z.enum(['event', 'profile']).optional().describe('Events when there is a column of times, else profiles, when left out'),
        format: fileFormat.optional(),
        delimiter: z.string().min(1).max(1).optional(),
        dataset: z.string().min(1).max(255).optional().describe('By the file name when left out'),
      })
      .refine((body) => (body.path === undefined) !== (body.upload === undefined), 'give either path or upload'),
    responses: { 200: schemaProposal },
  },
  upload: {
    method: 'PUT',
    path: '/api/uploads/{name}',
    summary: 'Store a file for an import; streams, any size',
    tag: 'imports',
    params: z.object({ name: uploadName }),
    query: z.object({
      modified: instant.optional().describe('When the file was last changed: the time of profile records that have none'),
    }),
    stream: true,
    responses: { 201: z.object({ name: z.string(), bytes: count }) },
  },
  startImport: {
    method: 'POST',
    path: '/api/imports',
    summary: 'Start an import job',
    tag: 'imports',
    body: importRequest,
    responses: { 202: importJob },
  },
  listImports: {
    method: 'GET',
    path: '/api/imports',
    summary: 'Import jobs, newest first',
    tag: 'imports',
    responses: { 200: z.object({ imports: z.array(importJob) }) },
  },
  getImport: {
    method: 'GET',
    path: '/api/imports/{id}',
    summary: 'Progress and result of an import job',
    tag: 'imports',
    params: idParams,
    responses: { 200: importJob },
  },
  cancelImport: {
    method: 'DELETE',
    path: '/api/imports/{id}',
    summary: 'Stop an import job; what it stored already stays',
    tag: 'imports',
    params: idParams,
    responses: { 200: importJob },
  },
  startDemo: {
    method: 'POST',
    path: '/api/demo',
    summary: 'Generate the demo shop: an import job',
    tag: 'imports',
    body: z.object({
      profiles: z.int().min(1).max(10_000_000).default(50_000),
      seed: z.int().min(0).max(4_294_967_295).default(1),
      end: instant.optional().describe('The first instant after the data; now when left out'),
    }),
    responses: { 202: importJob },
  },
} as const satisfies Record<string, Route>;
