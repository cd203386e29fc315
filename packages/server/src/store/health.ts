/** Whether the stores answer, for GET /health. */
import { statfs } from 'node:fs/promises';
import { sql } from 'kysely';
import type { Stores } from './stores.ts';

export interface StoreHealth {
  readonly store: 'clickhouse' | 'postgres' | 'lmdb' | 'disk';
  readonly ok: boolean;
  /** ms */
  readonly latency: number;
  /** What is missing, when something is. */
  readonly problem?: string;
}

/** Longest wait for an answer, in ms. */
const PATIENCE = 5000;
/** Below this many free bytes ClickHouse cannot merge, and soon not insert. */
const LEAST_FREE = 256 * 1024 * 1024;

/** Asks every store for a sign of life. Never throws; takes 5 s at most. */
export async function checkStores(stores: Stores): Promise<readonly StoreHealth[]> {
  return Promise.all([
    check('clickhouse', () => stores.clickhouse.query('SELECT 1', { signal: AbortSignal.timeout(PATIENCE), urgent: true })),
    check('postgres', () => sql`SELECT 1`.execute(stores.postgres)),
    check('lmdb', () => stores.lmdb.environment('health').put('alive', true)),
    check('disk', () => enoughSpace(stores.folder.path)),
  ]);
}

async function check(store: StoreHealth['store'], ask: () => Promise<unknown>): Promise<StoreHealth> {
  const start = performance.now();
  let problem: string | undefined;
  try {
    await within(PATIENCE, ask());
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  const latency = performance.now() - start;
  return problem === undefined ? { store, ok: true, latency } : { store, ok: false, latency, problem };
}

async function within(limit: number, answer: Promise<unknown>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${limit} ms`)), limit);
  try {
    await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function enoughSpace(path: string): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  if (free < LEAST_FREE) throw new Error(`only ${Math.floor(free / 1024 / 1024)} MiB left on the disk of the data folder ${path}`);
}
