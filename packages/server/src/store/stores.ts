/** All stores of one Kindred, opened and closed together. */
import type { Kysely } from 'kysely';
import type { ClickHouse } from './clickhouse.ts';
import { openClickHouse } from './open-clickhouse.ts';
import { openDataFolder } from './data-folder.ts';
import type { DataFolder } from './data-folder.ts';
import type { Database } from './database.ts';
import { openLmdb } from './lmdb.ts';
import type { Lmdb } from './lmdb.ts';
import type { EventLog } from './event-log.ts';
import { openEventLog } from './lmdb-event-log.ts';
import { openPostgres } from './postgres.ts';

export interface Stores {
  readonly clickhouse: ClickHouse;
  readonly postgres: Kysely<Database>;
  readonly lmdb: Lmdb;
  /** What came in as a stream. */
  readonly log: EventLog;
  readonly folder: DataFolder;
  /** Waits for the queries under way. */
  close(): Promise<void>;
}

/** The part of the settings that the stores need. */
export interface StoreSettings {
  readonly dataFolder: string;
  readonly clickhouseUrl: string | undefined;
  readonly postgresUrl: string | undefined;
  readonly querySlots: number;
}

/** The database of ClickHouse that holds our tables. */
const DATABASE = 'kindred';

/** Opens what lies in the data folder or at the URLs. Throws DataFolderError or StoreError, with nothing left open. */
export async function openStores(settings: StoreSettings): Promise<Stores> {
  // The folder comes first and goes last: whoever holds it has everything in it.
  const closers: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    const folder = openDataFolder(settings.dataFolder);
    closers.push(() => folder.close());
    const lmdb = openLmdb(folder.inside('lmdb'));
    closers.push(() => lmdb.close());
    const log = openEventLog(lmdb);
    closers.push(() => log.close());
    const postgres = await openPostgres({ path: folder.inside('postgres'), url: settings.postgresUrl });
    closers.push(() => postgres.destroy());
    const clickhouse = await openClickHouse({
      path: folder.inside('clickhouse'),
      url: settings.clickhouseUrl,
      database: DATABASE,
      slots: settings.querySlots,
    });
    closers.push(() => clickhouse.close());
    return { clickhouse, postgres, lmdb, log, folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}
