/** Segment jobs. */
import { z } from 'zod';
import { count, epochMs, idParams, milliseconds } from '../common.ts';
import type { Route } from '../route.ts';
import { base, headers, limit, next, offset, PROFILE_MODEL, sandbox, text } from './common.ts';

export const segmentJobStatus = z.enum(['NEW', 'QUEUED', 'PROCESSING', 'CANCELLING', 'CANCELLED', 'FAILED', 'SUCCEEDED']);
const timing = z.object({ startTimeInMs: epochMs, endTimeInMs: epochMs.nullable(), totalTimeInMs: milliseconds.nullable() });
const byStatus = z.record(z.string(), z.object({ realized: count, existing: count, exited: count }));
const mergePolicy = z.object({ id: z.string(), version: count });

/** From this many ids on, a job shows `*`. */
export const SHOWN_SEGMENTS = 1500;

export const segmentJob = z
  .object({
    id: z.string(),
    imsOrgId: z.string(),
    sandbox,
    profileInstanceId: z.string(),
    batchId: z.string(),
    computeJobId: count.describe('How often the job was begun: more than once when the server ended in the middle of it'),
    computeGatewayJobId: z.string(),
    requestId: z.string().describe('Of the request that asked for it').optional(),
    status: segmentJobStatus,
    source: z.enum(['scheduler', 'api']),
    schema: z.object({ name: z.string() }),
    snapshot: z.object({ name: z.string() }).describe('The state of the data it evaluated').optional(),
    properties: z.record(z.string(), z.string()).describe('scheduleId and runId when a schedule asked'),
    segments: z
      .array(
        z.object({
          segmentId: z.string(),
          segment: z
            .object({
              id: z.string(),
              version: count,
              expression: z.object({ type: z.string(), format: z.string(), value: z.string() }),
              mergePolicyId: z.string(),
              mergePolicy,
            })
            .optional(),
        }),
      )
      .describe(`"*" alone for all audiences, and for more than ${SHOWN_SEGMENTS}`),
    metrics: z.object({
      totalTime: timing,
      profileSegmentationTime: timing.optional(),
      totalProfiles: count.describe('All profiles looked at').optional(),
      totalProfilesByMergePolicy: z.record(z.string(), count).optional(),
      segmentedProfileCounter: z.record(z.string(), count).describe('Members by definition'),
      segmentedProfileByNamespaceCounter: z
        .record(z.string(), z.record(z.string(), count))
        .describe('Members by definition and by the namespaces of their identities')
        .optional(),
      segmentedProfileByStatusCounter: byStatus,
    }),
    errors: z.array(z.object({ code: z.string(), msg: z.string(), callStack: z.array(z.string()), segmentId: z.string().exactOptional() })),
    creationTime: epochMs,
    updateTime: epochMs,
    _links: z.object({ checkStatus: z.object({ href: z.string() }), cancel: z.object({ href: z.string() }) }),
  })
  .meta({ id: 'SegmentJob' });
export type SegmentJob = z.output<typeof segmentJob>;

export const jobRoutes = {
  listSegmentJobs: {
    method: 'GET',
    path: `${base}/segment/jobs`,
    summary: 'List segment jobs',
    tag: 'segment jobs',
    headers,
    query: z.object({
      start: offset,
      limit,
      status: segmentJobStatus.optional(),
      sort: text('creationTime:desc').describe('attribute:asc or attribute:desc, comma-separated; by creationTime, updateTime, status, id'),
      'snapshot.name': z.string().optional(),
      property: z
        .string()
        .optional()
        .describe('path==value, or array~path==value for some object of an array: source==scheduler, segments~segmentId==…'),
    }),
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
  bulkGetSegmentJobs: {
    method: 'POST',
    path: `${base}/segment/jobs/bulk-get`,
    summary: 'Several segment jobs by id; unknown ids are left out',
    tag: 'segment jobs',
    access: 'read',
    headers,
    body: z.object({ ids: z.array(z.object({ id: z.string() })) }),
    responses: { 207: z.object({ results: z.record(z.string(), segmentJob) }) },
  },
  cancelSegmentJob: {
    method: 'DELETE',
    path: `${base}/segment/jobs/{id}`,
    summary: 'Cancel a segment job',
    description: 'At once its status is CANCELLING; CANCELLED as soon as its queries in the engine have stopped.',
    tag: 'segment jobs',
    headers,
    params: idParams,
    responses: { 204: z.undefined() },
  },
} as const satisfies Record<string, Route>;
