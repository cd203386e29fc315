/**
 * Events of the demo shop over HTTP: how many a second a server takes, acknowledged (durably logged) and stored, and how long one event
 * takes to be acknowledged, to be seen in its profile, and to count in a query; at 1, 10 and 100 events in a request. The peer is Fastify
 * that parses the same bodies and answers, nothing else. Client and server share the machine. BENCH_EVENTS sets the number of
 * events, BENCH_RATE the events a second of the part with a steady pace.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { routes } from '../packages/contract/src/index.ts';
import { bodiesOf, sendAll, sendSteadily } from './_ingest-load.ts';
import type { Sent } from './_ingest-load.ts';
import type { Measured, MeasuredKindred } from './_ingest-servers.ts';
import { startKindred, startPeer } from './_ingest-servers.ts';
import { percentile, row, sizeSetting } from './_measure.ts';
import type { Row, RunOptions } from './_measure.ts';
import { inFolder } from './_stores.ts';

const BATCHES = [1, 10, 100];
/** Part of the steady pace for single events: on the machine of the client they cost more than all else. */
const SINGLE = 0.2;
const CLIENTS = 32;
const PEER = 'Fastify: parse and answer';
/** Records looked for while events go on at a steady pace. */
const PROBES = 40;

async function run({ note }: RunOptions): Promise<readonly Row[]> {
  const most = sizeSetting('BENCH_EVENTS', 200_000);
  const rate = sizeSetting('BENCH_RATE', 5000);
  return await inFolder(async (folder) => {
    const rows: Row[] = [];
    for (const batch of BATCHES) {
      // Single events are slow to send; a tenth of them takes as long.
      const count = batch === 1 ? Math.ceil(most / 10) : batch === 10 ? Math.ceil(most / 2) : most;
      const name = `${batch} ${batch === 1 ? 'event' : 'events'} a request`;
      note(`${name}: making ${count} events`);
      const bodies = bodiesOf(count, batch, `b${batch}`);
      note(`${name}: the peer`);
      const peer = await withServer(await startPeer(), (server) => fully(server, bodies, count));
      note(`${name}: Kindred`);
      const pace = batch === 1 ? rate * SINGLE : rate;
      const server = await startKindred(join(folder, `data-${batch}`));
      const ours = await withServer(server, async () => {
        const full = await fully(server, bodies, count);
        note(`${name}: at ${pace} events/s`);
        return { full, ...(await steadily(server, batch, pace)) };
      });
      rows.push(...rowsOf(name, { ...ours, peer, rate: pace }));
    }
    return rows;
  });
}

async function withServer<S extends Measured, R>(server: S, work: (server: S) => Promise<R>): Promise<R> {
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

interface Full {
  /** Events a second, answered. */
  readonly acknowledged: number;
  /** Events a second until the last was stored. */
  readonly stored: number;
  /** Processor time of the server for an event, stored; µs. */
  readonly cpu: number;
  /** Resident memory in the end, MB. */
  readonly memory: number;
  readonly sent: Sent;
}

async function fully(server: Measured | MeasuredKindred, bodies: readonly Buffer[], events: number): Promise<Full> {
  const before = await server.usage();
  const start = performance.now();
  const sent = await sendAll({ url: server.target, bodies, clients: CLIENTS });
  if ('stored' in server) await server.stored();
  const whole = performance.now() - start;
  const after = await server.usage();
  return {
    acknowledged: (events / sent.wall) * 1000,
    stored: (events / whole) * 1000,
    cpu: ((after.cpu - before.cpu) / events) * 1000,
    memory: after.rss / 1_000_000,
    sent,
  };
}

interface Steady {
  readonly steady: Sent;
  /** From sending a record to seeing it in the profile, ms. */
  readonly visible: readonly number[];
  /** From sending a record to its counting in a query, ms. */
  readonly queryable: readonly number[];
}

async function steadily(server: MeasuredKindred, batch: number, rate: number): Promise<Steady> {
  const stop = new AbortController();
  const bodies = bodiesOf(rate * 60, batch, `s${batch}`);
  const load = sendSteadily({ url: server.target, bodies, clients: CLIENTS }, rate / batch, stop.signal);
  await sleep(1000);
  const [visible, queryable]: [number[], number[]] = [[], []];
  for (let probe = 0; probe < PROBES; probe++) {
    const id = `probe-${batch}-${probe}`;
    const sent = performance.now();
    await sendProbe(server, id);
    await until(() => isVisible(server, id));
    visible.push(performance.now() - sent);
    await until(() => counts(server, id));
    queryable.push(performance.now() - sent);
  }
  stop.abort();
  return { steady: await load, visible, queryable };
}

async function sendProbe({ target }: MeasuredKindred, id: string): Promise<void> {
  const header = { imsOrgId: 'BENCH@AdobeOrg', datasetId: 'probes', operations: { data: 'merge' } };
  const body = { identityMap: { CRMID: [{ id, primary: true }] }, personalEmail: { address: `${id}@example.com` } };
  const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ messages: [{ header, body }] }) };
  const { status } = await fetch(target, sent);
  if (status !== 207) throw new Error(`a probe was answered with ${status}`);
}

async function isVisible({ client }: MeasuredKindred, id: string): Promise<boolean> {
  const found = await client.call(routes.getProfile, { params: { namespace: 'CRMID', id } }).catch(() => null);
  return found?.attributes['personalEmail'] !== undefined;
}

async function counts({ client }: MeasuredKindred, id: string): Promise<boolean> {
  const { size } = await client.call(routes.estimatePql, { body: { pql: `personalEmail.address = "${id}@example.com"` } });
  return size === 1;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(10);
}

interface Results extends Steady {
  readonly full: Full;
  readonly peer: Full;
  readonly rate: number;
}

function rowsOf(name: string, { full, peer, steady, visible, queryable, rate }: Results): readonly Row[] {
  const beside = (metric: string, unit: string, value: number, peerValue: number): Row =>
    row({ case: name, metric, unit, value, peer: PEER, peerValue });
  const alone = (metric: string, unit: string, value: number): Row => row({ case: name, metric, unit, value, peer: null, peerValue: null });
  const pace = `at ${rate} events/s`;
  return [
    beside('acknowledged', 'events/s', full.acknowledged, peer.acknowledged),
    alone('stored', 'events/s', full.stored),
    beside('processor time, stored', 'µs/event', full.cpu, peer.cpu),
    alone('events of one core', 'events/s', 1_000_000 / full.cpu),
    beside('to acknowledged, p50', 'ms', percentile(full.sent.latencies, 50), percentile(peer.sent.latencies, 50)),
    beside('to acknowledged, p99', 'ms', percentile(full.sent.latencies, 99), percentile(peer.sent.latencies, 99)),
    alone(`to acknowledged, p50, ${pace}`, 'ms', percentile(steady.latencies, 50)),
    alone(`to acknowledged, p99, ${pace}`, 'ms', percentile(steady.latencies, 99)),
    alone(`to visible in the profile, p50, ${pace}`, 'ms', percentile(visible, 50)),
    alone(`to visible in the profile, p99, ${pace}`, 'ms', percentile(visible, 99)),
    alone(`to queryable, p50, ${pace}`, 'ms', percentile(queryable, 50)),
    alone(`to queryable, p99, ${pace}`, 'ms', percentile(queryable, 99)),
    beside('memory', 'MB', full.memory, peer.memory),
  ];
}

export default {
  name: 'ingest',
  describe: 'events over HTTP: to acknowledged, to stored, to seen in a profile and in a query, against Fastify that only parses',
  run,
};
