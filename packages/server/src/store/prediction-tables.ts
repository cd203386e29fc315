/** The tables of predictions in PostgreSQL. Made by migration 0020. */
import type { ColumnType, JSONColumnType, Selectable } from 'kysely';

type Time = ColumnType<Date, Date | string, Date | string>;
type OptionalTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
type OptionalJson = JSONColumnType<object | null, string | null | undefined, string | null>;
type OptionalNumber = ColumnType<number | null, number | null | undefined, number | null>;

export type PredictionOutcomeStatus = 'waiting' | 'judged' | 'impossible';

export type PredictionRunKind = 'train' | 'score';
export type PredictionRunStatus = 'queued' | 'running' | 'cancelling' | 'cancelled' | 'failed' | 'succeeded';

export interface PredictionsTable {
  readonly id: string;
  /** How rules call it; unique, whatever the case of its letters. */
  readonly key: string;
  /** Unique. */
  readonly name: string;
  readonly description: string;
  /** Goal, population and what is left out. */
  readonly task: JSONColumnType<object>;
  readonly buckets: JSONColumnType<object>;
  readonly schedule: JSONColumnType<object>;
  /** The model in force; null before the first. */
  readonly model_version: OptionalNumber;
  /** Which scores are in force, and since when; null before the first. Writing it is the switch to new ones. */
  readonly scores: OptionalJson;
  readonly score_due: OptionalTime;
  readonly train_due: OptionalTime;
  readonly created_at: Time;
  readonly updated_at: Time;
  readonly created_by: string;
}

export interface PredictionModelsTable {
  readonly prediction_id: string;
  /** Counts up from 1. */
  readonly version: number;
  readonly card: JSONColumnType<object>;
  /** Whether it was ever in force. */
  readonly published: boolean;
  readonly trained_at: Time;
}

export interface PredictionRunsTable {
  readonly id: string;
  readonly prediction_id: string;
  readonly kind: PredictionRunKind;
  readonly status: PredictionRunStatus;
  /** What is being done, in words. */
  readonly step: string;
  /** How much of it is done, from 0 to 1. */
  readonly done: number;
  readonly model_version: OptionalNumber;
  /** How many people were scored. */
  readonly profiles: OptionalNumber;
  /** What became of the scores: distribution, drift, later outcomes. */
  readonly summary: OptionalJson;
  readonly error: OptionalJson;
  readonly started_by: string;
  readonly created_at: Time;
  readonly started_at: OptionalTime;
  readonly ended_at: OptionalTime;
}

/** What a scoring said, and whether it came. Made by migration 0026. */
export interface PredictionOutcomesTable {
  /** The run that scored. */
  readonly run_id: string;
  readonly prediction_id: string;
  readonly model_version: number;
  readonly scored_at: Time;
  /** When it can be told. */
  readonly due_at: Time;
  readonly status: PredictionOutcomeStatus;
  /** Why it cannot be told at all. */
  readonly reason: ColumnType<string | null, string | null | undefined, string | null>;
  readonly result: OptionalJson;
  readonly judged_at: OptionalTime;
}

export type PredictionRow = Selectable<PredictionsTable>;
export type PredictionModelRow = Selectable<PredictionModelsTable>;
export type PredictionOutcomeRow = Selectable<PredictionOutcomesTable>;
export type PredictionRunRow = Selectable<PredictionRunsTable>;
