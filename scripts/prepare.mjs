/**
 * Makes a fresh clone ready to run, on nothing but Node >= 20 and npm: installs the locked dependencies when
 * they changed, finds the Node 24 that runs our TypeScript, and compiles the learning kernel. Node built-ins only: it runs before anything
 * is installed. As a program it prints the path of that Node on standard output and progress on standard error.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildKernel } from './build-kernel.mjs';

/** The package manager that reads pnpm-lock.yaml; a native binary, so the Node on the path does not matter. */
const PNPM = 'pnpm@12.21.0';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export function prepare() {
  install();
  const node = findNode();
  buildKernel(node);
  return node;
}

function install() {
  const stamp = join(root, 'node_modules', '.kindred-installed');
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('kindred: installing dependencies (first start or changed lock file) …');
  const args = ['exec', '--yes', `--package=${PNPM}`, '--', 'pnpm', 'install', '--frozen-lockfile', '--reporter=append-only'];
  const { status, error } = spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, CI: 'true' } });
  if (error || status !== 0) {
    console.error(
      `kindred: installing failed${error ? `: ${error.message}` : ` (exit code ${status})`}. Check the npm registry settings and try again.`,
    );
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

function fingerprint() {
  const hash = createHash('sha256');
  const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'package.json'));
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...packages.toSorted()]) {
    if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function findNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major >= 24 || (major === 22 && minor >= 18)) return process.execPath;
  const bundled = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(bundled)) return bundled;
  console.error(
    `kindred: needs Node 24 (22.18 at least); this is ${process.version} and no bundled Node exists for ${process.platform}-${process.arch}. Install Node 24 from https://nodejs.org and try again.`,
  );
  process.exit(1);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.stdout.write(prepare());
