/** Imports in the background: one at a time, their state in PostgreSQL, their progress in memory. */
import type { ErrorEntry, ImportJob } from '@kindred/contract';
import type { Kysely } from 'kysely';
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ImportCounts, ImportProgress, Mapping, SourceDescription } from '../ingest/index.ts';
import { ImportError, runImport } from '../ingest/index.ts';
import type { ProfileTables } from '../profile/index.ts';
import type { DataFolder, Database, ImportJobRow } from '../store/index.ts';
import { answerTo } from './errors.ts';

export interface ImportJobsOptions {
  readonly postgres: Kysely<Database>;
  readonly tables: ProfileTables;
  readonly folder: DataFolder;
  readonly clock: () => Date;
  /** Called with what was added since the call before. */
  readonly onRows: (counts: ImportCounts) => void;
  readonly onUnexpected: (error: unknown) => void;
}

export interface ImportTask {
  /** What people call the source. */
  readonly name: string;
  readonly source: SourceDescription;
  readonly mapping: Mapping;
  /** Runs after the last record is stored and before the job counts as done. */
  readonly afterwards?: () => Promise<void>;
}

interface Job {
  readonly id: string;
  readonly name: string;
  readonly dataset: string;
  readonly createdAt: Date;
  readonly stop: AbortController;
  state: ImportJob['state'];
  progress: ImportProgress;
  finishedAt: Date | null;
  error: ErrorEntry | null;
}

const NOTHING: ImportProgress = { rowsIn: 0, accepted: 0, duplicates: 0, rejected: 0, skipped: 0, done: 0 };
/** How many jobs a list shows, and how many dead letters a job. */
const LISTED = 100;
const LETTERS = 20;

const STATE_OF_STATUS = {
  NEW: 'queued',
  QUEUED: 'queued',
  PROCESSING: 'running',
  CANCELLING: 'running',
  CANCELLED: 'cancelled',
  FAILED: 'failed',
  SUCCEEDED: 'succeeded',
} as const;
const STATUS_OF_STATE = {
  queued: 'QUEUED',
  running: 'PROCESSING',
  cancelled: 'CANCELLED',
  failed: 'FAILED',
  succeeded: 'SUCCEEDED',
} as const;

export class ImportJobs {
  readonly #options: ImportJobsOptions;
  /** Those of this process that are not over. */
  readonly #live = new Map<string, Job>();
  /** Ends when the last job asked for has. */
  #last: Promise<void> = Promise.resolve();

  private constructor(options: ImportJobsOptions) {
    this.#options = options;
  }

  /** Jobs that a crash cut off become failed ones. */
  static async open(options: ImportJobsOptions): Promise<ImportJobs> {
    const error = {
      code: 'import-interrupted',
      message: 'The server ended in the middle of this import; what was stored by then stays.',
      hint: 'Run it again to import the rest.',
    };
    await options.postgres
      .updateTable('import_jobs')
      .set({ state: 'FAILED', error: JSON.stringify(error), updated_at: options.clock() })
      .where('state', 'in', ['NEW', 'QUEUED', 'PROCESSING', 'CANCELLING'])
      .execute();
    return new ImportJobs(options);
  }

  /** Puts a job into the queue. */
  async start(task: ImportTask): Promise<ImportJob> {
    const job: Job = {
      id: randomUUID(),
      name: task.name,
      dataset: task.mapping.dataset,
      createdAt: this.#options.clock(),
      stop: new AbortController(),
      state: 'queued',
      progress: NOTHING,
      finishedAt: null,
      error: null,
    };
    await this.#insert(job, task);
    this.#live.set(job.id, job);
    this.#last = this.#last.then(() => this.#run(job, task)).catch(this.#options.onUnexpected);
    return this.#view(job);
  }

  /** Undefined when there is none. */
  async get(id: string): Promise<ImportJob | undefined> {
    const live = this.#live.get(id);
    if (live) return this.#view(live);
    const row = await this.#options.postgres.selectFrom('import_jobs').selectAll().where('id', '=', id).executeTakeFirst();
    return row && this.#view(fromRow(row));
  }

  /** Newest first. */
  async list(): Promise<ImportJob[]> {
    const rows = await this.#options.postgres.selectFrom('import_jobs').selectAll().orderBy('created_at', 'desc').limit(LISTED).execute();
    return Promise.all(rows.map((row) => this.#view(this.#live.get(row.id) ?? fromRow(row))));
  }

  /** Stops a job after the records under way; one that is over stays as it is. Undefined when there is none. */
  async cancel(id: string): Promise<ImportJob | undefined> {
    this.#live.get(id)?.stop.abort();
    return this.get(id);
  }

  /** Stops all jobs and waits for their end. */
  async close(): Promise<void> {
    for (const { stop } of this.#live.values()) stop.abort();
    await this.#last;
  }

  async #run(job: Job, task: ImportTask): Promise<void> {
    try {
      job.stop.signal.throwIfAborted();
      job.state = 'running';
      await this.#save(job);
      await this.#import(job, task);
      await task.afterwards?.();
      job.state = 'succeeded';
    } catch (error) {
      this.#fail(job, error);
    }
    job.finishedAt = this.#options.clock();
    await this.#save(job);
    this.#live.delete(job.id);
  }

  async #import(job: Job, { source, mapping }: ImportTask): Promise<void> {
    const report = await runImport({
      source,
      mapping,
      tables: this.#options.tables,
      deadLetterFile: this.#letterFile(job.id),
      clock: () => this.#options.clock().getTime(),
      onProgress: (progress) => this.#progress(job, progress),
      signal: job.stop.signal,
    });
    this.#progress(job, { ...report, done: 1 });
  }

  #progress(job: Job, progress: ImportProgress): void {
    const before = job.progress;
    const { rowsIn, accepted, duplicates, rejected, skipped, done } = progress;
    job.progress = { rowsIn, accepted, duplicates, rejected, skipped, done };
    this.#options.onRows({
      rowsIn: rowsIn - before.rowsIn,
      accepted: accepted - before.accepted,
      duplicates: duplicates - before.duplicates,
      rejected: rejected - before.rejected,
      skipped: skipped - before.skipped,
    });
  }

  #fail(job: Job, error: unknown): void {
    const stopped = job.stop.signal.aborted;
    job.state = stopped ? 'cancelled' : 'failed';
    if (stopped && !(error instanceof ImportError)) return;
    const { status, entry } = answerTo(error);
    job.error = entry;
    if (status === 500) this.#options.onUnexpected(error);
  }

  async #insert(job: Job, task: ImportTask): Promise<void> {
    const row = {
      id: job.id,
      state: STATUS_OF_STATE[job.state],
      source: JSON.stringify({ name: task.name, dataset: job.dataset, ...task.source }),
      mapping: JSON.stringify(task.mapping),
      counters: JSON.stringify(job.progress),
      created_at: job.createdAt,
      updated_at: job.createdAt,
    };
    await this.#options.postgres.insertInto('import_jobs').values(row).execute();
  }

  async #save(job: Job): Promise<void> {
    const change = {
      state: STATUS_OF_STATE[job.state],
      counters: JSON.stringify(job.progress),
      error: job.error === null ? null : JSON.stringify(job.error),
      updated_at: job.finishedAt ?? this.#options.clock(),
    };
    await this.#options.postgres.updateTable('import_jobs').set(change).where('id', '=', job.id).execute();
  }

  #letterFile(id: string): string {
    return this.#options.folder.inside('dead-letters', `${id}.jsonl`);
  }

  async #view(job: Omit<Job, 'stop'>): Promise<ImportJob> {
    const { rowsIn, accepted, duplicates, rejected, skipped, done } = job.progress;
    const file = this.#letterFile(job.id);
    return {
      id: job.id,
      source: job.name,
      dataset: job.dataset,
      state: job.state,
      done,
      rowsIn,
      rowsOut: accepted,
      duplicates,
      skipped,
      rejected,
      createdAt: job.createdAt.toISOString(),
      finishedAt: job.finishedAt?.toISOString() ?? null,
      error: job.error,
      deadLetters: rejected === 0 ? [] : await firstLetters(file),
      deadLetterFile: rejected === 0 ? null : file,
    };
  }
}

function fromRow(row: ImportJobRow): Omit<Job, 'stop'> {
  const { name, dataset } = row.source as { readonly name: string; readonly dataset: string };
  const state = STATE_OF_STATUS[row.state];
  return {
    id: row.id,
    name,
    dataset,
    createdAt: row.created_at,
    state,
    progress: { ...NOTHING, ...row.counters },
    finishedAt: state === 'queued' || state === 'running' ? null : row.updated_at,
    error: row.error as ErrorEntry | null,
  };
}

async function firstLetters(file: string): Promise<ImportJob['deadLetters']> {
  const letters: ImportJob['deadLetters'] = [];
  const input = createReadStream(file, 'utf8');
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    const { line, field, reason } = JSON.parse(text) as ImportJob['deadLetters'][number];
    letters.push({ line, field, reason });
    if (letters.length === LETTERS) break;
  }
  input.destroy();
  return letters;
}
