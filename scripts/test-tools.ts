/** What the suites drive besides npm packages: Chromium and a PostgreSQL server, from Debian where we may install. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { findChromium } from '../packages/studio/test/browser/chromium.ts';

const tools = {
  chromium: { packages: ['chromium-headless-shell'], found: () => findChromium() !== null },
  postgresql: { packages: ['postgresql'], found: () => postgresBinaries() !== null },
} as const;

/** Folder of `initdb` and `postgres`, newest version first; null when there is none. */
export function postgresBinaries(): string | null {
  const base = '/usr/lib/postgresql';
  if (!existsSync(base)) return null;
  const versions = readdirSync(base).toSorted((a, b) => Number(b) - Number(a));
  return versions.map((version) => `${base}/${version}/bin`).find((folder) => existsSync(`${folder}/initdb`)) ?? null;
}

/** Installs what is missing (as root on Debian) and returns what still is, with the reason to print. In CI nothing may be missing. */
export function missingTools(): ReadonlyMap<string, string> {
  const wanted = Object.values(tools).filter((tool) => !tool.found());
  if (wanted.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    install(wanted.flatMap((tool) => tool.packages));
  }
  const missing = new Map<string, string>();
  for (const [name, tool] of Object.entries(tools)) {
    if (!tool.found()) missing.set(name, `${name} is not installed; on Debian: apt-get install ${tool.packages.join(' ')}`);
  }
  if (process.env['CI'] && missing.size > 0) throw new Error([...missing.values()].join('\n'));
  return missing;
}

function install(packages: readonly string[]): void {
  console.error(`installing ${packages.join(', ')} for the tests …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'], env });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { stdio: ['ignore', 'ignore', 'inherit'], env });
}
