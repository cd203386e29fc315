/** Runs that train and score: one at a time, in the background, with progress; what the end of the process cut off has failed. */
import type { Kysely } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { Database, PredictionRunKind, PredictionRunRow, PredictionRunStatus } from '../store/index.ts';
import { PredictionError, RunRefused } from './errors.ts';
import type { Run, RunError } from './prediction.ts';

export interface RunControl {
  readonly id: string;
  readonly signal: AbortSignal;
  /** @param done from 0 to 1 */
  readonly onProgress: (step: string, done: number) => void;
}

export interface RunOutcome {
  readonly modelVersion: number | null;
  readonly profiles: number | null;
  readonly summary: object | null;
}

export type DoRun = (control: RunControl) => Promise<RunOutcome>;

interface Live {
  readonly prediction: string;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  step: string;
  done: number;
}

const UNFINISHED: readonly PredictionRunStatus[] = ['queued', 'running', 'cancelling'];
/** Runs listed of a prediction. */
const LISTED = 100;

export class Runs {
  readonly #db: Kysely<Database>;
  readonly #clock: () => Date;
  readonly #onUnexpected: (error: unknown) => void;
  readonly #live = new Map<string, Live>();
  /** Ends when the last run asked for has. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor({ db, clock, onUnexpected }: RunsOptions) {
    this.#db = db;
    this.#clock = clock;
    this.#onUnexpected = onUnexpected;
  }

  /** Says of runs that the end of the process cut off that they have failed; of those whose scores were in force by then, that they have not. */
  async recover(): Promise<void> {
    await this.#db
      .updateTable('prediction_runs')
      .set({ status: 'succeeded', step: 'Done', done: 1, ended_at: this.#clock() })
      .where('status', 'in', UNFINISHED)
      .where('summary', 'is not', null)
      .execute();
    const error: RunError = {
      code: 'interrupted',
      message: 'The server ended before this run did. Scores and models of before are as they were.',
      hint: 'Start it again.',
    };
    await this.#db
      .updateTable('prediction_runs')
      .set({ status: 'failed', error: JSON.stringify(error), ended_at: this.#clock() })
      .where('status', 'in', UNFINISHED)
      .execute();
  }

  /** Throws PredictionError `prediction-running`. */
  async start(
    kind: PredictionRunKind,
    { prediction, by }: { readonly prediction: string; readonly by: string },
    work: DoRun,
  ): Promise<Run> {
    if (this.isRunning(prediction))
      throw new PredictionError({
        code: 'prediction-running',
        message: 'It is being trained or scored.',
        hint: 'Wait for the end of the run, or cancel it.',
      });
    const id = randomUUID();
    const stop = new AbortController();
    const row = {
      id,
      prediction_id: prediction,
      kind,
      status: 'queued',
      step: 'Waiting',
      done: 0,
      started_by: by,
      created_at: this.#clock(),
    } as const;
    const kept = this.#db.insertInto('prediction_runs').values(row).execute();
    const ended = this.#inTurn(id, kept, async () => await this.#run(id, work, stop));
    this.#queue = ended;
    this.#live.set(id, { prediction, stop, ended, step: 'Waiting', done: 0 });
    await kept;
    return await this.get(prediction, id);
  }

  /** Runs when those before have ended and it is kept. Never rejects: what fails must not stop those that wait behind. */
  async #inTurn(id: string, kept: Promise<unknown>, run: () => Promise<void>): Promise<void> {
    const [, row] = await Promise.allSettled([this.#queue, kept]);
    try {
      // Whoever asked for a run that could not be kept has been told so.
      if (row.status === 'fulfilled') await run();
    } catch (error) {
      this.#onUnexpected(error);
    } finally {
      this.#live.delete(id);
    }
  }

  isRunning(prediction: string): boolean {
    return [...this.#live.values()].some((live) => live.prediction === prediction);
  }

  /** Newest first; of one kind, or of all. */
  async list(prediction: string, kind?: PredictionRunKind): Promise<readonly Run[]> {
    const all = this.#db.selectFrom('prediction_runs').selectAll().where('prediction_id', '=', prediction);
    const rows = kind === undefined ? all : all.where('kind', '=', kind);
    return (await rows.orderBy('created_at', 'desc').limit(LISTED).execute()).map((row) => this.#view(row));
  }

  /** The newest of each prediction. */
  async last(predictions: readonly string[]): Promise<ReadonlyMap<string, Run>> {
    if (predictions.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('prediction_runs')
      .selectAll()
      .distinctOn('prediction_id')
      .where('prediction_id', 'in', [...predictions])
      .orderBy('prediction_id')
      .orderBy('created_at', 'desc')
      .execute();
    return new Map(rows.map((row) => [row.prediction_id, this.#view(row)]));
  }

  /** Throws PredictionError `prediction-run-not-found`. */
  async get(prediction: string, id: string): Promise<Run> {
    const rows = this.#db.selectFrom('prediction_runs').selectAll().where('prediction_id', '=', prediction);
    const row = await rows.where('id', '=', id).executeTakeFirst();
    if (row !== undefined) return this.#view(row);
    throw new PredictionError({
      code: 'prediction-run-not-found',
      message: `There is no run ${id}.`,
      hint: 'List the runs of the prediction.',
    });
  }

  /** Asks a run to stop. Throws PredictionError `prediction-run-not-found` and `prediction-run-over`. */
  async cancel(prediction: string, id: string): Promise<Run> {
    const run = await this.get(prediction, id);
    const live = this.#live.get(id);
    if (live === undefined)
      throw new PredictionError({
        code: 'prediction-run-over',
        message: `The run has ended already: ${run.status}.`,
        hint: 'Only a run under way can be cancelled.',
      });
    await this.#set(id, { status: 'cancelling' }, ['queued', 'running']);
    live.stop.abort(new DOMException('The run was cancelled.', 'AbortError'));
    return await this.get(prediction, id);
  }

  /** Stops those of a prediction, and resolves when they have ended. */
  async stop(prediction: string): Promise<void> {
    await this.#stopWhere((live) => live.prediction === prediction);
  }

  async close(): Promise<void> {
    await this.#stopWhere(() => true);
  }

  async #stopWhere(wanted: (live: Live) => boolean): Promise<void> {
    const live = [...this.#live.values()].filter(wanted);
    for (const { stop } of live) stop.abort(new DOMException('The run was stopped.', 'AbortError'));
    await Promise.all(live.map(({ ended }) => ended));
  }

  async #run(id: string, work: DoRun, { signal }: AbortController): Promise<void> {
    const onProgress = (step: string, done: number): void => {
      const live = this.#live.get(id);
      if (live !== undefined) Object.assign(live, { step, done: Math.min(1, Math.max(0, done)) });
    };
    try {
      signal.throwIfAborted();
      await this.#set(id, { status: 'running', started_at: this.#clock() }, ['queued']);
      const { modelVersion, profiles, summary } = await work({ id, signal, onProgress });
      const found = { model_version: modelVersion, profiles, summary: summary === null ? null : JSON.stringify(summary) };
      await this.#set(id, { ...found, status: 'succeeded', step: 'Done', done: 1, ended_at: this.#clock() });
    } catch (error) {
      await this.#fail(id, error, signal);
    }
  }

  async #fail(id: string, error: unknown, signal: AbortSignal): Promise<void> {
    const live = this.#live.get(id);
    const reached = { step: live?.step ?? '', done: live?.done ?? 0, ended_at: this.#clock() };
    if (signal.aborted) {
      await this.#set(id, { ...reached, status: 'cancelled' });
      return;
    }
    if (!(error instanceof RunRefused)) this.#onUnexpected(error);
    await this.#set(id, { ...reached, status: 'failed', error: JSON.stringify(errorOf(error)) });
  }

  async #set(id: string, change: RunChange, from: readonly PredictionRunStatus[] = UNFINISHED): Promise<void> {
    await this.#db.updateTable('prediction_runs').set(change).where('id', '=', id).where('status', 'in', from).execute();
  }

  #view(row: PredictionRunRow): Run {
    const { step, done } = this.#live.get(row.id) ?? row;
    return {
      id: row.id,
      predictionId: row.prediction_id,
      kind: row.kind,
      status: row.status,
      step,
      done,
      modelVersion: row.model_version,
      profiles: row.profiles,
      error: row.error as RunError | null,
      startedBy: row.started_by,
      createdAt: row.created_at,
      startedAt: row.started_at,
      endedAt: row.ended_at,
    };
  }
}

export interface RunsOptions {
  readonly db: Kysely<Database>;
  readonly clock: () => Date;
  readonly onUnexpected: (error: unknown) => void;
}

interface RunChange {
  readonly status: PredictionRunStatus;
  readonly step?: string;
  readonly done?: number;
  readonly model_version?: number | null;
  readonly profiles?: number | null;
  readonly summary?: string | null;
  readonly error?: string;
  readonly started_at?: Date;
  readonly ended_at?: Date;
}

function errorOf(error: unknown): RunError {
  if (error instanceof RunRefused) return error.refusal;
  const { code = 'internal', message, hint } = error as { readonly code?: string; readonly message: string; readonly hint?: unknown };
  return { code, message, ...(typeof hint === 'string' && { hint }) };
}
