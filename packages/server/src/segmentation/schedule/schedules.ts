/**
 * Schedules: what the clock starts. Their state is in PostgreSQL, so they survive a restart; of the runs that were missed
 * while the server was down, one is made up for. A schedule whose last run has not ended waits for it.
 */
import type { Kysely } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { Database, ScheduleRow, ScheduleState, ScheduleType } from '../../store/index.ts';
import { SegmentationError } from '../errors.ts';
import { CronError, parseCron } from './cron.ts';

export interface Schedule {
  readonly id: string;
  readonly name: string;
  readonly type: ScheduleType;
  readonly state: ScheduleState;
  /** Quartz cron, UTC. */
  readonly schedule: string;
  readonly properties: ScheduleProperties;
  /** Null when it is inactive, or when there is no next one. */
  readonly nextRun: Date | null;
  readonly lastRun: Date | null;
  readonly lastJob: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ScheduleProperties {
  /** Ids of audiences; `*` alone for all. */
  readonly segments: readonly string[];
  readonly [more: string]: unknown;
}

export interface NewSchedule {
  readonly name: string;
  readonly type: ScheduleType;
  readonly properties: ScheduleProperties;
  readonly schedule?: string | undefined;
  readonly state?: ScheduleState | undefined;
}

export interface ScheduleChange {
  readonly state?: ScheduleState;
  readonly schedule?: string;
}

/** What schedules of a type start. */
export interface ScheduledWork {
  /** Starts a run, or finds the one that was started under this run id; gives the id of its job. */
  start(properties: ScheduleProperties, origin: { readonly scheduleId: string; readonly runId: string }): Promise<string>;
  /** Whether that job has ended, or is not there any more. */
  isOver(job: string): Promise<boolean>;
}

/** What became of the runs of a schedule. */
export interface ScheduleRuns {
  readonly id: string;
  readonly name: string;
  readonly lastRun: Date | null;
  readonly succeeded: number;
  readonly failed: number;
}

export interface SchedulesOptions {
  readonly db: Kysely<Database>;
  readonly clock: () => Date;
  readonly work: Readonly<Record<ScheduleType, ScheduledWork>>;
  /** A run that could not even be started; the schedule goes on. */
  readonly onUnexpected: (error: unknown) => void;
}

/** Every night at one. */
export const DEFAULT_SCHEDULE = '0 0 1 * * ?';

/** Longest sleep, in ms: clocks are set, and machines wake up. */
const LONGEST = 60_000;
/** Until a schedule looks again whether its last run has ended, in ms. */
const PATIENCE = 1000;

export class Schedules {
  readonly #options: SchedulesOptions;
  #timer: NodeJS.Timeout | undefined;
  #watching = false;
  #closed = false;
  /** Ends when the last look at the clock has. */
  #ticks: Promise<void> = Promise.resolve();

  constructor(options: SchedulesOptions) {
    this.#options = options;
  }

  /** Begins to watch the clock; what is due already runs at once. */
  watch(): void {
    this.#watching = true;
    void this.tick();
  }

  /** Throws SegmentationError `schedule-invalid`. */
  async create({ name, type, properties, schedule = DEFAULT_SCHEDULE, state = 'inactive' }: NewSchedule): Promise<Schedule> {
    const now = this.#options.clock();
    const next = nextOf(schedule, now);
    const row = {
      id: randomUUID(),
      name,
      type,
      state,
      schedule,
      properties: JSON.stringify(properties),
      due_at: state === 'active' ? next : null,
      created_at: now,
      updated_at: now,
    };
    const created = await this.#options.db.insertInto('schedules').values(row).returningAll().executeTakeFirstOrThrow();
    await this.#arm();
    return scheduleOf(created);
  }

  /** Throws SegmentationError `schedule-not-found`. */
  async get(id: string): Promise<Schedule> {
    const row = await this.#options.db.selectFrom('schedules').selectAll().where('id', '=', id).executeTakeFirst();
    if (row !== undefined) return scheduleOf(row);
    throw new SegmentationError({
      code: 'schedule-not-found',
      message: `There is no schedule ${id}.`,
      hint: 'List the schedules for their ids.',
    });
  }

  /** Oldest first. */
  async list(range: {
    readonly start: number;
    readonly limit: number;
  }): Promise<{ readonly schedules: readonly Schedule[]; readonly total: number }> {
    const { db } = this.#options;
    const counted = db.selectFrom('schedules').select(({ fn }) => fn.countAll<number | string>().as('total'));
    const rows = db.selectFrom('schedules').selectAll().orderBy('created_at').orderBy('id').offset(range.start).limit(range.limit);
    return { schedules: (await rows.execute()).map(scheduleOf), total: Number((await counted.executeTakeFirstOrThrow()).total) };
  }

  /** Throws SegmentationError `schedule-not-found` and `schedule-invalid`. */
  async update(id: string, change: ScheduleChange): Promise<Schedule> {
    const before = await this.get(id);
    const now = this.#options.clock();
    const [state, schedule] = [change.state ?? before.state, change.schedule ?? before.schedule];
    const next = nextOf(schedule, now);
    const same = state === before.state && schedule === before.schedule;
    const updated = await this.#options.db
      .updateTable('schedules')
      .set({ state, schedule, updated_at: now, ...(!same && { due_at: state === 'active' ? next : null }) })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    await this.#arm();
    return updated === undefined ? await this.get(id) : scheduleOf(updated);
  }

  /** Runs of it go on. Throws SegmentationError `schedule-not-found`. */
  async delete(id: string): Promise<void> {
    await this.get(id);
    await this.#options.db.deleteFrom('schedules').where('id', '=', id).execute();
    await this.#arm();
  }

  /** What became of the runs of each schedule so far. */
  async runs(): Promise<readonly ScheduleRuns[]> {
    const { db } = this.#options;
    const schedules = await db.selectFrom('schedules').selectAll().orderBy('created_at').execute();
    return await Promise.all(
      schedules.map(async ({ id, name, type, last_run_at: lastRun }) => ({ id, name, lastRun, ...(await this.#outcomes(id, type)) })),
    );
  }

  /** Starts what is due; afterwards it sleeps until the next one is. */
  async tick(): Promise<void> {
    const tick = this.#ticks.then(async () => {
      if (this.#closed) return;
      for (const row of await this.#due()) await this.#runWhenFree(row);
    });
    this.#ticks = tick.catch(this.#options.onUnexpected);
    await this.#ticks;
    await this.#arm();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#ticks;
  }

  async #due(): Promise<readonly ScheduleRow[]> {
    const due = this.#options.db
      .selectFrom('schedules')
      .selectAll()
      .where('state', '=', 'active')
      .where('due_at', '<=', this.#options.clock());
    return await due.orderBy('due_at').orderBy('id').execute();
  }

  async #runWhenFree(row: ScheduleRow): Promise<void> {
    const { work, clock, db, onUnexpected } = this.#options;
    const kind = work[row.type];
    if (row.last_job_id !== null && !(await kind.isOver(row.last_job_id))) return;
    const due = row.due_at ?? clock();
    let job = row.last_job_id;
    try {
      // A crash between the start and the note of it repeats the start under the same id.
      job = await kind.start(row.properties as ScheduleProperties, { scheduleId: row.id, runId: `${row.id}/${due.toISOString()}` });
    } catch (error) {
      onUnexpected(error);
    }
    const now = clock();
    await db
      .updateTable('schedules')
      .set({ due_at: nextOf(row.schedule, now), last_run_at: now, last_job_id: job })
      .where('id', '=', row.id)
      .where('due_at', '=', due)
      .execute();
  }

  /** Sleeps until the next schedule is due. */
  async #arm(): Promise<void> {
    if (!this.#watching) return;
    const next = this.#options.db.selectFrom('schedules').select('due_at').where('state', '=', 'active').where('due_at', 'is not', null);
    const row = await next.orderBy('due_at').limit(1).executeTakeFirst();
    clearTimeout(this.#timer);
    if (this.#closed || row?.due_at === undefined || row.due_at === null) return;
    const left = row.due_at.getTime() - this.#options.clock().getTime();
    this.#timer = setTimeout(() => void this.tick(), Math.min(LONGEST, left <= 0 ? PATIENCE : left)).unref();
  }

  async #outcomes(id: string, type: ScheduleType): Promise<Pick<ScheduleRuns, 'succeeded' | 'failed'>> {
    const rows = await this.#options.db
      .selectFrom(type === 'export' ? 'export_jobs' : 'segment_jobs')
      .select(({ fn }) => ['status', fn.countAll<number | string>().as('total')])
      .where('properties', '@>', JSON.stringify({ scheduleId: id }) as never)
      .groupBy('status')
      .execute();
    const of = (status: string): number => Number(rows.find((row) => row.status === status)?.total ?? 0);
    return { succeeded: of('SUCCEEDED'), failed: of('FAILED') };
  }
}

/** Throws SegmentationError `schedule-invalid`. */
function nextOf(schedule: string, now: Date): Date | null {
  try {
    return parseCron(schedule).next(now);
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    throw new SegmentationError({
      code: 'schedule-invalid',
      message: `The schedule ${JSON.stringify(schedule)} is not understood. ${error.message}`,
      hint: `It takes a cron expression of Quartz, in UTC: "${DEFAULT_SCHEDULE}" is every night at one.`,
    });
  }
}

function scheduleOf(row: ScheduleRow): Schedule {
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    state: row.state,
    schedule: row.schedule,
    properties: row.properties as ScheduleProperties,
    nextRun: row.due_at,
    lastRun: row.last_run_at,
    lastJob: row.last_job_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
