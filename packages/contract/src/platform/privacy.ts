/** Deleting and giving out what is known of people: system jobs, data lifecycle work orders, privacy jobs. */
import { z } from 'zod';
import { count, instant, name, rawBody } from '../common.ts';
import type { Route } from '../route.ts';
import { base, headers, limit, offset } from './common.ts';

const tag = 'privacy';

const report = z
  .object({
    profiles: count.describe('People it was about'),
    identities: count.describe('All their identities'),
    removed: z.record(z.string(), z.union([count, z.array(z.string())])).describe('What was taken away, by where it was'),
    left: z.record(z.string(), count).describe('Counted afterwards; a completed deletion has left nothing'),
    startedAt: z.string(),
    endedAt: z.string(),
    digest: z.string().describe('SHA-256 of the request, the numbers and the times'),
    error: z.string().optional(),
  })
  .meta({ id: 'PrivacyReport' });

const systemJob = z
  .object({
    id: z.string(),
    imsOrgId: z.string(),
    dataSetId: z.string(),
    jobType: z.literal('DELETE'),
    status: z.enum(['NEW', 'PROCESSING', 'COMPLETED', 'ERROR']),
    metrics: z.string().describe('JSON: {"recordsProcessed":5,"timeTakenInSec":1}'),
    createEpoch: z.int(),
    updateEpoch: z.int(),
  })
  .meta({ id: 'SystemJob' });
export type SystemJobBody = z.output<typeof systemJob>;

const workOrder = z
  .object({
    workorderId: z.string(),
    orgId: z.string(),
    bundleId: z.string(),
    action: z.literal('identity-delete'),
    createdAt: instant,
    updatedAt: instant,
    operationCount: count.describe('Identities'),
    targetServices: z.array(z.string()),
    status: z.enum(['received', 'processing', 'completed', 'failed']),
    createdBy: z.string(),
    datasetId: z.string(),
    datasetName: z.string(),
    displayName: z.string(),
    description: z.string(),
    productStatusDetails: z.array(z.object({ productName: z.string(), productStatus: z.string(), createdAt: instant })),
    report: report.nullable(),
  })
  .meta({ id: 'WorkOrder' });
export type WorkOrderBody = z.output<typeof workOrder>;

const privacyJob = z
  .object({
    jobId: z.string(),
    requestId: z.string(),
    userKey: z.string(),
    action: z.enum(['access', 'delete', 'access,delete']),
    status: z.enum(['submitted', 'processing', 'complete', 'error']),
    submittedBy: z.string(),
    createdDate: instant,
    lastModifiedDate: instant,
    userIds: z.array(z.object({ namespace: z.string(), value: z.string() })),
    productResponses: z.array(z.object({ product: z.string(), productStatusResponse: z.object({ status: z.string() }) })),
    downloadUrl: z.string().optional(),
    regulation: z.string(),
    report: report.nullable(),
  })
  .meta({ id: 'PrivacyJob' });
export type PrivacyJobBody = z.output<typeof privacyJob>;

const privacyOrder = z
  .object({
    id: z.string(),
    kind: z.enum(['entity', 'workorder', 'privacy', 'system']).describe('The way it was asked for'),
    status: z.enum(['received', 'processing', 'completed', 'failed']),
    identities: z.array(z.object({ namespace: z.string(), id: z.string() })),
    dataset: z.string().nullable().describe('Only what it brought; null: everything'),
    access: z.boolean(),
    erase: z.boolean(),
    report: report.nullable(),
    createdAt: instant,
    updatedAt: instant,
    createdBy: z.string(),
  })
  .meta({ id: 'PrivacyOrder' });
export type PrivacyOrderBody = z.output<typeof privacyOrder>;

const REGULATIONS = [
  'gdpr',
  'ccpa',
  'cpra_ca_usa',
  'lgpd_bra',
  'pdpa_tha',
  'nzpa_nzl',
  'apa_aus',
  'dpdpa',
  'ql25',
  'hipaa_usa',
  'vcdpa_va_usa',
  'cpa_co_usa',
  'ctdpa_ct_usa',
  'ucpa_ut_usa',
  'icdpa_ia_usa',
  'fdbr_fl_usa',
  'mcdpa_mn_usa',
  'mcdpa_mt_usa',
  'mhmda_wa_usa',
  'ndpa_ne_usa',
  'nhpa_nh_usa',
  'njdpa_nj_usa',
  'ocpa_or_usa',
  'tdpsa_tx_usa',
  'tipa_tn_usa',
] as const;

const user = z.object({
  key: z.string().min(1).describe('Of the person, for whoever asks'),
  action: z.array(z.enum(['access', 'delete'])).min(1),
  userIDs: z
    .array(z.object({ namespace: z.string().min(1), value: z.string().min(1), type: z.string().optional() }))
    .min(1)
    .max(9),
});

const order = { id: z.string() };
const hygiene = '/data/core/hygiene';
const jobs = '/data/core/privacy/jobs';

export const privacyRoutes = {
  listPrivacyOrders: {
    method: 'GET',
    path: '/api/privacy/orders',
    summary: 'Everything that was asked for about people, whatever the way, the newest first',
    tag,
    query: z.object({ start: offset, limit }),
    responses: { 200: z.object({ orders: z.array(privacyOrder), total: count }) },
  },
  getPrivacyOrder: {
    method: 'GET',
    path: '/api/privacy/orders/{id}',
    summary: 'One of them, with the proof of what it deleted',
    tag,
    params: z.object({ id: z.string() }),
    responses: { 200: privacyOrder },
  },
  deleteEntity: {
    method: 'DELETE',
    path: `${base}/access/entities`,
    summary: 'Delete a profile with everything known of it',
    description: 'The person leaves events, profile records, audiences, uploaded lists, dead letters, files and the graph of identities.',
    tag,
    headers,
    query: z.object({
      'schema.name': z.string().optional(),
      entityId: z.string().min(1).describe('The id, or an XID without entityIdNS'),
      entityIdNS: z.string().optional().describe('Code of its namespace'),
      mergePolicyId: z.string().optional().describe('Accepted'),
    }),
    responses: { 202: z.object({ id: z.string(), status: z.string() }) },
  },
  createSystemJob: {
    method: 'POST',
    path: `${base}/system/jobs`,
    summary: 'Delete what a dataset brought to profiles',
    tag,
    headers,
    body: z.object({ dataSetId: z.string().optional(), datasetId: z.string().optional(), batchId: z.string().optional() }),
    responses: { 200: systemJob },
  },
  listSystemJobs: {
    method: 'GET',
    path: `${base}/system/jobs`,
    summary: 'List deletions of datasets, the newest first',
    tag,
    headers,
    query: z.object({ start: offset, limit, page: z.coerce.number().int().min(0).optional(), sort: z.string().optional() }),
    responses: { 200: z.object({ _page: z.object({ count, next: z.string() }), children: z.array(systemJob) }) },
  },
  getSystemJob: {
    method: 'GET',
    path: `${base}/system/jobs/{id}`,
    summary: 'One deletion of a dataset',
    tag,
    headers,
    params: z.object(order),
    responses: { 200: systemJob },
  },
  deleteSystemJob: {
    method: 'DELETE',
    path: `${base}/system/jobs/{id}`,
    summary: 'Forget a deletion that has ended; what it did stays done',
    tag,
    headers,
    params: z.object(order),
    responses: { 200: z.object({ id: z.string() }) },
  },
  createWorkOrder: {
    method: 'POST',
    path: `${hygiene}/workorder`,
    summary: 'Delete people by their identities, from one dataset or altogether',
    tag,
    headers,
    body: z.object({
      displayName: name,
      description: z.string().default(''),
      action: z.literal('delete_identity'),
      datasetId: z.string().min(1).describe('ALL: everything that is known of them'),
      namespacesIdentities: z
        .array(z.object({ namespace: z.object({ code: z.string().min(1) }), IDs: z.array(z.string().min(1)).min(1) }))
        .min(1)
        .describe('100,000 ids at most'),
    }),
    responses: { 201: workOrder },
  },
  listWorkOrders: {
    method: 'GET',
    path: `${hygiene}/workorder`,
    summary: 'List work orders, the newest first',
    tag,
    headers,
    query: z.object({ page: z.coerce.number().int().min(0).default(0), limit }),
    responses: { 200: z.object({ results: z.array(workOrder), total: count, count }) },
  },
  getWorkOrder: {
    method: 'GET',
    path: `${hygiene}/workorder/{id}`,
    summary: 'One work order, with the proof of what it deleted',
    tag,
    headers,
    params: z.object(order),
    responses: { 200: workOrder },
  },
  updateWorkOrder: {
    method: 'PUT',
    path: `${hygiene}/workorder/{id}`,
    summary: 'Change the name and description of a work order',
    tag,
    headers,
    params: z.object(order),
    body: z.object({ name: name.optional(), displayName: name.optional(), description: z.string().optional() }),
    responses: { 200: workOrder },
  },
  createPrivacyJobs: {
    method: 'POST',
    path: jobs,
    summary: 'Give out or delete what is known of people, a job for each',
    tag,
    headers,
    body: z.object({
      companyContexts: z.array(z.object({ namespace: z.string(), value: z.string() })).optional(),
      users: z.array(user).min(1).max(1000),
      include: z.array(z.string()).optional().describe('Accepted; Kindred always looks everywhere'),
      expandIds: z
        .union([z.boolean(), z.enum(['true', 'false'])])
        .optional()
        .describe('Accepted; a job is always about the whole person'),
      priority: z.enum(['low', 'normal']).optional(),
      mergePolicyId: z.string().optional(),
      analyticsDeleteMethod: z.string().optional(),
      regulation: z.enum(REGULATIONS),
    }),
    responses: {
      202: z.object({
        requestId: z.string(),
        requestStatus: z.literal(1),
        totalRecords: count,
        jobs: z.array(z.object({ jobId: z.string(), customer: z.object({ user }) })),
      }),
    },
  },
  listPrivacyJobs: {
    method: 'GET',
    path: jobs,
    summary: 'List privacy jobs, the newest first',
    tag,
    headers,
    query: z.object({
      regulation: z.string().optional(),
      status: z.enum(['submitted', 'processing', 'complete', 'error']).optional(),
      page: z.coerce.number().int().min(0).default(0),
      size: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    responses: {
      200: z.object({ jobDetails: z.array(privacyJob), totalRecords: count, page: z.object({ size: count, number: count }) }),
    },
  },
  getPrivacyJob: {
    method: 'GET',
    path: `${jobs}/{id}`,
    summary: 'One privacy job, with the proof of what it deleted',
    tag,
    headers,
    params: z.object(order),
    responses: { 200: privacyJob },
  },
  downloadPrivacyJob: {
    method: 'GET',
    path: `${jobs}/{id}/content`,
    summary: 'What was known of the person, as a ZIP archive with a JSON file',
    tag,
    headers,
    access: 'admin',
    params: z.object(order),
    produces: 'application/zip',
    responses: { 200: rawBody },
  },
} as const satisfies Record<string, Route>;
