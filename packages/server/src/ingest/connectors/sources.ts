/**
 * Sources that data is fetched from, in PostgreSQL, and the clock that starts them. A source runs once at a time; how far it has been read is
 * kept after every portion, so a run that the end of the process cut off is gone on with.
 */
import type { Kysely } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { ProfileTables } from '../../profile/index.ts';
import type { DataFolder, Database, DataSourceRow } from '../../store/index.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { parseMapping, xdmMapping } from '../mapping/mapping.ts';
import { parseSettings, requireConnector } from './catalog.ts';
import type { Cursor } from './connector.ts';
import type { DataSource, SourceCounts, SourceRun, SourceState } from './source.ts';
import { NO_COUNTS, sumOf } from './source.ts';
import { SourceError } from './source-error.ts';
import { runOf, sourceOf } from './source-rows.ts';
import { runSource } from './source-run.ts';

export interface DataSourcesOptions {
  readonly db: Kysely<Database>;
  readonly tables: ProfileTables;
  readonly folder: Pick<DataFolder, 'inside'>;
  readonly clock: () => Date;
  readonly onUnexpected: (error: unknown) => void;
}

export interface NewDataSource {
  readonly name: string;
  readonly kind: string;
  readonly settings: unknown;
  readonly dataset: string;
  readonly mapping: Readonly<Record<string, unknown>> | null;
  readonly target: 'event' | 'profile';
  readonly intervalSeconds: number;
  readonly state: SourceState;
}

/** What can be changed; settings are laid over those there are, so that secrets need not be sent again. */
export interface DataSourceChange {
  readonly name?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly mapping?: Readonly<Record<string, unknown>> | null;
  readonly intervalSeconds?: number;
  readonly state?: SourceState;
}

interface Live {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** Between two looks at what is due, in ms. */
const LOOK = 1000;
/** Until a source that failed is tried again, at most, in seconds. */
const LONGEST_PAUSE = 3600;
/** Runs that are kept of a source. */
const RUNS = 100;

export class DataSources {
  readonly #options: DataSourcesOptions;
  readonly #live = new Map<string, Live>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: DataSourcesOptions) {
    this.#options = options;
  }

  /** Starts what is due, now and from then on. */
  watch(): void {
    const look = (): void => void this.#startDue().catch(this.#options.onUnexpected);
    look();
    this.#timer = setInterval(look, LOOK).unref();
  }

  /** Looks whether the source can be read first. Throws ConnectorError, ImportError or SourceError. */
  async create(given: NewDataSource, by: string): Promise<DataSource> {
    const connector = requireConnector(given.kind);
    const settings = parseSettings(connector, given.settings);
    mappingOf(given);
    await connector.check(settings as never, AbortSignal.timeout(30_000));
    await this.#requireName(given.name, null);
    const now = this.#options.clock();
    const row = {
      id: randomUUID(),
      name: given.name,
      kind: given.kind,
      settings: JSON.stringify(settings),
      dataset: given.dataset,
      mapping: given.mapping === null ? null : JSON.stringify(given.mapping),
      target: given.target,
      interval_seconds: given.intervalSeconds,
      state: given.state,
      next_run: given.state === 'active' ? now : null,
      counts: JSON.stringify(NO_COUNTS),
      created_at: now,
      updated_at: now,
      created_by: by,
    };
    await this.#options.db.insertInto('data_sources').values(row).execute();
    return await this.get(row.id);
  }

  /** By name. */
  async list(): Promise<readonly DataSource[]> {
    const rows = await this.#options.db.selectFrom('data_sources').selectAll().orderBy('name').execute();
    return await Promise.all(rows.map(async (row) => await this.#view(row)));
  }

  /** Throws SourceError `data-source-not-found`. */
  async get(id: string): Promise<DataSource> {
    return await this.#view(await this.#row(id));
  }

  /** Newest first. Throws SourceError `data-source-not-found`. */
  async runs(id: string, limit: number): Promise<readonly SourceRun[]> {
    await this.#row(id);
    const rows = this.#options.db.selectFrom('data_source_runs').selectAll().where('source_id', '=', id);
    return (await rows.orderBy('id', 'desc').limit(limit).execute()).map(runOf);
  }

  /** Throws ConnectorError, ImportError or SourceError. */
  async change(id: string, change: DataSourceChange): Promise<DataSource> {
    const row = await this.#row(id);
    const connector = requireConnector(row.kind);
    const settings = change.settings === undefined ? row.settings : parseSettings(connector, { ...row.settings, ...change.settings });
    if (change.settings !== undefined) await connector.check(settings as never, AbortSignal.timeout(30_000));
    const mapping = change.mapping === undefined ? row.mapping : change.mapping;
    mappingOf({ ...row, mapping });
    if (change.name !== undefined) await this.#requireName(change.name, id);
    const { state = row.state, name = row.name, intervalSeconds = row.interval_seconds } = change;
    const now = this.#options.clock();
    await this.#options.db
      .updateTable('data_sources')
      .set({
        name,
        settings: JSON.stringify(settings),
        mapping: mapping === null ? null : JSON.stringify(mapping),
        interval_seconds: intervalSeconds,
        state,
        // Whoever changes something wants to see what comes of it.
        next_run: state === 'active' ? now : null,
        failures: 0,
        updated_at: now,
      })
      .where('id', '=', id)
      .execute();
    if (state === 'paused') await this.#stop(id);
    return await this.get(id);
  }

  /** Runs it now, also when it is paused; resolves when the run has ended, this one or one under way. Throws SourceError. */
  async run(id: string): Promise<DataSource> {
    const row = await this.#row(id);
    await this.#start(row);
    return await this.get(id);
  }

  /** What it brought stays. Throws SourceError `data-source-not-found`. */
  async delete(id: string): Promise<void> {
    await this.#row(id);
    await this.#stop(id);
    await this.#options.db.deleteFrom('data_sources').where('id', '=', id).execute();
  }

  /** Stops what runs, after the records under way. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await Promise.all([...this.#live.keys()].map(async (id) => await this.#stop(id)));
  }

  async #startDue(): Promise<void> {
    const due = await this.#options.db
      .selectFrom('data_sources')
      .selectAll()
      .where('state', '=', 'active')
      .where('next_run', '<=', this.#options.clock())
      .execute();
    for (const row of due) void this.#start(row).catch(this.#options.onUnexpected);
  }

  async #start(row: DataSourceRow): Promise<void> {
    if (this.#closed) return;
    const known = this.#live.get(row.id);
    if (known !== undefined) {
      await known.ended;
      return;
    }
    const stop = new AbortController();
    const ended = this.#run(row, stop.signal).finally(() => this.#live.delete(row.id));
    this.#live.set(row.id, { stop, ended: ended.catch(() => undefined) });
    await ended;
  }

  async #stop(id: string): Promise<void> {
    const live = this.#live.get(id);
    live?.stop.abort();
    await live?.ended;
  }

  async #run(row: DataSourceRow, signal: AbortSignal): Promise<void> {
    const { tables, folder, clock } = this.#options;
    const startedAt = clock();
    try {
      const result = await runSource({
        connector: requireConnector(row.kind),
        settings: row.settings,
        cursor: row.cursor ?? null,
        mapping: mappingOf(row),
        tables,
        spool: folder.inside('spool', row.id),
        letterFile: (portion) => folder.inside('dead-letters', `${row.id}-${startedAt.getTime()}-${portion}.jsonl`),
        advance: async (cursor, counts) => await this.#advance(row.id, cursor, counts),
        clock,
        signal,
      });
      await this.#ended(row, { ...result, startedAt, endedAt: clock() }, signal.aborted);
    } catch (error) {
      this.#options.onUnexpected(error);
      const failed = { code: 'source-failed', message: (error as Error).message, hint: 'It is tried again by itself.' };
      const result = { counts: NO_COUNTS, skipped: [], letterFiles: [], error: failed };
      await this.#ended(row, { ...result, startedAt, endedAt: clock() }, signal.aborted);
    }
  }

  async #advance(id: string, cursor: Cursor, counts: SourceCounts): Promise<void> {
    await this.#options.db.transaction().execute(async (transaction) => {
      const row = await transaction.selectFrom('data_sources').select('counts').where('id', '=', id).executeTakeFirst();
      const sum = sumOf((row?.counts as SourceCounts | undefined) ?? NO_COUNTS, counts);
      await transaction
        .updateTable('data_sources')
        .set({ cursor: JSON.stringify(cursor), counts: JSON.stringify(sum) })
        .where('id', '=', id)
        .execute();
    });
  }

  /** Notes a run that did something, and when the next one is due. */
  async #ended(row: DataSourceRow, run: Omit<SourceRun, 'id'>, stopped: boolean): Promise<void> {
    const { db, clock } = this.#options;
    const isQuiet = run.error === null && run.counts.portions === 0 && run.skipped.length === 0;
    if (!isQuiet) {
      await db
        .insertInto('data_source_runs')
        .values({
          source_id: row.id,
          started_at: run.startedAt,
          ended_at: run.endedAt,
          counts: JSON.stringify(run.counts),
          skipped: JSON.stringify(run.skipped),
          letter_files: JSON.stringify(run.letterFiles),
          error: run.error === null ? null : JSON.stringify(run.error),
        })
        .execute();
      const kept = db.selectFrom('data_source_runs').select('id').where('source_id', '=', row.id).orderBy('id', 'desc').limit(RUNS);
      await db.deleteFrom('data_source_runs').where('source_id', '=', row.id).where('id', 'not in', kept).execute();
    }
    // Stopped by a change or the end of the process: that decides when it goes on.
    if (stopped) return;
    const failures = run.error === null ? 0 : row.failures + 1;
    const pause = run.error === null ? row.interval_seconds : Math.min(LONGEST_PAUSE, row.interval_seconds * 2 ** Math.min(failures, 12));
    const next = new Date(clock().getTime() + Math.max(row.interval_seconds, pause) * 1000);
    await db.updateTable('data_sources').set({ failures }).where('id', '=', row.id).execute();
    await db.updateTable('data_sources').set({ next_run: next }).where('id', '=', row.id).where('state', '=', 'active').execute();
  }

  async #row(id: string): Promise<DataSourceRow> {
    const row = await this.#options.db.selectFrom('data_sources').selectAll().where('id', '=', id).executeTakeFirst();
    if (row !== undefined) return row;
    throw new SourceError('data-source-not-found', `There is no source ${id}.`, 'List them with GET /api/sources.');
  }

  async #requireName(name: string, but: string | null): Promise<void> {
    const row = await this.#options.db.selectFrom('data_sources').select('id').where('name', '=', name).executeTakeFirst();
    if (row === undefined || row.id === but) return;
    throw new SourceError('data-source-name-taken', `There is a source called ${name} already.`, 'Choose another name.');
  }

  async #view(row: DataSourceRow): Promise<DataSource> {
    const rows = this.#options.db.selectFrom('data_source_runs').selectAll().where('source_id', '=', row.id);
    const last = await rows.orderBy('id', 'desc').limit(1).executeTakeFirst();
    const { secrets } = requireConnector(row.kind);
    return sourceOf(row, { secrets, lastRun: last === undefined ? null : runOf(last), running: this.#live.has(row.id) });
  }
}

/** Throws ImportError. */
function mappingOf({ mapping, target, dataset }: Pick<NewDataSource, 'mapping' | 'target' | 'dataset'>): Mapping {
  return mapping === null ? xdmMapping(target, dataset) : parseMapping({ ...mapping, dataset });
}
