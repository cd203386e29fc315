/** Predictions over HTTP. */
import type { Prediction as PredictionBody } from '@kindred/contract';
import type { Prediction, Task } from '../../customer-ai/index.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type PredictionRoutes =
  | 'previewPrediction'
  | 'listPredictions'
  | 'createPrediction'
  | 'getPrediction'
  | 'updatePrediction'
  | 'clonePrediction'
  | 'deletePrediction';

export function predictionHandlers({ customerAi }: Rooms): Handlers<PredictionRoutes> {
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
      return { predictions: (await customerAi.list()).map(predictionBody) };
    },
    async createPrediction({ body, request }) {
      const { name, key = null, description, buckets, schedule } = body;
      const given = { name, key, description, task: taskOf(body), buckets, schedule };
      return predictionBody(await customerAi.create(given, request.caller.name));
    },
    getPrediction: async ({ params }) => predictionBody(await customerAi.get(params.id)),
    async updatePrediction({ params, body: { name, description, schedule } }) {
      const change = {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        ...(schedule !== undefined && { schedule }),
      };
      return predictionBody(await customerAi.update(params.id, change));
    },
    clonePrediction: async ({ params, body, request }) => predictionBody(await customerAi.clone(params.id, body.name, request.caller.name)),
    async deletePrediction({ params }) {
      await customerAi.delete(params.id);
      return undefined;
    },
  };
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

function predictionBody(prediction: Prediction): PredictionBody {
  const { id, key, name, description, buckets, schedule, createdBy } = prediction;
  const { goal, exclusions, customEvents, excludedFields, ...about } = prediction.task;
  const events = goal.events.map(({ name: called, condition }) => ({ condition, ...(called !== null && { name: called }) }));
  return {
    id,
    key,
    name,
    description,
    buckets,
    schedule,
    createdBy,
    ...about,
    goal: { ...goal, events },
    exclusions: [...exclusions],
    customEvents: [...customEvents],
    excludedFields: [...excludedFields],
    status: 'draft',
    model: null,
    scores: null,
    lastRun: null,
    createdAt: prediction.createdAt.toISOString(),
    updatedAt: prediction.updatedAt.toISOString(),
  };
}
