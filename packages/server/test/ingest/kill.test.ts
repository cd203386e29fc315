import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countEvents, countProfiles } from '../../src/profile/index.ts';
import { openFolder } from '../profile/open.ts';

const ROWS = 30_000;
const PEOPLE = 9000;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kindred-kill-'));
  const lines = Array.from({ length: ROWS }, (_, n) => `e${n},p${(n * 7919) % PEOPLE},2026-01-01T00:00:00,s${n % 100}`);
  await writeFile(join(folder, 'events.csv'), `n,who,at,sku\n${lines.join('\n')}\n`);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Runs the import in a process of its own, killed after some chunks; gives the last line it wrote. */
async function importProcess(data: string, killAfter: number): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'kill.fixture.ts'), data, join(folder, 'events.csv')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  let lines = 0;
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) {
    last = line;
    lines++;
    // A moment into the next chunk, another one each time.
    if (lines === killAfter) setTimeout(() => child.kill('SIGKILL'), killAfter * 7);
  }
  await exit;
  return last;
}

test('an import killed in the middle loses nothing acknowledged, and run again gives exact counts', { timeout: 180_000 }, async () => {
  const data = join(folder, 'data');
  let acknowledged = 0;
  for (const killAfter of [1, 3, 6]) {
    acknowledged = Number(await importProcess(data, killAfter));
    expect(acknowledged).toBeLessThan(ROWS);
  }
  const report = JSON.parse(await importProcess(data, -1)) as { rowsIn: number; accepted: number; duplicates: number };
  expect(report.rowsIn).toBe(ROWS);
  expect(report.accepted + report.duplicates).toBe(ROWS);
  expect(report.duplicates).toBeGreaterThanOrEqual(acknowledged);

  const opened = await openFolder(data);
  try {
    expect(await countEvents(opened.tables)).toBe(ROWS);
    expect(await countProfiles(opened.tables)).toBe(PEOPLE);
    const [row] = await opened.clickhouse.query<{ ids: string; orphans: string }>(
      'SELECT uniqExact(id) AS ids, countIf(profile NOT IN (SELECT profile FROM identities)) AS orphans FROM events',
    );
    expect(row).toEqual({ ids: String(ROWS), orphans: '0' });
  } finally {
    await opened.close();
  }
});
