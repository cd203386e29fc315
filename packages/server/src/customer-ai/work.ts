/** What runs do: train a model and put it in force, score everybody and go over to the new scores at once. */
import type { Kysely } from 'kysely';
import type { ProfileTables } from '../profile/index.ts';
import type { Database } from '../store/index.ts';
import { literal } from '../store/index.ts';
import type { Champion } from './contest.ts';
import { refusal, RunRefused } from './errors.ts';
import type { GoalParts } from './goal.ts';
import type { ModelCard, Models } from './model.ts';
import { nextTime } from './next-time.ts';
import type { Outcomes } from './outcomes/outcomes.ts';
import type { Prediction, ScoredRun, ScoresInForce } from './prediction.ts';
import type { RunControl, RunOutcome } from './runs.ts';
import { scoreEverybody } from './score/score.ts';
import { requireGood, trainModel } from './train.ts';

export interface PredictionWorkParts extends GoalParts {
  readonly db: Kysely<Database>;
  readonly tables: ProfileTables;
  readonly models: Models;
  readonly outcomes: Outcomes;
  readonly clock: () => Date;
}

/** Of a run that trains, how much of it is training. */
const TRAINING = 0.7;

/** A model that is not good enough is kept to be looked at; what is in force stays. Throws RunRefused. */
export async function trainAndScore(prediction: Prediction, control: RunControl, parts: PredictionWorkParts): Promise<RunOutcome> {
  const { models, db, clock } = parts;
  const version = await models.nextVersion(prediction.id);
  const onProgress = (step: string, done: number): void => control.onProgress(step, TRAINING * done);
  const inUse = prediction.modelVersion === null ? null : await championOf(prediction.id, prediction.modelVersion, models);
  const { card, file } = await trainModel(prediction, { ...control, version, champion: inUse, now: clock(), onProgress }, parts);
  await models.save(prediction.id, control.id, card, file);
  requireGood(card);
  if (inUse !== null) requireNoWorse(card, inUse.card);
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
  const { models, tables, outcomes, db, clock } = parts;
  const now = clock();
  const scoring = { run: id, modelVersion: version, at: now };
  try {
    const file = await models.read(prediction.id, version);
    const { profiles, cuts, margins, summary, ...refreshable } = await scoreEverybody(
      prediction,
      { run: id, version, file, now, signal, onProgress },
      parts,
    );
    if (file.cuts === null) await models.used(prediction.id, version, { cuts, scores: margins });
    const isChecked = await outcomes.keep(prediction, scoring);
    signal.throwIfAborted();
    const previous = previousOf(prediction.scores);
    const scores: ScoresInForce = {
      run: id,
      modelVersion: version,
      scoredAt: now.toISOString(),
      profiles,
      ...refreshable,
      ...(previous !== null && { previous }),
    };
    const scored = { key: prediction.key, title: prediction.name, run: id, previous: previous?.run ?? null };
    await tables.putScores(scored, async () => {
      await db.transaction().execute(async (all) => {
        const due = { score_due: nextTime(prediction.schedule.score, clock()) };
        const change = { ...due, model_version: version, scores: JSON.stringify(scores) };
        await all.updateTable('predictions').set(change).where('id', '=', prediction.id).execute();
        const model = all.updateTable('prediction_models').set({ published: true }).where('prediction_id', '=', prediction.id);
        await model.where('version', '=', version).execute();
        // So that the run has succeeded when the process ends now.
        const found = { model_version: version, profiles, summary: JSON.stringify(summary) };
        await all.updateTable('prediction_runs').set(found).where('id', '=', id).execute();
        if (isChecked) await outcomes.note(all, prediction, scoring);
      });
    });
    // What was in force tells what has changed; what was before that is of no use any more.
    const older = prediction.scores?.previous;
    if (older !== undefined) await tables.clickhouse.command(`ALTER TABLE scores DROP PARTITION ${literal(older.run)}`);
    return { modelVersion: version, profiles, summary };
  } catch (error) {
    await outcomes.discard(id);
    await tables.clickhouse.command(`DELETE FROM scores WHERE run = ${literal(id)} AND run NOT IN ${literal(await keptRuns(db))}`);
    throw error;
  }
}

function previousOf(scores: ScoresInForce | null): ScoredRun | null {
  if (scores === null) return null;
  const { run, modelVersion, scoredAt } = scores;
  return { run, modelVersion, scoredAt };
}

/** The runs whose scores are in force, and those they are compared with. */
export async function keptRuns(db: Kysely<Database>): Promise<readonly string[]> {
  const rows = await db.selectFrom('predictions').select('scores').execute();
  return ['', ...rows.flatMap(({ scores }) => runsOf(scores as ScoresInForce | null))];
}

function runsOf(scores: ScoresInForce | null): readonly string[] {
  if (scores === null) return [];
  return scores.previous === undefined ? [scores.run] : [scores.run, scores.previous.run];
}

async function championOf(prediction: string, version: number, models: Models): Promise<Champion & { readonly card: ModelCard }> {
  const [card, file] = [await models.card(prediction, version), await models.read(prediction, version)];
  return { version, trainedAt: Date.parse(card.trainedAt), file, card };
}

/** Throws RunRefused where the model in force tells more, beyond chance: on the same people, where it knew nothing of them, either. */
function requireNoWorse({ metrics, version, contest }: ModelCard, champion: ModelCard): void {
  const { value, standardError } = metrics.auc;
  const compared = contest?.fair === true ? contest : null;
  const theirs = compared?.auc ?? champion.metrics.auc.value;
  if (compared === null ? champion.metrics.auc.value - 1.96 * standardError <= value : compared.difference.high >= 0) return;
  const where = compared === null ? '' : ' on the same people';
  throw new RunRefused(
    refusal('bad-model', {
      auc: value,
      auc_in_force: theirs,
      message: `Version ${version} tells less${where} (AUC ${value.toFixed(3)}) than version ${champion.version}, which stays in force (${theirs.toFixed(3)}).`,
      hint: 'Look at the drift of the features: what people do may have changed.',
    }),
  );
}
