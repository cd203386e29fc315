/** Stores for tests, embedded in a temporary folder unless servers are named. */
import { openStores } from '../../src/store/index.ts';
import type { Stores, StoreSettings } from '../../src/store/index.ts';
import { temporaryFolder } from './processes.ts';

export interface TestStores {
  readonly stores: Stores;
  /** Closes them and removes the folder. */
  stop(): Promise<void>;
}

/** Opens stores in a folder of their own. One at a time per process: the embedded ClickHouse allows no second folder. */
export async function withStores(settings: Partial<StoreSettings> = {}): Promise<TestStores> {
  const folder = temporaryFolder('kindred-stores');
  const stores = await openStores({
    dataFolder: folder.path,
    clickhouseUrl: undefined,
    postgresUrl: undefined,
    querySlots: 4,
    ...settings,
  });
  return {
    stores,
    async stop() {
      await stores.close();
      folder.remove();
    },
  };
}
