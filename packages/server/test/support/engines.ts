/** Both ClickHouse engines, for suites that must pass on either. */
import { openClickHouse } from '../../src/store/index.ts';
import type { ClickHouse } from '../../src/store/index.ts';
import { startClickHouseNode } from './clickhouse-node.ts';
import { temporaryFolder } from './processes.ts';

export interface TestClickHouse {
  readonly clickhouse: ClickHouse;
  stop(): Promise<void>;
}

export const ENGINES = ['embedded', 'server'] as const;
export type EngineName = (typeof ENGINES)[number];

export function startEngine(engine: EngineName, slots = 4): Promise<TestClickHouse> {
  switch (engine) {
    case 'embedded':
      return startEmbedded(slots);
    case 'server':
      return startServer(slots);
  }
}

async function startEmbedded(slots: number): Promise<TestClickHouse> {
  const folder = temporaryFolder('kindred-chdb');
  const clickhouse = await openClickHouse({ path: folder.path, database: 'kindred', slots });
  return {
    clickhouse,
    async stop() {
      await clickhouse.close();
      folder.remove();
    },
  };
}

async function startServer(slots: number): Promise<TestClickHouse> {
  const node = await startClickHouseNode();
  const clickhouse = await openClickHouse({ path: '', url: node.url, database: 'kindred', slots });
  return {
    clickhouse,
    async stop() {
      await clickhouse.close();
      await node.stop();
    },
  };
}
