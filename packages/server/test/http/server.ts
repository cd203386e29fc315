/** A real server with a few people on it, embedded engines in a temporary folder, on a free port. */
import type { Client, ImportJob, Routes } from '@kindred/contract';
import { ApiError, createClient, routes } from '@kindred/contract';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningServer, Settings, StartOptions } from '../../src/index.ts';
import { readSettings, startServer } from '../../src/index.ts';
import { temporaryFolder } from '../support/processes.ts';

export interface TestServer {
  readonly client: Client;
  readonly url: string;
  readonly settings: Settings;
  /** For files of the test. */
  readonly folder: string;
  /** Names of the routes called with success so far. */
  readonly called: ReadonlySet<string>;
  /** Ends the server and starts another one on the same data, at another address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const NAMES = new Map(Object.entries(routes).map(([name, route]) => [route, name] as const) as [unknown, keyof Routes][]);

export async function startTestServer(changed: Partial<Settings> = {}, options: StartOptions = {}): Promise<TestServer> {
  const temporary = temporaryFolder('kindred-http');
  const settings: Settings = {
    ...readSettings({ KINDRED_DATA: join(temporary.path, 'data'), KINDRED_LOG_LEVEL: 'silent' }),
    port: 0,
    ...changed,
  };
  let server: RunningServer = await startServer(settings, options);
  const called = new Set<string>();
  let plain = createClient({ baseUrl: server.url });
  const client: Client = {
    async call(route, ...input) {
      const result = await plain.call(route, ...input);
      called.add(NAMES.get(route) ?? '');
      return result;
    },
  };
  return {
    client,
    get url() {
      return server.url;
    },
    settings,
    folder: temporary.path,
    called,
    async restart() {
      await server.close();
      server = await startServer(settings, options);
      plain = createClient({ baseUrl: server.url });
    },
    async stop() {
      await server.close();
      temporary.remove();
    },
  };
}

/** Tags of the routes that audiences.test.ts and lists.test.ts call. */
export const AUDIENCE_TAGS: ReadonlySet<string> = new Set([
  'audience versions',
  'folders and tags',
  'platform audiences',
  'audiences from outside',
  'external audiences',
  'compositions',
  'search',
]);

/** Tags of the routes that streaming.test.ts calls. */
export const STREAMING_TAGS: ReadonlySet<string> = new Set(['streaming', 'tracking', 'edge', 'dead letters']);

/** Tags of the routes that edge.test.ts calls. */
export const EDGE_TAGS: ReadonlySet<string> = new Set(['edge evaluation']);
/** Tags of the routes that live.test.ts calls. */
export const LIVE_TAGS: ReadonlySet<string> = new Set(['membership log']);

/** Tags of the routes that computed-attributes.test.ts calls. */
export const COMPUTED_TAGS: ReadonlySet<string> = new Set(['computed attributes']);

/** Tags of the routes that identity.test.ts calls. */
export const IDENTITY_TAGS: ReadonlySet<string> = new Set(['identity', 'identity graph', 'linking rules']);

/** Tags of the routes that inference.test.ts calls. */
export const PROPOSAL_TAGS: ReadonlySet<string> = new Set(['schema proposals', 'data prep']);

/** Tags of the routes that batches.test.ts calls. */
export const BATCH_TAGS: ReadonlySet<string> = new Set(['batch ingestion']);

/** Tags of the routes that schema-registry.test.ts calls. */
export const SCHEMA_TAGS: ReadonlySet<string> = new Set(['schema registry', 'catalog']);

/** Tags of the routes that entities.test.ts calls. */
export const PROFILE_TAGS: ReadonlySet<string> = new Set(['merge policies', 'entities', 'profile reports']);

/** Tags of the routes that data-sources.test.ts calls. */
export const SOURCE_TAGS: ReadonlySet<string> = new Set(['sources']);

/** Tags of the routes that privacy.test.ts calls. */
export const PRIVACY_TAGS: ReadonlySet<string> = new Set(['privacy']);

/** Tags of the routes that predictions.test.ts calls. */
export const PREDICTION_TAGS: ReadonlySet<string> = new Set(['predictions']);

/** Names of the routes with one of the tags. */
export function routesTagged(has: (tag: string) => boolean): ReadonlySet<string> {
  return new Set(Object.entries(routes).flatMap(([name, { tag }]) => (has(tag) ? [name] : [])));
}

/** The refusal of a call. */
export async function refusal(answer: Promise<unknown>): Promise<ApiError> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

/** Waits for the end of an import. */
export async function importEnded(client: Client, job: ImportJob): Promise<ImportJob> {
  for (;;) {
    const now = await client.call(routes.getImport, { params: { id: job.id } });
    if (now.finishedAt !== null) return now;
    await sleep(20);
  }
}

export const PEOPLE_MAPPING = {
  version: 1,
  target: 'profile',
  identity: { namespace: 'CRMID', column: 'customer' },
  otherIdentities: [{ namespace: 'Email', value: { lower: 'email' } }],
  fields: {
    'person.name.firstName': 'name',
    'personalEmail.address': 'email',
    'homeAddress.city': 'city',
    'person.birthYear': 'born',
  },
};

/** Anna bought twice, Ben looked only, Cleo has no events; Dan's line is broken. */
export function writePeople(folder: string): string {
  const file = join(folder, 'people.csv');
  const lines = [
    'customer,name,email,city,born',
    'C1,Anna,Anna@example.com,Berlin,1990',
    'C2,Ben,ben@example.com,Basel,1985',
    'C3,Cleo,cleo@example.com,Berlin,2001',
  ];
  writeFileSync(file, [...lines, 'C4,Dan,dan@example.com,Bonn,late'].join('\n'));
  return file;
}

export const EVENTS = [
  event('e1', 'C1', 'commerce.productViews', '2026-01-01T10:00:00Z', {}),
  event('e2', 'C1', 'commerce.purchases', '2026-01-02T10:00:00Z', { commerce: { order: { priceTotal: 40.5 } } }),
  event('e3', 'C1', 'commerce.purchases', '2026-01-03T10:00:00Z', { commerce: { order: { priceTotal: 60 } } }),
  event('e4', 'C2', 'commerce.productViews', '2026-01-02T11:00:00Z', {}),
  event('e5', 'C2', 'commerce.productViews', '2026-01-02T11:00:00Z', {}),
];

function event(id: string, customer: string, eventType: string, timestamp: string, fields: object): object {
  return { _id: id, timestamp, eventType, identityMap: { CRMID: [{ id: customer, primary: true }] }, ...fields };
}

export function writeEvents(folder: string): string {
  const file = join(folder, 'visits.jsonl');
  writeFileSync(file, EVENTS.map((each) => JSON.stringify(each)).join('\n'));
  return file;
}
