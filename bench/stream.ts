/**
 * Audiences that follow the stream. In memory: events a second of the state machine on one core, with 0 to 5,000 audiences, against a
 * matcher that keeps no state (the limit) and json-rules-engine. Over HTTP: how fast events are decided, from sending to being told who
 * entered and left, and how long a start takes. BENCH_EVENTS and BENCH_PROFILES set how many are stored before, BENCH_SENT how many
 * events are sent, BENCH_AUDIENCES how many audiences there are over HTTP.
 */
import { join } from 'node:path';
import { sizeSetting } from './_measure.ts';
import type { Row, RunOptions } from './_measure.ts';
import { inFolder } from './_stores.ts';
import { inMemory } from './_stream-memory.ts';
import { overHttp } from './_stream-server.ts';
import { timers } from './_stream-timers.ts';

const COUNTS = [1, 100, 1000, 5000];

async function run(options: RunOptions): Promise<readonly Row[]> {
  const { note } = options;
  note('in memory');
  const memory = await inMemory(COUNTS, { events: 20_000, profiles: 2000 });
  note('timers');
  const size = {
    events: sizeSetting('BENCH_EVENTS', 1_000_000),
    profiles: sizeSetting('BENCH_PROFILES', 100_000),
    sent: sizeSetting('BENCH_SENT', 50_000),
    seconds: 30,
  };
  return await inFolder(async (folder) => {
    const rows: Row[] = [...memory, ...timers()];
    for (const audiences of [sizeSetting('BENCH_AUDIENCES', 100)])
      rows.push(...(await overHttp(join(folder, `data-${audiences}`), { audiences, ...size }, options)));
    return rows;
  });
}

export default {
  name: 'stream',
  describe: 'Audiences that follow the stream: state machine, timers, and a server from HTTP to membership',
  run,
};
