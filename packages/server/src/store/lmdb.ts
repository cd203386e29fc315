/** LMDB environments of the data folder: memory-mapped key-value maps for point reads, which ClickHouse is slow at. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import type { Key, RootDatabase, RootDatabaseOptions } from 'lmdb';

export interface Lmdb {
  /**
   * The environment of that name, opened on first use. A resolved put survives the end of the process; await
   * `flushed` of the database to have it survive a loss of power too. Read bytes with `getBinary`: `getBinaryFast`
   * hands out a shared buffer.
   */
  environment<V, K extends Key = Key>(name: string, options?: RootDatabaseOptions): RootDatabase<V, K>;
  /** An environment for what can be made again: empty with every start, and not flushed. */
  cache<V, K extends Key = Key>(name: string, options?: RootDatabaseOptions): RootDatabase<V, K>;
  close(): Promise<void>;
}

/** @param path folder that holds one folder per environment */
export function openLmdb(path: string): Lmdb {
  const environments = new Map<string, RootDatabase<unknown>>();
  const environmentOf = <V, K extends Key>(name: string, options: RootDatabaseOptions): RootDatabase<V, K> => {
    let environment = environments.get(name);
    if (environment === undefined) {
      environment = openEnvironment(join(path, name), options);
      environments.set(name, environment);
    }
    return environment as RootDatabase<V, K>;
  };
  return {
    environment: (name, options = {}) => environmentOf(name, options),
    cache(name, options = {}) {
      // What is there was not flushed, and may be no database any more.
      if (!environments.has(name)) rmSync(join(path, name), { recursive: true, force: true });
      return environmentOf(name, { ...options, noSync: true });
    },
    async close() {
      await Promise.all([...environments.values()].map((environment) => environment.close()));
      environments.clear();
    },
  };
}

function openEnvironment(path: string, options: RootDatabaseOptions): RootDatabase<unknown> {
  mkdirSync(path, { recursive: true });
  return open<unknown>(path, { ...options, noSubdir: false });
}
