import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseMapping, runImport } from '../../src/ingest/index.ts';
import type { ImportReport } from '../../src/ingest/index.ts';
import { countEvents } from '../../src/profile/index.ts';
import type { Opened } from '../profile/open.ts';
import { openFolder } from '../profile/open.ts';

const ROWS = 40_000;

function mount(path: string, options: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]).status === 0;
}

const folder = await mkdtemp(join(tmpdir(), 'kindred-full-'));
const data = await mkdtemp(join(folder, 'data-'));
const mountable = process.getuid?.() === 0 && mount(data, 'size=48m');

describe.skipIf(!mountable)('a full disk (needs the right to mount a small file system)', () => {
  let opened: Opened;

  beforeAll(async () => {
    // Text that does not compress: 60 MB in the end.
    const lines = Array.from({ length: ROWS }, (_, n) => `e${n},p${n % 100},2026-01-01T00:00:00Z,${randomBytes(750).toString('hex')}`);
    await writeFile(join(folder, 'events.csv'), `n,who,at,text\n${lines.join('\n')}\n`);
    opened = await openFolder(data);
  });

  afterAll(async () => {
    await opened.close();
  });

  const run = async (): Promise<ImportReport> =>
    await runImport({
      source: { kind: 'file', path: join(folder, 'events.csv') },
      mapping: parseMapping({
        version: 1,
        target: 'event',
        dataset: 'd',
        identity: { namespace: 'CRMID', column: 'who' },
        id: 'n',
        timestamp: 'at',
        fields: { 'siteSearch.query': 'text' },
      }),
      tables: opened.tables,
      deadLetterFile: join(data, 'dead.jsonl'),
      clock: () => 0,
      chunkRows: 2000,
    });

  it('stops an import with what to do, and once there is room the import completes exactly', { timeout: 120_000 }, async () => {
    await expect(run()).rejects.toMatchObject({
      code: 'IMPORT_DISK_FULL',
      message: expect.stringMatching(/the disk of the data folder is full; \d+ records are stored and stay/) as string,
      hint: expect.stringContaining('run the import again') as string,
    });
    const stored = await countEvents(opened.tables);
    expect(stored).toBeGreaterThan(0);
    expect(stored).toBeLessThan(ROWS);
    expect(mount(data, 'remount,size=400m')).toBe(true);
    expect(await run()).toMatchObject({ accepted: ROWS - stored, duplicates: stored, rejected: 0 });
    expect(await countEvents(opened.tables)).toBe(ROWS);
  });
});

afterAll(async () => {
  if (mountable) spawnSync('umount', [data]);
  await rm(folder, { recursive: true, force: true });
});
