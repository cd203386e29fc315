/** Audiences from outside as the Experience Platform takes them (base `/data/core/ais`). */
import { z } from 'zod';
import { description, externalField, labels, tags, ttlInDays } from '../audiences.ts';
import { count, epochMs, idParams, instant, name } from '../common.ts';
import type { Route } from '../route.ts';
import { aisBase, headers } from './common.ts';

const sourceSpec = z.object({
  path: z.string().min(1).describe('The name of an upload; on a server bound to loopback also a file or folder of the server'),
  type: z.enum(['file', 'folder']).default('file'),
  sourceType: z.string().default('Cloud Storage'),
  baseConnectionId: z.string().optional(),
});

const submission = z.object({
  name,
  description: description.default(''),
  fields: z.array(externalField).min(1),
  sourceSpec,
  ttlInDays: ttlInDays.default(30),
  audienceType: z.literal('people', 'audiences of people are taken only').default('people'),
  originName: z.literal('CUSTOM_UPLOAD').default('CUSTOM_UPLOAD'),
  namespace: z.string().min(1).max(255).default('CustomerAudienceUpload'),
  labels: labels.default([]),
  tags: tags.default([]),
  profileIngestion: z.boolean().default(true),
});

const task = z.object({ taskId: z.string(), audienceId: z.string(), status: z.enum(['SUCCESS', 'FAILED', 'PROCESSING']) });
const taskParams = z.object({ taskId: z.string().min(1) });
const runParams = z.object({ id: z.string().min(1), runId: z.string().min(1) });

const run = z
  .object({
    audienceName: z.string(),
    audienceId: z.string(),
    runId: z.string(),
    status: z.enum(['PROCESSING', 'SUCCESS', 'FAILED']),
    differentialIngestion: z.boolean(),
    details: z.array(
      z.object({
        stage: z.enum(['DATASET_INGEST', 'PROFILE_STORE_INGEST']),
        status: z.enum(['PROCESSING', 'SUCCESS', 'FAILED', 'SKIPPED']),
        flowId: z.string(),
        flowRunId: z.string(),
        recordsIn: count,
        recordsFailed: count,
        newProfiles: count.optional(),
        knownProfiles: count.optional(),
      }),
    ),
    errors: z.array(z.object({ code: z.string(), message: z.string() })),
    createdBy: z.string(),
    createdAt: epochMs,
    ingestionTime: epochMs.nullable(),
  })
  .meta({ id: 'ExternalAudienceRun' });

const changed = z.object({
  audienceId: z.string(),
  name: z.string(),
  description: z.string(),
  labels: z.array(z.string()),
  fields: z.array(externalField),
  ttlInDays: z.int(),
});

const taskRoute = (path: string) =>
  ({
    method: 'GET',
    path,
    summary: 'What became of a submission',
    tag: 'external audiences',
    headers,
    params: taskParams,
    responses: { 200: task },
  }) as const satisfies Route;

export const aisRoutes = {
  submitExternalAudience: {
    method: 'POST',
    path: `${aisBase}/external-audience/submit`,
    summary: 'Create an external audience; its list is taken in by a run',
    tag: 'external audiences',
    headers,
    body: submission,
    responses: { 200: submission.extend({ taskId: z.string(), labels: z.array(z.string()), tags: z.array(z.string()) }) },
  },
  getExternalAudienceTask: taskRoute(`${aisBase}/external-audience/task/{taskId}`),
  getExternalAudiencesTask: taskRoute(`${aisBase}/external-audiences/task/{taskId}`),
  patchExternalAudience: {
    method: 'PATCH',
    path: `${aisBase}/external-audience/{id}`,
    summary: 'Replace description, labels, labels of fields and ttlInDays',
    tag: 'external audiences',
    headers,
    params: idParams,
    body: z.object({
      description: description.optional(),
      labels: labels.optional(),
      fields: z.array(z.object({ name: z.string(), labels: z.array(z.string()).default([]) })).optional(),
      ttlInDays: ttlInDays.optional(),
    }),
    responses: { 200: changed },
  },
  runExternalAudience: {
    method: 'POST',
    path: `${aisBase}/external-audience/{id}/run`,
    summary: 'Take in the list of an external audience; refused while a run is in progress',
    tag: 'external audiences',
    headers,
    params: idParams,
    body: z.object({
      dataFilterStartTime: z.union([instant, epochMs]).optional().describe('Only files changed since then'),
      dataFilterEndTime: z.union([instant, epochMs]).optional().describe('Only files changed before then'),
      differentialIngestion: z.boolean().default(true).describe('Adds to the members; false replaces them'),
    }),
    responses: {
      200: z.object({
        audienceName: z.string(),
        audienceId: z.string(),
        runId: z.string(),
        differentialIngestion: z.boolean(),
        createdAt: epochMs,
      }),
    },
  },
  getExternalAudienceRun: {
    method: 'GET',
    path: `${aisBase}/external-audience/{id}/run/{runId}`,
    summary: 'What became of a run',
    tag: 'external audiences',
    headers,
    params: runParams,
    responses: { 200: run },
  },
  listExternalAudienceRuns: {
    method: 'GET',
    path: `${aisBase}/external-audience/{id}/runs`,
    summary: 'All runs, newest first',
    tag: 'external audiences',
    headers,
    params: idParams,
    responses: { 200: z.object({ runs: z.array(run) }) },
  },
  deleteExternalAudience: {
    method: 'DELETE',
    path: `${aisBase}/external-audience/{id}`,
    summary: 'Delete an external audience; refused while another one refers to it',
    tag: 'external audiences',
    headers,
    params: idParams,
    responses: { 204: z.undefined() },
  },
} as const satisfies Record<string, Route>;
