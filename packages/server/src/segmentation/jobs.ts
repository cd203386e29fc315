/** Segment jobs: evaluations of some audiences or of all, one job after the other, their state in PostgreSQL. */
import type { Kysely } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { Database, JobStatus, SegmentJobRow } from '../store/index.ts';
import { SegmentationError } from './errors.ts';
import type { JobError, JobMetrics } from './run-job.ts';

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
}

export interface JobQuery {
  readonly start?: number;
  readonly limit?: number;
  readonly status?: JobStatus;
  /** By time of creation; newest first unless told. */
  readonly oldestFirst?: boolean;
}

/** What a job does; it reports metrics and errors when it is done. Throws when it failed as a whole. */
export type RunJob = (
  segmentIds: readonly string[],
  signal: AbortSignal,
) => Promise<{ readonly metrics: JobMetrics; readonly errors: readonly JobError[] }>;

export interface SegmentJobsOptions {
  readonly db: Kysely<Database>;
  readonly clock: () => Date;
  readonly run: RunJob;
}

const UNFINISHED: readonly JobStatus[] = ['NEW', 'QUEUED', 'PROCESSING', 'CANCELLING'];

interface Live {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

export class SegmentJobs {
  readonly #options: SegmentJobsOptions;
  readonly #live = new Map<string, Live>();
  /** Ends when the last job asked for has. */
  #last: Promise<void> = Promise.resolve();

  private constructor(options: SegmentJobsOptions) {
    this.#options = options;
  }

  /** Jobs that the end of the process cut off become failed ones. */
  static async open(options: SegmentJobsOptions): Promise<SegmentJobs> {
    const error: JobError = { code: 'segment-job-interrupted', msg: 'The server ended before this job did. Start it again.' };
    await options.db
      .updateTable('segment_jobs')
      .set({ status: 'FAILED', errors: JSON.stringify([error]), updated_at: options.clock() })
      .where('status', 'in', UNFINISHED)
      .execute();
    return new SegmentJobs(options);
  }

  /** Puts a job into the queue. */
  async create(segmentIds: readonly string[], source: string): Promise<SegmentJob> {
    const now = this.#options.clock();
    const empty: JobMetrics = {
      totalTime: { startTimeInMs: now.getTime(), endTimeInMs: null, totalTimeInMs: null },
      segmentedProfileCounter: {},
      segmentedProfileByStatusCounter: {},
    };
    const row = {
      id: randomUUID(),
      status: this.#live.size === 0 ? 'NEW' : 'QUEUED',
      segment_ids: JSON.stringify(segmentIds),
      metrics: JSON.stringify(empty),
      errors: '[]',
      created_at: now,
      updated_at: now,
      source,
    } as const;
    const job = jobOf(await this.#options.db.insertInto('segment_jobs').values(row).returningAll().executeTakeFirstOrThrow());
    this.#enqueue(job);
    return job;
  }

  /** Throws SegmentationError `segment-job-not-found`. */
  async get(id: string): Promise<SegmentJob> {
    const row = await this.#options.db.selectFrom('segment_jobs').selectAll().where('id', '=', id).executeTakeFirst();
    if (row !== undefined) return jobOf(row);
    throw new SegmentationError({
      code: 'segment-job-not-found',
      message: `There is no segment job ${id}.`,
      hint: 'List the jobs for their ids.',
    });
  }

  async list(query: JobQuery = {}): Promise<{ readonly jobs: readonly SegmentJob[]; readonly total: number }> {
    let all = this.#options.db.selectFrom('segment_jobs').selectAll();
    if (query.status !== undefined) all = all.where('status', '=', query.status);
    const { total } = await all
      .clearSelect()
      .select(({ fn }) => fn.countAll<number | string>().as('total'))
      .executeTakeFirstOrThrow();
    all = all
      .orderBy('created_at', query.oldestFirst === true ? 'asc' : 'desc')
      .orderBy('id')
      .offset(query.start ?? 0);
    if (query.limit !== undefined) all = all.limit(query.limit);
    return { jobs: (await all.execute()).map(jobOf), total: Number(total) };
  }

  /** Asks a job to stop; `ended` tells when it has. Throws SegmentationError `segment-job-over` and `segment-job-not-found`. */
  async cancel(id: string): Promise<void> {
    const live = this.#live.get(id);
    if (live === undefined) {
      const { status } = await this.get(id);
      throw new SegmentationError({
        code: 'segment-job-over',
        message: `The job has ended already: ${status}.`,
        hint: 'Only a job under way can be cancelled.',
      });
    }
    await this.#set(id, { status: 'CANCELLING' }, UNFINISHED);
    live.stop.abort(new DOMException('The job was cancelled.', 'AbortError'));
  }

  /** Resolves when the job has ended, however it did. */
  async ended(id: string): Promise<SegmentJob> {
    await this.#live.get(id)?.ended;
    return await this.get(id);
  }

  /** Stops all jobs, and resolves when they have ended. */
  async close(): Promise<void> {
    for (const { stop } of this.#live.values()) stop.abort(new DOMException('The server ends.', 'AbortError'));
    await this.#last;
  }

  #enqueue({ id, segmentIds }: SegmentJob): void {
    const stop = new AbortController();
    const ended = this.#last.then(() => this.#run(id, segmentIds, stop.signal)).finally(() => this.#live.delete(id));
    this.#live.set(id, { stop, ended });
    // A store that fails here fails the next one's question too; there is nobody else to tell.
    this.#last = ended.catch(() => undefined);
  }

  async #run(id: string, segmentIds: readonly string[], signal: AbortSignal): Promise<void> {
    if (!signal.aborted) await this.#set(id, { status: 'PROCESSING' }, ['NEW', 'QUEUED']);
    try {
      signal.throwIfAborted();
      const { metrics, errors } = await this.#options.run(segmentIds, signal);
      const failed = errors.length > 0 && Object.keys(metrics.segmentedProfileCounter).length === 0;
      await this.#set(id, { status: failed ? 'FAILED' : 'SUCCEEDED', metrics: JSON.stringify(metrics), errors: JSON.stringify(errors) });
    } catch (error) {
      await this.#set(id, signal.aborted ? { status: 'CANCELLED' } : { status: 'FAILED', errors: JSON.stringify([jobError(error)]) });
    }
  }

  async #set(
    id: string,
    change: { readonly status: JobStatus; readonly metrics?: string; readonly errors?: string },
    from: readonly JobStatus[] = UNFINISHED,
  ): Promise<void> {
    await this.#options.db
      .updateTable('segment_jobs')
      .set({ ...change, updated_at: this.#options.clock() })
      .where('id', '=', id)
      .where('status', 'in', from)
      .execute();
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
  };
}
