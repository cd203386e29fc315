/** Predictions, runs and models as the API shows them. */
import type { CheckedPredictionScoring, Prediction as PredictionBody, PredictionModel, PredictionRun } from '@kindred/contract';
import type { CheckedScoring, ModelCard, Overview, Prediction, Run } from '../customer-ai/index.ts';

export function predictionBody({ prediction, lastRun, model, health }: Overview): PredictionBody {
  const { id, key, name, description, buckets, schedule, createdBy, scores } = prediction;
  const { goal, exclusions, customEvents, excludedFields, ...about } = prediction.task;
  return {
    id,
    key,
    name,
    description,
    buckets,
    schedule,
    createdBy,
    ...about,
    goal: { ...goal, events: goal.events.map(({ name: called, condition }) => ({ condition, ...(called !== null && { name: called }) })) },
    exclusions: [...exclusions],
    customEvents: [...customEvents],
    excludedFields: [...excludedFields],
    status: statusOf(prediction, lastRun),
    model: model && modelView(model),
    scores: scores && {
      scoredAt: scores.scoredAt,
      profiles: scores.profiles,
      modelVersion: scores.modelVersion,
      nextRun: prediction.nextScoring?.toISOString() ?? null,
    },
    health: health && { state: health.state, findings: [...health.findings] },
    lastRun: lastRun && runBody(lastRun),
    createdAt: prediction.createdAt.toISOString(),
    updatedAt: prediction.updatedAt.toISOString(),
  };
}

export function modelView({
  version,
  trainedAt,
  algorithm,
  metrics,
  sha256,
}: NonNullable<Overview['model']>): NonNullable<PredictionBody['model']> {
  const { value, low, high } = metrics.auc;
  return { version, trainedAt, algorithm, auc: { value, low, high }, baseRate: metrics.baseRate, sha256 };
}

function statusOf({ scores }: Prediction, lastRun: Run | null): PredictionBody['status'] {
  if (lastRun?.kind === 'train' && lastRun.endedAt === null) return 'training';
  if (scores !== null) return 'ready';
  return lastRun?.status === 'failed' ? 'failed' : 'draft';
}

export function runBody({ createdAt, startedAt, endedAt, error, ...run }: Run): PredictionRun {
  return {
    ...run,
    error: error && { ...error },
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}

export function checkedBody({ scoredAt, dueAt, judgedAt, outcome, ...checked }: CheckedScoring): CheckedPredictionScoring {
  return {
    ...checked,
    scoredAt: scoredAt.toISOString(),
    dueAt: dueAt.toISOString(),
    judgedAt: judgedAt?.toISOString() ?? null,
    outcome: outcome && { ...outcome, buckets: [...outcome.buckets], calibration: [...outcome.calibration] },
  };
}

export function cardBody(card: ModelCard): PredictionModel {
  return {
    ...card,
    snapshots: [...card.snapshots],
    backTest: card.backTest.map(({ at, results, ...counts }) => ({ ...counts, cutOff: new Date(at).toISOString(), results: [...results] })),
    calibration: [...card.calibration],
    curve: [...card.curve],
    gains: [...card.gains],
    buckets: [...card.buckets],
    features: card.features.map((feature) => ({ ...feature, dependence: [...feature.dependence] })),
    leftOut: [...card.leftOut],
    warnings: [...card.warnings],
    limits: [...card.limits],
    contest: card.contest ?? null,
  };
}
