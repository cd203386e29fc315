/** Health and counts over HTTP. */
import type { Health, Status } from '@kindred/contract';
import { sql } from 'kysely';
import { countEvents, countProfiles } from '../../profile/index.ts';
import { checkStores } from '../../store/index.ts';
import { countByDataset } from '../read-models.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { throughputOf } from '../throughput.ts';

export function statusHandlers(rooms: Rooms): Handlers<'health' | 'getStatus' | 'getThroughput'> {
  return {
    async health({ reply }) {
      const health = await healthOf(rooms);
      if (!health.ready) reply.code(503);
      return health;
    },
    getStatus: () => statusOf(rooms),
    getThroughput: async ({ query }) => ({ minutes: [...(await throughputOf(rooms, query.minutes))] }),
  };
}

async function healthOf({ stores }: Rooms): Promise<Health> {
  const checks = await checkStores(stores);
  const components = checks.map(
    ({ store, ok, problem }) => [store, { ready: ok, ...(problem !== undefined && { message: problem }) }] as const,
  );
  return { ready: checks.every(({ ok }) => ok), components: Object.fromEntries(components) };
}

async function statusOf({ settings, stores, tables, datasets: described, version, startedAt, clock }: Rooms): Promise<Status> {
  const [profiles, events, datasets, [clickhouse], postgres] = await Promise.all([
    countProfiles(tables),
    countEvents(tables),
    countByDataset(stores.clickhouse),
    stores.clickhouse.query<{ version: string }>('SELECT version() AS version'),
    sql<{ version: string }>`SELECT current_setting('server_version') AS version`.execute(stores.postgres),
  ]);
  return {
    version,
    sandbox: settings.sandbox,
    revision: tables.currentRevision(),
    profiles,
    events,
    datasets: datasets.map((each) => ({ ...each, name: described.find(each.name)?.name ?? each.name })),
    engines: {
      clickhouse: { mode: modeOf(settings.clickhouseUrl), version: clickhouse?.version ?? 'unknown' },
      postgres: { mode: modeOf(settings.postgresUrl), version: postgres.rows[0]?.version ?? 'unknown' },
    },
    uptimeMs: clock().getTime() - startedAt.getTime(),
  };
}

function modeOf(url: string | undefined): 'embedded' | 'server' {
  return url === undefined ? 'embedded' : 'server';
}
