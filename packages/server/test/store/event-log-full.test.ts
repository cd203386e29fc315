import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { EventLog } from '../../src/store/index.ts';
import { openEventLog, openLmdb } from '../../src/store/index.ts';

function mount(path: string, options: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]).status === 0;
}

const folder = await mkdtemp(join(tmpdir(), 'kindred-log-full-'));
const mountable = process.getuid?.() === 0 && mount(folder, 'size=8m');
const RECORD = 'x'.repeat(100_000);

/** Appends until it fails; gives the failure. */
async function fill(log: EventLog, kept: number[]): Promise<unknown> {
  for (;;) {
    try {
      kept.push(await log.append([`${kept.length} ${RECORD}`]));
    } catch (error) {
      return error;
    }
  }
}

describe.skipIf(!mountable)('the event log on a full disk (needs the right to mount a small file system)', () => {
  it('refuses what it cannot keep, keeps what it acknowledged, and goes on once there is room', async () => {
    const lmdb = openLmdb(folder);
    const log = openEventLog(lmdb);
    const kept: number[] = [];
    const refusal = await fill(log, kept);
    // LMDB tells a write cut short as an error of input and output.
    expect(refusal).toMatchObject({ code: expect.stringMatching(/^(disk-full|unavailable)$/) as string });
    expect(kept.length).toBeGreaterThan(0);
    expect(mount(folder, 'remount,size=64m')).toBe(true);
    const after = await log.append(['after']);
    expect(after).toBeGreaterThan(kept.at(-1) ?? 0);
    await log.close();
    await lmdb.close();
    const again = openLmdb(folder);
    const entries = openEventLog(again).read(0, 100_000_000);
    const texts = new Map(entries.map(({ offset, lines }) => [offset, Buffer.from(lines).toString('utf8')]));
    for (const offset of kept) expect(texts.get(offset)).toBe(`${offset} ${RECORD}`);
    expect(texts.get(after)).toBe('after');
    await again.close();
  });
});

afterAll(async () => {
  if (mountable) spawnSync('umount', [folder]);
  await rm(folder, { recursive: true, force: true });
});
