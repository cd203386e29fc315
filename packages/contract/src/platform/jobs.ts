/** Segment jobs. */
import { z } from 'zod';
import { count, epochMs, idParams, milliseconds } from '../common.ts';
import type { Route } from '../route.ts';
import { base, headers, limit, next, offset, PROFILE_MODEL, sandbox, text } from './common.ts';

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

export const jobRoutes = {
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
