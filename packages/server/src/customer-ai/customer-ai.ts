/** The front of the room: predictions, and what the data says about their goals. */
import type { Kysely } from 'kysely';
import type { ProfileTables } from '../profile/index.ts';
import type { Segmentation } from '../segmentation/index.ts';
import { invalidPql } from '../segmentation/index.ts';
import type { ClickHouse, Database } from '../store/index.ts';
import { PredictionDefinitions } from './definitions.ts';
import type { GoalParts } from './goal.ts';
import type { NewPrediction, Prediction, PredictionChange, Task } from './prediction.ts';
import type { Readiness } from './readiness.ts';
import { readinessOf } from './readiness.ts';

export interface CustomerAiOptions {
  readonly stores: { readonly clickhouse: ClickHouse; readonly postgres: Kysely<Database> };
  readonly tables: ProfileTables;
  readonly segmentation: Segmentation;
  readonly clock: () => Date;
}

export class CustomerAi {
  readonly #options: CustomerAiOptions;
  readonly #definitions: PredictionDefinitions;

  private constructor(options: CustomerAiOptions) {
    this.#options = options;
    this.#definitions = new PredictionDefinitions(options.stores.postgres);
  }

  static async open(options: CustomerAiOptions): Promise<CustomerAi> {
    return await Promise.resolve(new CustomerAi(options));
  }

  /** Whether the data is enough for a task. Throws SegmentationError `pql-invalid` and `event-condition-invalid`. */
  async readiness(task: Task, signal?: AbortSignal): Promise<Readiness> {
    return await readinessOf(task, this.#options.clock(), this.#parts, signal);
  }

  /** Newest first. */
  async list(): Promise<readonly Prediction[]> {
    return await this.#definitions.list();
  }

  /** Throws PredictionError `prediction-not-found`. */
  async get(id: string): Promise<Prediction> {
    return await this.#definitions.get(id);
  }

  /**
   * Throws PredictionError `prediction-name-taken` and `prediction-key-taken`, SegmentationError `pql-invalid` and
   * `event-condition-invalid`.
   */
  async create(given: NewPrediction, by: string): Promise<Prediction> {
    this.#check(given.task);
    return await this.#definitions.create(given, by, this.#options.clock());
  }

  /** Throws PredictionError `prediction-not-found` and `prediction-name-taken`. */
  async update(id: string, change: PredictionChange): Promise<Prediction> {
    return await this.#definitions.update(id, change, this.#options.clock());
  }

  /** Without a model. Throws as `create`, and PredictionError `prediction-not-found`. */
  async clone(id: string, name: string, by: string): Promise<Prediction> {
    const { description, task, buckets, schedule } = await this.get(id);
    return await this.create({ name, key: null, description, task, buckets, schedule }, by);
  }

  /** Throws PredictionError `prediction-not-found`. */
  async delete(id: string): Promise<void> {
    await this.get(id);
    await this.#definitions.delete(id);
  }

  get #parts(): GoalParts {
    return { clickhouse: this.#options.stores.clickhouse, segmentation: this.#options.segmentation };
  }

  #check({ goal, population, exclusions, customEvents }: Task): void {
    const { segmentation, clock } = this.#options;
    for (const { condition } of [...goal.events, ...customEvents]) segmentation.eventCondition(condition, clock().getTime());
    for (const condition of exclusions) segmentation.eventCondition(condition, clock().getTime());
    if (population === null) return;
    const { plan, problems } = segmentation.check(population);
    if (plan === null) throw invalidPql(problems);
  }
}
