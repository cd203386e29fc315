/** Profile tables on a real engine, in a folder that goes with them. One embedded engine per process: one open at a time. */
import { join } from 'node:path';
import { Identities } from '../../src/identity/index.ts';
import { ProfileTables } from '../../src/profile/index.ts';
import type { XdmSchema } from '../../src/schema/index.ts';
import { ensureTables, unionSchema } from '../../src/schema/index.ts';
import type { ClickHouse, Lmdb } from '../../src/store/index.ts';
import { openClickHouse, openLmdb } from '../../src/store/index.ts';
import type { EngineName } from '../support/engines.ts';
import { startEngine } from '../support/engines.ts';
import { temporaryFolder } from '../support/processes.ts';

export interface Opened {
  readonly folder: string;
  readonly clickhouse: ClickHouse;
  readonly lmdb: Lmdb;
  readonly identities: Identities;
  readonly tables: ProfileTables;
  close(): Promise<void>;
}

/** Opens new tables, which `close` removes. */
export async function openProfiles(schema: XdmSchema = unionSchema({ tenant: 'acme' }), name: EngineName = 'embedded'): Promise<Opened> {
  const folder = temporaryFolder('kindred-profiles');
  const engine = await startEngine(name, 2);
  const opened = await openRooms(folder.path, engine.clickhouse, schema);
  return {
    ...opened,
    async close() {
      await engine.stop();
      await opened.close();
      folder.remove();
    },
  };
}

/** Opens what lies in a folder; it stays there. */
export async function openFolder(folder: string): Promise<Opened> {
  const clickhouse = await openClickHouse({ path: join(folder, 'clickhouse'), database: 'kindred', slots: 2 });
  const opened = await openRooms(folder, clickhouse, unionSchema({ tenant: 'acme' }));
  return {
    ...opened,
    async close() {
      await clickhouse.close();
      await opened.close();
    },
  };
}

async function openRooms(folder: string, clickhouse: ClickHouse, schema: XdmSchema): Promise<Opened> {
  const lmdb = openLmdb(join(folder, 'lmdb'));
  await ensureTables(clickhouse);
  const identities = await Identities.open(lmdb, clickhouse);
  const tables = await ProfileTables.open({ clickhouse, lmdb, identities, schema, clock: () => new Date() });
  return { folder, clickhouse, lmdb, identities, tables, close: () => lmdb.close() };
}
