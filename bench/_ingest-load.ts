/** Load on an inlet over HTTP: bodies made before, connections kept, as little work beside it as there can be. */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { events } from './_events.ts';

export interface Load {
  readonly url: string;
  readonly bodies: readonly Buffer[];
  readonly clients: number;
  /** Of success: 207 unless told. */
  readonly status?: number;
}

export interface Sent {
  /** Of each request, ms. */
  readonly latencies: readonly number[];
  /** From the first request to the last answer, ms. */
  readonly wall: number;
}

const SCHEMA = { id: 'https://ns.adobe.com/xdm/context/experienceevent' };

/** Requests of so many events each, with events of the demo shop; one event is in one body only. */
export function bodiesOf(count: number, batch: number, prefix: string): readonly Buffer[] {
  const bodies: Buffer[] = [];
  let messages: object[] = [];
  let number = 0;
  for (const event of events(count)) {
    const header = { schemaRef: SCHEMA, imsOrgId: 'BENCH@AdobeOrg', datasetId: 'bench' };
    messages.push({ header, body: { xdmMeta: { schemaRef: SCHEMA }, xdmEntity: { ...event, _id: `${prefix}-${number++}` } } });
    if (messages.length < batch) continue;
    bodies.push(Buffer.from(JSON.stringify({ messages })));
    messages = [];
  }
  return bodies;
}

/** Sends all bodies as fast as the answers come. */
export async function sendAll({ url, bodies, clients, status = 207 }: Load): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const latencies: number[] = [];
  const start = performance.now();
  let next = 0;
  const client = async (): Promise<void> => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const sent = performance.now();
      while ((await post(url, body, agent)) !== status) await sleep(100);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const wall = performance.now() - start;
  agent.destroy();
  return { latencies, wall };
}

/** Sends bodies at a steady pace until told to stop. */
export async function sendSteadily({ url, bodies, clients }: Load, requestsPerSecond: number, signal: AbortSignal): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const latencies: number[] = [];
  const start = performance.now();
  const underWay: Promise<void>[] = [];
  for (const [index, body] of bodies.entries()) {
    const wait = start + (index * 1000) / requestsPerSecond - performance.now();
    if (wait > 1) await sleep(wait);
    if (signal.aborted) break;
    const sent = performance.now();
    underWay.push(post(url, body, agent).then(() => void latencies.push(performance.now() - sent)));
  }
  await Promise.all(underWay);
  const wall = performance.now() - start;
  agent.destroy();
  return { latencies, wall };
}

async function post(url: string, body: Buffer, agent: Agent): Promise<number> {
  const done = Promise.withResolvers<number>();
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const sent = request(url, { method: 'POST', agent, headers }, (response) => {
    response.on('end', () => done.resolve(response.statusCode ?? 0));
    response.on('error', done.reject);
    response.resume();
  });
  sent.on('error', done.reject);
  sent.end(body);
  return await done.promise;
}
