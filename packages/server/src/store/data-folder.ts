/** The folder all embedded stores keep their data in: one process at a time, known to the command line. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Who holds the folder, and where the command line finds its server. */
export interface ServerNotice {
  readonly pid: number;
  readonly host: string;
  /** Absent until the server listens. */
  readonly url?: string;
  /** ISO 8601. */
  readonly startedAt?: string;
}

export interface DataFolder {
  readonly path: string;
  /** Path of something inside; a folder of its own for each store. */
  inside(...names: readonly string[]): string;
  /** Writes where the server listens, for `runningServer`. */
  announce(url: string, startedAt: Date): void;
  /** Gives the folder free. */
  close(): void;
}

/**
 * - `in-use`: another process has it (`holder`)
 * - `not-a-folder`: there is a file in its place, or its name cannot be used
 * - `not-writable`: no permission, a read-only or a full disk
 * - `newer-format`: written by a later version
 */
export type DataFolderErrorCode = 'in-use' | 'not-a-folder' | 'not-writable' | 'newer-format';

export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
  readonly code: DataFolderErrorCode;
  readonly hint: string;
  readonly holder: ServerNotice | undefined;

  constructor(
    code: DataFolderErrorCode,
    message: string,
    details: { readonly hint: string; readonly holder?: ServerNotice | undefined; readonly cause?: unknown },
  ) {
    super(message, { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.holder = details.holder;
  }
}

/** Raised when the layout of the folder changes; the code that raises it also upgrades. */
const FORMAT = 1;

/** Creates the folder when absent and takes it for this process. Throws DataFolderError. */
export function openDataFolder(path: string): DataFolder {
  const root = resolve(path);
  create(root);
  const lock = takeLock(root);
  held.add(lock);
  const release = (): void => {
    held.delete(lock);
    lock.close();
  };
  try {
    checkFormat(root);
    writeNotice(root, { pid: process.pid, host: hostname() });
  } catch (error) {
    release();
    throw error;
  }
  return {
    path: root,
    inside: (...names) => join(root, ...names),
    announce: (url, startedAt) => writeNotice(root, { pid: process.pid, host: hostname(), url, startedAt: startedAt.toISOString() }),
    close: release,
  };
}

/** A lock that nothing refers to is collected as garbage, and the folder free while the process still works in it. */
const held = new Set<DatabaseSync>();

/** The process that holds the folder now, if one does. A notice left by a process that was killed does not count. */
export function runningServer(path: string): ServerNotice | undefined {
  const root = resolve(path);
  if (!existsSync(join(root, LOCK))) return undefined;
  const lock = new DatabaseSync(join(root, LOCK), { timeout: 0 });
  try {
    lock.exec('BEGIN; SELECT 1 FROM sqlite_schema; ROLLBACK');
    return undefined;
  } catch (error) {
    if (isLocked(error)) return readNotice(root);
    throw error;
  } finally {
    lock.close();
  }
}

const LOCK = 'lock';
const NOTICE = 'server.json';
const VERSION = 'format';

/** Characters the embedded ClickHouse takes for wildcards in a path. */
const WILDCARDS = /[*?{}]/;

function create(root: string): void {
  if (WILDCARDS.test(root)) {
    throw new DataFolderError('not-a-folder', `the data folder ${root} has one of * ? { } in its path`, {
      hint: 'Choose another path with KINDRED_DATA.',
    });
  }
  try {
    mkdirSync(root, { recursive: true });
  } catch (cause) {
    throw folderError(root, cause);
  }
  if (!statSync(root).isDirectory()) throw folderError(root, { code: 'ENOTDIR' });
  try {
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw folderError(root, cause);
  }
}

function folderError(root: string, cause: unknown): DataFolderError {
  const code = (cause as { code?: string }).code ?? '';
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new DataFolderError('not-a-folder', `the data folder ${root} is a file, or lies below one`, {
      hint: 'Choose another path with KINDRED_DATA, or move the file away.',
      cause,
    });
  }
  const reason = code === 'ENOSPC' ? 'the disk is full' : code === 'EROFS' ? 'the disk is read-only' : `no permission (${code})`;
  return new DataFolderError('not-writable', `cannot write to the data folder ${root}: ${reason}`, {
    hint: 'Make it writable for this user, or choose another path with KINDRED_DATA.',
    cause,
  });
}

/** Time for a passing look at the lock (`runningServer`) to end, in ms. */
const PATIENCE = 500;

/**
 * The lock is SQLite's exclusive lock on a file: the kernel keeps it, so it ends with the process however that ends, and it holds
 * across containers that share the folder, where process ids mean nothing. The file is never opened otherwise, since
 * closing any handle of a file ends the locks its process has on it.
 */
function takeLock(root: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(root, LOCK), { timeout: PATIENCE });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock?.close();
    if (isLocked(cause)) throw inUse(root);
    throw folderError(root, { code: (cause as { errstr?: string }).errstr ?? String(cause) });
  }
}

/** SQLITE_BUSY */
const BUSY = 5;

function isLocked(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === BUSY;
}

function inUse(root: string): DataFolderError {
  const holder = readNotice(root);
  const where = holder?.host === hostname() ? '' : ` on ${holder?.host ?? 'an unknown host'}`;
  const who =
    holder === undefined
      ? 'another process'
      : `process ${holder.pid}${where}${holder.url === undefined ? '' : `, serving at ${holder.url}`}`;
  return new DataFolderError('in-use', `the data folder ${root} is in use by ${who}`, {
    hint: 'Stop that process, or choose another data folder with KINDRED_DATA.',
    holder,
  });
}

function checkFormat(root: string): void {
  const file = join(root, VERSION);
  if (!existsSync(file)) return writeWhole(file, `${FORMAT}\n`);
  const found = Number(readFileSync(file, 'utf8'));
  if (found === FORMAT) return;
  throw new DataFolderError('newer-format', `the data folder ${root} has format ${found}; this version knows format ${FORMAT}`, {
    hint: 'Start the version of Kindred that wrote it, or choose another data folder with KINDRED_DATA.',
  });
}

function writeNotice(root: string, notice: ServerNotice): void {
  writeWhole(join(root, NOTICE), `${JSON.stringify(notice)}\n`);
}

function readNotice(root: string): ServerNotice | undefined {
  try {
    return JSON.parse(readFileSync(join(root, NOTICE), 'utf8')) as ServerNotice;
  } catch {
    // Between taking the lock and writing the notice there is none.
    return undefined;
  }
}

/** Readers see the old text or the new one, never a part. */
function writeWhole(file: string, text: string): void {
  try {
    writeFileSync(`${file}.new`, text, { flush: true });
    renameSync(`${file}.new`, file);
  } catch (cause) {
    throw folderError(file, cause);
  }
}
