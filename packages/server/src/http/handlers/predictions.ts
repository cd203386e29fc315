/** Predictions over HTTP. */
import type { Prediction as PredictionBody } from '@kindred/contract';
import type { Prediction, Task } from '../../customer-ai/index.ts';
import { ordinalOf } from '../find-profile.ts';
import { cardBody, checkedBody, modelView, predictionBody, runBody } from '../predictions.ts';
import type { Rooms } from '../rooms.ts';
import { scoresFile } from '../scores-file.ts';
import type { Handlers } from '../serve.ts';

type DefinitionRoutes =
  | 'previewPrediction'
  | 'listPredictions'
  | 'createPrediction'
  | 'getPrediction'
  | 'updatePrediction'
  | 'clonePrediction'
  | 'deletePrediction';

type RunRoutes = 'trainPrediction' | 'scorePrediction' | 'listPredictionRuns' | 'getPredictionRun' | 'cancelPredictionRun';

type ResultRoutes =
  | 'getPredictionModel'
  | 'listPredictionModels'
  | 'getPredictionScores'
  | 'listPredictionOutcomes'
  | 'exportPredictionScores';

type PersonRoutes = 'getProfilePredictions' | 'askWhatIf';

export function predictionHandlers(rooms: Rooms): Handlers<DefinitionRoutes | RunRoutes | ResultRoutes | PersonRoutes> {
  return { ...definitionHandlers(rooms), ...runHandlers(rooms), ...resultHandlers(rooms), ...personHandlers(rooms) };
}

function definitionHandlers({ customerAi }: Rooms): Handlers<DefinitionRoutes> {
  const bodyOf = async (prediction: Prediction): Promise<PredictionBody> => {
    const [overview] = await customerAi.overviews([prediction]);
    if (overview === undefined) throw new Error('one prediction has one overview');
    return predictionBody(overview);
  };
  return {
    async previewPrediction({ body, signal }) {
      const { cutOff, refusals, warnings, events, ...counts } = await customerAi.readiness(taskOf(body), signal);
      return {
        ...counts,
        cutOff: cutOff.toISOString(),
        events: [...events],
        ready: refusals.length === 0,
        refusals: [...refusals],
        warnings: [...warnings],
      };
    },
    async listPredictions() {
      return { predictions: (await customerAi.overviews(await customerAi.list())).map(predictionBody) };
    },
    async createPrediction({ body, request }) {
      const { name, key = null, description, buckets, schedule } = body;
      const given = { name, key, description, task: taskOf(body), buckets, schedule };
      return await bodyOf(await customerAi.create(given, request.caller.name));
    },
    getPrediction: async ({ params }) => await bodyOf(await customerAi.get(params.id)),
    async updatePrediction({ params, body: { name, description, schedule } }) {
      const change = {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        ...(schedule !== undefined && { schedule }),
      };
      return await bodyOf(await customerAi.update(params.id, change));
    },
    async clonePrediction({ params, body, request }) {
      return await bodyOf(await customerAi.clone(params.id, body.name, request.caller.name));
    },
    async deletePrediction({ params }) {
      await customerAi.delete(params.id);
      return undefined;
    },
  };
}

function runHandlers({ customerAi }: Rooms): Handlers<RunRoutes> {
  return {
    trainPrediction: async ({ params, request }) => runBody(await customerAi.train(params.id, request.caller.name)),
    scorePrediction: async ({ params, request }) => runBody(await customerAi.score(params.id, request.caller.name)),
    async listPredictionRuns({ params }) {
      await customerAi.get(params.id);
      return { runs: (await customerAi.runs.list(params.id)).map(runBody) };
    },
    getPredictionRun: async ({ params }) => runBody(await customerAi.runs.get(params.id, params.runId)),
    cancelPredictionRun: async ({ params }) => runBody(await customerAi.runs.cancel(params.id, params.runId)),
  };
}

function resultHandlers({ customerAi, stores }: Rooms): Handlers<ResultRoutes> {
  return {
    getPredictionModel: async ({ params, query }) => cardBody(await customerAi.model(params.id, query.version)),
    async listPredictionModels({ params }) {
      const models = await customerAi.models(params.id);
      return { models: models.map(({ card, state, reason }) => ({ ...modelView(card), state, reason: reason && { ...reason } })) };
    },
    async getPredictionScores({ params }) {
      const { distribution, buckets, drift, scoreDrift = null } = await customerAi.summary(params.id);
      const { scores } = await customerAi.get(params.id);
      if (scores === null) throw new Error('scores that have a summary are in force');
      const { scoredAt, modelVersion, profiles } = scores;
      return {
        scoredAt,
        modelVersion,
        profiles,
        distribution: [...distribution],
        buckets: buckets.map((bucket) => ({ ...bucket, factors: [...bucket.factors] })),
        drift: drift.map(({ ordinary = 0, ...each }) => ({ ...each, ordinary })),
        scoreDrift,
      };
    },
    listPredictionOutcomes: async ({ params }) => ({ scorings: (await customerAi.outcomes(params.id)).map(checkedBody) }),
    async exportPredictionScores({ params, query: { format }, reply, signal }) {
      const sql = await customerAi.exportSql(params.id);
      const { key } = await customerAi.get(params.id);
      reply.header('content-disposition', `attachment; filename="${key}.${format}"`);
      return await scoresFile(stores.clickhouse, sql, format, signal);
    },
  };
}

function personHandlers(rooms: Rooms): Handlers<PersonRoutes> {
  const { customerAi } = rooms;
  return {
    async getProfilePredictions({ params }) {
      const found = await customerAi.scoresOf(ordinalOf(rooms, params));
      return {
        predictions: found.map(({ prediction, scoredAt, factors, previous, ...score }) => ({
          ...score,
          prediction: nameOf(prediction),
          scoredAt: scoredAt.toISOString(),
          factors: [...factors],
          previous: previous && {
            ...previous,
            scoredAt: previous.scoredAt.toISOString(),
            factors: previous.factors && [...previous.factors],
          },
        })),
      };
    },
    async askWhatIf({ params, body: { changes }, signal }) {
      const profile = ordinalOf(rooms, params);
      const prediction = await customerAi.get(params.prediction);
      const { before, after, features, warnings, modelVersion } = await customerAi.whatIf(
        prediction.id,
        profile,
        new Map(Object.entries(changes)),
        signal,
      );
      return {
        prediction: nameOf(prediction),
        modelVersion,
        before: { ...before, factors: [...before.factors] },
        after: { ...after, factors: [...after.factors] },
        features: features.map((feature) => ({ ...feature, categories: feature.categories && [...feature.categories] })),
        warnings: [...warnings],
      };
    },
  };
}

function nameOf({ id, key, name, task }: Prediction) {
  return { id, key, name, kind: task.kind };
}

interface TaskBody extends Omit<Task, 'goal'> {
  readonly goal: Omit<Task['goal'], 'events'> & {
    readonly events: readonly { readonly name?: string | undefined; readonly condition: string }[];
  };
}

function taskOf({ kind, goal, population, exclusions, customEvents, excludedFields }: TaskBody): Task {
  const events = goal.events.map(({ name = null, condition }) => ({ name, condition }));
  return { kind, goal: { ...goal, events }, population, exclusions, customEvents, excludedFields };
}
