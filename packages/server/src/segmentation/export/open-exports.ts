/** Exports joined to what they read. */
import type { ClickHouse, DataFolder, Database } from '../../store/index.ts';
import type { Kysely } from 'kysely';
import type { ProfileTables } from '../../profile/index.ts';
import { receivedSql } from '../../profile/index.ts';
import { UNIVERSE } from '../../identity/index.ts';
import type { Audiences } from '../audiences.ts';
import type { Bitmap } from '../bitmap/index.ts';
import type { Compositions } from '../composition/compositions.ts';
import type { Definitions } from '../definitions.ts';
import { SegmentationError } from '../errors.ts';
import type { SegmentJobs } from '../jobs.ts';
import type { Memberships } from '../memberships.ts';
import { Exports } from './exports.ts';
import type { ExporterOptions } from './run-export.ts';
import { Exporter } from './run-export.ts';
import type { AudienceLog } from './selection.ts';

export interface ExportParts {
  readonly stores: { readonly clickhouse: ClickHouse; readonly postgres: Kysely<Database>; readonly folder: Pick<DataFolder, 'inside'> };
  readonly tables: ProfileTables;
  readonly tablesOf: ExporterOptions['tablesOf'];
  readonly definitions: Definitions;
  readonly compositions: Pick<Compositions, 'enrichOf'>;
  readonly audiences: Audiences;
  readonly memberships: Memberships;
  readonly jobs: SegmentJobs;
  /** The one bitmap that a SELECT yields. */
  readonly select: (sql: string, signal: AbortSignal) => Promise<Bitmap>;
  readonly namespaces: (signal: AbortSignal) => Promise<ReadonlyMap<string, Bitmap>>;
  readonly clock: () => Date;
}

const WITH_ATTRIBUTES = 'SELECT groupBitmapState(profile) AS members FROM profiles FINAL';

export async function openExports({ stores, tables, tablesOf, jobs, select, namespaces, clock, ...parts }: ExportParts): Promise<Exports> {
  const exporter = new Exporter({
    tables,
    tablesOf,
    log: (id) => logOf(id, parts),
    enrich: async (id) => await parts.compositions.enrichOf(await parts.definitions.get(id)),
    evaluate: (ids, signal) => evaluate(ids, jobs, signal),
    universe: (signal) => select(UNIVERSE, signal),
    withAttributes: (signal) => select(WITH_ATTRIBUTES, signal),
    receivedAfter: (instant, signal) => select(receivedAfter(instant), signal),
    namespaces,
    clock,
  });
  return await Exports.open({ db: stores.postgres, exporter, folder: stores.folder.inside('exports'), clock });
}

/** Everybody of whom something was stored later than an instant, epoch ms. */
function receivedAfter(instant: number): string {
  const condition = receivedSql({ after: instant, until: null });
  return `SELECT groupBitmapState(profile) AS members FROM (
    SELECT profile FROM fragments WHERE ${condition} UNION ALL SELECT profile FROM events WHERE ${condition})`;
}

async function logOf(
  id: string,
  { definitions, audiences, memberships }: Pick<ExportParts, 'definitions' | 'audiences' | 'memberships'>,
): Promise<AudienceLog | undefined> {
  const definition = await definitions.find(id);
  if (definition === undefined) return undefined;
  return { members: await audiences.present(definition), changes: await memberships.changes(id) };
}

/** By a segment job of its own, so that memberships change in one way only. Throws SegmentationError `segment-job-failed`. */
async function evaluate(ids: readonly string[], jobs: SegmentJobs, signal: AbortSignal): Promise<void> {
  const { id } = await jobs.create(ids, 'api');
  const stop = (): void => void jobs.cancel(id).catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  const { status, errors } = await jobs.ended(id).finally(() => signal.removeEventListener('abort', stop));
  signal.throwIfAborted();
  if (status === 'SUCCEEDED' && errors.length === 0) return;
  throw new SegmentationError({
    code: 'segment-job-failed',
    message: `The audiences were not evaluated: ${errors[0]?.msg ?? status.toLowerCase()}`,
    hint: `The segment job ${id} has the reason.`,
    details: errors,
  });
}
