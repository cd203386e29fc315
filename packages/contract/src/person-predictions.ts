/** Customer AI of one person: the scores, what moved them, what has changed, and what the model would say of other values. */
import { z } from 'zod';
import { count, instant } from './common.ts';
import { bucketName, predictionKind, share } from './predictions.ts';
import type { Route } from './route.ts';

const predictionFactor = z
  .object({
    code: z.string().describe('The feature, stable over versions'),
    label: z.string().describe('In plain words, such as "Days since the last purchases"'),
    value: z.string().describe('What it is for this person, such as "12 days"'),
    direction: z.enum(['up', 'down']).describe('Whether it raises the score or lowers it'),
    importance: z.enum(['low', 'medium', 'high']),
    contribution: z.number().describe('Exact Shapley value of its family of features, in log odds'),
  })
  .meta({ id: 'PredictionFactor' });
export type PredictionFactor = z.output<typeof predictionFactor>;

const personScore = {
  score: count.max(100),
  probability: share,
  percentile: z.int().min(1).max(100),
  bucket: bucketName,
  scoredAt: instant,
  modelVersion: count,
};

const factorThen = z
  .object({ code: z.string(), label: z.string(), value: z.string() })
  .describe('The feature that spoke for its family, and what it was for this person');

const personChange = z
  .object({
    ...personScore,
    factors: z
      .array(
        z.object({
          before: factorThen.nullable().describe('Null: not among the strongest then'),
          now: factorThen.nullable().describe('Null: not among the strongest now'),
          difference: z
            .number()
            .nullable()
            .describe('How much more the family raises the score than before, log odds; null where one of the two is not known'),
        }),
      )
      .nullable()
      .describe('What moved the score since, most first; null where another model scored, whose factors are not comparable'),
  })
  .meta({ id: 'PersonPredictionChange' });
export type PersonPredictionChange = z.output<typeof personChange>;

const featureValue = z
  .union([z.number(), z.string(), z.null()])
  .describe('A number, a category by its name, or null for what is not known');

const outlook = z.object({
  score: count.max(100),
  probability: share,
  percentile: z.int().min(1).max(100).nullable().describe('Among the people of the last whole run'),
  bucket: bucketName,
  factors: z.array(predictionFactor).describe('Strongest first'),
});

const tag = 'predictions';

export const personPredictionRoutes = {
  getProfilePredictions: {
    method: 'GET',
    path: '/api/profiles/{namespace}/{id}/predictions',
    summary: 'All scores of a person, each with what moved it',
    tag,
    params: z.object({ namespace: z.string().min(1), id: z.string().min(1) }),
    responses: {
      200: z.object({
        predictions: z.array(
          z.object({
            prediction: z.object({ id: z.string(), key: z.string(), name: z.string(), kind: predictionKind }),
            ...personScore,
            factors: z.array(predictionFactor).describe('Strongest first'),
            previous: personChange.nullable().describe('What it was at the scoring of everybody before; null where they had no score then'),
          }),
        ),
      }),
    },
  },
  askWhatIf: {
    method: 'POST',
    path: '/api/profiles/{namespace}/{id}/predictions/{prediction}/what-if',
    summary: 'What the model says of a person now, and would say with other values of some features: how it decides, no promise',
    tag,
    params: z.object({ namespace: z.string().min(1), id: z.string().min(1), prediction: z.string().min(1) }),
    body: z.object({
      changes: z.record(z.string(), featureValue).default({}).describe('By code of the feature; what is left out stays as it is'),
    }),
    responses: {
      200: z.object({
        prediction: z.object({ id: z.string(), key: z.string(), name: z.string(), kind: predictionKind }),
        modelVersion: count,
        before: outlook.describe('As they are'),
        after: outlook.describe('With the changes'),
        features: z.array(
          z.object({
            code: z.string(),
            label: z.string(),
            family: z.string().describe('What it is about; features of one family move together in life'),
            unit: z.enum(['count', 'days', 'share', 'ratio', 'number', 'hour', 'flag', 'category']),
            value: featureValue,
            words: z.string().describe('The value in words, such as "12 days"'),
            taken: featureValue.describe('What it is taken for: the change, or the value'),
            usual: z
              .object({ low: z.number(), high: z.number() })
              .nullable()
              .describe('Between these most people lay when the model was made; null for categories, and where all were alike'),
            categories: z.array(z.string()).nullable().describe('Those that the model knows; null for numbers'),
          }),
        ),
        warnings: z.array(z.string()),
      }),
    },
  },
} as const satisfies Record<string, Route>;
