/** Sources that data is fetched from. */
import type { DataSourceBody } from '@kindred/contract';
import type { DataSource, SourceRun } from '../../ingest/index.ts';
import { connectorCatalog } from '../../ingest/index.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type DataSourceRoutes =
  | 'listConnectors'
  | 'listDataSources'
  | 'createDataSource'
  | 'getDataSource'
  | 'updateDataSource'
  | 'runDataSource'
  | 'listDataSourceRuns'
  | 'deleteDataSource';

export function dataSourceHandlers({ sources }: Rooms): Handlers<DataSourceRoutes> {
  return {
    listConnectors: () => Promise.resolve({ connectors: connectorCatalog().map((each) => ({ ...each, secrets: [...each.secrets] })) }),
    listDataSources: async () => ({ sources: (await sources.list()).map(view) }),
    async createDataSource({ body, request, reply }) {
      const made = await sources.create({ ...body, mapping: body.mapping ?? null }, request.caller.name);
      reply.code(201);
      return view(made);
    },
    getDataSource: async ({ params }) => view(await sources.get(params.id)),
    async updateDataSource({ params, body }) {
      const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
      return view(await sources.change(params.id, given));
    },
    runDataSource: async ({ params }) => view(await sources.run(params.id)),
    listDataSourceRuns: async ({ params, query }) => ({ runs: (await sources.runs(params.id, query.limit)).map(runView) }),
    async deleteDataSource({ params }) {
      await sources.delete(params.id);
      return undefined;
    },
  };
}

function view({ lastRun, nextRun, createdAt, updatedAt, ...source }: DataSource): DataSourceBody {
  return {
    ...source,
    nextRun: nextRun?.toISOString() ?? null,
    lastRun: lastRun && runView(lastRun),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

function runView({ startedAt, endedAt, skipped, letterFiles, ...run }: SourceRun): NonNullable<DataSourceBody['lastRun']> {
  return {
    ...run,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    skipped: skipped.map((each) => ({ ...each })),
    letterFiles: [...letterFiles],
  };
}
