/** Visitors of the demo shop who come now: events at a steady rate, over HTTP, into an inlet of their own. */
import { ApiError, HTTP_API_SPEC, routes } from '@kindred/contract';
import type { Client } from '@kindred/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatNumber } from './output.ts';
import { createProgress } from './progress.ts';

export interface TrafficOptions {
  /** Events a second. */
  readonly rate: number;
  /** 0: until SIGINT. */
  readonly seconds: number;
  /** Of the shop. */
  readonly visitors: number;
}

export interface TrafficReport {
  readonly seconds: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** Of requests, ms from sending to the answer. */
  readonly p50: number;
  readonly p99: number;
}

/** Between requests, in ms. */
const TICK = 100;
/** After the server asked for patience, in ms. */
const PATIENCE = 1000;
/** Messages in one request at most. */
const MOST = 1000;
const DATASET = 'Demo shop';
const HEADER = {
  schemaRef: { id: 'https://ns.adobe.com/xdm/context/experienceevent' },
  imsOrgId: 'DEMO@AdobeOrg',
  datasetId: DATASET,
};

/** Sends until the time is over. A server that asks for patience gets it; what it did not take is sent again. */
export async function runTraffic({ client }: { readonly client: Client }, options: TrafficOptions): Promise<TrafficReport> {
  const { demoTraffic } = await import('@kindred/server');
  const events = demoTraffic({ profiles: options.visitors, run: Date.now(), clock: Date.now });
  const connection = await openInlet(client);
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal);
  try {
    return await send({ client, inletId: connection.inletId, events, options, stop: stop.signal });
  } finally {
    process.off('SIGINT', onSignal);
    await client.call(routes.deleteFlowObject, { params: { kind: 'connections', id: connection.id } });
  }
}

async function openInlet(client: Client): Promise<{ readonly id: string; readonly inletId: string }> {
  const params = { sourceId: 'demo-traffic', dataType: 'xdm', name: 'Demo traffic' } as const;
  const body = { name: 'Demo traffic', connectionSpec: { id: HTTP_API_SPEC }, auth: { specName: 'Streaming Connection', params } };
  const { id } = await client.call(routes.createFlowObject, { params: { kind: 'connections' }, body });
  const { items } = await client.call(routes.getFlowObject, { params: { kind: 'connections', id } });
  const { auth } = items[0] as unknown as { readonly auth: { readonly params: { readonly inletId: string } } };
  return { id, inletId: auth.params.inletId };
}

function messageOf(xdmEntity: unknown): unknown {
  return { header: HEADER, body: { xdmMeta: { schemaRef: HEADER.schemaRef }, xdmEntity } };
}

interface Sending {
  readonly client: Client;
  readonly inletId: string;
  readonly events: Iterator<unknown, never, undefined>;
  readonly options: TrafficOptions;
  readonly stop: AbortSignal;
}

async function send({ client, inletId, events, options, stop }: Sending): Promise<TrafficReport> {
  const progress = createProgress();
  const took: number[] = [];
  const begun = performance.now();
  let [taken, acknowledged, refused] = [0, 0, 0];
  let waiting: unknown[] = [];
  const passed = (): number => (performance.now() - begun) / 1000;
  while (!stop.aborted && (options.seconds === 0 || passed() < options.seconds)) {
    const due = Math.min(MOST - waiting.length, Math.floor(passed() * options.rate) - taken);
    for (let at = 0; at < due; at += 1) waiting.push(messageOf(events.next().value));
    taken += Math.max(0, due);
    const answer = waiting.length === 0 ? null : await sendBatch(client, inletId, waiting);
    if (answer !== null) {
      waiting = [];
      took.push(answer.ms);
      acknowledged += answer.acknowledged;
      refused += answer.refused;
    }
    progress.update(
      options.seconds === 0 ? null : Math.min(1, passed() / options.seconds),
      `${formatNumber(acknowledged)} acknowledged, ${formatNumber(Math.round(acknowledged / passed()))} a second, ${formatNumber(refused)} refused`,
    );
    await sleep(TICK);
  }
  progress.end();
  const sorted = took.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { seconds: passed(), acknowledged, refused, p50: at(0.5), p99: at(0.99) };
}

/** Null when the server asks to come again later. */
async function sendBatch(
  client: Client,
  inletId: string,
  messages: readonly unknown[],
): Promise<{ readonly acknowledged: number; readonly refused: number; readonly ms: number } | null> {
  const begun = performance.now();
  try {
    const { responses } = await client.call(routes.collectBatch, { params: { inletId }, body: { messages: [...messages] } });
    const acknowledged = responses.filter((each) => 'xactionId' in each).length;
    return { acknowledged, refused: messages.length - acknowledged, ms: performance.now() - begun };
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 429)) throw error;
    await sleep(PATIENCE);
    return null;
  }
}
