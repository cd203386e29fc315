/** The process that joins the rooms. */
import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { Settings } from './config/index.ts';
import { readOwnSchema } from './field-groups.ts';
import { listKeys, verifyKey } from './governance/index.ts';
import type { AuthenticationOptions, Rooms } from './http/index.ts';
import { createApp, createHandlers, isLoopback } from './http/index.ts';
import { trackingGroups } from './ingest/index.ts';
import { openRooms } from './open-rooms.ts';
import { SchemaCatalog } from './schema/index.ts';
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

export interface StartOptions {
  /** False: nothing is started by the clock; for a server that lives for a moment only. */
  readonly schedules?: boolean;
  /** What the time is; that of the machine unless given. */
  readonly clock?: () => Date;
}

export async function start(settings: Settings, { schedules = true, clock = () => new Date() }: StartOptions = {}): Promise<RunningServer> {
  const logger = pino({ level: settings.logLevel }, pino.destination(2));
  const own = readOwnSchema(settings.fieldGroups, settings.tenant);
  const fieldGroups = [...own.fieldGroups, ...trackingGroups(settings.tenant)];
  const stores = await openStores(settings);
  try {
    await requireKey(settings, stores);
    const catalog = await SchemaCatalog.open({ db: stores.postgres, base: { tenant: settings.tenant, ...own, fieldGroups } });
    const authentication = authenticationOf(settings, stores, clock);
    const rooms = await openRooms({ settings, stores, catalog, logger, authentication, clock });
    const app = await createApp({
      authentication,
      handlers: createHandlers(rooms),
      followers: rooms.followers,
      metrics: rooms.metrics,
      logger,
      studio: STUDIO,
      version: rooms.version,
    });
    const server = await listen(app, rooms);
    if (schedules) {
      rooms.segmentation.schedules.watch();
      rooms.retention.watch();
      rooms.customerAi.watch();
      rooms.sources.watch();
    }
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

function authenticationOf({ host }: Settings, { postgres }: Stores, clock: () => Date): AuthenticationOptions {
  return { host, verifyKey: (secret) => verifyKey(postgres, secret, clock()) };
}

async function listen(
  app: FastifyInstance,
  {
    settings,
    stores,
    imports,
    batches,
    sources,
    ingestions,
    retention,
    privacy,
    stream,
    segmentation,
    customerAi,
    followers,
    startedAt,
  }: Rooms,
): Promise<RunningServer> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    followers.close();
    await Promise.all([app.close(), privacy.close(), customerAi.close()]);
    await Promise.all([imports.close(), batches.close(), sources.close(), ingestions.close(), retention.close(), segmentation.close()]);
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
