/** Predictions with what lists show of them: their last run, the model in force in short, and whether it still holds. Four queries, however many there are. */
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Database } from '../store/index.ts';
import type { Health } from './health.ts';
import { healthOf } from './health.ts';
import type { Metrics } from './learn/evaluate.ts';
import type { ModelCard } from './model.ts';
import type { CheckedScoring, Outcomes } from './outcomes/outcomes.ts';
import type { Prediction, Run } from './prediction.ts';
import type { Runs } from './runs.ts';
import type { ScoreSummary } from './score/summary.ts';

export type ModelInShort = Pick<ModelCard, 'version' | 'trainedAt' | 'algorithm' | 'metrics' | 'sha256'>;

export interface Overview {
  readonly prediction: Prediction;
  readonly lastRun: Run | null;
  /** The model in force. */
  readonly model: ModelInShort | null;
  /** Null before there are scores. */
  readonly health: Health | null;
}

export interface OverviewParts {
  readonly db: Kysely<Database>;
  readonly runs: Runs;
  readonly outcomes: Outcomes;
}

/** In their order. */
export async function overviewsOf(predictions: readonly Prediction[], { db, runs, outcomes }: OverviewParts): Promise<readonly Overview[]> {
  const ids = predictions.map(({ id }) => id);
  const [lastRuns, lastOutcomes] = [await runs.last(ids), await outcomes.lastJudged(ids)];
  const [models, drifts] = [await modelsInForce(db, ids), await driftsOf(db, predictions)];
  return predictions.map((prediction) => {
    const { id, scores } = prediction;
    const drift = drifts.get(scores?.run ?? '');
    const checked: CheckedScoring | null = lastOutcomes.get(id) ?? null;
    return {
      prediction,
      lastRun: lastRuns.get(id) ?? null,
      model: models.get(id) ?? null,
      health: drift === undefined ? null : healthOf(drift, checked?.modelVersion === prediction.modelVersion ? checked : null),
    };
  });
}

async function modelsInForce(db: Kysely<Database>, ids: readonly string[]): Promise<ReadonlyMap<string, ModelInShort>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('prediction_models as model')
    .innerJoin('predictions as prediction', (join) =>
      join.onRef('prediction.id', '=', 'model.prediction_id').onRef('prediction.model_version', '=', 'model.version'),
    )
    .where('prediction.id', 'in', [...ids])
    .select([
      'prediction.id',
      'model.version',
      sql<string>`model.card ->> 'trainedAt'`.as('trainedAt'),
      sql<ModelCard['algorithm']>`model.card ->> 'algorithm'`.as('algorithm'),
      sql<string>`model.card ->> 'sha256'`.as('sha256'),
      sql<Metrics>`model.card -> 'metrics'`.as('metrics'),
    ])
    .execute();
  return new Map(rows.map(({ id, ...model }) => [id, model]));
}

/** Of the runs in force: the worst of the features, and the scores. */
async function driftsOf(
  db: Kysely<Database>,
  predictions: readonly Prediction[],
): Promise<ReadonlyMap<string, Pick<ScoreSummary, 'drift' | 'scoreDrift'>>> {
  const runs = predictions.flatMap(({ scores }) => (scores === null ? [] : [scores.run]));
  if (runs.length === 0) return new Map();
  const rows = await db
    .selectFrom('prediction_runs')
    .where('id', 'in', runs)
    .select([
      'id',
      sql<ScoreSummary['drift'][number] | null>`summary -> 'drift' -> 0`.as('worst'),
      sql<NonNullable<ScoreSummary['scoreDrift']> | null>`summary -> 'scoreDrift'`.as('scoreDrift'),
    ])
    .execute();
  return new Map(rows.map(({ id, worst, scoreDrift }) => [id, { drift: worst === null ? [] : [worst], scoreDrift }]));
}
