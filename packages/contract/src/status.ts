/** What the server is and holds. */
import { z } from 'zod';
import { count, milliseconds } from './common.ts';
import type { Route } from './route.ts';

export const statusBody = z
  .object({
    version: z.string().describe('Version of Kindred'),
    sandbox: z.string(),
    revision: count.describe('Number of the data state; grows with every change of profiles or events'),
    profiles: count,
    events: count,
    datasets: z.array(z.object({ name: z.string(), events: count, records: count })),
    engines: z.object({
      clickhouse: z.object({ mode: z.enum(['embedded', 'server']), version: z.string() }),
      postgres: z.object({ mode: z.enum(['embedded', 'server']), version: z.string() }),
    }),
    uptimeMs: milliseconds,
  })
  .meta({ id: 'Status' });
export type Status = z.output<typeof statusBody>;

export const healthBody = z
  .object({
    ready: z.boolean(),
    components: z.record(z.string(), z.object({ ready: z.boolean(), message: z.string().optional().describe('What is missing') })),
  })
  .meta({ id: 'Health' });
export type Health = z.output<typeof healthBody>;

export const statusRoutes = {
  health: {
    method: 'GET',
    path: '/health',
    summary: 'Ready or not, with what is missing by component',
    tag: 'operation',
    responses: { 200: healthBody, 503: healthBody },
  },
  getStatus: {
    method: 'GET',
    path: '/api/status',
    summary: 'Version, engines and counts',
    tag: 'operation',
    responses: { 200: statusBody },
  },
} as const satisfies Record<string, Route>;
