/**
 * POST /edge/evaluate at a steady pace, for people who come again and some who were never here, each with an event in hand: against
 * Fastify that gives the body back, and against reading everything and evaluating every rule each time.
 * BENCH_PROFILES, BENCH_EVENTS, BENCH_AUDIENCES, BENCH_RATE (requests a second) and BENCH_SECONDS set the size.
 */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, routes } from '../packages/contract/src/index.ts';
import { startListening, startOwnServer } from '../packages/server/test/support/processes.ts';
import type { Listening } from '../packages/server/test/support/processes.ts';
import { openStores } from '../packages/server/src/store/index.ts';
import { generate } from './_batch-data.ts';
import type { MixedAudience } from './_batch-mix.ts';
import { mix } from './_batch-mix.ts';
import { naive } from './_edge-naive.ts';
import { sendAll, sendSteadily } from './_ingest-load.ts';
import type { Sent } from './_ingest-load.ts';
import { median, percentile, row, sizeSetting } from './_measure.ts';
import type { Row, RunOptions } from './_measure.ts';
import { inFolder } from './_stores.ts';

/** People who come again. */
const VISITORS = 2000;
/** Of all requests, how many are of people who were never here. */
const NEW = 0.1;
const CLIENTS = 64;
/** Requests one after the other. */
const ALONE = 300;

/** Latencies of each part, ms. */
interface Measured {
  readonly floor: Steady;
  readonly cold: Sent;
  readonly alone: Sent;
  readonly steady: Steady;
  readonly most: Sent;
  readonly slow: readonly number[];
}

async function run({ note }: RunOptions): Promise<readonly Row[]> {
  const size = { profiles: sizeSetting('BENCH_PROFILES', 20_000), events: sizeSetting('BENCH_EVENTS', 1_000_000) };
  const audiences = mix(sizeSetting('BENCH_AUDIENCES', 150));
  const pace = { rate: sizeSetting('BENCH_RATE', 1000), seconds: sizeSetting('BENCH_SECONDS', 10) };
  const name = `${audiences.length} audiences, ${Math.round(size.events / size.profiles)} events a person`;
  return await inFolder(async (folder) => {
    note(`making ${size.events} events of ${size.profiles} profiles`);
    const dataFolder = mkdtempSync(join(folder, 'data-'));
    const stores = await openStores({ dataFolder, clickhouseUrl: undefined, postgresUrl: undefined, querySlots: 4 });
    try {
      await generate(stores, size);
    } finally {
      await stores.close();
    }
    note(`${pace.rate} requests a second to Fastify alone`);
    const echo = await startListening(new URL('_edge-echo.ts', import.meta.url), []);
    const floor = await steadily(echo, pace);
    await echo.running.kill();
    const ours = await measureKindred(dataFolder, audiences, { ...pace, note });
    note('reading everything each time');
    const people = Array.from({ length: ALONE }, (_, index) => (index * 7919) % size.profiles);
    return rowsOf(name, { ...ours, floor, slow: await naive(dataFolder, audiences, people) });
  });
}

interface Steady extends Sent {
  /** Processor time of all threads of the server, ms. */
  readonly cpu: number;
}

interface Pace {
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
}

async function measureKindred(
  dataFolder: string,
  audiences: readonly MixedAudience[],
  { note, ...pace }: Pace & RunOptions,
): Promise<Omit<Measured, 'floor' | 'slow'>> {
  const kindred = await startOwnServer(dataFolder);
  const send = (count: number, clients: number): Promise<Sent> =>
    sendAll({ url: askedAt(kindred), bodies: bodies(count), clients, status: 200 });
  note(`creating ${audiences.length} audiences`);
  await createAll(kindred.url, audiences);
  note('everybody once');
  const cold = await send(VISITORS, 1);
  note('one after the other');
  const alone = await send(ALONE, 1);
  note(`${pace.rate} requests a second to Kindred`);
  const steady = await steadily(kindred, pace);
  note('as fast as the answers come');
  const most = await send(pace.rate * pace.seconds, 8);
  await kindred.running.kill();
  return { cold, alone, steady, most };
}

function rowsOf(name: string, { floor, cold, alone, steady, most, slow }: Measured): readonly Row[] {
  const speed = ({ latencies, wall }: Sent): number => (latencies.length * 1000) / wall;
  const each = ({ cpu, latencies }: Steady): number => (cpu * 1000) / latencies.length;
  const echo = 'Fastify alone';
  const reading = 'reading and evaluating all';
  const at = (metric: string, part: number): Row =>
    row({
      case: name,
      metric,
      unit: 'ms',
      value: percentile(steady.latencies, part),
      peer: echo,
      peerValue: percentile(floor.latencies, part),
    });
  const beside = (metric: string, value: number, peerValue: number): Row =>
    row({ case: name, metric, unit: 'ms', value, peer: reading, peerValue });
  return [
    row({ case: name, metric: 'requests, kept', unit: '/s', value: speed(steady), peer: echo, peerValue: speed(floor) }),
    row({ case: name, metric: 'processor time', unit: 'µs/request', value: each(steady), peer: echo, peerValue: each(floor) }),
    at('p50', 50),
    at('p99', 99),
    at('p99.9', 99.9),
    beside('one after the other, p50', median(alone.latencies), median(slow)),
    beside('first time, p50', median(cold.latencies), median(slow)),
    beside('first time, p99', percentile(cold.latencies, 99), percentile(slow, 99)),
    row({ case: name, metric: 'requests, at most', unit: '/s', value: speed(most), peer: null, peerValue: null }),
  ];
}

async function steadily(server: Listening, { rate, seconds }: Pace): Promise<Steady> {
  const cpu = async (): Promise<number> =>
    1000 * Number(/^process_cpu_seconds_total (\S+)$/m.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1]);
  const before = await cpu();
  const sent = await sendSteadily({ url: askedAt(server), bodies: bodies(rate * seconds), clients: CLIENTS }, rate, NEVER);
  return { ...sent, cpu: (await cpu()) - before };
}

const bodies = (count: number): readonly Buffer[] => Array.from({ length: count }, (_, index) => bodyOf(index));

const NEVER = new AbortController().signal;

function bodyOf(index: number): Buffer {
  const isNew = (index * NEW) % 1 >= 1 - NEW - 1e-9;
  const id = isNew ? `new-${index}` : `C${(index * 7919) % VISITORS}`;
  const event = {
    _id: `hand-${index}`,
    timestamp: new Date().toISOString(),
    eventType: 'commerce.productViews',
    web: { webPageDetails: { siteSection: `c${index % 200}` } },
  };
  return Buffer.from(JSON.stringify({ identities: [{ namespace: 'CRMID', id }], events: [event] }));
}

async function createAll(baseUrl: string, audiences: readonly MixedAudience[]): Promise<void> {
  const client = createClient({ baseUrl });
  const ids = new Map<string, string>();
  for (const { id, pql } of audiences) {
    const own = pql.replace(/inSegment\("(a\d+)"\)/g, (_, other: string) => `inSegment("${ids.get(other)}")`);
    const made = await client.call(routes.createAudience, { body: { name: id, pql: own, evaluation: 'edge' } });
    ids.set(id, made.id);
  }
  const { audiences: found } = await client.call(routes.evaluateAtEdge, { body: { identities: [{ namespace: 'CRMID', id: 'C1' }] } });
  if (found.length === 0) throw new Error('nobody is in any audience');
}

const askedAt = (server: Listening): string => `${server.url}/edge/evaluate`;

export default {
  name: 'edge',
  describe: 'evaluation inside of a request, against Fastify alone and against reading everything each time',
  run,
};
