/** What the server is and holds. */
import { z } from 'zod';
import { count, instant, milliseconds } from './common.ts';
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

const throughputMinute = z
  .object({
    at: instant.describe('When the minute began'),
    events: count.describe('Stored and not known before'),
    records: count.describe('Profile records stored'),
    deadLetters: count.describe('Records of the stream that could not be stored'),
  })
  .meta({ id: 'ThroughputMinute' });
export type ThroughputMinute = z.output<typeof throughputMinute>;

export const statusRoutes = {
  health: {
    method: 'GET',
    path: '/health',
    summary: 'Ready or not, with what is missing by component',
    tag: 'operation',
    responses: { 200: healthBody, 503: healthBody },
  },
  getThroughput: {
    method: 'GET',
    path: '/api/throughput',
    summary: 'What came in, minute by minute, by whatever way',
    tag: 'operation',
    query: z.object({
      minutes: z.coerce.number().int().min(1).max(1440).default(60).describe('How far back; the minute under way comes last'),
    }),
    responses: { 200: z.object({ minutes: z.array(throughputMinute) }) },
  },
  getStatus: {
    method: 'GET',
    path: '/api/status',
    summary: 'Version, engines and counts',
    tag: 'operation',
    responses: { 200: statusBody },
  },
} as const satisfies Record<string, Route>;
