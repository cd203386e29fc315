/**
 * Many audiences at once by the batch engine, against one statement an audience on the same tables, DuckDB with one
 * statement an audience on the same rows, and a mere reading of the columns. The sizes of the sample must be equal everywhere.
 * Then: the size of an audience that is being edited, and evaluating again after 1 % new events and an hour.
 * BENCH_EVENTS and BENCH_PROFILES set the sizes, BENCH_DUCKDB=0 leaves DuckDB out.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProfileTables } from '../packages/server/src/profile/index.ts';
import { Revision } from '../packages/server/src/profile/revision.ts';
import type { Planned } from '../packages/server/src/segmentation/dependencies.ts';
import { Evaluator } from '../packages/server/src/segmentation/evaluator.ts';
import { openStores } from '../packages/server/src/store/index.ts';
import type { Stores } from '../packages/server/src/store/index.ts';
import { literal } from '../packages/server/src/store/index.ts';
import { DATA_END, eventRows, openTables } from './_batch-data.ts';
import { freshEvaluator, plannedOf } from './_batch-evaluator.ts';
import { edits, mix } from './_batch-mix.ts';
import type { Kind, MixedAudience } from './_batch-mix.ts';
import { CLICKHOUSE, DUCKDB, membersSql } from './_batch-sql.ts';
import type { Dialect } from './_batch-sql.ts';
import { openDuck } from './_duckdb.ts';
import { measure, median, percentile, row, sizeSetting } from './_measure.ts';
import type { Cost, Row, RunOptions } from './_measure.ts';
import { inFolder } from './_stores.ts';

interface Bed {
  readonly folder: string;
  readonly stores: Stores;
  readonly tables: ProfileTables;
  readonly mixed: readonly MixedAudience[];
  readonly planned: readonly Planned[];
  readonly profiles: number;
  readonly events: number;
  /** Of a fresh process that evaluates many, MB. */
  readonly memory: number;
  readonly note: RunOptions['note'];
}

const [GENERATE, MEMORY] = ['_generate.ts', '_batch-memory.ts'].map((name) => fileURLToPath(new URL(name, import.meta.url))) as [
  string,
  string,
];
const COUNTS = [1, 10, 100, 1000, 3000] as const;
/** The one that is compared with most. */
const MANY = 1000;
const RUNS = 3;
/** Audiences of each kind that the peers are measured on. */
const SAMPLE = 3;
const EDITS = 60;
const HOUR = 3_600_000;

async function run({ note }: RunOptions): Promise<readonly Row[]> {
  const events = sizeSetting('BENCH_EVENTS', 10_000_000);
  const profiles = sizeSetting('BENCH_PROFILES', 200_000);
  return inFolder(async (folder) => {
    note(`making ${events} events of ${profiles} profiles`);
    const dataFolder = join(folder, 'data');
    execFileSync(process.execPath, [GENERATE, dataFolder, String(events), String(profiles)], { stdio: 'inherit' });
    note(`memory with ${MANY} audiences`);
    const memory = Number(execFileSync(process.execPath, [MEMORY, dataFolder, String(MANY)], { encoding: 'utf8' }));
    const stores = await openStores({ dataFolder, clickhouseUrl: undefined, postgresUrl: undefined, querySlots: 4 });
    try {
      const tables = await openTables(stores);
      const mixed = mix(Math.max(...COUNTS));
      const planned = mixed.map((audience) => plannedOf(audience, tables));
      return await compare({ folder, stores, tables, mixed, planned, events, profiles, memory, note });
    } finally {
      await stores.close();
    }
  });
}

async function compare(bed: Bed): Promise<readonly Row[]> {
  const { mixed, planned, memory, note } = bed;
  note('reading the columns');
  const [scan, grouping] = [await costOfSql(bed, READING), await costOfSql(bed, GROUPING)];
  const ours = new Map<number, Cost>();
  let sizes: ReadonlyMap<string, number> = new Map();
  for (const count of COUNTS) {
    note(`${count} audiences`);
    const costs: Cost[] = [];
    for (let time = 0; time < RUNS; time += 1) {
      const evaluator = freshEvaluator(bed.stores, bed.tables);
      const cost = await measure(async () => {
        const { members } = await evaluator.evaluate(planned.slice(0, count), { now: DATA_END, zone: 'UTC' });
        sizes = new Map([...members].map(([id, bitmap]) => [id, bitmap.size]));
      });
      costs.push(cost);
    }
    ours.set(count, medianCost(costs));
  }
  const byHand = await onSample(bed, CLICKHOUSE, { sizes, ask: async (sql) => await numberOf(bed, sql) });
  const duck = process.env['BENCH_DUCKDB'] === '0' ? null : await inDuck(bed, sizes);
  const costOf = (count: number): Cost => ours.get(count) ?? { wall: Number.NaN, cpu: Number.NaN };
  const peers = [byHand, ...(duck === null ? [] : [duck])];
  return [
    ...COUNTS.flatMap((count) => against(count, costOf(count), peers, mixed)),
    ...costRows('3000 audiences', costOf(3000), 'ours with 1000', costOf(MANY)),
    ...costRows(`${MANY} audiences`, costOf(MANY), 'one reading of the columns', scan),
    ...costRows(`${MANY} audiences`, costOf(MANY), 'one count by profile, type and category', grouping),
    row({
      case: `${MANY} audiences`,
      metric: 'resident memory of a process that does nothing else, peak',
      unit: 'MB',
      value: memory,
      peer: null,
      peerValue: null,
    }),
    ...(await editing(bed)),
    ...(await again(bed)),
  ];
}

function medianCost(costs: readonly Cost[]): Cost {
  return { wall: median(costs.map(({ wall }) => wall)), cpu: median(costs.map(({ cpu }) => cpu)) };
}

function costRows(name: string, ours: Cost, peer: string, theirs: Cost): readonly Row[] {
  return [
    row({ case: name, metric: 'time', unit: 'ms', value: ours.wall, peer, peerValue: theirs.wall }),
    row({ case: name, metric: 'processor time', unit: 'ms', value: ours.cpu, peer, peerValue: theirs.cpu }),
  ];
}

const [CATEGORY, PRICE] = [CLICKHOUSE.column('category'), CLICKHOUSE.column('price')];

/** Every column that some rule of the mix looks at, decoded once. */
const READING = `SELECT count() FROM events WHERE NOT ignore(profile, eventType, timestamp, ${CATEGORY}, ${PRICE})`;

/** The least that an engine does that counts by profile: one number in each group, for no window and no audience. */
const GROUPING = `SELECT max(n) FROM (SELECT count() AS n FROM events GROUP BY profile, eventType, ${CATEGORY})`;

async function costOfSql({ stores: { clickhouse } }: Bed, sql: string): Promise<Cost> {
  const costs: Cost[] = [];
  for (let time = 0; time < RUNS; time += 1) {
    costs.push(
      await measure(async () => {
        await clickhouse.query(sql);
      }),
    );
  }
  return medianCost(costs);
}

interface Peer {
  readonly name: string;
  /** Mean of the sample. */
  readonly mean: ReadonlyMap<Kind, Cost>;
}

interface Asking {
  readonly sizes: ReadonlyMap<string, number>;
  readonly ask: (sql: string) => Promise<number>;
}

/** Throws when a size is not ours. */
async function onSample({ mixed, note }: Bed, dialect: Dialect, { sizes, ask }: Asking): Promise<Peer> {
  const mean = new Map<Kind, Cost>();
  const kinds = Map.groupBy(mixed.slice(0, MANY), ({ rule }) => rule.kind);
  for (const [kind, audiences] of kinds) {
    note(`${dialect.name}: ${kind}`);
    const sample = audiences.slice(0, SAMPLE);
    const costs: Cost[] = [];
    for (const audience of sample) {
      const sql = `SELECT count(*) FROM (${membersSql(audience, mixed, dialect)}) AS members`;
      let size = 0;
      costs.push(
        await measure(async () => {
          size = await ask(sql);
        }),
      );
      if (size !== sizes.get(audience.id))
        throw new Error(`${audience.pql}: ${sizes.get(audience.id)} by Kindred, ${size} by ${dialect.name}`);
    }
    mean.set(kind, sumOf(costs, 1 / sample.length));
  }
  return { name: dialect.name, mean };
}

function sumOf(costs: readonly Cost[], times: number): Cost {
  const total = (of: (cost: Cost) => number): number => costs.reduce((sum, cost) => sum + of(cost), 0) * times;
  return { wall: total(({ wall }) => wall), cpu: total(({ cpu }) => cpu) };
}

/** What the peer would take for all of them: the mean of the sample of each kind, times their number. */
function against(count: number, ours: Cost, peers: readonly Peer[], mixed: readonly MixedAudience[]): readonly Row[] {
  const none = { wall: 0, cpu: 0 };
  return peers.flatMap(({ name, mean }) => {
    const theirs = sumOf(
      mixed.slice(0, count).map(({ rule }) => mean.get(rule.kind) ?? none),
      1,
    );
    return costRows(`${count} audiences`, ours, `${name} (from ${SAMPLE} of each kind)`, theirs);
  });
}

async function numberOf({ stores }: Bed, sql: string): Promise<number> {
  const [answer] = await stores.clickhouse.query<Record<string, string>>(sql);
  return Number(Object.values(answer ?? {})[0]);
}

async function inDuck(bed: Bed, sizes: ReadonlyMap<string, number>): Promise<Peer> {
  const { folder, stores, note } = bed;
  note('loading DuckDB');
  const duck = await openDuck(join(folder, 'duck.db'));
  try {
    const { column } = CLICKHOUSE;
    const tables = {
      events: `profile, toString(eventType) AS eventType, timestamp, ${column('category')} AS category, ${column('price')} AS price FROM events ORDER BY eventType, profile, timestamp`,
      profiles: `profile, ${(['tier', 'country', 'points', 'birthYear'] as const).map((name) => `${column(name)} AS ${name}`).join(', ')} FROM profiles FINAL`,
    };
    for (const [name, select] of Object.entries(tables)) {
      const file = literal(join(folder, `${name}.parquet`));
      await stores.clickhouse.command(`INSERT INTO FUNCTION file(${file}, 'Parquet') SELECT ${select}`);
      const times = name === 'events' ? 'REPLACE (timestamp::TIMESTAMP AS timestamp)' : '';
      await duck.run(`SET TimeZone = 'UTC'`);
      await duck.run(`CREATE TABLE ${name} AS SELECT * ${times} FROM ${file}`);
    }
    return await onSample(bed, DUCKDB, { sizes, ask: duck.number });
  } finally {
    duck.close();
  }
}

/** The size of an audience one constant of which has just been changed; the clock goes on by a second each time. */
async function editing(bed: Bed): Promise<readonly Row[]> {
  bed.note(`${EDITS} edits`);
  const evaluator = freshEvaluator(bed.stores, bed.tables);
  await evaluator.evaluate(bed.planned.slice(0, MANY), { now: DATA_END, zone: 'UTC' });
  const costs: Cost[] = [];
  for (const [index, pql] of edits(bed.mixed.slice(0, MANY), EDITS).entries()) {
    const planned = plannedOf({ id: `edit ${index}`, pql }, bed.tables);
    costs.push(
      await measure(async () => {
        await evaluator.evaluate([planned], { now: DATA_END + (index + 1) * 1000, zone: 'UTC' });
      }),
    );
  }
  const facts = { case: 'an edited audience', unit: 'ms', peer: null, peerValue: null };
  return [50, 95].flatMap((part) => [
    row({
      ...facts,
      metric: `time, p${part}`,
      value: percentile(
        costs.map(({ wall }) => wall),
        part,
      ),
    }),
    row({
      ...facts,
      metric: `processor time, p${part}`,
      value: percentile(
        costs.map(({ cpu }) => cpu),
        part,
      ),
    }),
  ]);
}

/** After 1 % new events of the last hour: by what is known, against everything anew. The sizes must be equal. */
async function again(bed: Bed): Promise<readonly Row[]> {
  const { stores, planned, events, profiles, note } = bed;
  note('again after 1 % new events');
  const evaluator = freshEvaluator(bed.stores, bed.tables);
  const audiences = planned.slice(0, MANY);
  await evaluator.evaluate(audiences, { now: DATA_END, zone: 'UTC' });
  const now = DATA_END + HOUR;
  const revision = new Revision(stores.lmdb);
  const change = await revision.begin();
  const fresh = { from: events, count: Math.round(events / 100), profiles, days: 1 / 24, end: now, revision: change };
  await stores.clickhouse.command(eventRows(fresh));
  await revision.end('changed');
  const sizesBy = async (by: Evaluator): Promise<{ readonly cost: Cost; readonly sizes: string }> => {
    let sizes = '';
    const cost = await measure(async () => {
      const { members } = await by.evaluate(audiences, { now, zone: 'UTC' });
      sizes = JSON.stringify(audiences.map(({ id }) => members.get(id)?.size));
    });
    return { cost, sizes };
  };
  const patched = await sizesBy(evaluator);
  const anew = await sizesBy(freshEvaluator(bed.stores, bed.tables));
  if (patched.sizes !== anew.sizes) throw new Error('evaluating again gave other sizes than evaluating anew');
  return costRows(`${MANY} audiences again, after 1 % new events and an hour`, patched.cost, 'everything anew', anew.cost);
}

export default {
  name: 'batch',
  describe: '1 to 3,000 mixed audiences over 10 million events, against one SQL an audience, DuckDB and a mere scan',
  run,
};
