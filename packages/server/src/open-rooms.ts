/** Opens every room on the stores, each with what it may use of those before it. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Settings } from './config/index.ts';
import { CustomerAi, restoreScores } from './customer-ai/index.ts';
import type { AuthenticationOptions, Metrics, Rooms } from './http/index.ts';
import {
  ExternalIngestions,
  ImportJobs,
  LogFollowers,
  createAuthenticate,
  createMetrics,
  measuredClickHouse,
  watchLive,
  watchRefresh,
  watchSchedules,
  watchStream,
} from './http/index.ts';
import { PrivacyOrders } from './governance/index.ts';
import { Identities, Namespaces } from './identity/index.ts';
import { BatchFiles, Batches, DataSources, MappingSets, openStream } from './ingest/index.ts';
import type { Kept } from './profile/index.ts';
import { ComputedAttributes, ProfileTables, Retention } from './profile/index.ts';
import type { SchemaCatalog } from './schema/index.ts';
import { Datasets, Descriptors, OwnNamespaces, SchemaRegistry, ensureTables, rowExpirationOf } from './schema/index.ts';
import { createSegmentation } from './segmentation/index.ts';
import type { PrivacyOrderKind, Stores } from './store/index.ts';

const PACKAGE = new URL('../package.json', import.meta.url);

/** The part of an id of the schema registry that tells it from others: hexadecimal digits, as there. */
const newKey = (): string => randomBytes(24).toString('hex');
const newBatchId = (): string => randomBytes(13).toString('hex').toUpperCase();
/** Work orders begin with DI- as documented. */
const newOrderId = (kind: PrivacyOrderKind): string => (kind === 'workorder' ? `DI-${randomUUID()}` : randomUUID());
const newDatasetId = (): string => randomBytes(12).toString('hex');

export interface Parts {
  readonly settings: Settings;
  readonly stores: Stores;
  readonly catalog: SchemaCatalog;
  readonly logger: Logger;
  readonly authentication: AuthenticationOptions;
  readonly clock: () => Date;
}

/** Opens the rooms in the order of the flow. */
export async function openRooms(parts: Parts): Promise<Rooms> {
  const { settings, stores, catalog, logger, clock } = parts;
  const metrics = createMetrics();
  const clickhouse = measuredClickHouse(stores.clickhouse, metrics);
  const measured: Stores = { ...stores, clickhouse };
  await ensureTables(clickhouse);
  const namespaces = knownNamespaces(catalog);
  const identities = await Identities.open(stores.lmdb, clickhouse, { find: (code) => namespaces().find(code) });
  const tables = await ProfileTables.open({ clickhouse, lmdb: stores.lmdb, identities, schema: catalog.schema(), clock });
  await restoreScores(stores.postgres, tables);
  catalog.attach((schema, persist) => tables.adopt(schema, persist));
  const arriving = await openFiles(parts, tables, metrics);
  const computed = await ComputedAttributes.open({ db: stores.postgres, stored: () => tables.schema, lookups: tables.lookups });
  const segmentation = await createSegmentation({
    stores: measured,
    tables,
    schema: () => computed.schema(),
    clock,
    logDays: settings.membershipLogDays,
    onUnexpected: (error) => logger.error({ err: error }, 'segmentation in the background'),
  });
  const customerAi = await openPredictions(parts, measured, { tables, segmentation, metrics });
  watchSchedules(metrics, segmentation.schedules);
  watchLive(metrics, segmentation);
  const stream = await openStream({
    stores,
    tables,
    mostLag: settings.streamLag,
    mappingSets: arriving.mappingSets,
    clock,
    onRetry: (error) => logger.warn({ err: error }, 'the stream waits for a store'),
  });
  watchStream(metrics, stream);
  const privacy = await openPrivacy(parts, { tables, segmentation, stream });
  const onUnexpected = (error: unknown): void => logger.error({ err: error }, 'a list was not taken in');
  const ingestions = new ExternalIngestions({ segmentation, tables, namespaces, clock, onUnexpected });
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { readonly version: string };
  return {
    settings,
    stores: measured,
    tables,
    ...schemaRooms(catalog),
    retention: retentionOf(parts, tables),
    namespaces,
    mergePolicies: segmentation.policies,
    computed,
    ...arriving,
    ingestions,
    stream,
    segmentation,
    customerAi,
    followers: new LogFollowers({ segmentation, tables }),
    privacy,
    metrics,
    authenticate: createAuthenticate(parts.authentication),
    clock,
    version,
    startedAt: clock(),
  };
}

/** What comes in as files. */
async function openFiles(
  { stores, logger, clock }: Parts,
  tables: ProfileTables,
  metrics: Metrics,
): Promise<Pick<Rooms, 'imports' | 'batches' | 'mappingSets' | 'sources'>> {
  const imports = await ImportJobs.open({
    postgres: stores.postgres,
    tables,
    folder: stores.folder,
    clock,
    onRows: metrics.countRows,
    onUnexpected: (error) => logger.error({ err: error }, 'import failed'),
  });
  const batches = await Batches.open({
    db: stores.postgres,
    tables,
    files: new BatchFiles(stores.folder.inside('batches'), randomUUID),
    clock,
    newId: newBatchId,
    onUnexpected: (error) => logger.error({ err: error }, 'a batch failed'),
  });
  const sources = new DataSources({
    db: stores.postgres,
    tables,
    folder: stores.folder,
    clock,
    onUnexpected: (error) => logger.error({ err: error }, 'a source failed'),
  });
  const mappingSets = new MappingSets({ db: stores.postgres, clock, newId: newDatasetId });
  return { imports, batches, mappingSets, sources };
}

async function openPrivacy(
  { stores, logger, clock }: Parts,
  rooms: Pick<Rooms, 'tables' | 'segmentation' | 'stream'>,
): Promise<PrivacyOrders> {
  return await PrivacyOrders.open({
    ...rooms,
    db: stores.postgres,
    folder: stores.folder.inside('privacy'),
    folders: ['uploads', 'batches', 'dead-letters'].map((name) => stores.folder.inside(name)),
    clock,
    newId: newOrderId,
    onUnexpected: (error) => logger.error({ err: error }, 'a privacy order failed'),
  });
}

async function openPredictions(
  parts: Parts,
  stores: Stores,
  { metrics, ...rooms }: Pick<Rooms, 'tables' | 'segmentation' | 'metrics'>,
): Promise<CustomerAi> {
  const { logger, clock } = parts;
  const onUnexpected = (error: unknown): void => logger.error({ err: error }, 'a prediction failed');
  const customerAi = await CustomerAi.open({ ...rooms, stores, kept: () => keptOf(parts), clock, onUnexpected });
  watchRefresh(metrics, customerAi);
  return customerAi;
}

/** The standard namespaces and those of users; made anew when there is another one. */
function knownNamespaces(catalog: SchemaCatalog): () => Namespaces {
  let [own, known] = [catalog.state.namespaces, new Namespaces(catalog.state.namespaces)];
  return () => {
    if (catalog.state.namespaces !== own) [own, known] = [catalog.state.namespaces, new Namespaces(catalog.state.namespaces)];
    return known;
  };
}

/** The datasets that keep their events for some time only. */
function keptOf({ catalog }: Parts): readonly Kept[] {
  return [...catalog.state.datasets.values()].flatMap((dataset) => {
    const duration = rowExpirationOf(dataset);
    return duration === null ? [] : [{ dataset: dataset.id, duration }];
  });
}

function retentionOf(parts: Parts, tables: ProfileTables): Retention {
  const { logger, clock } = parts;
  return new Retention({
    tables,
    kept: () => keptOf(parts),
    clock,
    onUnexpected: (error) => logger.error({ err: error }, 'old events were not taken away'),
  });
}

function schemaRooms(catalog: SchemaCatalog): Pick<Rooms, 'registry' | 'descriptors' | 'datasets' | 'ownNamespaces'> {
  return {
    registry: new SchemaRegistry(catalog, newKey),
    descriptors: new Descriptors(catalog, newKey),
    datasets: new Datasets(catalog, newDatasetId),
    ownNamespaces: new OwnNamespaces(catalog),
  };
}
