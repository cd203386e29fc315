/**
 * The starter audiences of the demo shop: from the text of the rule to the members by Kindred, nothing known beforehand, against
 * a statement written by hand for the same audience on the same tables. Both must give the same size.
 * BENCH_PROFILES sets the number of profiles.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runImport, xdmMapping } from '../packages/server/src/ingest/index.ts';
import { createSegmentation } from '../packages/server/src/segmentation/index.ts';
import { NOW } from './_events.ts';
import { HANDWRITTEN } from './_handwritten.ts';
import { measure, median, row, sizeSetting } from './_measure.ts';
import type { Row, RunOptions } from './_measure.ts';
import { inFolder, withStores } from './_stores.ts';
import type { Bed } from './_stores.ts';

const RUNS = 5;
const NOW_SQL = `toDateTime64('${new Date(NOW).toISOString().slice(0, 19).replace('T', ' ')}', 3, 'UTC')`;
const AUDIENCES = new URL('../data/demo-shop/audiences.json', import.meta.url);

interface StarterAudience {
  readonly name: string;
  readonly pql: string;
}

async function run({ note }: RunOptions): Promise<readonly Row[]> {
  const profiles = sizeSetting('BENCH_PROFILES', 50_000);
  const audiences = JSON.parse(readFileSync(AUDIENCES, 'utf8')) as readonly StarterAudience[];
  return inFolder((folder) =>
    withStores(folder, async (bed) => {
      note(`importing the demo shop with ${profiles} profiles`);
      const source = { kind: 'demo-shop', options: { end: NOW, profiles } } as const;
      const options = {
        source,
        mapping: xdmMapping('event', 'demo'),
        tables: bed.tables,
        deadLetterFile: join(folder, 'dead-letters.jsonl'),
      };
      const { accepted } = await runImport({ ...options, clock: () => performance.now() });
      await settle(bed);
      note(`${accepted} records; ${audiences.length} audiences, ${RUNS} runs each`);
      const rows: Row[] = [];
      for (const audience of audiences) rows.push(...(await compare(bed, audience)));
      return rows;
    }),
  );
}

/** Lets the engine finish the merges that the import left behind, so that they disturb no measurement. */
async function settle({ stores }: Bed): Promise<void> {
  for (const table of ['events', 'profiles', 'identities']) await stores.clickhouse.command(`OPTIMIZE TABLE ${table} FINAL`);
}

async function compare(bed: Bed, { name, pql }: StarterAudience): Promise<readonly Row[]> {
  const sql = HANDWRITTEN[name];
  if (sql === undefined) throw new Error(`no statement was written by hand for ${name}`);
  const ours: number[] = [];
  const theirs: number[] = [];
  let sizes: readonly [number, number] = [0, 0];
  for (let time = 0; time < RUNS; time += 1) {
    const [mine, his] = [await byKindred(bed, pql), await byHand(bed, sql(NOW_SQL))];
    ours.push(mine.wall);
    theirs.push(his.wall);
    sizes = [mine.size, his.size];
  }
  if (sizes[0] !== sizes[1]) throw new Error(`${name}: ${sizes[0]} members by Kindred, ${sizes[1]} by hand`);
  const facts = { case: `${name} (${sizes[0]} members)`, peer: 'SQL written by hand' };
  return [row({ ...facts, metric: `time, median of ${RUNS}`, unit: 'ms', value: median(ours), peerValue: median(theirs) })];
}

interface Measured {
  readonly size: number;
  /** ms */
  readonly wall: number;
}

/** A segmentation of its own each time, which has kept no bitmap yet. */
async function byKindred({ stores, tables }: Bed, pql: string): Promise<Measured> {
  const segmentation = await createSegmentation({ stores, tables, clock: () => new Date(NOW) });
  let size = 0;
  const { wall } = await measure(async () => {
    ({ size } = await segmentation.estimate(pql, { now: new Date(NOW), sample: 0 }));
  });
  await segmentation.close();
  return { size, wall };
}

async function byHand({ stores }: Bed, sql: string): Promise<Measured> {
  let size = 0;
  const { wall } = await measure(async () => {
    const [answer] = await stores.clickhouse.query<{ size: string }>(sql);
    size = Number(answer?.size);
  });
  return { size, wall };
}

export default { name: 'evaluate', describe: 'starter audiences from PQL to exact size, against SQL written by hand', run };
