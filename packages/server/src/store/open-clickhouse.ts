/** Chooses the engine behind the face: embedded, or a server over HTTP. */
import type { ClickHouse } from './clickhouse.ts';
import { openEmbedded } from './clickhouse-embedded.ts';
import { openHttp } from './clickhouse-http.ts';
import { pooled } from './clickhouse-pool.ts';

export interface ClickHouseOptions {
  /** Folder of the embedded engine. */
  readonly path: string;
  /** A server to use instead, `http://user:password@host:8123`. */
  readonly url?: string | undefined;
  /** Created when absent; every name without a database means this one. */
  readonly database: string;
  /** How many queries run at a time. The rest waits its turn. */
  readonly slots: number;
}

/** Opens the embedded engine or connects to the server. Throws StoreError `locked` or `unavailable`. */
export async function openClickHouse(options: ClickHouseOptions): Promise<ClickHouse> {
  const engine = options.url === undefined ? await openEmbedded(options) : await openHttp({ ...options, url: options.url });
  return pooled(engine);
}
