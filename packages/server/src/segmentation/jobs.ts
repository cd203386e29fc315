/**
 * Segment jobs: evaluations of some audiences or of all, one job after the other, their state in PostgreSQL. A job that
 * the end of the process cut off begins anew after the next start; one that was cut off twice is failed, since it may
 * be what ends the process.
 */
import type { Kysely } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { Database, JobStatus, SegmentJobRow } from '../store/index.ts';
import { SegmentationError } from './errors.ts';
import type { JobProperty } from './job-filter.ts';
import { hasProperty } from './job-filter.ts';
import type { JobError, JobMetrics, JobOutcome } from './run-job.ts';
import { SerialQueue, stopReason } from './serial-queue.ts';

export interface SegmentJob {
  readonly id: string;
  readonly status: JobStatus;
  /** The audiences asked for; `*` alone for all. */
  readonly segmentIds: readonly string[];
  readonly metrics: JobMetrics;
  readonly errors: readonly JobError[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Who asked. */
  readonly source: string;
  /** How often it was begun. */
  readonly attempts: number;
  readonly requestId: string | null;
  /** Names the state of the data it evaluated; null before. */
  readonly snapshot: string | null;
  /** `scheduleId` and `runId` when a schedule asked. */
  readonly properties: Readonly<Record<string, string>>;
}

export interface JobQuery {
  readonly start?: number;
  readonly limit?: number;
  readonly status?: JobStatus;
  readonly snapshot?: string;
  readonly property?: JobProperty;
  /** By time of creation, newest first, unless told. */
  readonly sort?: readonly { readonly by: JobSortKey; readonly descending: boolean }[];
}

export type JobSortKey = 'id' | 'status' | 'createdAt' | 'updatedAt';

/** Where a job comes from, besides who asked. */
export interface JobOrigin {
  readonly requestId?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

/** What a job does; it reports metrics and errors when it is done. Throws when it failed as a whole. */
export type RunJob = (segmentIds: readonly string[], signal: AbortSignal) => Promise<JobOutcome>;

export interface SegmentJobsOptions {
  readonly db: Kysely<Database>;
  readonly clock: () => Date;
  readonly run: RunJob;
}

const UNFINISHED: readonly JobStatus[] = ['NEW', 'QUEUED', 'PROCESSING', 'CANCELLING'];
const COLUMNS = { id: 'id', status: 'status', createdAt: 'created_at', updatedAt: 'updated_at' } as const;
/** Times that a job is begun at most. */
const ATTEMPTS = 2;

export class SegmentJobs {
  readonly #options: SegmentJobsOptions;
  readonly #queue = new SerialQueue();

  private constructor(options: SegmentJobsOptions) {
    this.#options = options;
  }

  /** Puts what the end of the process cut off into the queue again. */
  static async open(options: SegmentJobsOptions): Promise<SegmentJobs> {
    const jobs = new SegmentJobs(options);
    const rows = await options.db.selectFrom('segment_jobs').selectAll().where('status', 'in', UNFINISHED).orderBy('created_at').execute();
    for (const row of rows) await jobs.#resume(row);
    return jobs;
  }

  /** Puts a job into the queue. */
  async create(segmentIds: readonly string[], source: string, { requestId, properties = {} }: JobOrigin = {}): Promise<SegmentJob> {
    const now = this.#options.clock();
    const empty: JobMetrics = {
      totalTime: { startTimeInMs: now.getTime(), endTimeInMs: null, totalTimeInMs: null },
      segmentedProfileCounter: {},
      segmentedProfileByStatusCounter: {},
    };
    const row = {
      id: randomUUID(),
      status: this.#queue.idle ? 'NEW' : 'QUEUED',
      segment_ids: JSON.stringify(segmentIds),
      metrics: JSON.stringify(empty),
      errors: '[]',
      created_at: now,
      updated_at: now,
      source,
      request_id: requestId ?? null,
      properties: JSON.stringify(properties),
    } as const;
    const job = jobOf(await this.#options.db.insertInto('segment_jobs').values(row).returningAll().executeTakeFirstOrThrow());
    this.#enqueue(job);
    return job;
  }

  /** Throws SegmentationError `segment-job-not-found`. */
  async get(id: string): Promise<SegmentJob> {
    const [job] = await this.getMany([id]);
    if (job !== undefined) return job;
    throw new SegmentationError({
      code: 'segment-job-not-found',
      message: `There is no segment job ${id}.`,
      hint: 'List the jobs for their ids.',
    });
  }

  /** Those of the ids that exist, in no promised order. */
  async getMany(ids: readonly string[]): Promise<readonly SegmentJob[]> {
    const rows = this.#options.db
      .selectFrom('segment_jobs')
      .selectAll()
      .where('id', 'in', [...ids]);
    return ids.length === 0 ? [] : (await rows.execute()).map(jobOf);
  }

  /** The job that a run of a schedule started. */
  async ofRun(runId: string): Promise<SegmentJob | undefined> {
    const rows = this.#options.db.selectFrom('segment_jobs').selectAll();
    const row = await rows.where('properties', '@>', JSON.stringify({ runId }) as never).executeTakeFirst();
    return row && jobOf(row);
  }

  async list(query: JobQuery = {}): Promise<{ readonly jobs: readonly SegmentJob[]; readonly total: number }> {
    let all = this.#options.db.selectFrom('segment_jobs').selectAll();
    if (query.status !== undefined) all = all.where('status', '=', query.status);
    if (query.snapshot !== undefined) all = all.where('snapshot', '=', query.snapshot);
    if (query.property !== undefined) all = all.where(hasProperty(query.property));
    const { total } = await all
      .clearSelect()
      .select(({ fn }) => fn.countAll<number | string>().as('total'))
      .executeTakeFirstOrThrow();
    for (const { by, descending } of query.sort ?? [{ by: 'createdAt', descending: true }]) {
      all = all.orderBy(COLUMNS[by], descending ? 'desc' : 'asc');
    }
    all = all.orderBy('id').offset(query.start ?? 0);
    if (query.limit !== undefined) all = all.limit(query.limit);
    return { jobs: (await all.execute()).map(jobOf), total: Number(total) };
  }

  /**
   * Asks a job to stop; `ended` tells when it has. Throws SegmentationError `segment-job-over`, `segment-job-cancelling`
   * and `segment-job-not-found`.
   */
  async cancel(id: string): Promise<void> {
    const { status } = await this.get(id);
    if (status === 'CANCELLING') {
      throw new SegmentationError({
        code: 'segment-job-cancelling',
        message: 'The job is being cancelled already.',
        hint: 'Its status becomes CANCELLED as soon as its queries have stopped.',
      });
    }
    const asked = this.#queue.has(id) && (await this.#set(id, { status: 'CANCELLING' }, ['NEW', 'QUEUED', 'PROCESSING']));
    if (asked && this.#queue.cancel(id)) return;
    throw new SegmentationError({
      code: 'segment-job-over',
      message: `The job has ended already: ${(await this.get(id)).status}.`,
      hint: 'Only a job under way can be cancelled.',
    });
  }

  /** Resolves when the job has ended, however it did. */
  async ended(id: string): Promise<SegmentJob> {
    await this.#queue.ended(id);
    return await this.get(id);
  }

  /** Stops all jobs, and resolves when they have ended. They go on after the next start. */
  async close(): Promise<void> {
    await this.#queue.close();
  }

  async #resume(row: SegmentJobRow): Promise<void> {
    if (row.status === 'CANCELLING') {
      await this.#set(row.id, { status: 'CANCELLED' });
    } else if (row.attempts >= ATTEMPTS) {
      await this.#set(row.id, { status: 'FAILED', errors: JSON.stringify([INTERRUPTED]) });
    } else {
      await this.#set(row.id, { status: 'QUEUED' });
      this.#enqueue(jobOf(row));
    }
  }

  #enqueue({ id, segmentIds, attempts }: SegmentJob): void {
    this.#queue.add(id, (signal) => this.#run({ id, segmentIds, attempts }, signal));
  }

  async #run({ id, segmentIds, attempts }: Pick<SegmentJob, 'id' | 'segmentIds' | 'attempts'>, signal: AbortSignal): Promise<void> {
    try {
      signal.throwIfAborted();
      await this.#set(id, { status: 'PROCESSING', attempts: attempts + 1 }, ['NEW', 'QUEUED']);
      const { metrics, errors, snapshot } = await this.#options.run(segmentIds, signal);
      const failed = errors.length > 0 && Object.keys(metrics.segmentedProfileCounter).length === 0;
      await this.#set(id, {
        status: failed ? 'FAILED' : 'SUCCEEDED',
        metrics: JSON.stringify(metrics),
        errors: JSON.stringify(errors),
        snapshot,
      });
    } catch (error) {
      await this.#set(id, endOf(error, { signal, attempts }));
    }
  }

  /** False when the job was in none of these states. */
  async #set(id: string, change: JobChange, from: readonly JobStatus[] = UNFINISHED): Promise<boolean> {
    const { numUpdatedRows } = await this.#options.db
      .updateTable('segment_jobs')
      .set({ ...change, updated_at: this.#options.clock() })
      .where('id', '=', id)
      .where('status', 'in', from)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }
}

interface JobChange {
  readonly status: JobStatus;
  readonly attempts?: number;
  readonly metrics?: string;
  readonly errors?: string;
  readonly snapshot?: string;
}

const INTERRUPTED: JobError = {
  code: 'segment-job-interrupted',
  msg: 'The server ended before this job did, and so it did again when the job was repeated. The audiences evaluated by then are whole. Start it again.',
};

/** A job that the end of the server stopped has not been begun, as far as anybody can see. */
function endOf(error: unknown, { signal, attempts }: { readonly signal: AbortSignal; readonly attempts: number }): JobChange {
  switch (stopReason(signal)) {
    case 'cancelled':
      return { status: 'CANCELLED' };
    case 'closing':
      return { status: 'QUEUED', attempts };
    default:
      return { status: 'FAILED', errors: JSON.stringify([jobError(error)]) };
  }
}

/** What the job shows of an error. */
export function jobError(error: unknown, segmentId?: string): JobError {
  const { code = 'internal', message = String(error) } = (error instanceof Error ? error : {}) as {
    readonly code?: string;
    readonly message?: string;
  };
  return { code, msg: message, ...(segmentId !== undefined && { segmentId }) };
}

function jobOf(row: SegmentJobRow): SegmentJob {
  return {
    id: row.id,
    status: row.status,
    segmentIds: row.segment_ids,
    metrics: row.metrics as unknown as JobMetrics,
    errors: row.errors as readonly JobError[],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    source: row.source,
    attempts: row.attempts,
    requestId: row.request_id,
    snapshot: row.snapshot,
    properties: row.properties,
  };
}
