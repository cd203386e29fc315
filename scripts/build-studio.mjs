#!/usr/bin/env node
/**
 * Builds packages/studio/dist when the sources it is made of changed since the last build.
 * Node's built-ins only until there is something to build; then Vite's API, from the studio's own dependencies.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const studio = join(root, 'packages/studio');
const dist = join(studio, 'dist');
const stamp = join(dist, '.built-from');

/** What the build reads: folders whole, files alone. The lock file stands for every dependency. */
const SOURCES = [
  'packages/studio/src',
  'packages/studio/public',
  'packages/studio/index.html',
  'packages/studio/vite.config.ts',
  'packages/studio/package.json',
  'scripts/build-studio.mjs',
  'packages/contract/src',
  'packages/pql/src',
  'pnpm-lock.yaml',
];

/**
 * @param {{ force?: boolean }} [options] `force` builds even when nothing changed
 * @returns {Promise<boolean>} whether it had to build
 */
export async function buildStudio({ force = false } = {}) {
  const sources = hashOfSources();
  if (!force && existsSync(join(dist, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return false;
  const started = performance.now();
  process.stderr.write('Building the studio …');
  const { build } = await import(pathToFileURL(createRequire(join(studio, 'package.json')).resolve('vite')).href);
  // Whoever starts the build, a test runner too, gets the studio that users get: Vite asks the environment which React to take.
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    await build({ root: studio, configFile: join(studio, 'vite.config.ts'), mode: 'production', logLevel: 'error' });
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
  writeFileSync(stamp, sources);
  process.stderr.write(` done in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return true;
}

function hashOfSources() {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap(filesOf))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

/** Files at or below a path, relative to the root, in an order that does not depend on the file system. */
function filesOf(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  const entries = tryReadFolder(full);
  if (entries === null) return [path];
  return entries.flatMap((name) => filesOf(`${path}/${name}`));
}

function tryReadFolder(path) {
  try {
    return readdirSync(path).toSorted();
  } catch (error) {
    if (error.code === 'ENOTDIR') return null;
    throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const built = await buildStudio({ force: process.argv.includes('--force') });
  if (!built) process.stderr.write('The studio is up to date.\n');
}
