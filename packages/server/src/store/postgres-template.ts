/**
 * New folders of PGlite. Making one takes seconds of processor time, and every new one is the same: it is made once for an installation, and
 * copied from then on.
 */
import type { PGlite } from '@electric-sql/pglite';
import { closeSync, cpSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Beside what Node keeps of compiled code; it may be deleted at any time. */
const CACHE = fileURLToPath(new URL('../../../../node_modules/.cache/kindred/', import.meta.url));
/** Where nothing can be kept. */
const NOT_WRITABLE: ReadonlySet<unknown> = new Set(['EACCES', 'EROFS', 'EPERM', 'ENOSPC', 'ENOENT']);

/**
 * Fills a folder that is not there yet or empty, whole or not at all, durable on return. Nothing happens where no template can be kept: the
 * database makes what it needs itself.
 * @param create makes a database in an empty folder
 */
export async function fillFromTemplate(path: string, create: (path: string) => Promise<PGlite>): Promise<void> {
  if (existsSync(path) && readdirSync(path).length > 0) return;
  const template = await templateMadeBy(create);
  if (template === null) return;
  const copy = `${path}.new`;
  rmSync(copy, { recursive: true, force: true });
  cpSync(template, copy, { recursive: true });
  for (const entry of readdirSync(copy, { recursive: true, withFileTypes: true })) sync(join(entry.parentPath, entry.name));
  sync(copy);
  // Over an empty folder, as a whole.
  renameSync(copy, path);
  sync(dirname(path));
}

/** Null where it cannot be kept. */
async function templateMadeBy(create: (path: string) => Promise<PGlite>): Promise<string | null> {
  const template = join(CACHE, `postgres-${versionOfPGlite()}`);
  if (existsSync(template)) return template;
  const making = `${template}.${process.pid}`;
  try {
    mkdirSync(making, { recursive: true });
    const database = await create(making);
    await database.close();
    renameSync(making, template);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    // Somebody else may have been first.
    if (existsSync(template)) return template;
    if (NOT_WRITABLE.has((error as { readonly code?: unknown }).code)) return null;
    throw error;
  }
  return template;
}

function versionOfPGlite(): string {
  const entry = fileURLToPath(import.meta.resolve('@electric-sql/pglite'));
  return (JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8')) as { readonly version: string }).version;
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
