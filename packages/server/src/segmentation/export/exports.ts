/**
 * Export jobs: profiles into files of the data folder, one job after the other, their state in PostgreSQL. As segment jobs
 * do, they go on after a restart and are repeated once after a crash; files appear when all of them are whole.
 */
import type { Kysely } from 'kysely';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Database, ExportJobRow, JobStatus } from '../../store/index.ts';
import { SegmentationError } from '../errors.ts';
import { jobError } from '../jobs.ts';
import type { JobError, Timing } from '../run-job.ts';
import { SerialQueue, stopReason } from '../serial-queue.ts';
import type { ExportRequest } from './request.ts';
import { requestKept } from './request.ts';
import type { Exporter, ExportFile } from './run-export.ts';

export interface ExportMetrics {
  readonly totalTime: Timing;
  readonly profiles: number;
  readonly byNamespace: Readonly<Record<string, number>>;
}

export interface ExportJob {
  readonly id: number;
  readonly status: Exclude<JobStatus, 'QUEUED'>;
  readonly request: ExportRequest;
  readonly metrics: ExportMetrics;
  /** None before it has succeeded. */
  readonly files: readonly ExportFile[];
  readonly errors: readonly JobError[];
  readonly requestId: string | null;
  readonly source: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ExportsOptions {
  readonly db: Kysely<Database>;
  readonly exporter: Pick<Exporter, 'run'>;
  /** Folder of all exports. */
  readonly folder: string;
  readonly clock: () => Date;
}

export interface ExportOrigin {
  readonly source: string;
  readonly requestId?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

const UNFINISHED: readonly JobStatus[] = ['NEW', 'PROCESSING', 'CANCELLING'];
/** Times that a job is begun at most. */
const ATTEMPTS = 2;
/** Ids are serial numbers. */
const LARGEST_ID = 2 ** 53 - 1;

export class Exports {
  readonly #options: ExportsOptions;
  readonly #queue = new SerialQueue();
  /** Profiles written by the jobs under way. */
  readonly #progress = new Map<number, number>();

  private constructor(options: ExportsOptions) {
    this.#options = options;
  }

  /** Removes what the end of the process left half written, and puts its jobs into the queue again. */
  static async open(options: ExportsOptions): Promise<Exports> {
    const exports = new Exports(options);
    await mkdir(options.folder, { recursive: true });
    for (const name of await readdir(options.folder)) {
      if (name.endsWith('.part')) await rm(join(options.folder, name), { recursive: true, force: true });
    }
    const rows = await options.db.selectFrom('export_jobs').selectAll().where('status', 'in', UNFINISHED).orderBy('id').execute();
    for (const row of rows) await exports.#resume(row);
    return exports;
  }

  /** Puts an export into the queue. */
  async create(request: ExportRequest, { source, requestId, properties = {} }: ExportOrigin): Promise<ExportJob> {
    const now = this.#options.clock();
    const metrics: ExportMetrics = { totalTime: timing(now, null), profiles: 0, byNamespace: {} };
    const row = {
      status: 'NEW',
      request: JSON.stringify(request),
      metrics: JSON.stringify(metrics),
      files: '[]',
      errors: '[]',
      request_id: requestId ?? null,
      source,
      properties: JSON.stringify(properties),
      created_at: now,
      updated_at: now,
    } as const;
    const created = await this.#options.db.insertInto('export_jobs').values(row).returningAll().executeTakeFirstOrThrow();
    this.#enqueue(created);
    return this.#jobOf(created);
  }

  /** Throws SegmentationError `export-not-found`. */
  async get(id: number): Promise<ExportJob> {
    const known = Number.isSafeInteger(id) && id > 0 && id <= LARGEST_ID;
    const row = known ? await this.#options.db.selectFrom('export_jobs').selectAll().where('id', '=', id).executeTakeFirst() : undefined;
    if (row !== undefined) return this.#jobOf(row);
    throw new SegmentationError({
      code: 'export-not-found',
      message: `There is no export ${id}.`,
      hint: 'List the exports for their ids.',
    });
  }

  /** Newest first. */
  async list(query: {
    readonly offset: number;
    readonly limit: number;
    readonly status?: JobStatus;
    readonly id?: number;
  }): Promise<readonly ExportJob[]> {
    let rows = this.#options.db.selectFrom('export_jobs').selectAll().orderBy('id', 'desc').offset(query.offset).limit(query.limit);
    if (query.status !== undefined) rows = rows.where('status', '=', query.status);
    if (query.id !== undefined) rows = rows.where('id', '=', query.id);
    return (await rows.execute()).map((row) => this.#jobOf(row));
  }

  /** The export that a run of a schedule started. */
  async ofRun(runId: string): Promise<ExportJob | undefined> {
    const rows = this.#options.db.selectFrom('export_jobs').selectAll();
    const row = await rows.where('properties', '@>', JSON.stringify({ runId }) as never).executeTakeFirst();
    return row && this.#jobOf(row);
  }

  /**
   * Stops a job under way; of one that has ended the files and the record go. Throws SegmentationError `export-not-found`
   * and `export-cancelling`.
   */
  async delete(id: number): Promise<'cancelled' | 'deleted'> {
    const { status } = await this.get(id);
    if (status === 'CANCELLING') {
      throw new SegmentationError({
        code: 'export-cancelling',
        message: 'The export is being cancelled already.',
        hint: 'When its status is CANCELLED, another DELETE removes it.',
      });
    }
    if (this.#queue.has(String(id)) && (await this.#set(id, { status: 'CANCELLING' }, ['NEW', 'PROCESSING']))) {
      this.#queue.cancel(String(id));
      return 'cancelled';
    }
    await this.#options.db.deleteFrom('export_jobs').where('id', '=', id).execute();
    await rm(this.#folderOf(id), { recursive: true, force: true });
    return 'deleted';
  }

  /** Deletes the exports of which this is true, those under way when they have ended. Gives their ids. */
  async deleteWhere(holds: (request: ExportRequest) => boolean): Promise<readonly number[]> {
    const rows = await this.#options.db.selectFrom('export_jobs').selectAll().orderBy('id').execute();
    const found = rows.filter(({ request }) => holds(requestKept(request))).map(({ id }) => id);
    for (const id of found) {
      await this.#queue.ended(String(id));
      await this.delete(id);
    }
    return found;
  }

  /** The bytes of a file. Throws SegmentationError `export-not-found` and `export-file-not-found`. */
  async file(id: number, name: string): Promise<{ readonly file: ExportFile; readonly bytes: Readable }> {
    const { files, status } = await this.get(id);
    const file = files.find((each) => each.name === name);
    if (file !== undefined) return { file, bytes: createReadStream(join(this.#folderOf(id), file.name)) };
    throw new SegmentationError({
      code: 'export-file-not-found',
      message: `The export ${id} has no file ${JSON.stringify(name)}.`,
      hint:
        status === 'SUCCEEDED'
          ? `It has ${files.map((each) => each.name).join(', ')}.`
          : `Its status is ${status}; files appear when it has succeeded.`,
    });
  }

  /** Resolves when the job has ended, however it did. */
  async ended(id: number): Promise<ExportJob> {
    await this.#queue.ended(String(id));
    return await this.get(id);
  }

  /** Stops all, and resolves when they have ended. They go on after the next start. */
  async close(): Promise<void> {
    await this.#queue.close();
  }

  async #resume(row: ExportJobRow): Promise<void> {
    if (row.status === 'CANCELLING') {
      await this.#set(row.id, { status: 'CANCELLED' });
    } else if (row.attempts >= ATTEMPTS) {
      await this.#set(row.id, { status: 'FAILED', errors: JSON.stringify([INTERRUPTED]) });
    } else {
      await this.#set(row.id, { status: 'NEW' });
      this.#enqueue(row);
    }
  }

  #enqueue({ id, request, attempts, metrics }: ExportJobRow): void {
    const started = new Date((metrics as unknown as ExportMetrics).totalTime.startTimeInMs);
    this.#queue.add(String(id), (signal) => this.#run({ id, request: requestKept(request), attempts, started }, signal));
  }

  async #run({ id, request, attempts, started }: Begun, signal: AbortSignal): Promise<void> {
    try {
      signal.throwIfAborted();
      await this.#set(id, { status: 'PROCESSING', attempts: attempts + 1 }, ['NEW']);
      const onProgress = (profiles: number): void => void this.#progress.set(id, profiles);
      const { files, profiles, byNamespace } = await this.#options.exporter.run(request, {
        folder: this.#folderOf(id),
        signal,
        onProgress,
      });
      const metrics: ExportMetrics = { totalTime: timing(started, this.#options.clock()), profiles, byNamespace };
      await this.#set(id, { status: 'SUCCEEDED', metrics: JSON.stringify(metrics), files: JSON.stringify(files) });
    } catch (error) {
      await this.#set(id, endOf(error, { signal, attempts }));
    } finally {
      this.#progress.delete(id);
    }
  }

  /** False when the job was in none of these states. */
  async #set(id: number, change: ExportChange, from: readonly JobStatus[] = UNFINISHED): Promise<boolean> {
    const { numUpdatedRows } = await this.#options.db
      .updateTable('export_jobs')
      .set({ ...change, updated_at: this.#options.clock() })
      .where('id', '=', id)
      .where('status', 'in', from)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  #folderOf(id: number): string {
    return join(this.#options.folder, String(id));
  }

  #jobOf(row: ExportJobRow): ExportJob {
    const metrics = row.metrics as unknown as ExportMetrics;
    return {
      id: row.id,
      status: row.status === 'QUEUED' ? 'NEW' : row.status,
      request: requestKept(row.request),
      metrics: { ...metrics, profiles: this.#progress.get(row.id) ?? metrics.profiles },
      files: row.files as readonly ExportFile[],
      errors: row.errors as readonly JobError[],
      requestId: row.request_id,
      source: row.source,
      properties: row.properties,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    };
  }
}

interface Begun {
  readonly id: number;
  readonly request: ExportRequest;
  readonly attempts: number;
  readonly started: Date;
}

interface ExportChange {
  readonly status: JobStatus;
  readonly attempts?: number;
  readonly metrics?: string;
  readonly files?: string;
  readonly errors?: string;
}

const INTERRUPTED: JobError = {
  code: 'export-interrupted',
  msg: 'The server ended before this export did, and so it did again when it was repeated. Nothing of it was kept. Start it again.',
};

function endOf(error: unknown, { signal, attempts }: { readonly signal: AbortSignal; readonly attempts: number }): ExportChange {
  switch (stopReason(signal)) {
    case 'cancelled':
      return { status: 'CANCELLED' };
    case 'closing':
      return { status: 'NEW', attempts };
    default:
      return { status: 'FAILED', errors: JSON.stringify([jobError(error)]) };
  }
}

function timing(start: Date, end: Date | null): Timing {
  const ended = end?.getTime() ?? null;
  return { startTimeInMs: start.getTime(), endTimeInMs: ended, totalTimeInMs: ended === null ? null : ended - start.getTime() };
}
