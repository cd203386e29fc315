/**
 * Paths and shapes of the Experience Platform (base `/data/core/ups`). Field names, paging forms and states are
 * the documented ones, so existing clients work unchanged. Fields a client sends and we do not know are ignored.
 */
import { z } from 'zod';
import { lifecycleState } from './audiences.ts';
import { count, epochMs, epochSeconds, idParams, milliseconds, name, pqlExpression, pqlFormat } from './common.ts';
import type { Route } from './route.ts';

/** The only model so far: the individual profile. */
export const PROFILE_MODEL = '_xdm.context.profile';

const base = '/data/core/ups';

/** Accepted, and optional here: a local server has one organisation and one sandbox. */
const headers = z.looseObject({
  'x-gw-ims-org-id': z.string().optional(),
  'x-sandbox-name': z.string().optional(),
  'x-api-key': z.string().optional(),
  'x-request-id': z.string().optional().describe('Comes back in the answer'),
});

const expression = z.object({
  type: z.literal('PQL').default('PQL'),
  format: pqlFormat.default('pql/text'),
  value: pqlExpression,
});
const expressionOutput = z.object({ type: z.literal('PQL'), format: pqlFormat, value: z.string() });
const switchable = z.object({ enabled: z.boolean() });
const evaluationInfo = z.object({ batch: switchable, continuous: switchable, synchronous: switchable });
const evaluationInfoInput = z.object({
  batch: switchable.default({ enabled: true }),
  continuous: switchable.default({ enabled: false }),
  synchronous: switchable.default({ enabled: false }),
});
const schemaReference = z.union([
  z.object({ name: z.literal(PROFILE_MODEL, `only ${PROFILE_MODEL} exists`) }),
  z.object({ id: z.string() }),
]);
const sandbox = z.object({
  sandboxId: z.string(),
  sandboxName: z.string(),
  type: z.enum(['production', 'development']),
  default: z.boolean(),
});

export const definition = z
  .object({
    id: z.string(),
    schema: z.object({ name: z.string() }),
    imsOrgId: z.string(),
    sandbox,
    name: z.string(),
    description: z.string(),
    expression: expressionOutput,
    evaluationInfo,
    dataGovernancePolicy: z.object({ excludeOptOut: z.boolean() }),
    creationTime: epochMs,
    updateTime: epochMs,
    createEpoch: epochSeconds,
    updateEpoch: epochSeconds,
    version: count,
  })
  .meta({ id: 'SegmentDefinition' });
export type SegmentDefinition = z.output<typeof definition>;

export const definitionInput = z.object({
  name,
  description: z.string().max(4000).default(''),
  expression,
  schema: schemaReference,
  evaluationInfo: evaluationInfoInput.optional(),
  dataGovernancePolicy: z.object({ excludeOptOut: z.boolean().default(false) }).optional(),
});

const text = (fallback: string) => z.string().default(fallback);
const offset = z.coerce.number().int().min(0).default(0);
const limit = z.coerce.number().int().min(1).max(1000).default(100);
const flag = z.literal('true').optional();
const pageOf = {
  totalCount: count,
  totalPages: count,
  sortField: z.string(),
  sort: z.enum(['asc', 'desc']),
  pageSize: count,
  limit: count,
};
const next = z.object({ href: z.string().optional() });

const definitionRoutes = {
  listDefinitions: {
    method: 'GET',
    path: `${base}/segment/definitions`,
    summary: 'List segment definitions',
    tag: 'segment definitions',
    headers,
    query: z.object({
      start: offset,
      limit,
      page: z.coerce.number().int().min(0).optional().describe('Page number; counts instead of start'),
      sort: text('updateTime:desc').describe('attribute:asc or attribute:desc, comma-separated'),
      'evaluationInfo.batch.enabled': flag,
      'evaluationInfo.continuous.enabled': flag,
      'evaluationInfo.synchronous.enabled': flag,
    }),
    responses: {
      200: z.object({ segments: z.array(definition), page: z.object(pageOf), link: z.object({ next: z.string().optional() }) }),
    },
  },
  createDefinition: {
    method: 'POST',
    path: `${base}/segment/definitions`,
    summary: 'Create a segment definition',
    tag: 'segment definitions',
    headers,
    body: definitionInput,
    responses: { 200: definition },
  },
  getDefinition: {
    method: 'GET',
    path: `${base}/segment/definitions/{id}`,
    summary: 'One segment definition',
    tag: 'segment definitions',
    headers,
    params: idParams,
    responses: { 200: definition },
  },
  updateDefinition: {
    method: 'PATCH',
    path: `${base}/segment/definitions/{id}`,
    summary: 'Overwrite a segment definition with a full object',
    tag: 'segment definitions',
    headers,
    params: idParams,
    body: definitionInput,
    responses: { 200: definition },
  },
  deleteDefinition: {
    method: 'DELETE',
    path: `${base}/segment/definitions/{id}`,
    summary: 'Delete a segment definition; refused while another one refers to it',
    tag: 'segment definitions',
    headers,
    params: idParams,
    responses: { 200: z.object({ status: z.boolean(), message: z.string() }) },
  },
  bulkGetDefinitions: {
    method: 'POST',
    path: `${base}/segment/definitions/bulk-get`,
    summary: 'Several segment definitions by id; unknown ids are left out',
    tag: 'segment definitions',
    access: 'read',
    headers,
    body: z.object({ ids: z.array(z.object({ id: z.string() })) }),
    responses: { 207: z.object({ results: z.record(z.string(), definition) }) },
  },
  convertExpression: {
    method: 'POST',
    path: `${base}/segment/conversion`,
    summary: 'A rule in the other format: text as pql/json, pql/json as text',
    tag: 'segment definitions',
    access: 'read',
    headers,
    body: definitionInput
      .partial({ name: true, schema: true })
      .extend({ ttlInDays: count.optional() })
      .describe('A definition; only its description, expression and ttlInDays count'),
    responses: {
      200: z.object({
        ttlInDays: count.optional(),
        imsOrgId: z.string(),
        sandbox,
        description: z.string(),
        expression: expressionOutput,
      }),
    },
  },
} as const satisfies Record<string, Route>;

export const segmentJobStatus = z.enum(['NEW', 'QUEUED', 'PROCESSING', 'CANCELLING', 'CANCELLED', 'FAILED', 'SUCCEEDED']);
const timing = z.object({ startTimeInMs: epochMs, endTimeInMs: epochMs.nullable(), totalTimeInMs: milliseconds.nullable() });
const byStatus = z.record(z.string(), z.object({ realized: count, existing: count, exited: count }));

export const segmentJob = z
  .object({
    id: z.string(),
    imsOrgId: z.string(),
    sandbox,
    status: segmentJobStatus,
    source: z.enum(['scheduler', 'api']),
    schema: z.object({ name: z.string() }),
    segments: z.array(
      z.object({
        segmentId: z.string(),
        segment: z
          .object({ id: z.string(), version: count, expression: z.object({ type: z.string(), format: z.string(), value: z.string() }) })
          .optional(),
      }),
    ),
    metrics: z.object({
      totalTime: timing,
      profileSegmentationTime: timing.optional(),
      totalProfiles: count.describe('All profiles looked at').optional(),
      segmentedProfileCounter: z.record(z.string(), count).describe('Members by definition'),
      segmentedProfileByStatusCounter: byStatus,
    }),
    errors: z.array(z.object({ code: z.string(), msg: z.string(), segmentId: z.string().exactOptional() })),
    creationTime: epochMs,
    updateTime: epochMs,
    _links: z.object({ checkStatus: z.object({ href: z.string() }), cancel: z.object({ href: z.string() }) }),
  })
  .meta({ id: 'SegmentJob' });
export type SegmentJob = z.output<typeof segmentJob>;

const jobRoutes = {
  listSegmentJobs: {
    method: 'GET',
    path: `${base}/segment/jobs`,
    summary: 'List segment jobs',
    tag: 'segment jobs',
    headers,
    query: z.object({ start: offset, limit, status: segmentJobStatus.optional(), sort: text('creationTime:desc') }),
    responses: {
      200: z.object({ children: z.array(segmentJob), _page: z.object({ totalCount: count, pageSize: count }), _links: z.object({ next }) }),
    },
  },
  createSegmentJob: {
    method: 'POST',
    path: `${base}/segment/jobs`,
    summary: 'Evaluate some definitions, or all of them with "*"',
    tag: 'segment jobs',
    headers,
    body: z.union([
      z.array(z.object({ segmentId: z.string() })).min(1),
      z.object({ schema: z.object({ name: z.literal(PROFILE_MODEL) }), segments: z.array(z.object({ segmentId: z.string() })).min(1) }),
    ]),
    responses: { 200: segmentJob },
  },
  getSegmentJob: {
    method: 'GET',
    path: `${base}/segment/jobs/{id}`,
    summary: 'One segment job',
    tag: 'segment jobs',
    headers,
    params: idParams,
    responses: { 200: segmentJob },
  },
  cancelSegmentJob: {
    method: 'DELETE',
    path: `${base}/segment/jobs/{id}`,
    summary: 'Cancel a segment job',
    tag: 'segment jobs',
    headers,
    params: idParams,
    responses: { 204: z.undefined() },
  },
} as const satisfies Record<string, Route>;

export const previewState = z.enum(['NEW', 'RUNNING', 'RESULT_READY', 'FAILED']);
const previewId = z.object({ id: z.string().min(1) });
const endCustomerIds = z.record(z.string(), z.object({ id: z.string() })).describe('By namespace');

const previewRoutes = {
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

export const platformAudience = z
  .object({
    ...definition.shape,
    audienceId: z.string().describe('The same as id'),
    type: z.literal('SegmentDefinition'),
    originName: z.literal('REAL_TIME_CUSTOMER_PROFILE'),
    namespace: z.literal('AEPSegments'),
    lifecycleState,
    state: z.literal('enabled'),
    isSystem: z.boolean(),
    labels: z.array(z.string()),
    dependents: z.array(z.string()).describe('Audiences that refer to this one'),
    dependencies: z.array(z.string()).describe('Audiences this one refers to'),
    metrics: z
      .object({ type: z.literal('export'), data: z.object({ totalProfiles: count }), createEpoch: epochSeconds, updateEpoch: epochSeconds })
      .optional()
      .describe('Absent before the first evaluation'),
  })
  .meta({ id: 'PlatformAudience' });
export type PlatformAudience = z.output<typeof platformAudience>;

const audienceRoutes = {
  listPlatformAudiences: {
    method: 'GET',
    path: `${base}/audiences`,
    summary: 'List audiences with metrics',
    tag: 'platform audiences',
    headers,
    query: z.object({
      start: offset,
      limit,
      sort: text('updateTime:desc'),
      name: z.string().optional().describe('Contains, in any case'),
      description: z.string().optional().describe('Contains, in any case'),
      property: z
        .string()
        .regex(/^[\w.]+==/, 'attribute==value')
        .optional()
        .describe('attribute==value'),
      entityType: z.literal(PROFILE_MODEL).optional(),
    }),
    responses: {
      200: z.object({
        children: z.array(platformAudience),
        _page: z.object({ ...pageOf, start: z.string(), next: z.string().optional() }),
        _links: z.object({ next }),
      }),
    },
  },
  getPlatformAudience: {
    method: 'GET',
    path: `${base}/audiences/{id}`,
    summary: 'One audience with metrics',
    tag: 'platform audiences',
    headers,
    params: idParams,
    responses: { 200: platformAudience },
  },
} as const satisfies Record<string, Route>;

export const platformRoutes = { ...definitionRoutes, ...jobRoutes, ...previewRoutes, ...audienceRoutes } as const;
