/**
 * Whether what was said came: of each scoring, once a day at most, some people are kept until the window is over; then it is looked what
 * they did. What came of it stays, people do not.
 */
import type { Kysely } from 'kysely';
import type { Kept, ProfileTables } from '../../profile/index.ts';
import { instantBefore } from '../../profile/index.ts';
import { SegmentationError } from '../../segmentation/index.ts';
import type { Database, PredictionOutcomeRow, PredictionOutcomeStatus } from '../../store/index.ts';
import { literal } from '../../store/index.ts';
import type { GoalParts } from '../goal.ts';
import { reachedAfter } from '../goal.ts';
import { DAY } from '../history.ts';
import type { Models } from '../model.ts';
import type { Prediction } from '../prediction.ts';
import type { Outcome } from './outcome.ts';
import { outcomeOf } from './outcome.ts';
import { dropSample, keepOnly, keepSample, readSample } from './sample.ts';

export interface OutcomesParts extends GoalParts {
  readonly db: Kysely<Database>;
  readonly tables: ProfileTables;
  readonly models: Models;
  /** The datasets that keep their events for some time only. */
  readonly kept: () => readonly Kept[];
  readonly clock: () => Date;
}

/** A scoring, and what came of what it said. */
export interface CheckedScoring {
  readonly run: string;
  readonly modelVersion: number;
  readonly scoredAt: Date;
  /** When its window is over and late events have come. */
  readonly dueAt: Date;
  readonly status: PredictionOutcomeStatus;
  /** Why it cannot be told. */
  readonly reason: string | null;
  readonly outcome: Outcome | null;
  readonly judgedAt: Date | null;
}

interface Scoring {
  readonly run: string;
  readonly modelVersion: number;
  readonly at: Date;
}

/** For events that come late, days. */
const LATE = 1;
/** Between two scorings that are checked, ms: a schedule of a day is not to miss every other one. */
const LEAST = 0.8 * DAY;
/** Listed of a prediction. */
const LISTED = 100;

export class Outcomes {
  readonly #parts: OutcomesParts;
  /** Ends when the last look has. */
  #looks: Promise<unknown> = Promise.resolve();

  constructor(parts: OutcomesParts) {
    this.#parts = parts;
  }

  /** Removes people that nobody waits for. */
  async recover(): Promise<void> {
    const { db, clickhouse } = this.#parts;
    const rows = await db.selectFrom('prediction_outcomes').select('run_id').where('status', '=', 'waiting').execute();
    await keepOnly(
      clickhouse,
      rows.map((row) => row.run_id),
    );
  }

  /** Keeps people of a run, unless another one by the same model has lately; they count when it is noted. Gives whether. */
  async keep(prediction: Prediction, { run, modelVersion, at }: Scoring): Promise<boolean> {
    const { db, clickhouse } = this.#parts;
    const newer = await db
      .selectFrom('prediction_outcomes')
      .select('run_id')
      .where('prediction_id', '=', prediction.id)
      .where('model_version', '=', modelVersion)
      .where('scored_at', '>', new Date(at.getTime() - LEAST))
      .executeTakeFirst();
    if (newer !== undefined) return false;
    await keepSample(clickhouse, run);
    return true;
  }

  /** Notes that what a run said is to be checked. */
  async note(db: Kysely<Database>, prediction: Prediction, { run, modelVersion, at }: Scoring): Promise<void> {
    const due = new Date(at.getTime() + (prediction.task.goal.windowDays + LATE) * DAY);
    const row = { run_id: run, prediction_id: prediction.id, model_version: modelVersion, scored_at: at, due_at: due };
    await db
      .insertInto('prediction_outcomes')
      .values({ ...row, status: 'waiting' })
      .execute();
  }

  /** Lets go of the people of a run that failed. */
  async discard(run: string): Promise<void> {
    await dropSample(this.#parts.clickhouse, run);
  }

  /** Checks what is due, one scoring after the other. Gives how many. */
  async judgeDue(predictions: readonly Prediction[]): Promise<number> {
    const look = this.#looks.then(async () => await this.#judgeDue(predictions));
    this.#looks = look.catch(() => undefined);
    return await look;
  }

  async #judgeDue(predictions: readonly Prediction[]): Promise<number> {
    const { db, clock } = this.#parts;
    const due = db.selectFrom('prediction_outcomes').selectAll().where('status', '=', 'waiting').where('due_at', '<=', clock());
    const rows = await due.orderBy('due_at').execute();
    for (const row of rows) {
      const prediction = predictions.find(({ id }) => id === row.prediction_id);
      if (prediction !== undefined) await this.#judge(prediction, row);
    }
    return rows.length;
  }

  /** Newest first. */
  async list(prediction: string): Promise<readonly CheckedScoring[]> {
    const rows = this.#parts.db.selectFrom('prediction_outcomes').selectAll().where('prediction_id', '=', prediction);
    return (await rows.orderBy('scored_at', 'desc').limit(LISTED).execute()).map(checkedOf);
  }

  /** Of each prediction, the last scoring of which it is known what came. */
  async lastJudged(predictions: readonly string[]): Promise<ReadonlyMap<string, CheckedScoring>> {
    if (predictions.length === 0) return new Map();
    const rows = await this.#parts.db
      .selectFrom('prediction_outcomes')
      .selectAll()
      .distinctOn('prediction_id')
      .where('prediction_id', 'in', [...predictions])
      .where('status', '=', 'judged')
      .orderBy('prediction_id')
      .orderBy('scored_at', 'desc')
      .execute();
    return new Map(rows.map((row) => [row.prediction_id, checkedOf(row)]));
  }

  /** Of a prediction that is being deleted. */
  async forget(prediction: string): Promise<void> {
    const { db } = this.#parts;
    const rows = db.selectFrom('prediction_outcomes').select('run_id').where('prediction_id', '=', prediction);
    for (const row of await rows.where('status', '=', 'waiting').execute()) await this.discard(row.run_id);
    await db.deleteFrom('prediction_outcomes').where('prediction_id', '=', prediction).execute();
  }

  /** Waits for the look under way. */
  async close(): Promise<void> {
    await this.#looks;
  }

  async #judge(prediction: Prediction, { run_id: run, scored_at: at, model_version: version }: PredictionOutcomeRow): Promise<void> {
    const reason = await this.#missing(prediction, at);
    const outcome = reason === null ? await this.#outcome(prediction, run, { at, version }) : null;
    const judged =
      outcome === null
        ? { status: 'impossible' as const, reason: reason ?? 'Nobody whom it scored is there any more.' }
        : { status: 'judged' as const, result: JSON.stringify(outcome) };
    const change = { ...judged, judged_at: this.#parts.clock() };
    await this.#parts.db.updateTable('prediction_outcomes').set(change).where('run_id', '=', run).execute();
    await this.discard(run);
  }

  async #outcome(
    { id, task: { goal } }: Prediction,
    run: string,
    { at, version }: { readonly at: Date; readonly version: number },
  ): Promise<Outcome | null> {
    const { clickhouse, tables, models } = this.#parts;
    const { profiles, probabilities, buckets } = await readSample(clickhouse, run);
    if (profiles.length === 0) return null;
    const reached = await reachedAfter(goal, { at: at.getTime() }, this.#parts);
    const { succession } = tables.identities;
    const labels = Uint8Array.from(profiles, (profile) => Number(reached.has(succession.presentOf(profile)) === (goal.occurs === 'will')));
    const { metrics } = await models.card(id, version);
    return outcomeOf({ scores: Float64Array.from(probabilities), labels, buckets }, metrics.auc);
  }

  /** Why it cannot be told: the schema has changed, or not all that came in the window is there any more; null: it can. */
  async #missing({ task: { goal } }: Prediction, at: Date): Promise<string | null> {
    const { clickhouse, segmentation, kept, clock } = this.#parts;
    const conditions: string[] = [];
    try {
      for (const { condition } of goal.events) conditions.push(`(${segmentation.eventCondition(condition, at.getTime())})`);
    } catch (error) {
      if (!(error instanceof SegmentationError)) throw error;
      return `The goal cannot be asked any more: ${error.message}`;
    }
    for (const { dataset, duration } of kept()) {
      if (instantBefore(clock(), duration) <= at.getTime()) continue;
      const sql = `SELECT 1 FROM events WHERE dataset = ${literal(dataset)} AND (${conditions.join(' OR ')}) LIMIT 1`;
      if ((await clickhouse.query(sql)).length > 0) return `Dataset ${dataset} keeps events of the goal for ${duration} only.`;
    }
    return null;
  }
}

function checkedOf(row: PredictionOutcomeRow): CheckedScoring {
  return {
    run: row.run_id,
    modelVersion: row.model_version,
    scoredAt: row.scored_at,
    dueAt: row.due_at,
    status: row.status,
    reason: row.reason,
    outcome: row.result as Outcome | null,
    judgedAt: row.judged_at,
  };
}
