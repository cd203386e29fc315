/** PGlite made durable: as delivered it never calls fsync, and an acknowledged change would not survive a loss of power. */
import { fsyncSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { fillFromTemplate } from './postgres-template.ts';

/** The parts of Emscripten's file system that we touch. */
interface EmscriptenModule {
  readonly NODEFS: { readonly stream_ops: { fsync?: (stream: { readonly nfd: number }) => void } };
}

/** Emscripten's NODEFS has no fsync; PostgreSQL's then does nothing. */
function addFsync(module: unknown): void {
  (module as EmscriptenModule).NODEFS.stream_ops.fsync = (stream) => fsyncSync(stream.nfd);
}

class DurableFS extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...args);
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addFsync] } };
  }
}

/** -F turns fsync off; the default wal_sync_method, fdatasync, is a no-op in WebAssembly. */
const START = [...PGlite.defaultStartParams.filter((param) => param !== '-F'), '-c', 'wal_sync_method=fsync', '-c', 'timezone=UTC'];

/** Numbers of PostgreSQL's pg_type: our bigints are counts below 2^53. */
const INT8 = 20;

export async function openPGlite(path: string): Promise<PGlite> {
  mkdirSync(dirname(path), { recursive: true });
  await fillFromTemplate(path, create);
  return await create(path);
}

async function create(path: string): Promise<PGlite> {
  mkdirSync(path, { recursive: true });
  return await PGlite.create({ fs: new DurableFS(path), startParams: START, parsers: { [INT8]: Number } });
}
