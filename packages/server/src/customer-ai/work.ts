/** What runs do: train a model and put it in force, score everybody and go over to the new scores at once. */
import type { Kysely } from 'kysely';
import type { ProfileTables } from '../profile/index.ts';
import type { Database } from '../store/index.ts';
import { literal } from '../store/index.ts';
import { refusal, RunRefused } from './errors.ts';
import type { GoalParts } from './goal.ts';
import type { ModelCard, Models } from './model.ts';
import { nextTime } from './next-time.ts';
import type { Prediction, ScoresInForce } from './prediction.ts';
import type { RunControl, RunOutcome } from './runs.ts';
import { scoreEverybody } from './score/score.ts';
import { requireGood, trainModel } from './train.ts';

export interface PredictionWorkParts extends GoalParts {
  readonly db: Kysely<Database>;
  readonly tables: ProfileTables;
  readonly models: Models;
  readonly clock: () => Date;
}

/** Of a run that trains, how much of it is training. */
const TRAINING = 0.7;

/** A model that is not good enough is kept to be looked at; what is in force stays. Throws RunRefused. */
export async function trainAndScore(prediction: Prediction, control: RunControl, parts: PredictionWorkParts): Promise<RunOutcome> {
  const { models, db, clock } = parts;
  const version = await models.nextVersion(prediction.id);
  const onProgress = (step: string, done: number): void => control.onProgress(step, TRAINING * done);
  const { card, file } = await trainModel(prediction, { ...control, version, now: clock(), onProgress }, parts);
  await models.save(prediction.id, control.id, card, file);
  requireGood(card);
  if (prediction.modelVersion !== null) requireNoWorse(card, await models.card(prediction.id, prediction.modelVersion));
  const due = { train_due: nextTime(prediction.schedule.train, clock()) };
  await db.updateTable('predictions').set(due).where('id', '=', prediction.id).execute();
  const rest = { ...control, onProgress: (step: string, done: number): void => control.onProgress(step, TRAINING + (1 - TRAINING) * done) };
  return await scoreWith(prediction, version, rest, parts);
}

/** What fails before the end leaves the scores in force as they are. Throws RunRefused. */
export async function scoreWith(
  prediction: Prediction,
  version: number,
  { id, signal, onProgress }: RunControl,
  parts: PredictionWorkParts,
): Promise<RunOutcome> {
  const { models, tables, db, clock } = parts;
  const now = clock();
  try {
    const file = await models.read(prediction.id, version);
    const { profiles, cuts, summary, ...refreshable } = await scoreEverybody(
      prediction,
      { run: id, version, file, now, signal, onProgress },
      parts,
    );
    if (file.cuts === null) await models.setCuts(prediction.id, version, cuts);
    signal.throwIfAborted();
    const scores: ScoresInForce = { run: id, modelVersion: version, scoredAt: now.toISOString(), profiles, ...refreshable };
    await tables.putScores({ key: prediction.key, title: prediction.name, run: id }, async () => {
      await db.transaction().execute(async (all) => {
        const due = { score_due: nextTime(prediction.schedule.score, clock()) };
        const change = { ...due, model_version: version, scores: JSON.stringify(scores) };
        await all.updateTable('predictions').set(change).where('id', '=', prediction.id).execute();
        const model = all.updateTable('prediction_models').set({ published: true }).where('prediction_id', '=', prediction.id);
        await model.where('version', '=', version).execute();
        // So that the run has succeeded when the process ends now.
        const found = { model_version: version, profiles, summary: JSON.stringify(summary) };
        await all.updateTable('prediction_runs').set(found).where('id', '=', id).execute();
      });
    });
    // What was in force is of no use any more.
    if (prediction.scores !== null) await tables.clickhouse.command(`ALTER TABLE scores DROP PARTITION ${literal(prediction.scores.run)}`);
    return { modelVersion: version, profiles, summary };
  } catch (error) {
    await tables.clickhouse.command(`DELETE FROM scores WHERE run = ${literal(id)} AND run NOT IN ${literal(await inForce(db))}`);
    throw error;
  }
}

/** The runs whose scores are in force. */
export async function inForce(db: Kysely<Database>): Promise<readonly string[]> {
  const rows = await db.selectFrom('predictions').select('scores').execute();
  return ['', ...rows.flatMap(({ scores }) => (scores === null ? [] : [(scores as ScoresInForce).run]))];
}

/** Throws RunRefused where the model in force told more, beyond chance. */
function requireNoWorse({ metrics, version }: ModelCard, champion: ModelCard): void {
  const least = champion.metrics.auc.value - 1.96 * metrics.auc.standardError;
  if (metrics.auc.value >= least) return;
  throw new RunRefused(
    refusal('bad-model', {
      auc: metrics.auc.value,
      auc_in_force: champion.metrics.auc.value,
      message: `Version ${version} tells less (AUC ${metrics.auc.value.toFixed(3)}) than version ${champion.version}, which stays in force (${champion.metrics.auc.value.toFixed(3)}).`,
      hint: 'Look at the drift of the features: what people do may have changed.',
    }),
  );
}
