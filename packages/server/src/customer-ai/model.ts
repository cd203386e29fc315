/** A trained model: a card that people read, in PostgreSQL, and a file that scoring reads, in the data folder. */
import type { ModelDocument } from '@kindred/propensity';
import type { Kysely } from 'kysely';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Database } from '../store/index.ts';
import type { Contest } from './contest.ts';
import { PredictionError } from './errors.ts';
import type { Refusal } from './errors.ts';
import type { Feature } from './features/feature.ts';
import type { LeftOut } from './features/plan.ts';
import type { Algorithm, BackTest, Histogram } from './learn/learn.ts';
import type { Curves, Metrics } from './learn/evaluate.ts';
import type { Dependence } from './learn/importance.ts';

export type BucketName = 'Low' | 'Medium' | 'High';

export interface CardFeature {
  readonly code: string;
  readonly label: string;
  readonly family: string;
  readonly kind: 'numeric' | 'categorical';
  /** Mean absolute Shapley value, in log odds. */
  readonly importance: number;
  readonly direction: 'up' | 'down' | 'mixed';
  /** Share of people without a value. */
  readonly missing: number;
  /** The value in words. */
  readonly dependence: readonly (Dependence & { readonly label: string })[];
}

export interface CardBucket {
  readonly bucket: BucketName;
  /** Share of the people it holds. */
  readonly share: number;
  /** The probabilities said and the rate that came, on the newest window. */
  readonly predictedRate: number;
  readonly actualRate: number;
}

export interface ModelCard extends Curves {
  readonly version: number;
  readonly trainedAt: string;
  readonly algorithm: Algorithm;
  readonly sha256: string;
  readonly seed: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly goal: string;
  readonly population: string;
  readonly snapshots: readonly {
    readonly at: string;
    readonly eligible: number;
    readonly positives: number;
    readonly rows: number;
    readonly trainedOn: boolean;
  }[];
  readonly metrics: Metrics;
  /** With the model in force when it was trained; absent where there was none, and in models of before they were compared. */
  readonly contest?: Contest;
  readonly backTest: readonly BackTest[];
  readonly buckets: readonly CardBucket[];
  /** The most important first. */
  readonly features: readonly CardFeature[];
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly Refusal[];
  readonly limits: readonly string[];
}

/** What scoring needs. */
export interface ModelFile {
  readonly document: ModelDocument;
  /** In the order of the model's columns. */
  readonly features: readonly Feature[];
  /** Events that are not looked at, as conditions in PQL. */
  readonly exclusions: readonly string[];
  /** How features lay when the model was made, in their order. */
  readonly histograms: readonly Histogram[];
  /** Log odds from which on somebody is in a bucket; set by the first scoring, and kept, so that audiences do not move for no reason. */
  readonly cuts: { readonly high: number; readonly medium: number } | null;
  /** How log odds lay at the first scoring; absent before it, and in models of before it was kept. */
  readonly scores?: Histogram;
}

/** What scores are compared with from the first scoring on. */
export interface FirstUse {
  readonly cuts: NonNullable<ModelFile['cuts']>;
  readonly scores: Histogram;
}

/** That of a model that has scored. */
export type UsedFile = ModelFile & { readonly cuts: NonNullable<ModelFile['cuts']> };

export interface ModelsOptions {
  readonly db: Kysely<Database>;
  /** Where models of a prediction lie. */
  readonly path: (...names: readonly string[]) => string;
}

export class Models {
  readonly #options: ModelsOptions;

  constructor(options: ModelsOptions) {
    this.#options = options;
  }

  /** The version that the next model gets. */
  async nextVersion(prediction: string): Promise<number> {
    const rows = this.#options.db.selectFrom('prediction_models').select('version').where('prediction_id', '=', prediction);
    return 1 + Math.max(0, ...(await rows.execute()).map(({ version }) => version));
  }

  /** Durable on return; the run that trained it tells the version from then on, whatever becomes of the scores. */
  async save(prediction: string, run: string, card: ModelCard, file: ModelFile): Promise<void> {
    await this.#write(prediction, card.version, file);
    const row = {
      prediction_id: prediction,
      version: card.version,
      card: JSON.stringify(card),
      published: false,
      trained_at: new Date(card.trainedAt),
    };
    await this.#options.db.transaction().execute(async (all) => {
      await all.insertInto('prediction_models').values(row).execute();
      await all.updateTable('prediction_runs').set({ model_version: card.version }).where('id', '=', run).execute();
    });
  }

  /** Keeps what the first scoring found. */
  async used(prediction: string, version: number, first: FirstUse): Promise<void> {
    await this.#write(prediction, version, { ...(await this.read(prediction, version)), ...first });
  }

  /** Throws PredictionError `prediction-untrained`. */
  async card(prediction: string, version: number): Promise<ModelCard> {
    const row = await this.#options.db
      .selectFrom('prediction_models')
      .select('card')
      .where('prediction_id', '=', prediction)
      .where('version', '=', version)
      .executeTakeFirst();
    if (row === undefined) throw untrained(`There is no version ${version} of the model.`);
    return row.card as ModelCard;
  }

  /** All of a prediction, newest first. */
  async list(prediction: string): Promise<readonly { readonly card: ModelCard; readonly published: boolean }[]> {
    const rows = this.#options.db.selectFrom('prediction_models').select(['card', 'published']).where('prediction_id', '=', prediction);
    return (await rows.orderBy('version', 'desc').execute()).map(({ card, published }) => ({ card: card as ModelCard, published }));
  }

  async read(prediction: string, version: number): Promise<ModelFile> {
    return JSON.parse(await readFile(this.#file(prediction, version), 'utf8')) as ModelFile;
  }

  /** Removes all files of a prediction. */
  async forget(prediction: string): Promise<void> {
    await rm(this.#options.path(prediction), { recursive: true, force: true });
  }

  async #write(prediction: string, version: number, file: ModelFile): Promise<void> {
    const path = this.#file(prediction, version);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.next`, JSON.stringify(file), { flush: true });
    await rename(`${path}.next`, path);
  }

  #file(prediction: string, version: number): string {
    return this.#options.path(prediction, `${version}.json`);
  }
}

export function untrained(message: string): PredictionError {
  return new PredictionError({ code: 'prediction-untrained', message, hint: 'Train it first: POST /api/predictions/{id}/train.' });
}
