/** Stores of Kindred in a temporary folder, with the tables of profiles and events. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Identities } from '../packages/server/src/identity/index.ts';
import { ProfileTables } from '../packages/server/src/profile/index.ts';
import { ensureTables, unionSchema } from '../packages/server/src/schema/index.ts';
import { openStores } from '../packages/server/src/store/index.ts';
import type { Stores } from '../packages/server/src/store/index.ts';

export interface Bed {
  readonly stores: Stores;
  readonly tables: ProfileTables;
}

/** Gives `work` a folder that is gone afterwards. */
export async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'kindred-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens empty stores below `folder` for `work`. One at a time: the embedded engine knows one folder in a process. */
export async function withStores<Result>(folder: string, work: (bed: Bed) => Promise<Result>): Promise<Result> {
  const dataFolder = mkdtempSync(join(folder, 'data-'));
  const stores = await openStores({ dataFolder, clickhouseUrl: undefined, postgresUrl: undefined, querySlots: 4 });
  try {
    const { clickhouse, lmdb } = stores;
    await ensureTables(clickhouse);
    const identities = await Identities.open(lmdb, clickhouse);
    const tables = await ProfileTables.open({
      clickhouse,
      lmdb,
      identities,
      schema: unionSchema({ tenant: 'shop' }),
      clock: () => new Date(),
    });
    return await work({ stores, tables });
  } finally {
    await stores.close();
  }
}
