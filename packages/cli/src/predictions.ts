/** Predictions as commands name, train and show them. */
import type { Client, Prediction, PredictionModel, PredictionRun } from '@kindred/contract';
import { routes } from '@kindred/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from './exit-codes.ts';
import { formatNumber, table } from './output.ts';
import { createProgress } from './progress.ts';

/** How often to ask, in ms. */
const INTERVAL = 300;

/** An id wins over a name, a name over a key. */
export async function findPrediction(client: Client, wanted: string): Promise<Prediction> {
  const { predictions } = await client.call(routes.listPredictions);
  for (const by of ['id', 'name', 'key'] as const) {
    const found = predictions.find((each) => each[by] === wanted);
    if (found) return found;
  }
  throw new CommandError('notFound', `there is no prediction "${wanted}"`, 'See ./kindred predict list.');
}

/** Shows progress on standard error; throws CommandError when the run fails or is cancelled. */
export async function followRun(client: Client, { id, name }: Prediction, started: PredictionRun): Promise<PredictionRun> {
  const progress = createProgress();
  let run = started;
  try {
    while (run.endedAt === null) {
      await sleep(INTERVAL);
      run = await client.call(routes.getPredictionRun, { params: { id, runId: run.id } });
      progress.update(run.done, `${name}: ${run.step}`);
    }
  } finally {
    progress.end();
  }
  if (run.status === 'succeeded') return run;
  const reason = run.error?.message ?? `the run was ${run.status}`;
  throw new CommandError(run.error === null ? 'failure' : 'invalid', `${name}: ${reason}`, run.error?.hint);
}

/** Trains, scores, and gives the prediction as it is then. */
export async function trainNow(client: Client, prediction: Prediction): Promise<Prediction> {
  await followRun(client, prediction, await client.call(routes.trainPrediction, { params: { id: prediction.id } }));
  return await client.call(routes.getPrediction, { params: { id: prediction.id } });
}

export function describePrediction({ name, key, id, status, description, goal, model, scores, health, lastRun }: Prediction): string {
  const events = goal.events.map((event) => event.name ?? event.condition).join(goal.match === 'all' ? ' and ' : ' or ');
  return [
    `${name}  (${id}, ${status})`,
    ...(description === '' ? [] : [description]),
    `Goal    ${events} ${goal.occurs === 'will' ? 'within' : 'not within'} ${goal.windowDays} days`,
    `Rules   customerAI.${key}.score, .probability, .percentile, .bucket, .factors`,
    ...(model === null
      ? []
      : [
          `Model   version ${model.version}, ${model.algorithm}, AUC ${model.auc.value.toFixed(3)} (${model.auc.low.toFixed(3)}–${model.auc.high.toFixed(3)})`,
        ]),
    ...(scores === null ? [] : [`Scores  ${formatNumber(scores.profiles)} people, ${scores.scoredAt}`]),
    ...(health?.findings ?? []).map(({ message }) => `Beware  ${message}`),
    ...(lastRun?.error ? [`Failed  ${lastRun.error.message}`] : []),
  ].join('\n');
}

/** Features shown of a model. */
const SHOWN = 12;

export function describeModel({ contest, backTest, buckets, features, leftOut, warnings }: PredictionModel): string {
  const tests = backTest.flatMap(({ cutOff, results }) =>
    results.map((each) => [cutOff.slice(0, 10), each.name, each.auc.toFixed(3), each.lift10.toFixed(2), each.brier?.toFixed(4) ?? null]),
  );
  const per = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return [
    table(['cut-off', 'by', 'AUC', 'lift of the first tenth', 'Brier'], tests),
    ...(contest === null ? [] : [contestWords(contest)]),
    table(
      ['bucket', 'people', 'predicted', 'came true'],
      buckets.map((each) => [each.bucket, per(each.share), per(each.predictedRate), per(each.actualRate)]),
    ),
    table(
      ['what drives it', 'strength', 'greater values'],
      features.slice(0, SHOWN).map((each) => [each.label, each.importance.toFixed(3), DIRECTIONS[each.direction]]),
    ),
    ...(leftOut.length === 0
      ? []
      : [
          table(
            ['left out', 'because'],
            leftOut.map(({ what, reason }) => [what, reason]),
          ),
        ]),
    ...warnings.map(({ message }) => `Beware: ${message}`),
  ].join('\n\n');
}

function contestWords({ against, auc, difference: { value, low, high }, fair }: NonNullable<PredictionModel['contest']>): string {
  const [more, least, most] = [value, low, high].map((each) => `${each >= 0 ? '+' : '−'}${Math.abs(each).toFixed(3)}`);
  const known = fair ? '' : '; that one had seen some of these outcomes';
  return `Beside version ${against} on the same people (AUC ${auc.toFixed(3)}): ${more} (95 %: ${least} to ${most})${known}`;
}

const DIRECTIONS = { up: 'raise scores', down: 'lower scores', mixed: 'it depends' } as const;
