/** What the room does in the background: evaluations, exports, and what the clock starts of both. */
import type { UnionSchema } from '@kindred/pql';
import type { Kysely } from 'kysely';
import type { MergePolicies, ProfileTables, ReadableTables } from '../profile/index.ts';
import type { ClickHouse, DataFolder, Database, Lmdb } from '../store/index.ts';
import { Audiences } from './audiences.ts';
import type { Compositions } from './composition/compositions.ts';
import type { Definitions } from './definitions.ts';
import { audienceNotFound } from './errors.ts';
import type { Evaluator } from './evaluator.ts';
import type { ExportJob, ExportOrigin, Exports } from './export/exports.ts';
import { requireFields } from './export/fields.ts';
import { openExports } from './export/open-exports.ts';
import type { ExportRequest } from './export/request.ts';
import type { ExternalAudiences } from './external.ts';
import type { RunJob } from './jobs.ts';
import { SegmentJobs } from './jobs.ts';
import type { LeafEngine } from './leaf-engine.ts';
import type { Drift } from './live/drift.ts';
import type { OpenedLive } from './live/open-live.ts';
import { openLive } from './live/open-live.ts';
import type { Memberships } from './memberships.ts';
import { profilesByNamespace } from './namespaces.ts';
import { ALL, JobRunner } from './run-job.ts';
import { Schedules } from './schedule/schedules.ts';
import { scheduledWork } from './scheduled-work.ts';

export interface WorkOptions {
  readonly stores: {
    readonly clickhouse: ClickHouse;
    readonly postgres: Kysely<Database>;
    readonly lmdb: Lmdb;
    readonly folder: Pick<DataFolder, 'inside'>;
  };
  readonly tables: ProfileTables;
  readonly definitions: Definitions;
  readonly external: ExternalAudiences;
  readonly compositions: Pick<Compositions, 'enrichOf'>;
  readonly memberships: Memberships;
  readonly engine: LeafEngine;
  readonly evaluator: Evaluator;
  readonly policies: MergePolicies;
  /** What rules are about at this moment. */
  readonly schema: () => UnionSchema;
  /** What reads profiles as a merge policy sees them; null: the default policy. */
  readonly tablesOf: (mergePolicyId: string | null) => Promise<ReadableTables>;
  readonly clock: () => Date;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
  /** For how many days changes of membership are kept; 0: for ever. */
  readonly logDays: number;
  readonly onUnexpected: (error: unknown) => void;
}

export interface Work {
  readonly audiences: Audiences;
  readonly drift: Drift;
  readonly live: OpenedLive['live'];
  readonly jobs: SegmentJobs;
  readonly exports: Exports;
  readonly schedules: Schedules;
  readonly namespaces: (signal?: AbortSignal) => ReturnType<typeof profilesByNamespace>;
  readonly requireAudiences: (ids: readonly string[]) => Promise<void>;
  readonly startExport: (request: ExportRequest, origin: ExportOrigin) => Promise<ExportJob>;
  close(): Promise<void>;
}

export async function openWork(options: WorkOptions): Promise<Work> {
  const { stores, tables, definitions, external, memberships, engine, evaluator, policies, clock, zone, onUnexpected } = options;
  const { clickhouse, postgres: db } = stores;
  const select = (sql: string, signal?: AbortSignal): ReturnType<LeafEngine['select']> =>
    engine.select(sql, tables.currentRevision(), signal);
  const namespaces: Work['namespaces'] = (signal) => profilesByNamespace(clickhouse, (sql) => select(sql, signal));
  const runner = new JobRunner({ definitions, memberships, evaluator, namespaces, policies, clock, zone });
  const run: RunJob = async (ids, signal) => {
    await external.expire(clock());
    return await runner.run(ids, signal);
  };
  const jobs = await SegmentJobs.open({ db, clock, run });
  const live = openLive({ ...options, db, lmdb: stores.lmdb, jobs });
  const audiences = new Audiences({ definitions, external, memberships, jobs, clock });
  const exports = await openExports({ ...options, audiences, jobs, select, namespaces });
  const work = scheduledWork({ jobs, exports, all: () => inUse(definitions) });
  const schedules = new Schedules({ db, clock, work, onUnexpected });
  const requireAudiences: Work['requireAudiences'] = async (ids) => {
    const found = new Set((await definitions.getMany(ids)).map(({ id }) => id));
    for (const id of ids) if (id !== ALL && !found.has(id)) throw audienceNotFound(id);
  };
  return {
    audiences,
    drift: live.drift,
    live: live.live,
    jobs,
    exports,
    schedules,
    namespaces,
    requireAudiences,
    async startExport(request, origin) {
      await requireAudiences((request.segments ?? []).map(({ id }) => id));
      requireFields(request.fields, tables.schema.profile);
      requireFields(request.eventFields ?? [], tables.schema.event);
      return await exports.create(request, origin);
    },
    async close() {
      await live.close();
      await schedules.close();
      await Promise.all([jobs.close(), exports.close()]);
    },
  };
}

async function inUse(definitions: Definitions): Promise<readonly string[]> {
  const { definitions: all } = await definitions.list();
  return all.filter(({ lifecycleState }) => lifecycleState !== 'inactive').map(({ id }) => id);
}
