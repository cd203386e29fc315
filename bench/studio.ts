/**
 * The studio in a browser, with thousands of audiences and fields: from an input to the frame that shows what it did, by the browser's own
 * clock, and frames in a second while a card is dragged over two hundred; beside an empty page in the same browser.
 * BENCH_AUDIENCES and BENCH_FIELDS set the size.
 */
import { join } from 'node:path';
import { measureStudio, YARDSTICK } from '../packages/studio/test/measure/studio.ts';
import { percentile, row, sizeSetting } from './_measure.ts';
import type { Row, RunOptions } from './_measure.ts';
import { inFolder } from './_stores.ts';
import { startFilled } from './_studio-server.ts';

/** What an input may take until it shows, ms. */
const AIM = 100;

async function run({ note }: RunOptions): Promise<readonly Row[]> {
  const size = { audiences: sizeSetting('BENCH_AUDIENCES', 4000), fields: sizeSetting('BENCH_FIELDS', 2000) };
  const name = `${size.audiences} audiences, ${size.fields} fields`;
  return await inFolder(async (folder) => {
    const server = await startFilled(join(folder, 'data'), size, note);
    try {
      const { times, frames } = await measureStudio({ ...server, note });
      const yardstick = percentile(times[YARDSTICK] ?? [], 50);
      const timed = Object.entries(times).flatMap(([what, found]) => [
        row({
          case: name,
          metric: `${what}, p50`,
          unit: 'ms',
          value: percentile(found, 50),
          peer: '2,000 cells drawn',
          peerValue: yardstick,
        }),
        row({ case: name, metric: `${what}, p95`, unit: 'ms', value: percentile(found, 95), peer: 'the aim', peerValue: AIM }),
      ]);
      const { dragging, emptyPage } = frames;
      const peer = 'empty page';
      return [
        ...timed,
        row({
          case: name,
          metric: 'dragging over 200 cards',
          unit: 'frames/s',
          value: dragging.perSecond,
          peer,
          peerValue: emptyPage.perSecond,
        }),
        row({ case: name, metric: 'dragging over 200 cards, frame p95', unit: 'ms', value: dragging.p95, peer, peerValue: emptyPage.p95 }),
      ];
    } finally {
      await server.stop();
    }
  });
}

export default {
  name: 'studio',
  describe: 'inputs and frames of the studio in a browser, with 4,000 audiences and 2,000 fields, against 100 ms and an empty page',
  run,
};
