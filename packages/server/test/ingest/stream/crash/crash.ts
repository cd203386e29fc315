/**
 * Kills a real server under load, again and again, and then counts: every acknowledged event is in the store exactly once.
 * Clients do what clients do: they send a batch again until they hear that it was taken.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, HTTP_API_SPEC, routes } from '@kindred/contract';
import { startOwnServer, temporaryFolder } from '../../../support/processes.ts';

export interface CrashOptions {
  readonly kills: number;
  /** Clients that send at the same time. */
  readonly clients: number;
  /** Events in a request. */
  readonly batch: number;
  /** How long a server works before it is killed, in ms: anything from the first to the second. */
  readonly life: readonly [from: number, to: number];
  /** Numbers from 0 to 1, for the moments of the kills. */
  readonly random: () => number;
  readonly onKill?: (kill: number, acknowledged: number) => void;
}

export interface CrashResult {
  readonly kills: number;
  /** Distinct ids of events that a client heard to be taken. */
  readonly acknowledged: number;
  /** Requests that were sent again. */
  readonly repeated: number;
  /** Rows of the store, and distinct ids among them. */
  readonly rows: number;
  readonly ids: number;
  /** Acknowledged and not in the store. */
  readonly lost: readonly string[];
  readonly deadLetters: number;
  /** Of live audiences: people told to enter or leave. */
  readonly changes: number;
  /** Told to enter who were in, or to leave who were not. */
  readonly toldTwice: number;
  /** Memberships that are not those of batch evaluation, and those that the changes do not add up to. */
  readonly wrong: number;
}

/** Of events, each at its own second. */
const START = Date.UTC(2026, 0, 1);
const PEOPLE = 500;
/** One that people enter, and one that they enter and leave. */
const AUDIENCES = ['xEvent.count() >= 20', 'xEvent.count() >= 5 and xEvent.count() < 40'];

export async function crash(options: CrashOptions): Promise<CrashResult> {
  const folder = temporaryFolder('kindred-crash');
  try {
    return await crashIn(folder.path, options);
  } finally {
    folder.remove();
  }
}

async function crashIn(
  folder: string,
  { kills, clients, batch, life: [shortest, longest], random, onKill }: CrashOptions,
): Promise<CrashResult> {
  const load = new Load(batch);
  let server = await startOwnServer(folder);
  load.target = `${server.url}/collection/batch/${await createInlet(server.url)}`;
  const path = new URL(load.target).pathname;
  await createAudiences(server.url);
  const senders = Array.from({ length: clients }, () => load.send());
  for (let kill = 1; kill <= kills; kill++) {
    await sleep(shortest + random() * (longest - shortest));
    await server.running.kill();
    onKill?.(kill, load.acknowledged.size);
    server = await startOwnServer(folder);
    load.target = server.url + path;
  }
  load.stop();
  await Promise.all(senders);
  try {
    return { kills, acknowledged: load.acknowledged.size, repeated: load.repeated, ...(await count(server.url, load.acknowledged)) };
  } finally {
    await server.running.kill();
  }
}

async function createInlet(url: string): Promise<string> {
  const client = createClient({ baseUrl: url });
  const auth = { specName: 'Streaming Connection', params: {} };
  const body = { name: 'crash', connectionSpec: { id: HTTP_API_SPEC }, auth };
  const { id } = await client.call(routes.createFlowObject, { params: { kind: 'connections' }, body });
  const { items } = await client.call(routes.getFlowObject, { params: { kind: 'connections', id } });
  return (items[0] as unknown as { readonly auth: { readonly params: { readonly inletId: string } } }).auth.params.inletId;
}

async function createAudiences(url: string): Promise<void> {
  const client = createClient({ baseUrl: url });
  for (const pql of AUDIENCES) await client.call(routes.createAudience, { body: { name: pql, pql, evaluation: 'streaming' } });
}

/** Clients that send batches until they are told to stop. */
class Load {
  target = '';
  repeated = 0;
  readonly acknowledged = new Set<string>();
  readonly #batch: number;
  #next = 0;
  #stopped = false;

  constructor(batch: number) {
    this.#batch = batch;
  }

  stop(): void {
    this.#stopped = true;
  }

  async send(): Promise<void> {
    while (!this.#stopped) {
      const ids = Array.from({ length: this.#batch }, () => `event-${this.#next++}`);
      const body = JSON.stringify({ messages: ids.map(message) });
      while (!(await this.#taken(body, ids))) {
        this.repeated++;
        await sleep(20);
      }
    }
  }

  async #taken(body: string, ids: readonly string[]): Promise<boolean> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(this.target, { method: 'POST', body, headers }).catch(() => null);
    if (answer?.status !== 207) return false;
    const text = await answer.text().catch(() => '');
    if (text === '') return false;
    for (const id of ids) this.acknowledged.add(id);
    return true;
  }
}

function message(id: string): object {
  const number = Number(id.slice('event-'.length));
  const schemaRef = { id: 'https://ns.adobe.com/xdm/context/experienceevent' };
  const xdmEntity = {
    _id: id,
    timestamp: new Date(START + number * 1000).toISOString(),
    eventType: 'commerce.productViews',
    identityMap: { CRMID: [{ id: `person-${number % PEOPLE}`, primary: true }] },
    productListItems: [{ SKU: `sku-${number % 50}`, quantity: 1 }],
  };
  return { header: { schemaRef, imsOrgId: 'CRASH@AdobeOrg', datasetId: 'crash' }, body: { xdmMeta: { schemaRef }, xdmEntity } };
}

/** What the store holds when the log is empty. */
async function count(url: string, acknowledged: ReadonlySet<string>): Promise<Omit<CrashResult, 'kills' | 'acknowledged' | 'repeated'>> {
  while (!/kindred_stream_lag_records 0\n/.test(await (await fetch(`${url}/metrics`)).text())) await sleep(50);
  const client = createClient({ baseUrl: url });
  const { total } = await client.call(routes.listDeadLetters);
  const ids = new Set<string>();
  for (let person = 0; person < PEOPLE; person++) {
    for (const id of await eventsOf(client, `person-${person}`)) ids.add(id);
  }
  const { events: rows } = await client.call(routes.getStatus);
  const lost = [...acknowledged].filter((id) => !ids.has(id));
  return { rows, ids: ids.size, lost, deadLetters: total, ...(await countChanges(client)) };
}

/** Whether what was told of people adds up to who is in, and that to what batch evaluation says. */
async function countChanges(client: ReturnType<typeof createClient>): Promise<Pick<CrashResult, 'changes' | 'toldTwice' | 'wrong'>> {
  const { disagreements } = await client.call(routes.checkDrift);
  const inside = new Set<string>();
  let [changes, toldTwice, from] = [0, 0, 1];
  for (;;) {
    const { entries, next, end } = await client.call(routes.readMembershipLog, { query: { from, limit: 1000 } });
    for (const { audience, profile, change } of entries) {
      const member = `${audience.id} ${profile}`;
      if (inside.has(member) === (change === 'entered')) toldTwice++;
      if (change === 'entered') inside.add(member);
      else inside.delete(member);
    }
    changes += entries.length;
    if (next >= end) break;
    from = next;
  }
  let wrong = disagreements;
  const { audiences } = await client.call(routes.listAudiences);
  for (const { id, size } of audiences) wrong += Math.abs((size ?? 0) - [...inside].filter((member) => member.startsWith(id)).length);
  return { changes, toldTwice, wrong };
}

async function eventsOf(client: ReturnType<typeof createClient>, id: string): Promise<readonly string[]> {
  const found: string[] = [];
  let page: { readonly before?: string; readonly beforeId?: string } = {};
  for (;;) {
    const params = { namespace: 'CRMID', id };
    const { events, more } = await client.call(routes.listEvents, { params, query: { ...page, limit: 1000 } });
    found.push(...events.map((event) => event.id));
    const last = events.at(-1);
    if (!more || last === undefined) return found;
    page = { before: last.timestamp, beforeId: last.id };
  }
}
