/** A whole server: from sending an event over HTTP to being told who entered and left because of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MembershipEntry } from '../packages/contract/src/index.ts';
import { routes, serverEvents } from '../packages/contract/src/index.ts';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { sendAll, sendSteadily } from './_ingest-load.ts';
import { startKindred } from './_ingest-servers.ts';
import type { MeasuredKindred } from './_ingest-servers.ts';
import { mix } from './_batch-mix.ts';
import { percentile, row } from './_measure.ts';
import type { Cost, Row, RunOptions } from './_measure.ts';
import { visits } from './_stream-events.ts';
import { microBatch } from './_stream-sql.ts';

export interface ServerSize {
  readonly audiences: number;
  /** Stored before. */
  readonly events: number;
  readonly profiles: number;
  /** Sent. */
  readonly sent: number;
  /** At half of the greatest pace. */
  readonly seconds: number;
}

const BATCH = 100;
const CLIENTS = 16;
/** People that the SQL asks about at a time. */
const MICRO_BATCH = 1000;

export async function overHttp(folder: string, size: ServerSize, { note }: RunOptions): Promise<readonly Row[]> {
  const name = `${size.audiences} audiences, ${size.profiles} profiles, over HTTP`;
  note(`${name}: making ${size.events} events`);
  const made = spawnSync(
    process.execPath,
    [fileURLToPath(new URL('_generate.ts', import.meta.url)), folder, String(size.events), String(size.profiles)],
    { stdio: 'inherit' },
  );
  if (made.status !== 0) throw new Error('the data could not be made');
  const began = performance.now();
  let server = await startKindred(folder);
  try {
    note(`${name}: making audiences`);
    await createAudiences(server, size.audiences);
    note(`${name}: as fast as it goes, without states`);
    const cold = await fully(server, 'c', size);
    note(`${name}: until states are made`);
    const created = performance.now();
    const states = await server.warm();
    const warming = (performance.now() - created) / 1000;
    note(`${name}: as fast as it goes`);
    const rate = await fully(server, 'f', size);
    const pace = Math.max(BATCH, rate / 2);
    note(`${name}: at ${Math.round(pace)} events/s`);
    const told = await steadily(server, pace, size);
    const { rss } = await server.usage();
    await server.stop();
    note(`${name}: starting again`);
    const again = performance.now();
    server = await startKindred(folder);
    await sentinel(server, 'restarted');
    const restart = (performance.now() - again) / 1000;
    await server.stop();
    note(`${name}: the same audiences in SQL`);
    const sql = await microBatch(folder, mix(size.audiences), { people: MICRO_BATCH, profiles: size.profiles });
    return rowsOf({ name, cold, states, warming, rate, pace, told, rss, restart, sql });
  } finally {
    await server.stop();
    note(`${name}: ${Math.round((performance.now() - began) / 1000)} s in all`);
  }
}

interface Measurements {
  readonly name: string;
  /** Events a second, as fast as it goes, while nobody has a state. */
  readonly cold: number;
  /** People who have one, and the seconds until they had. */
  readonly states: number;
  readonly warming: number;
  /** Events a second, as fast as it goes. */
  readonly rate: number;
  /** Events a second, half as fast. */
  readonly pace: number;
  /** ms */
  readonly told: readonly number[];
  readonly rss: number;
  /** From a start to the first change told, s. */
  readonly restart: number;
  /** Of a statement about `MICRO_BATCH` people. */
  readonly sql: Cost;
}

function rowsOf({ name, cold, states, warming, rate, pace, told, rss, restart, sql }: Measurements): readonly Row[] {
  const alone = (metric: string, unit: string, value: number): Row => row({ case: name, metric, unit, value, peer: null, peerValue: null });
  const beside = (metric: string, value: number, limit: number): Row =>
    row({ case: name, metric, unit: 'ms', value, peer: 'aim', peerValue: limit });
  return [
    row({
      case: name,
      metric: 'decided, from the first to the last',
      unit: 'events/s',
      value: rate,
      peer: 'aim',
      peerValue: 15_000,
    }),
    row({
      case: name,
      metric: 'decided, from the first to the last',
      unit: 'events/s',
      value: rate,
      peer: `one SQL statement for ${MICRO_BATCH} people, over and over, which stores nothing`,
      peerValue: (MICRO_BATCH / sql.wall) * 1000,
    }),
    alone('the same while nobody has a state', 'events/s', cold),
    alone('states made ahead', 'people', states),
    alone('time until then', 's', warming),
    alone(`at ${Math.round(pace)} events/s: changes`, 'in all', told.length),
    alone('sent to told, p50', 'ms', percentile(told, 50)),
    beside('sent to told, p99', percentile(told, 99), 50),
    alone('sent to told, p99.9', 'ms', percentile(told, 99.9)),
    alone('resident memory', 'MB', rss / 1_000_000),
    row({ case: name, metric: 'start to fully live', unit: 's', value: restart, peer: 'aim', peerValue: 30 }),
  ];
}

const schema = { name: '_xdm.context.profile' } as const;
const evaluationInfo = { continuous: { enabled: true } };
/** Who does this enters the last audience: all before it is decided by then. */
const SENTINEL = 'the last page';

/** Published, streaming, evaluated once. */
async function createAudiences({ client }: MeasuredKindred, count: number): Promise<void> {
  const ids = new Map<string, string>();
  const create = async (name: string, pql: string): Promise<void> => {
    const expression = { type: 'PQL', format: 'pql/text', value: pql } as const;
    const { id } = await client.call(routes.createDefinition, { body: { name, schema, expression, evaluationInfo } });
    ids.set(name, id);
  };
  for (const { id, pql } of mix(count)) {
    await create(
      id,
      pql.replaceAll(/inSegment\("(a\d+)"\)/g, (_, other: string) => `inSegment("${ids.get(other) ?? ''}")`),
    );
  }
  await create('sentinel', `xEvent[web.webPageDetails.name = "${SENTINEL}"]`);
  const { id } = await client.call(routes.createSegmentJob, { body: [{ segmentId: '*' }] });
  for (;;) {
    const { status } = await client.call(routes.getSegmentJob, { params: { id } });
    if (status === 'SUCCEEDED') return;
    if (status === 'FAILED') throw new Error('the audiences could not be evaluated');
    await sleep(200);
  }
}

/** Calls back with every change of membership that is told, until the function it gives is called. */
async function follow({ client }: MeasuredKindred, told: (entry: MembershipEntry) => void): Promise<() => void> {
  const stop = new AbortController();
  const response = await client.call(routes.followMembershipLog, { signal: stop.signal });
  void (async () => {
    for await (const { data } of serverEvents(response)) told(data as MembershipEntry);
  })().catch(() => undefined);
  return () => stop.abort();
}

/** Sends an event of somebody new, and waits until it is told what that changed. Gives how long that took, ms. */
async function sentinel(server: MeasuredKindred, id: string): Promise<number> {
  const seen = Promise.withResolvers<void>();
  // Not by the cause: where very many turn at once, not everybody's is looked for.
  const stop = await follow(server, ({ audience, identities }) => {
    if (audience.name === 'sentinel' && identities.some((identity) => identity.id === id)) seen.resolve();
  });
  const event = {
    _id: id,
    timestamp: new Date().toISOString(),
    eventType: 'web.webpagedetails.pageViews',
    web: { webPageDetails: { name: SENTINEL } },
  };
  const start = performance.now();
  const body = JSON.stringify({ messages: [messageOf(id, event)] });
  await fetch(server.target, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  await seen.promise;
  stop();
  return performance.now() - start;
}

/** Events a second. */
async function fully(server: MeasuredKindred, prefix: string, { sent, profiles }: ServerSize): Promise<number> {
  await sentinel(server, `first ${prefix}`);
  const bodies = bodiesOf(sent, profiles, prefix, () => Date.now());
  const start = performance.now();
  await sendAll({ url: server.target, bodies, clients: CLIENTS });
  await sentinel(server, `last ${prefix}`);
  return (sent / (performance.now() - start)) * 1000;
}

/** From when each event was to be sent to when what it changed was told, ms. */
async function steadily(server: MeasuredKindred, pace: number, { profiles, seconds }: ServerSize): Promise<readonly number[]> {
  const told: number[] = [];
  const requests = pace / BATCH;
  const begin = Date.now();
  const bodies = bodiesOf(Math.ceil(pace * seconds), profiles, 's', (index) => begin + (index / pace) * 1000);
  const start = performance.now();
  const stop = await follow(server, ({ cause: { event } }) => {
    const number = /^s-(\d+)$/.exec(event ?? '')?.[1];
    if (number === undefined) return;
    const due = (Math.floor(Number(number) / BATCH) * 1000) / requests;
    told.push(performance.now() - start - due);
  });
  await sendSteadily({ url: server.target, bodies, clients: CLIENTS }, requests, new AbortController().signal);
  await sentinel(server, 'after');
  stop();
  return told;
}

const SCHEMA = { id: 'https://ns.adobe.com/xdm/context/experienceevent' };

function messageOf(person: string, event: object): object {
  const header = { schemaRef: SCHEMA, imsOrgId: 'BENCH@AdobeOrg', datasetId: 'bench' };
  const identityMap = { CRMID: [{ id: person, primary: true }] };
  return { header, body: { xdmMeta: { schemaRef: SCHEMA }, xdmEntity: { ...event, identityMap } } };
}

function bodiesOf(count: number, profiles: number, prefix: string, at: (index: number) => number): readonly Buffer[] {
  const bodies: Buffer[] = [];
  let messages: object[] = [];
  for (const { person, event } of visits(count, profiles, prefix, at)) {
    messages.push(messageOf(`C${person}`, event));
    if (messages.length < BATCH) continue;
    bodies.push(Buffer.from(JSON.stringify({ messages })));
    messages = [];
  }
  if (messages.length > 0) bodies.push(Buffer.from(JSON.stringify({ messages })));
  return bodies;
}
