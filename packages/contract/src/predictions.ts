/** Customer AI: how likely people are to do something, checked on the past, explained person by person, and readable by rules. */
import { z } from 'zod';
import { count, errorEntry, idParams, instant, name, pqlText } from './common.ts';
import type { Route } from './route.ts';

const share = z.number().min(0).max(1);

const eventCondition = pqlText.describe('PQL about one event, as within xEvent[…], such as eventType = "commerce.purchases"');

const goalEvent = z.object({
  name: z.string().trim().min(1).max(100).optional().describe('What factors call it; made from the condition when left out'),
  condition: eventCondition,
});

const goal = z.object({
  occurs: z.enum(['will', 'willNot']).default('will').describe('Whether it counts when the events come, or when they do not'),
  match: z.enum(['all', 'any']).default('any').describe('Whether each of the events has to come, or one of them'),
  events: z.array(goalEvent).min(1).max(10),
  windowDays: z.int().min(1).max(365).describe('Days after the cut-off in which they come or do not'),
});

export const predictionKind = z.enum(['conversion', 'churn', 'custom']);

const frequency = z.enum(['off', 'hourly', 'daily', 'weekly', 'monthly']);

const schedule = z.object({
  score: frequency.default('off').describe('How often everybody is scored anew'),
  train: z
    .enum(['off', 'weekly', 'monthly', 'quarterly'])
    .default('off')
    .describe('How often a new model is trained; it counts if it is no worse'),
});

const buckets = z
  .object({
    high: z.number().min(0.1).max(99).default(10).describe('Per cent of the people with the highest scores when the model was made'),
    medium: z.number().min(0.1).max(99).default(30).describe('Per cent of the people next to them'),
  })
  .refine(({ high, medium }) => high + medium < 100, 'the high and the medium bucket together have less than 100 per cent');

/** What a model is about; it cannot change once it is made: clone it. */
const task = {
  kind: predictionKind,
  goal,
  population: pqlText.nullable().default(null).describe('PQL of those whom it is about; null: whoever had an event in the last 45 days'),
  exclusions: z.array(eventCondition).max(20).default([]).describe('Events that the model does not look at'),
  customEvents: z
    .array(z.object({ name: z.string().trim().min(1).max(100), condition: eventCondition }))
    .max(20)
    .default([])
    .describe('Events that get features of their own, under a name that people understand'),
  excludedFields: z.array(z.string().min(1)).max(500).default([]).describe('Paths that make no features, such as person.gender'),
};

export const predictionTask = z.object(task);

const settings = {
  description: z.string().max(1000).default(''),
  buckets: buckets.prefault({}),
  schedule: schedule.prefault({}),
};

const newPrediction = z.object({
  name,
  key: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9]{0,39}$/, 'begins with a letter, and has letters and digits only, 40 at most')
    .optional()
    .describe('How rules call it: customerAI.<key>.score; made from the name when left out'),
  ...task,
  ...settings,
});

/** What the data says about a task, before anything is trained. */
const readiness = z.object({
  cutOff: instant.describe('The newest instant whose outcomes are known'),
  eligible: count.describe('People it is about at the cut-off'),
  positives: count.describe('Those with the outcome in the window after it'),
  negatives: count,
  baseRate: share.nullable().describe('Positives of those eligible; null when nobody is'),
  daysPresent: count.describe('Days of events there are'),
  daysNeeded: count.describe('Look-back of the population (30 at least) and two outcome windows'),
  events: z.array(z.object({ condition: z.string(), people: count, events: count })).describe('Matches of each goal event in the window'),
  ready: z.boolean(),
  refusals: z.array(errorEntry).describe('What forbids training, with documented codes (400, 401, 407, …) in details.status'),
  warnings: z.array(errorEntry).describe('What makes a model weaker'),
});
export type PredictionReadiness = z.output<typeof readiness>;

const interval = z.object({ value: z.number(), low: z.number(), high: z.number() }).describe('With its 95 % interval by bootstrap');

const run = z
  .object({
    id: z.string(),
    predictionId: z.string(),
    kind: z.enum(['train', 'score']),
    status: z.enum(['queued', 'running', 'cancelling', 'cancelled', 'failed', 'succeeded']),
    step: z.string().describe('What is being done, in words'),
    done: share.describe('How much of it is done'),
    modelVersion: count.nullable().describe('The version it made or used'),
    profiles: count.nullable().describe('People scored'),
    error: errorEntry.nullable().describe('Why it failed; details.status has the documented code, details.key its name'),
    startedBy: z.string(),
    createdAt: instant,
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'PredictionRun' });
export type PredictionRun = z.output<typeof run>;

const prediction = z
  .object({
    id: z.string(),
    key: z.string().describe('How rules call it: customerAI.<key>'),
    name,
    ...task,
    ...settings,
    status: z.enum(['draft', 'training', 'ready', 'failed']).describe('ready: there are scores'),
    model: z
      .object({
        version: count,
        trainedAt: instant,
        algorithm: z.enum(['boosted', 'logistic']),
        auc: interval,
        baseRate: share,
        sha256: z.string(),
      })
      .nullable()
      .describe('The model in force; null before the first'),
    scores: z
      .object({ scoredAt: instant, profiles: count, modelVersion: count, nextRun: instant.nullable() })
      .nullable()
      .describe('The scores in force'),
    lastRun: run.nullable(),
    createdAt: instant,
    updatedAt: instant,
    createdBy: z.string(),
  })
  .meta({ id: 'Prediction' });
export type Prediction = z.output<typeof prediction>;

const tag = 'predictions';

export const predictionRoutes = {
  previewPrediction: {
    method: 'POST',
    path: '/api/predictions/preview',
    summary: 'How many people a goal is about, how many reach it, and whether the history is long enough',
    tag,
    access: 'read',
    body: predictionTask,
    responses: { 200: readiness },
  },
  listPredictions: {
    method: 'GET',
    path: '/api/predictions',
    summary: 'All predictions, newest first',
    tag,
    responses: { 200: z.object({ predictions: z.array(prediction) }) },
  },
  createPrediction: {
    method: 'POST',
    path: '/api/predictions',
    summary: 'Define a prediction; training is a step of its own',
    tag,
    body: newPrediction,
    responses: { 201: prediction },
  },
  getPrediction: {
    method: 'GET',
    path: '/api/predictions/{id}',
    summary: 'One prediction',
    tag,
    params: idParams,
    responses: { 200: prediction },
  },
  updatePrediction: {
    method: 'PATCH',
    path: '/api/predictions/{id}',
    summary: 'Change the name, the description or the schedule; everything else is fixed: clone it',
    tag,
    params: idParams,
    body: z.object({ name: name.optional(), description: z.string().max(1000).optional(), schedule: schedule.optional() }),
    responses: { 200: prediction },
  },
  clonePrediction: {
    method: 'POST',
    path: '/api/predictions/{id}/clone',
    summary: 'A new prediction with the same definition, without a model',
    tag,
    params: idParams,
    body: z.object({ name }),
    responses: { 201: prediction },
  },
  deletePrediction: {
    method: 'DELETE',
    path: '/api/predictions/{id}',
    summary: 'Delete a prediction with its models, its scores and the fields that rules read',
    tag,
    params: idParams,
    responses: { 204: z.undefined() },
  },
} as const satisfies Record<string, Route>;
