/** Sources that data is fetched from: folders, databases. */
import { z } from 'zod';
import { count, document, idParams, instant, name } from './common.ts';
import type { Route } from './route.ts';

const tag = 'sources';

const counts = z.object({
  portions: count.describe('Files, or pages of rows'),
  rowsIn: count,
  accepted: count.describe('Stored'),
  duplicates: count.describe('Known already'),
  rejected: count.describe('In files of dead letters'),
  skipped: count.describe('Left out by a rule of the mapping'),
});

const run = z
  .object({
    id: count,
    startedAt: instant,
    endedAt: instant,
    counts,
    skipped: z.array(z.object({ name: z.string(), reason: z.string() })).describe('Files that could not be read and were passed over'),
    letterFiles: z.array(z.string()).describe('On the machine of the server'),
    error: z
      .object({ code: z.string(), message: z.string(), hint: z.string() })
      .nullable()
      .describe('Why it stopped; null: it came to the end'),
  })
  .meta({ id: 'DataSourceRun' });

const state = z.enum(['active', 'paused']);
const intervalSeconds = z.int().min(1).max(86_400).describe('From the end of a run to the next one');

const source = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.string(),
    settings: document.describe('Without secrets'),
    dataset: z.string(),
    mapping: document.nullable(),
    target: z.enum(['event', 'profile']),
    intervalSeconds,
    state,
    nextRun: instant.nullable(),
    failures: count.describe('Runs in a row that failed'),
    counts: counts.describe('Since it was made'),
    lastRun: run.nullable().describe('The last one that did something'),
    running: z.boolean(),
    createdAt: instant,
    updatedAt: instant,
    createdBy: z.string(),
  })
  .meta({ id: 'DataSource' });
export type DataSourceBody = z.output<typeof source>;

export const dataSourceRoutes = {
  listConnectors: {
    method: 'GET',
    path: '/api/sources/catalog',
    summary: 'The kinds of sources there are, and the settings that each takes',
    tag,
    responses: {
      200: z.object({
        connectors: z.array(
          z.object({
            kind: z.string(),
            title: z.string(),
            description: z.string(),
            settings: document.describe('JSON Schema'),
            secrets: z.array(z.string()).describe('Settings that are never shown again'),
          }),
        ),
      }),
    },
  },
  listDataSources: {
    method: 'GET',
    path: '/api/sources',
    summary: 'All sources, by name',
    tag,
    responses: { 200: z.object({ sources: z.array(source) }) },
  },
  createDataSource: {
    method: 'POST',
    path: '/api/sources',
    summary: 'Fetch data from somewhere, again and again; it is looked at first',
    tag,
    body: z.object({
      name,
      kind: z.string().describe('See GET /api/sources/catalog'),
      settings: document,
      dataset: z.string().min(1).max(255),
      mapping: document.optional().describe('Source columns to XDM paths; leave out for XDM documents'),
      target: z.enum(['event', 'profile']).default('event').describe('What XDM documents are; a mapping says it itself'),
      intervalSeconds: intervalSeconds.default(60),
      state: state.default('active'),
    }),
    responses: { 201: source },
  },
  getDataSource: {
    method: 'GET',
    path: '/api/sources/{id}',
    summary: 'One source',
    tag,
    params: idParams,
    responses: { 200: source },
  },
  updateDataSource: {
    method: 'PATCH',
    path: '/api/sources/{id}',
    summary: 'Change a source, pause it or let it go on; an active one runs at once',
    description: 'Settings are laid over those there are, so secrets need not be sent again.',
    tag,
    params: idParams,
    body: z.object({
      name: name.optional(),
      settings: document.optional(),
      mapping: document.nullable().optional(),
      intervalSeconds: intervalSeconds.optional(),
      state: state.optional(),
    }),
    responses: { 200: source },
  },
  runDataSource: {
    method: 'POST',
    path: '/api/sources/{id}/run',
    summary: 'Run a source now; answers when the run has ended',
    tag,
    params: idParams,
    responses: { 200: source },
  },
  listDataSourceRuns: {
    method: 'GET',
    path: '/api/sources/{id}/runs',
    summary: 'The last runs of a source that did something, the newest first',
    tag,
    params: idParams,
    query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20) }),
    responses: { 200: z.object({ runs: z.array(run) }) },
  },
  deleteDataSource: {
    method: 'DELETE',
    path: '/api/sources/{id}',
    summary: 'Fetch no more from a source; what it brought stays',
    tag,
    params: idParams,
    responses: { 204: z.undefined() },
  },
} as const satisfies Record<string, Route>;
