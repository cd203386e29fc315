/** Batches in PostgreSQL, and the queue that takes them in one after the other. */
import type { Kysely } from 'kysely';
import type { ProfileTables } from '../../profile/index.ts';
import type { BatchRow, Database } from '../../store/index.ts';
import type { BatchFiles } from './batch-files.ts';
import type { Batch, BatchInput, BatchMetrics, BatchProblem, BatchStatus } from './batch.ts';
import { BatchError } from './errors.ts';
import { runBatch } from './run-batch.ts';

export interface BatchesOptions {
  readonly db: Kysely<Database>;
  readonly tables: ProfileTables;
  readonly files: BatchFiles;
  readonly clock: () => Date;
  /** Gives 26 characters or so, unique. */
  readonly newId: () => string;
  readonly onUnexpected: (error: unknown) => void;
}

export interface NewBatch {
  readonly dataset: string;
  readonly externalId: string | null;
  readonly input: BatchInput;
  readonly by: string;
}

interface Content {
  readonly input: BatchInput;
  readonly metrics: BatchMetrics | null;
  readonly errors: readonly BatchProblem[];
}

export class Batches {
  readonly files: BatchFiles;
  readonly #options: BatchesOptions;
  readonly #stop = new AbortController();
  /** Ends when the last batch asked for has. */
  #last: Promise<void> = Promise.resolve();

  private constructor(options: BatchesOptions) {
    this.#options = options;
    this.files = options.files;
  }

  /** Those that a crash cut off are taken in again: nothing of them is stored twice. */
  static async open(options: BatchesOptions): Promise<Batches> {
    const batches = new Batches(options);
    const rows = await options.db
      .selectFrom('batches')
      .select('id')
      .where('status', 'in', ['loaded', 'processing'])
      .orderBy('updated_at')
      .execute();
    for (const { id } of rows) batches.#enqueue(id);
    return batches;
  }

  async create({ dataset, externalId, input, by }: NewBatch): Promise<Batch> {
    const [id, now] = [this.#options.newId(), this.#options.clock()];
    const content: Content = { input, metrics: null, errors: [] };
    await this.#options.db
      .insertInto('batches')
      .values({
        id,
        dataset_id: dataset,
        external_id: externalId,
        status: 'loading',
        body: JSON.stringify(content),
        created_at: now,
        updated_at: now,
        created_by: by,
      })
      .execute();
    return await this.get(id);
  }

  /** Throws BatchError `batch-not-found`. */
  async get(id: string): Promise<Batch> {
    const row = await this.#options.db.selectFrom('batches').selectAll().where('id', '=', id).executeTakeFirst();
    if (row !== undefined) return batchOf(row);
    throw new BatchError('batch-not-found', `There is no batch ${id}.`, 'List them with GET /data/foundation/catalog/batches.');
  }

  /** Newest first. */
  async list(): Promise<readonly Batch[]> {
    const rows = await this.#options.db.selectFrom('batches').selectAll().orderBy('created_at', 'desc').orderBy('id').execute();
    return rows.map(batchOf);
  }

  /** The batch, when it takes files. Throws BatchError. */
  async loading(id: string): Promise<Batch> {
    const batch = await this.get(id);
    if (batch.status === 'loading') return batch;
    throw new BatchError('batch-state', `The batch ${id} takes no more: it is ${batch.status}.`, 'Create another batch.');
  }

  /** No more files: it is taken in when those before it are. Throws BatchError. */
  async complete(id: string): Promise<void> {
    await this.loading(id);
    await this.#move(id, 'loading', { status: 'loaded' });
    this.#enqueue(id);
  }

  /** Gives it up before it is complete. Throws BatchError. */
  async abort(id: string, status: 'aborted' | 'failed'): Promise<void> {
    await this.loading(id);
    await this.#move(id, 'loading', { status, completed_at: this.#options.clock() });
  }

  /** Takes away what a batch brought, when those before it in the queue are done. Throws BatchError. */
  async revert(id: string): Promise<void> {
    const { status } = await this.get(id);
    if (status !== 'success')
      throw new BatchError('batch-state', `The batch ${id} brought nothing: it is ${status}.`, 'Only a successful batch can be reverted.');
    const reverted = this.#last.then(async () => {
      await this.#options.tables.eraseBatch(id);
      await this.#set(id, { status: 'inactive' });
    });
    this.#last = reverted.catch(() => undefined);
    await reverted;
  }

  /** Batches by their ids or by the ids that whoever sent them gave them. Throws BatchError when one is none of the dataset. */
  async replaceable(dataset: string, ids: readonly string[], externalIds: readonly string[]): Promise<readonly string[]> {
    const all = (await this.list()).filter((batch) => batch.dataset === dataset);
    const found = (name: string, matches: (batch: Batch) => boolean): string => {
      const batch = all.find(matches);
      if (batch !== undefined) return batch.id;
      throw new BatchError(
        'batch-not-found',
        `The dataset has no batch ${name} to be replaced.`,
        'List them with GET /data/foundation/catalog/batches.',
      );
    };
    return [
      ...ids.map((id) => found(id, (batch) => batch.id === id)),
      ...externalIds.map((id) => found(id, ({ externalId }) => externalId === id)),
    ];
  }

  /** Stops the one under way, which goes on after the next start. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#last;
  }

  #enqueue(id: string): void {
    this.#last = this.#last.then(async () => await this.#run(id)).catch(this.#options.onUnexpected);
  }

  async #run(id: string): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { clock, tables } = this.#options;
    await this.#set(id, { status: 'processing', started_at: clock() });
    const batch = await this.get(id);
    try {
      const { status, metrics, errors } = await runBatch(batch, {
        tables,
        files: this.files,
        clock: () => clock().getTime(),
        signal: this.#stop.signal,
      });
      await this.#set(id, { status, completed_at: clock(), body: JSON.stringify({ input: batch.input, metrics, errors }) });
      if (status === 'success') for (const replaced of batch.input.replaces) await this.#set(replaced, { status: 'inactive' });
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#options.onUnexpected(error);
      const errors = [{ code: '500', description: `Taking in the batch failed: ${(error as Error).message}` }];
      await this.#set(id, { status: 'failed', completed_at: clock(), body: JSON.stringify({ input: batch.input, metrics: null, errors }) });
    }
  }

  async #set(id: string, change: Change): Promise<void> {
    await this.#options.db
      .updateTable('batches')
      .set({ ...change, updated_at: this.#options.clock() })
      .where('id', '=', id)
      .execute();
  }

  /** Two that ask at the same time: one is too late. Throws BatchError `batch-state`. */
  async #move(id: string, from: BatchStatus, change: Change): Promise<void> {
    const { numUpdatedRows } = await this.#options.db
      .updateTable('batches')
      .set({ ...change, updated_at: this.#options.clock() })
      .where('id', '=', id)
      .where('status', '=', from)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new BatchError('batch-state', `The batch ${id} is not ${from} any more.`, 'Ask for its status.');
  }
}

interface Change {
  readonly status: BatchStatus;
  readonly started_at?: Date;
  readonly completed_at?: Date;
  readonly body?: string;
}

function batchOf(row: BatchRow): Batch {
  const { id, dataset_id: dataset, external_id: externalId, status } = row;
  const { input: given, metrics, errors } = row.body as unknown as Content;
  // Batches of before they could replace others.
  const input = { ...given, replaces: given.replaces ?? [] };
  return {
    id,
    dataset,
    externalId,
    status: status as BatchStatus,
    input,
    metrics,
    errors,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    createdBy: row.created_by,
  };
}
