/** The front of the room: predictions, their models, runs and scores. */
import type { Kysely } from 'kysely';
import type { Kept, ProfileTables } from '../profile/index.ts';
import type { Segmentation } from '../segmentation/index.ts';
import { invalidPql } from '../segmentation/index.ts';
import type { ClickHouse, DataFolder, Database, Lmdb, PredictionRunKind } from '../store/index.ts';
import { literal } from '../store/index.ts';
import { PredictionDefinitions } from './definitions.ts';
import { PredictionError } from './errors.ts';
import type { ModelCard } from './model.ts';
import { Models, untrained } from './model.ts';
import type { CheckedScoring } from './outcomes/outcomes.ts';
import { Outcomes } from './outcomes/outcomes.ts';
import type { Overview } from './overview.ts';
import { overviewsOf } from './overview.ts';
import { dropPeople } from './people.ts';
import type { NewPrediction, Prediction, PredictionChange, Run, Task } from './prediction.ts';
import type { RefreshCounts } from './refresh/refresher.ts';
import { Refresher } from './refresh/refresher.ts';
import type { Readiness } from './readiness.ts';
import { readinessOf } from './readiness.ts';
import type { DoRun } from './runs.ts';
import { Runs } from './runs.ts';
import type { PersonChange } from './score/change.ts';
import { changeOf } from './score/change.ts';
import type { PersonScore } from './score/read.ts';
import { exportSql, readPerson } from './score/read.ts';
import type { FeatureValue, WhatIf } from './score/what-if.ts';
import { whatIf } from './score/what-if.ts';
import type { ScoreSummary } from './score/summary.ts';
import type { PredictionWorkParts } from './work.ts';
import { keptRuns, scoreWith, trainAndScore } from './work.ts';

export interface CustomerAiOptions {
  readonly stores: {
    readonly clickhouse: ClickHouse;
    readonly postgres: Kysely<Database>;
    readonly lmdb: Lmdb;
    readonly folder: Pick<DataFolder, 'inside'>;
  };
  readonly tables: ProfileTables;
  readonly segmentation: Segmentation;
  /** The datasets that keep their events for some time only. */
  readonly kept: () => readonly Kept[];
  readonly clock: () => Date;
  /** Hears of runs that failed for a reason which is not the user's, and of schedules that could start none. */
  readonly onUnexpected: (error: unknown) => void;
}

export interface TrainedModel {
  readonly card: ModelCard;
  /** `pending`: its run has not ended; `replaced`: it was in force once; `notTaken`: it never was. */
  readonly state: 'pending' | 'inForce' | 'replaced' | 'notTaken';
  /** Why the run that trained it did not put it in force; null where it did, or was cancelled. */
  readonly reason: Run['error'];
}

/** A score of a person. */
export interface PersonPrediction extends PersonScore {
  readonly prediction: Prediction;
  /** Null: they had no score at the scoring before, or there was none. */
  readonly previous: PersonChange | null;
}

/** Between two looks at what is due, in ms. */
const LOOK = 30_000;

export class CustomerAi {
  readonly runs: Runs;
  readonly #options: CustomerAiOptions;
  readonly #definitions: PredictionDefinitions;
  readonly #models: Models;
  readonly #outcomes: Outcomes;
  readonly #refresher: Refresher;
  #timer: NodeJS.Timeout | null = null;

  private constructor(options: CustomerAiOptions) {
    const { stores, clock, onUnexpected } = options;
    this.#options = options;
    this.#definitions = new PredictionDefinitions(stores.postgres);
    this.#models = new Models({ db: stores.postgres, path: (...names) => stores.folder.inside('models', ...names) });
    const { clickhouse, postgres: db } = stores;
    this.#outcomes = new Outcomes({ ...options, clickhouse, db, models: this.#models });
    this.runs = new Runs({ db: stores.postgres, clock, onUnexpected });
    this.#refresher = new Refresher({
      ...this.#parts,
      lmdb: stores.lmdb,
      predictions: async () => await this.list(),
      scoreEverybody: async (id) => {
        if (!this.runs.isRunning(id)) await this.score(id, 'refresh');
      },
      onUnexpected,
    });
  }

  /** Cleans up what the end of a process left. */
  static async open(options: CustomerAiOptions): Promise<CustomerAi> {
    const opened = new CustomerAi(options);
    const { clickhouse, postgres } = options.stores;
    await opened.runs.recover();
    await dropPeople(clickhouse);
    await opened.#outcomes.recover();
    await clickhouse.command(`DELETE FROM scores WHERE run NOT IN ${literal(await keptRuns(postgres))}`);
    return opened;
  }

  /** Starts what is due, and refreshes scores, now and from then on. */
  watch(): void {
    this.#refresher.start();
    const look = (): void => {
      void this.#startDue().catch(this.#options.onUnexpected);
      void this.checkOutcomes().catch(this.#options.onUnexpected);
    };
    look();
    this.#timer = setInterval(look, LOOK).unref();
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.runs.close();
    await this.#outcomes.close();
    await this.#refresher.close();
  }

  /** Whether the data is enough for a task. Throws SegmentationError `pql-invalid` and `event-condition-invalid`. */
  async readiness(task: Task, signal?: AbortSignal): Promise<Readiness> {
    return await readinessOf(task, this.#options.clock(), this.#parts, signal);
  }

  /** Newest first. */
  async list(): Promise<readonly Prediction[]> {
    return await this.#definitions.list();
  }

  /** Of some predictions, in their order, what lists show of them. */
  async overviews(predictions: readonly Prediction[]): Promise<readonly Overview[]> {
    const { runs } = this;
    return await overviewsOf(predictions, { db: this.#options.stores.postgres, runs, outcomes: this.#outcomes });
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
    const changed = await this.#definitions.update(id, change, this.#options.clock());
    this.#refresher.follow();
    return changed;
  }

  /** Without a model. Throws as `create`, and PredictionError `prediction-not-found`. */
  async clone(id: string, name: string, by: string): Promise<Prediction> {
    const { description, task, buckets, schedule } = await this.get(id);
    return await this.create({ name, key: null, description, task, buckets, schedule }, by);
  }

  /** With its models, scores and fields. Throws PredictionError `prediction-not-found` and `prediction-in-use`. */
  async delete(id: string): Promise<void> {
    const { key } = await this.get(id);
    await this.#refuseInUse(key);
    await this.runs.stop(id);
    const runs = await this.runs.list(id);
    await this.#options.tables.dropScores(
      key,
      runs.map((run) => run.id),
    );
    await this.#outcomes.forget(id);
    await this.#models.forget(id);
    await this.#definitions.delete(id);
    this.#refresher.follow();
  }

  /** How far refreshing is behind. */
  refreshing(): RefreshCounts {
    return this.#refresher.counts();
  }

  /** Trains a model, and scores with it when it is good enough. Throws PredictionError `prediction-not-found` and `prediction-running`. */
  async train(id: string, by: string): Promise<Run> {
    const prediction = await this.get(id);
    return await this.#start('train', { prediction: id, by }, async (control) => await trainAndScore(prediction, control, this.#parts));
  }

  /** Throws PredictionError `prediction-not-found`, `prediction-untrained` and `prediction-running`. */
  async score(id: string, by: string): Promise<Run> {
    const prediction = await this.get(id);
    const version = prediction.modelVersion;
    if (version === null) throw untrained('There is no model yet.');
    return await this.#start(
      'score',
      { prediction: id, by },
      async (control) => await scoreWith(prediction, version, control, this.#parts),
    );
  }

  async #start(kind: PredictionRunKind, about: { readonly prediction: string; readonly by: string }, work: DoRun): Promise<Run> {
    return await this.runs.start(kind, about, async (control) => {
      const outcome = await work(control);
      this.#refresher.follow();
      return outcome;
    });
  }

  /** The card of a version; the one in force, else the newest, when left out. Throws PredictionError `prediction-not-found` and `prediction-untrained`. */
  async model(id: string, version?: number): Promise<ModelCard> {
    const { modelVersion } = await this.get(id);
    return await this.#models.card(id, version ?? modelVersion ?? (await this.#models.nextVersion(id)) - 1);
  }

  /** All that were trained, newest first. Throws PredictionError `prediction-not-found`. */
  async models(id: string): Promise<readonly TrainedModel[]> {
    const { modelVersion } = await this.get(id);
    const runs = await this.runs.list(id, 'train');
    return (await this.#models.list(id)).map(({ card, published }): TrainedModel => {
      if (published) return { card, state: card.version === modelVersion ? 'inForce' : 'replaced', reason: null };
      const run = runs.find((each) => each.modelVersion === card.version);
      return { card, state: run?.endedAt === null ? 'pending' : 'notTaken', reason: run?.error ?? null };
    });
  }

  /** What the scores in force are like. Throws PredictionError `prediction-not-found` and `prediction-untrained`. */
  async summary(id: string): Promise<ScoreSummary> {
    const { scores } = await this.get(id);
    if (scores === null) throw untrained('There are no scores yet.');
    const rows = this.#options.stores.postgres.selectFrom('prediction_runs').select('summary').where('id', '=', scores.run);
    return (await rows.executeTakeFirstOrThrow()).summary as ScoreSummary;
  }

  /** Scorings whose people are, or were, looked at again when the window was over; newest first. Throws PredictionError `prediction-not-found`. */
  async outcomes(id: string): Promise<readonly CheckedScoring[]> {
    await this.get(id);
    return await this.#outcomes.list(id);
  }

  /** Looks what people did whose window is over. Gives of how many scorings. */
  async checkOutcomes(): Promise<number> {
    return await this.#outcomes.judgeDue(await this.list());
  }

  /** A SELECT of all scores in force, with identities. Throws PredictionError `prediction-not-found` and `prediction-untrained`. */
  async exportSql(id: string): Promise<string> {
    const { scores } = await this.get(id);
    if (scores === null) throw untrained('There are no scores yet.');
    return exportSql(scores.run);
  }

  /** All scores in force of a person, and what has changed since the scoring before. */
  async scoresOf(profile: number): Promise<readonly PersonPrediction[]> {
    const predictions = await this.list();
    const runs = predictions.flatMap(({ scores }) => (scores === null ? [] : [scores.run, scores.previous?.run ?? '']));
    const found = await readPerson(this.#options.stores.clickhouse, profile, runs);
    const scored = predictions.map(async (prediction): Promise<readonly PersonPrediction[]> => {
      const [score, previous] = [prediction.scores?.run, prediction.scores?.previous?.run].map((run) => found.get(run ?? ''));
      if (score === undefined) return [];
      if (previous === undefined) return [{ ...score, prediction, previous: null }];
      const { features } = await this.#models.card(prediction.id, score.modelVersion);
      return [{ ...score, prediction, previous: changeOf(score, previous, new Map(features.map(({ code, family }) => [code, family]))) }];
    });
    return (await Promise.all(scored)).flat();
  }

  /**
   * What the model in force says of a person now, and would say with other values of some features (by their codes).
   * Throws PredictionError `prediction-not-found`, `prediction-untrained`, `prediction-unscored` and `prediction-invalid`.
   */
  async whatIf(id: string, profile: number, changes: ReadonlyMap<string, FeatureValue>, signal: AbortSignal): Promise<WhatIf> {
    const prediction = await this.get(id);
    const { scores } = prediction;
    if (scores === null) throw untrained('There are no scores yet.');
    const { cuts, ...file } = await this.#models.read(id, scores.modelVersion);
    if (cuts === null) throw untrained('Nobody has been scored with this model yet.');
    const asked = { prediction, scores, file: { ...file, cuts }, at: this.#options.clock().getTime(), signal };
    return await whatIf(profile, changes, asked, this.#parts);
  }

  get #parts(): PredictionWorkParts {
    const { stores, segmentation, tables, clock } = this.#options;
    const [models, outcomes] = [this.#models, this.#outcomes];
    return { clickhouse: stores.clickhouse, db: stores.postgres, segmentation, tables, models, outcomes, clock };
  }

  async #startDue(): Promise<void> {
    const now = this.#options.clock();
    for (const { id, modelVersion, nextTraining, nextScoring } of await this.list()) {
      if (this.runs.isRunning(id)) continue;
      if (nextTraining !== null && nextTraining <= now) await this.train(id, 'schedule');
      else if (modelVersion !== null && nextScoring !== null && nextScoring <= now) await this.score(id, 'schedule');
    }
  }

  #check({ goal, population, exclusions, customEvents }: Task): void {
    const { segmentation, clock } = this.#options;
    for (const { condition } of [...goal.events, ...customEvents]) segmentation.eventCondition(condition, clock().getTime());
    for (const condition of exclusions) segmentation.eventCondition(condition, clock().getTime());
    if (population === null) return;
    const { plan, problems } = segmentation.check(population);
    if (plan === null) throw invalidPql(problems);
  }

  async #refuseInUse(key: string): Promise<void> {
    const { definitions } = await this.#options.segmentation.definitions.list();
    const users = definitions.filter(({ pql }) => new RegExp(String.raw`\bcustomerAI\.${key}\b`).test(pql)).map(({ name }) => name);
    if (users.length === 0) return;
    throw new PredictionError({
      code: 'prediction-in-use',
      message: `Audiences read its scores: ${users.join(', ')}.`,
      hint: 'Delete or change them first.',
      details: users,
    });
  }
}
