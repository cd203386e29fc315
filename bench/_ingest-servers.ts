/** Servers of a measurement, each a process of its own, so that its processor time and memory are its own. */
import { createClient, HTTP_API_SPEC, routes } from '../packages/contract/src/index.ts';
import type { Client } from '../packages/contract/src/index.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { startListening, startOwnServer } from '../packages/server/test/support/processes.ts';

export interface Usage {
  /** Processor time of all threads since the start, ms. */
  readonly cpu: number;
  /** Resident memory, bytes. */
  readonly rss: number;
}

export interface Measured {
  /** Where batches go. */
  readonly target: string;
  usage(): Promise<Usage>;
  readonly stop: () => Promise<void>;
}

export interface MeasuredKindred extends Measured {
  readonly client: Client;
  /** Resolves when the log is empty. */
  stored(): Promise<void>;
  /** Resolves when the server makes no more states ahead. Gives of how many people it keeps one. */
  warm(): Promise<number>;
}

/** When nothing has changed for so long, nothing will; ms. */
const QUIET = 5000;

export async function startKindred(folder: string): Promise<MeasuredKindred> {
  const { running, url } = await startOwnServer(folder);
  const client = createClient({ baseUrl: url });
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  };
  return {
    client,
    target: `${url}/collection/batch/${await createInlet(client)}`,
    stop: () => running.kill(),
    async usage() {
      const cpu = await metric('process_cpu_seconds_total');
      return { cpu: cpu * 1000, rss: await metric('process_resident_memory_bytes') };
    },
    async stored() {
      while ((await metric('kindred_stream_lag_records')) > 0) await sleep(20);
    },
    async warm() {
      let before = -1;
      for (;;) {
        const states = await metric('kindred_live_states');
        if (states === before) return states;
        before = states;
        await sleep(QUIET);
      }
    },
  };
}

export async function startPeer(): Promise<Measured> {
  const { running, url } = await startListening(new URL('_ingest-peer.ts', import.meta.url), []);
  return {
    target: `${url}/collection/batch/peer`,
    stop: () => running.kill(),
    usage: async () => (await (await fetch(`${url}/usage`)).json()) as Usage,
  };
}

async function createInlet(client: Client): Promise<string> {
  const body = { name: 'bench', connectionSpec: { id: HTTP_API_SPEC }, auth: { specName: 'Streaming Connection', params: {} } };
  const { id } = await client.call(routes.createFlowObject, { params: { kind: 'connections' }, body });
  const { items } = await client.call(routes.getFlowObject, { params: { kind: 'connections', id } });
  return (items[0] as unknown as { readonly auth: { readonly params: { readonly inletId: string } } }).auth.params.inletId;
}
