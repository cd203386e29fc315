/** Schedules of segmentation and export. */
import { z } from 'zod';
import { count, epochSeconds, idParams, name } from '../common.ts';
import type { Route } from '../route.ts';
import { base, headers, next, offset, sandbox } from './common.ts';

const scheduleType = z.enum(['batch_segmentation', 'export']);
const scheduleState = z.enum(['active', 'inactive']);
const cron = z.string().min(1).max(1000).describe('Cron expression of Quartz, in UTC: "0 0 1 * * ?" is every night at one');
const properties = z
  .looseObject({ segments: z.array(z.string()).min(1).describe('Ids of audiences, or "*" alone for all') })
  .describe('An export also takes "fields" and "destination", as an export job does');

export const schedule = z
  .object({
    id: z.string(),
    imsOrgId: z.string(),
    sandbox,
    name: z.string(),
    type: scheduleType,
    properties,
    schedule: cron,
    state: scheduleState,
    createEpoch: epochSeconds,
    updateEpoch: epochSeconds,
    nextRunEpoch: epochSeconds.nullable().describe('Null when it is inactive, or when there is no next one'),
    lastRunEpoch: epochSeconds.nullable(),
    lastJobId: z.string().nullable(),
  })
  .meta({ id: 'Schedule' });
export type ScheduleBody = z.output<typeof schedule>;

export const scheduleRoutes = {
  listSchedules: {
    method: 'GET',
    path: `${base}/config/schedules`,
    summary: 'List schedules',
    tag: 'schedules',
    headers,
    query: z.object({ start: offset, limit: z.coerce.number().int().min(1).max(1000).default(100) }),
    responses: {
      200: z.object({
        children: z.array(schedule),
        _page: z.object({ totalCount: count, pageSize: count, next: z.string().optional() }),
        _links: z.object({ next }),
      }),
    },
  },
  createSchedule: {
    method: 'POST',
    path: `${base}/config/schedules`,
    summary: 'Create a schedule; inactive unless told',
    description: 'As often as one likes: there is no quota. A schedule whose last run has not ended waits for it.',
    tag: 'schedules',
    headers,
    body: z.object({
      name,
      type: scheduleType,
      properties,
      schedule: cron.optional().describe('Every night at one unless told'),
      state: scheduleState.optional(),
    }),
    responses: { 200: schedule },
  },
  getSchedule: {
    method: 'GET',
    path: `${base}/config/schedules/{id}`,
    summary: 'One schedule',
    tag: 'schedules',
    headers,
    params: idParams,
    responses: { 200: schedule },
  },
  updateSchedule: {
    method: 'PATCH',
    path: `${base}/config/schedules/{id}`,
    summary: 'Change state or schedule by JSON Patch',
    tag: 'schedules',
    headers,
    params: idParams,
    body: z
      .array(
        z.discriminatedUnion('path', [
          z.object({ op: z.enum(['add', 'replace']), path: z.literal('/state'), value: scheduleState }),
          z.object({ op: z.enum(['add', 'replace']), path: z.literal('/schedule'), value: cron }),
        ]),
      )
      .min(1),
    responses: { 204: z.undefined() },
  },
  deleteSchedule: {
    method: 'DELETE',
    path: `${base}/config/schedules/{id}`,
    summary: 'Delete a schedule; a run under way goes on',
    tag: 'schedules',
    headers,
    params: idParams,
    responses: { 204: z.undefined() },
  },
} as const satisfies Record<string, Route>;
