/**
 * Builds packages/propensity/dist/kernel.wasm out of its AssemblyScript when that changed since the last build. Node's built-ins
 * only until there is something to build; then the compiler that the lock file pins.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const room = fileURLToPath(new URL('../packages/propensity', import.meta.url));
const source = join(room, 'assembly/kernel.ts');
const target = join(room, 'dist/kernel.wasm');
const stamp = join(room, 'dist/.built-from');

/** The memory comes from outside, is shared between threads, and holds nothing of the compiler's own. */
const OPTIONS = '-O3 --noAssert --runtime stub --importMemory --sharedMemory --initialMemory 1 --maximumMemory 65536 --enable simd,threads';

/**
 * @param {string} node path of the Node to run the compiler with
 * @throws {Error} when the compiler fails
 */
export function buildKernel(node) {
  const wanted = hashOfSources();
  if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const compiler = join(room, 'node_modules/assemblyscript/bin/asc.js');
  // Two processes may build at once: each in a file of its own.
  const made = join(room, `dist/kernel-${process.pid}.wasm`);
  const { status, error } = spawnSync(node, [compiler, source, '--outFile', made, ...OPTIONS.split(' ')], { stdio: ['ignore', 2, 2] });
  if (error || status !== 0)
    throw new Error(`building the learning kernel failed${error ? `: ${error.message}` : ` (exit code ${status})`}`);
  renameSync(made, target);
  writeFileSync(stamp, wanted);
}

function hashOfSources() {
  const hash = createHash('sha256');
  // package.json pins the compiler.
  for (const file of [source, join(room, 'package.json'), fileURLToPath(import.meta.url)]) hash.update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildKernel(process.execPath);
