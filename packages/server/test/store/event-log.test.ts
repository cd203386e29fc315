import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventLog, Lmdb } from '../../src/store/index.ts';
import { openEventLog, openLmdb } from '../../src/store/index.ts';
import { temporaryFolder } from '../support/processes.ts';

const folder = temporaryFolder('kindred-log');
let lmdb: Lmdb;
let log: EventLog;

beforeEach(() => {
  lmdb = openLmdb(join(folder.path, String(Math.random())));
  log = openEventLog(lmdb);
});
afterEach(async () => {
  await log.close();
  await lmdb.close();
});

afterAll(() => folder.remove());

const lines = (from = 0): readonly string[] =>
  log.read(from, 1_000_000).flatMap(({ lines: bytes }) => Buffer.from(bytes).toString('utf8').split('\n'));

describe('the event log', () => {
  it('gives records their offsets in the order of the appends', async () => {
    expect(await Promise.all([log.append(['a', 'b']), log.append(['ä']), log.append([]), log.append(['c'])])).toEqual([0, 2, 0, 3]);
    expect(log.end).toBe(4);
    expect(lines()).toEqual(['a', 'b', 'ä', 'c']);
    expect(lines(2)).toEqual(['ä', 'c']);
  });

  it('reads at least one entry and no more than asked for', async () => {
    for (const record of ['aaaaaaaaaa', 'bbbbbbbbbb', 'cccccccccc']) await log.append([record]);
    expect(log.read(0, 1).map(({ offset, count }) => [offset, count])).toEqual([[0, 1]]);
    expect(log.read(0, 30)).toHaveLength(2);
    expect(log.read(3, 30)).toEqual([]);
  });

  it('keeps records until the last of its consumers has committed them', async () => {
    const [one, other] = [await log.consumer('one'), await log.consumer('other')];
    await log.append(['a']);
    await log.append(['b']);
    await one.commit(2);
    await log.trim();
    expect(lines()).toEqual(['a', 'b']);
    await other.commit(1);
    await log.trim();
    expect(lines()).toEqual(['b']);
    expect(log.start).toBe(1);
    expect((await log.consumer('late')).position).toBe(1);
  });

  it('never gives an offset twice, not even after it was emptied and opened again', async () => {
    const consumer = await log.consumer('one');
    await log.append(['a', 'b']);
    await consumer.commit(2);
    await log.trim();
    expect(lines()).toEqual([]);
    const again = openEventLog(lmdb);
    expect(again.end).toBe(2);
    expect(await again.append(['c'])).toBe(2);
    expect((await again.consumer('one')).position).toBe(2);
  });

  it('wakes who waits for records', async () => {
    const waiting = log.waitFor(1, new AbortController().signal).then(() => log.end);
    await log.append(['a']);
    await log.append(['b']);
    expect(await waiting).toBe(2);
  });

  it('lets who waits go when told to', async () => {
    const stop = new AbortController();
    const waiting = log.waitFor(0, stop.signal);
    stop.abort();
    await waiting;
    expect(log.end).toBe(0);
  });
});
