/** Predictions in PostgreSQL: created, read, listed, changed, cloned. */
import type { Kysely } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { Database, PredictionRow } from '../store/index.ts';
import { PredictionError } from './errors.ts';
import type { BucketShares, NewPrediction, Prediction, PredictionChange, PredictionSchedule, ScoresInForce, Task } from './prediction.ts';
import { nextTime } from './next-time.ts';

export class PredictionDefinitions {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Newest first. */
  async list(): Promise<readonly Prediction[]> {
    const rows = await this.#db.selectFrom('predictions').selectAll().orderBy('created_at', 'desc').orderBy('id').execute();
    return rows.map(predictionOf);
  }

  /** Throws PredictionError `prediction-not-found`. */
  async get(id: string): Promise<Prediction> {
    const row = await this.#db.selectFrom('predictions').selectAll().where('id', '=', id).executeTakeFirst();
    if (row !== undefined) return predictionOf(row);
    throw new PredictionError({
      code: 'prediction-not-found',
      message: `There is no prediction ${id}.`,
      hint: 'List them with GET /api/predictions.',
    });
  }

  /** Throws PredictionError `prediction-name-taken` and `prediction-key-taken`. */
  async create({ name, key, description, task, buckets, schedule }: NewPrediction, by: string, now: Date): Promise<Prediction> {
    await this.#requireName(name, null);
    const id = randomUUID();
    const row = {
      id,
      key: await this.#freeKey(name, key),
      name,
      description,
      task: JSON.stringify(task),
      buckets: JSON.stringify(buckets),
      ...scheduleRow(schedule, now),
      created_at: now,
      updated_at: now,
      created_by: by,
    };
    await this.#db.insertInto('predictions').values(row).execute();
    return await this.get(id);
  }

  /** Throws PredictionError `prediction-not-found` and `prediction-name-taken`. */
  async update(id: string, { name, description, schedule }: PredictionChange, now: Date): Promise<Prediction> {
    await this.get(id);
    if (name !== undefined) await this.#requireName(name, id);
    await this.#db
      .updateTable('predictions')
      .set({
        updated_at: now,
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        ...(schedule !== undefined && scheduleRow(schedule, now)),
      })
      .where('id', '=', id)
      .execute();
    return await this.get(id);
  }

  /** With its models and runs. */
  async delete(id: string): Promise<void> {
    await this.#db.deleteFrom('predictions').where('id', '=', id).execute();
  }

  async #requireName(name: string, id: string | null): Promise<void> {
    const row = await this.#db.selectFrom('predictions').select('id').where('name', '=', name).executeTakeFirst();
    if (row === undefined || row.id === id) return;
    throw new PredictionError({
      code: 'prediction-name-taken',
      message: `There is a prediction ${JSON.stringify(name)} already.`,
      hint: 'Choose another name.',
    });
  }

  /** A key that nobody has; one that was asked for must be free. */
  async #freeKey(name: string, wanted: string | null): Promise<string> {
    const rows = await this.#db.selectFrom('predictions').select('key').execute();
    const taken = new Set(rows.map(({ key }) => key.toLowerCase()));
    if (wanted !== null && taken.has(wanted.toLowerCase()))
      throw new PredictionError({
        code: 'prediction-key-taken',
        message: `There is a prediction with the key ${wanted} already.`,
        hint: 'Keys are unique, whatever the case of their letters. Choose another one, or leave it out.',
      });
    const base = wanted ?? keyOf(name);
    for (let number = 1; ; number++) {
      const key = number === 1 ? base : `${base.slice(0, 36)}${number}`;
      if (!taken.has(key.toLowerCase())) return key;
    }
  }
}

/** A name as one that rules can write: `Buys in 14 days` → `buysIn14Days`. */
export function keyOf(name: string): string {
  const words = name.normalize('NFKD').match(/[A-Za-z0-9]+/g) ?? [];
  const joined = words.map((word, index) =>
    index === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase(),
  );
  const key = joined.join('').slice(0, 40);
  return /^[A-Za-z]/.test(key) ? key : `p${key}`.slice(0, 40);
}

function scheduleRow(schedule: PredictionSchedule, now: Date) {
  return { schedule: JSON.stringify(schedule), score_due: nextTime(schedule.score, now), train_due: nextTime(schedule.train, now) };
}

export function predictionOf(row: PredictionRow): Prediction {
  return {
    id: row.id,
    key: row.key,
    name: row.name,
    description: row.description,
    task: row.task as Task,
    buckets: row.buckets as BucketShares,
    // Those made before they could be refreshed are.
    schedule: { refresh: true, ...(row.schedule as Omit<PredictionSchedule, 'refresh'>) },
    modelVersion: row.model_version,
    scores: row.scores as ScoresInForce | null,
    nextScoring: row.score_due,
    nextTraining: row.train_due,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    createdBy: row.created_by,
  };
}
