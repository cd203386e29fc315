/** The process that joins the rooms. */
import type { FastifyInstance } from 'fastify';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { Logger } from 'pino';
import type { Settings } from './config/index.ts';
import { readOwnSchema } from './field-groups.ts';
import { listKeys, verifyKey } from './governance/index.ts';
import type { AuthenticationOptions, Rooms } from './http/index.ts';
import {
  ExternalIngestions,
  ImportJobs,
  createApp,
  createAuthenticate,
  createHandlers,
  createMetrics,
  isLoopback,
  measuredClickHouse,
  watchSchedules,
  watchStream,
} from './http/index.ts';
import { Identities, Namespaces } from './identity/index.ts';
import { openStream, trackingGroups } from './ingest/index.ts';
import { ComputedAttributes, MergePolicies, ProfileTables } from './profile/index.ts';
import { Datasets, Descriptors, SchemaCatalog, SchemaRegistry, ensureTables } from './schema/index.ts';
import { createSegmentation } from './segmentation/index.ts';
import { StartError, listenError } from './start-error.ts';
import type { Stores } from './store/index.ts';
import { openStores } from './store/index.ts';

export interface RunningServer {
  /** Where it answers. */
  readonly url: string;
  /** Resolves when the server is closed. */
  readonly closed: Promise<void>;
  /** Lets requests under way end, stops imports, closes the stores. Once is enough; further calls wait for the same end. */
  close(): Promise<void>;
}

const STUDIO = fileURLToPath(new URL('../../studio/dist', import.meta.url));
const PACKAGE = new URL('../package.json', import.meta.url);

export interface StartOptions {
  /** False: nothing is started by the clock; for a server that lives for a moment only. */
  readonly schedules?: boolean;
}

export async function start(settings: Settings, { schedules = true }: StartOptions = {}): Promise<RunningServer> {
  const logger = pino({ level: settings.logLevel }, pino.destination(2));
  const own = readOwnSchema(settings.fieldGroups, settings.tenant);
  const fieldGroups = [...own.fieldGroups, ...trackingGroups(settings.tenant)];
  const stores = await openStores(settings);
  try {
    await requireKey(settings, stores);
    const catalog = await SchemaCatalog.open({ db: stores.postgres, base: { tenant: settings.tenant, ...own, fieldGroups } });
    const rooms = await openRooms({ settings, stores, catalog, logger });
    const app = await createApp({
      authentication: authenticationOf(settings, stores),
      handlers: createHandlers(rooms),
      metrics: rooms.metrics,
      logger,
      studio: STUDIO,
      version: rooms.version,
    });
    const server = await listen(app, rooms);
    if (schedules) rooms.segmentation.schedules.watch();
    return server;
  } catch (error) {
    await stores.close();
    throw error;
  }
}

/** Nobody beyond this machine may find a server without a lock. */
async function requireKey({ host }: Settings, { postgres }: Stores): Promise<void> {
  if (isLoopback(host)) return;
  const keys = await listKeys(postgres);
  if (keys.some(({ revokedAt }) => revokedAt === null)) return;
  throw new StartError(
    'key-needed',
    `KINDRED_HOST ${host} is reachable from other machines, and there is no API key yet.`,
    'Create one first: ./kindred key create <name> --role admin. Or bind to 127.0.0.1.',
  );
}

function authenticationOf({ host }: Settings, { postgres }: Stores): AuthenticationOptions {
  return { host, verifyKey: (secret) => verifyKey(postgres, secret, clock()) };
}

/** The part of an id of the schema registry that tells it from others: hexadecimal digits, as there. */
const newKey = (): string => randomBytes(24).toString('hex');
const newDatasetId = (): string => randomBytes(12).toString('hex');

/** The clock of the edge; everything below takes the time from it. */
const clock = (): Date => new Date();

interface Parts {
  readonly settings: Settings;
  readonly stores: Stores;
  readonly catalog: SchemaCatalog;
  readonly logger: Logger;
}

async function openRooms({ settings, stores, catalog, logger }: Parts): Promise<Rooms> {
  const metrics = createMetrics();
  const clickhouse = measuredClickHouse(stores.clickhouse, metrics);
  const measured: Stores = { ...stores, clickhouse };
  await ensureTables(clickhouse);
  const identities = await Identities.open(stores.lmdb, clickhouse);
  const tables = await ProfileTables.open({ clickhouse, lmdb: stores.lmdb, identities, schema: catalog.schema() });
  catalog.attach((schema, persist) => tables.adopt(schema, persist));
  const imports = await ImportJobs.open({
    postgres: stores.postgres,
    tables,
    folder: stores.folder,
    clock,
    onRows: metrics.countRows,
    onUnexpected: (error) => logger.error({ err: error }, 'import failed'),
  });
  const computed = await ComputedAttributes.open({ db: stores.postgres, stored: () => tables.schema });
  const segmentation = await createSegmentation({
    stores: measured,
    tables,
    schema: () => computed.schema(),
    clock,
    onUnexpected: (error) => logger.error({ err: error }, 'a schedule failed'),
  });
  watchSchedules(metrics, segmentation.schedules);
  const stream = await openStream({
    stores,
    tables,
    mostLag: settings.streamLag,
    onRetry: (error) => logger.warn({ err: error }, 'the stream waits for a store'),
  });
  watchStream(metrics, stream);
  const namespaces = new Namespaces();
  const onUnexpected = (error: unknown): void => logger.error({ err: error }, 'a list was not taken in');
  const ingestions = new ExternalIngestions({ segmentation, tables, namespaces, clock, onUnexpected });
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { readonly version: string };
  return {
    settings,
    stores: measured,
    tables,
    registry: new SchemaRegistry(catalog, newKey),
    descriptors: new Descriptors(catalog, newKey),
    datasets: new Datasets(catalog, newDatasetId),
    namespaces,
    mergePolicies: new MergePolicies(stores.postgres),
    computed,
    imports,
    ingestions,
    stream,
    segmentation,
    metrics,
    authenticate: createAuthenticate(authenticationOf(settings, stores)),
    clock,
    version,
    startedAt: clock(),
  };
}

async function listen(
  app: FastifyInstance,
  { settings, stores, imports, ingestions, stream, segmentation, startedAt }: Rooms,
): Promise<RunningServer> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await Promise.all([app.close(), imports.close(), ingestions.close(), segmentation.close()]);
    await stream.close();
    await stores.close();
    resolve();
  };
  try {
    await app.listen({ host: settings.host, port: settings.port });
  } catch (error) {
    await app.close();
    throw listenError(error, settings);
  }
  const url = urlOf(settings.host, (app.server.address() as AddressInfo).port);
  stores.folder.announce(url, startedAt);
  return { url, closed, close: () => (closing ??= close()) };
}

/** An address that also works for a server bound to all of them. */
function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (host === '::') return `http://[::1]:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
