/** Predictions, runs and models as the API shows them. */
import type { Prediction as PredictionBody, PredictionModel, PredictionRun } from '@kindred/contract';
import type { CustomerAi, ModelCard, Prediction, Run } from '../customer-ai/index.ts';

export async function predictionBody(customerAi: CustomerAi, prediction: Prediction): Promise<PredictionBody> {
  const { id, key, name, description, buckets, schedule, createdBy, modelVersion, scores } = prediction;
  const { goal, exclusions, customEvents, excludedFields, ...about } = prediction.task;
  const [lastRun] = await customerAi.runs.list(id);
  const card = modelVersion === null ? null : await customerAi.model(id, modelVersion);
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
    model: card && modelView(card),
    scores: scores && {
      scoredAt: scores.scoredAt,
      profiles: scores.profiles,
      modelVersion: scores.modelVersion,
      nextRun: prediction.nextScoring?.toISOString() ?? null,
    },
    lastRun: lastRun === undefined ? null : runBody(lastRun),
    createdAt: prediction.createdAt.toISOString(),
    updatedAt: prediction.updatedAt.toISOString(),
  };
}

export function modelView({ version, trainedAt, algorithm, metrics, sha256 }: ModelCard): NonNullable<PredictionBody['model']> {
  const { value, low, high } = metrics.auc;
  return { version, trainedAt, algorithm, auc: { value, low, high }, baseRate: metrics.baseRate, sha256 };
}

function statusOf({ scores }: Prediction, lastRun: Run | undefined): PredictionBody['status'] {
  if (lastRun !== undefined && lastRun.kind === 'train' && lastRun.endedAt === null) return 'training';
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
