/** What a prediction is about, and what has become of it. */
import type { PredictionRunKind, PredictionRunStatus } from '../store/index.ts';
import type { Refusal } from './errors.ts';

export interface GoalEvent {
  /** What factors call it; null: made from the condition. */
  readonly name: string | null;
  /** What may stand within `xEvent[…]`. */
  readonly condition: string;
}

export interface Goal {
  /** Whether it counts when the events come, or when they do not. */
  readonly occurs: 'will' | 'willNot';
  readonly match: 'all' | 'any';
  readonly events: readonly GoalEvent[];
  readonly windowDays: number;
}

export type PredictionKind = 'conversion' | 'churn' | 'custom';

/** Fixed once it is made. */
export interface Task {
  readonly kind: PredictionKind;
  readonly goal: Goal;
  /** PQL; null: whoever had an event lately. */
  readonly population: string | null;
  /** Conditions on events that the model does not look at. */
  readonly exclusions: readonly string[];
  readonly customEvents: readonly { readonly name: string; readonly condition: string }[];
  /** Dotted paths that make no features. */
  readonly excludedFields: readonly string[];
}

/** Per cent of the people with the highest scores, and of those next to them. */
export interface BucketShares {
  readonly high: number;
  readonly medium: number;
}

export type Frequency = 'off' | 'hourly' | 'daily' | 'weekly' | 'monthly' | 'quarterly';

export interface PredictionSchedule {
  readonly score: Exclude<Frequency, 'quarterly'>;
  readonly train: Exclude<Frequency, 'hourly' | 'daily'>;
  /** Whether people are scored anew when events come about them. */
  readonly refresh: boolean;
}

/** What a run of scoring left. */
export interface ScoredRun {
  readonly run: string;
  readonly modelVersion: number;
  readonly scoredAt: string;
}

/** Scores in force. */
export interface ScoresInForce extends ScoredRun {
  readonly profiles: number;
  /** The scores in force before, kept to tell what has changed. */
  readonly previous?: ScoredRun;
  /** The state of the data that they were made of; none in runs of before scores were refreshed. */
  readonly revision?: number;
  /** Margins that 1, 2, … 99 per cent of these people had at most. */
  readonly percentiles?: readonly number[];
}

export interface NewPrediction {
  readonly name: string;
  /** Null: made from the name. */
  readonly key: string | null;
  readonly description: string;
  readonly task: Task;
  readonly buckets: BucketShares;
  readonly schedule: PredictionSchedule;
}

export interface Prediction extends Omit<NewPrediction, 'key'> {
  readonly id: string;
  readonly key: string;
  /** Version of the model in force. */
  readonly modelVersion: number | null;
  readonly scores: ScoresInForce | null;
  readonly nextScoring: Date | null;
  readonly nextTraining: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly createdBy: string;
}

export interface PredictionChange {
  readonly name?: string;
  readonly description?: string;
  readonly schedule?: PredictionSchedule;
}

export interface Run {
  readonly id: string;
  readonly predictionId: string;
  readonly kind: PredictionRunKind;
  readonly status: PredictionRunStatus;
  readonly step: string;
  /** From 0 to 1. */
  readonly done: number;
  readonly modelVersion: number | null;
  readonly profiles: number | null;
  readonly error: RunError | null;
  readonly startedBy: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

export type RunError = Omit<Refusal, 'details' | 'hint'> & Partial<Pick<Refusal, 'details' | 'hint'>>;
