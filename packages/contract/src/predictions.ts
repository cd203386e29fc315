/** Customer AI: how likely people are to do something, checked on the past, explained person by person, and readable by rules. */
import { z } from 'zod';
import { count, errorEntry, idParams, instant, name, pqlText, rawBody } from './common.ts';
import type { Route } from './route.ts';

export const share = z.number().min(0).max(1);

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
  refresh: z.boolean().default(true).describe('Whether people are scored anew within a minute when events come about them'),
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

const result = z.object({
  name: z.string().describe('Boosted trees, Logistic regression, BG/NBD, Recency rule'),
  auc: z.number(),
  prAuc: z.number(),
  lift10: z.number().describe('How much richer the likeliest tenth is than all'),
  brier: z.number().nullable().describe('Null for a rule that says no probabilities'),
  logLoss: z.number().nullable(),
  parameters: z.record(z.string(), z.number()).optional().describe('Of BG/NBD: r, alpha, a and b, in days'),
});

export const bucketName = z.enum(['Low', 'Medium', 'High']);

const metric = interval.extend({ standardError: z.number() });

const model = z
  .object({
    version: count,
    trainedAt: instant,
    algorithm: z.enum(['boosted', 'logistic']),
    sha256: z.string(),
    seed: z.int(),
    parameters: z.record(z.string(), z.unknown()),
    goal: z.string().describe('In words'),
    population: z.string().describe('In PQL'),
    snapshots: z
      .array(z.object({ at: instant, eligible: count, positives: count, rows: count, trainedOn: z.boolean() }))
      .describe('Instants of the past at which people were looked at, newest first; rows may be a sample'),
    metrics: z
      .object({
        auc: metric,
        prAuc: metric,
        brier: metric,
        logLoss: metric,
        ece: metric,
        lift10: metric,
        slope: z.number(),
        baseRate: share,
      })
      .describe('On the newest window, by a model that knew only what was over before it'),
    contest: z
      .object({
        against: count.describe('Version of the model in force when this one was trained'),
        auc: z.number().describe('Its AUC on the newest window, on the people that this one is judged on'),
        difference: metric.describe('How much more AUC this one has there, both drawn on the same people'),
        fair: z.boolean().describe('Whether the model in force knew nothing of that window, either'),
      })
      .nullable()
      .describe('Null for the first model, and for models of before they were compared'),
    backTest: z
      .array(z.object({ cutOff: instant, rows: count, positives: count, results: z.array(result) }))
      .describe('The same on earlier cut-offs, beside the baselines, newest first'),
    calibration: z.array(z.object({ predicted: z.number(), actual: z.number(), rows: z.number(), from: z.number(), to: z.number() })),
    curve: z
      .array(z.object({ score: z.number(), share, recall: share, fallOut: share, precision: share }))
      .describe('ROC is recall over fallOut; precision over recall is PR'),
    gains: z.array(z.object({ share, captured: share, lift: z.number(), liftOfPart: z.number() })).describe('By tenths, likeliest first'),
    buckets: z.array(z.object({ bucket: bucketName, share, predictedRate: share, actualRate: share })).describe('On the newest window'),
    features: z
      .array(
        z.object({
          code: z.string(),
          label: z.string(),
          family: z.string(),
          kind: z.enum(['numeric', 'categorical']),
          importance: z.number().describe('Mean absolute Shapley value, in log odds'),
          direction: z.enum(['up', 'down', 'mixed']).describe('What greater values do to scores'),
          missing: share,
          dependence: z
            .array(z.object({ label: z.string(), value: z.number().nullable(), contribution: z.number(), rows: count }))
            .describe('Mean Shapley value from that value on, up to the next; null: missing'),
        }),
      )
      .describe('Most important first'),
    leftOut: z.array(z.object({ what: z.string(), reason: z.string() })).describe('What made no feature, and what looked like a leak'),
    warnings: z.array(errorEntry),
    limits: z.array(z.string()),
  })
  .meta({ id: 'PredictionModel' });
export type PredictionModel = z.output<typeof model>;

const driftState = z.enum(['fine', 'warn', 'alert']);

const scores = z
  .object({
    scoredAt: instant,
    modelVersion: count,
    profiles: count,
    distribution: z.array(z.object({ from: count, to: count, profiles: count })).describe('People by score'),
    buckets: z.array(
      z.object({
        bucket: bucketName,
        profiles: count,
        meanProbability: share,
        from: count.describe('Lowest score in it'),
        to: count,
        factors: z
          .array(z.object({ code: z.string(), label: z.string(), direction: z.enum(['up', 'down']), profiles: count }))
          .describe('Most frequent among the strongest of its people'),
      }),
    ),
    drift: z
      .array(z.object({ code: z.string(), label: z.string(), psi: z.number(), ordinary: z.number(), state: driftState }))
      .describe(
        'Population stability index of features since training, worst first: fine below 0.1 and up to what is ordinary between cut-offs of training, alert from 0.25',
      ),
    scoreDrift: z
      .object({ psi: z.number(), state: driftState })
      .nullable()
      .describe('The same of the scores, against the first scoring by this version; null for that one'),
  })
  .meta({ id: 'PredictionScores' });
export type PredictionScores = z.output<typeof scores>;

const came = {
  people: count,
  predictedRate: share.describe('Mean of the probabilities said'),
  actualRate: share.describe('Of them, how many did it'),
  low: share.describe('Where the rate of all such people lies, at 95 %'),
  high: share,
};

const checkedScoring = z
  .object({
    run: z.string(),
    modelVersion: count,
    scoredAt: instant,
    dueAt: instant.describe('When the window is over, and a day for events that come late'),
    status: z.enum(['waiting', 'judged', 'impossible']),
    reason: z.string().nullable().describe('Why it cannot be told'),
    judgedAt: instant.nullable(),
    outcome: z
      .object({
        ...came,
        buckets: z.array(z.object({ bucket: bucketName, ...came })),
        calibration: z.array(z.object({ predicted: z.number(), actual: z.number(), rows: z.number(), from: z.number(), to: z.number() })),
        brier: z.number(),
        auc: interval.nullable().describe('Null where all did the same'),
        rate: z.enum(['asSaid', 'tooHigh', 'tooLow']).describe('tooHigh: more were said to do it than did, beyond chance and by a fifth'),
        ranking: z.enum(['asTested', 'worse']).nullable().describe('worse: the AUC is below that of the test, beyond chance'),
      })
      .nullable()
      .describe('Of those of the scoring that were kept, 20,000 at most'),
  })
  .meta({ id: 'CheckedPredictionScoring' });
export type CheckedPredictionScoring = z.output<typeof checkedScoring>;

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

const modelInShort = z.object({
  version: count,
  trainedAt: instant,
  algorithm: z.enum(['boosted', 'logistic']),
  auc: interval,
  baseRate: share,
  sha256: z.string(),
});

const prediction = z
  .object({
    id: z.string(),
    key: z.string().describe('How rules call it: customerAI.<key>'),
    name,
    ...task,
    ...settings,
    status: z.enum(['draft', 'training', 'ready', 'failed']).describe('ready: there are scores'),
    model: modelInShort.nullable().describe('The model in force; null before the first'),
    scores: z
      .object({ scoredAt: instant, profiles: count, modelVersion: count, nextRun: instant.nullable() })
      .nullable()
      .describe('The scores in force'),
    health: z
      .object({
        state: driftState,
        findings: z.array(
          z.object({
            about: z.enum(['features', 'scores', 'rate', 'ranking']),
            state: z.enum(['warn', 'alert']),
            message: z.string(),
          }),
        ),
      })
      .nullable()
      .describe('Whether the model in force still holds: drift, and what came of what it said. Null before there are scores'),
    lastRun: run.nullable(),
    createdAt: instant,
    updatedAt: instant,
    createdBy: z.string(),
  })
  .meta({ id: 'Prediction' });
export type Prediction = z.output<typeof prediction>;

const tag = 'predictions';
const runParams = z.object({ id: z.string().min(1), runId: z.string().min(1) });

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
  trainPrediction: {
    method: 'POST',
    path: '/api/predictions/{id}/train',
    summary: 'Train a model on the past, test it there, and score everybody with it when it is good enough',
    tag,
    params: idParams,
    responses: { 202: run },
  },
  scorePrediction: {
    method: 'POST',
    path: '/api/predictions/{id}/score',
    summary: 'Score everybody anew with the model in force; the new scores count all at once',
    tag,
    params: idParams,
    responses: { 202: run },
  },
  listPredictionRuns: {
    method: 'GET',
    path: '/api/predictions/{id}/runs',
    summary: 'Runs that trained or scored, newest first',
    tag,
    params: idParams,
    responses: { 200: z.object({ runs: z.array(run) }) },
  },
  getPredictionRun: {
    method: 'GET',
    path: '/api/predictions/{id}/runs/{runId}',
    summary: 'How far a run is, and how it ended',
    tag,
    params: runParams,
    responses: { 200: run },
  },
  cancelPredictionRun: {
    method: 'POST',
    path: '/api/predictions/{id}/runs/{runId}/cancel',
    summary: 'Stop a run; models and scores in force stay as they are',
    tag,
    params: runParams,
    responses: { 202: run },
  },
  getPredictionModel: {
    method: 'GET',
    path: '/api/predictions/{id}/model',
    summary: 'The card of a model: what it was trained on, how good it is, what drives it, what was left out',
    tag,
    params: idParams,
    query: z.object({ version: z.coerce.number().int().min(1).optional().describe('The one in force, else the newest, when left out') }),
    responses: { 200: model },
  },
  listPredictionModels: {
    method: 'GET',
    path: '/api/predictions/{id}/models',
    summary: 'All models that were trained, newest first, and why one did not take over',
    tag,
    params: idParams,
    responses: {
      200: z.object({
        models: z.array(
          modelInShort.extend({
            state: z
              .enum(['pending', 'inForce', 'replaced', 'notTaken'])
              .describe('pending: its run has not ended; replaced: it was in force once; notTaken: it never was'),
            reason: errorEntry
              .nullable()
              .describe('Why the run that trained it did not put it in force; null where it did, or was cancelled'),
          }),
        ),
      }),
    },
  },
  getPredictionScores: {
    method: 'GET',
    path: '/api/predictions/{id}/scores',
    summary: 'How the scores in force lie, bucket by bucket, and how far features have moved',
    tag,
    params: idParams,
    responses: { 200: scores },
  },
  listPredictionOutcomes: {
    method: 'GET',
    path: '/api/predictions/{id}/outcomes',
    summary: 'What scorings said, and what people did when the window was over; newest first',
    tag,
    params: idParams,
    responses: { 200: z.object({ scorings: z.array(checkedScoring) }) },
  },
  exportPredictionScores: {
    method: 'GET',
    path: '/api/predictions/{id}/scores/export',
    summary: 'All scores in force with identities and factors, likeliest first',
    tag,
    params: idParams,
    query: z.object({ format: z.enum(['csv', 'parquet']).default('csv') }),
    produces: 'application/octet-stream',
    responses: { 200: rawBody },
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
