/** Audiences as the Experience Platform shows them. */
import { z } from 'zod';
import { lifecycleState } from '../audiences.ts';
import { count, epochSeconds, idParams } from '../common.ts';
import type { Route } from '../route.ts';
import { base, headers, limit, next, offset, pageOf, PROFILE_MODEL, text } from './common.ts';
import { definition } from './definitions.ts';

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

export const platformAudienceRoutes = {
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
