import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DURABLE, openClickHouse } from '../../src/store/index.ts';
import { startClickHouseNode } from '../support/clickhouse-node.ts';
import { ENGINES } from '../support/engines.ts';
import { temporaryFolder } from '../support/processes.ts';

const SIZE = '48m';

/** A small file system of its own on the folder, where we may mount one. */
function mountSmall(path: string): boolean {
  return process.getuid?.() === 0 && spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', path]).status === 0;
}

const probe = temporaryFolder('kindred-probe');
const mountable = mountSmall(probe.path);
if (mountable) spawnSync('umount', [probe.path]);
probe.remove();

describe.skipIf(!mountable)('a full disk (needs the right to mount a small file system)', () => {
  const small = temporaryFolder('kindred-small');
  beforeAll(() => {
    mountSmall(small.path);
  });
  afterAll(() => {
    spawnSync('umount', [small.path]);
    small.remove();
  });

  it.each(ENGINES)('is told as such, and ClickHouse (%s) goes on once there is space', async (engine) => {
    const path = join(small.path, engine);
    mkdirSync(path);
    const node = engine === 'server' ? await startClickHouseNode({ path }) : undefined;
    const clickhouse = await openClickHouse({ path, url: node?.url, database: 'kindred', slots: 2 });
    await clickhouse.command(`CREATE TABLE big (s String CODEC(NONE)) ENGINE = MergeTree ORDER BY tuple() SETTINGS ${DURABLE}`);
    let acknowledged = 0;
    const fill = async (): Promise<never> => {
      for (;;) {
        await clickhouse.command('INSERT INTO big SELECT randomString(1000) FROM numbers(5000)');
        acknowledged += 5000;
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: 'disk-full', hint: expect.stringContaining('Free space') });
    const rows = Buffer.from('{"s":"0123456789abcdefghijklmnopqrstuvwxyz"}\n'.repeat(1_000_000));
    await expect(clickhouse.insert('big', ['s'], 'JSONEachRow', rows)).rejects.toMatchObject({ code: 'disk-full' });
    const [before] = await clickhouse.query<{ n: string }>('SELECT count() AS n FROM big');
    expect(acknowledged).toBeGreaterThan(0);
    expect(Number(before?.n)).toBeGreaterThanOrEqual(acknowledged);
    await clickhouse.command('TRUNCATE TABLE big SYNC');
    await clickhouse.command('INSERT INTO big SELECT randomString(1000) FROM numbers(5000)');
    await clickhouse.command('DROP TABLE big SYNC');
    await clickhouse.close();
    await node?.stop();
    spawnSync('rm', ['-rf', path]);
  });
});
