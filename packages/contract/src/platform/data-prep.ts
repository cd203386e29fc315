/** Data Prep: what mapping sets make of records, and the language of their expressions. */
import { z } from 'zod';
import { count } from '../common.ts';
import type { Route } from '../route.ts';
import { headers } from './common.ts';

const tag = 'data prep';
const base = '/data/foundation/conversion';

const record = z.record(z.string(), z.unknown());
const mappingSet = z.looseObject({
  outputSchema: z.looseObject({ schemaRef: z.looseObject({ id: z.string() }).optional() }).optional(),
  mappings: z
    .array(
      z.looseObject({
        sourceType: z.string().optional().describe('ATTRIBUTE or EXPRESSION; ATTRIBUTE when left out'),
        source: z.string().describe('A path of the record, or an expression'),
        destination: z.string().describe('A path of XDM'),
      }),
    )
    .min(1)
    .max(5000),
});

export const dataPrepRoutes = {
  previewMappingSet: {
    method: 'POST',
    path: `${base}/mappingSets/preview`,
    summary: 'What a mapping set makes of some records; nothing is stored',
    tag,
    headers,
    access: 'read',
    body: z.object({
      data: z.union([record, z.array(record).min(1).max(1000)]),
      mappingSet,
      target: z.enum(['event', 'profile']).default('event').describe('What the records become'),
    }),
    responses: {
      200: z.array(
        z.object({
          data: record.describe('The document, with the fields that could be made'),
          errors: z.array(z.object({ field: z.string(), message: z.string() })),
        }),
      ),
    },
  },
  listMappingFunctions: {
    method: 'GET',
    path: `${base}/languages/el/functions`,
    summary: 'The functions of expressions, by family',
    tag,
    headers,
    responses: {
      200: z.array(
        z.object({
          name: z.string(),
          family: z.string(),
          syntax: z.string(),
          returns: z.string(),
          doc: z.string(),
          examples: z.array(z.object({ expression: z.string(), value: z.unknown() })),
        }),
      ),
    },
  },
  validateMappingExpression: {
    method: 'POST',
    path: `${base}/languages/el/validate`,
    summary: 'Whether an expression can be used, what is wrong with it, and its value for a record',
    tag,
    headers,
    access: 'read',
    body: z.object({
      expression: z.string().max(100_000),
      mappingSetId: z.string().optional().describe('Accepted'),
      sampleData: z.union([z.string(), record]).optional().describe('A record, also as JSON text'),
      sampleDataType: z.string().optional().describe('Accepted'),
    }),
    responses: {
      200: z.object({
        valid: z.boolean(),
        errors: z.array(z.object({ message: z.string(), hint: z.string().nullable(), from: count, to: count })),
        result: z.unknown().optional().describe('For sampleData'),
      }),
    },
  },
} as const satisfies Record<string, Route>;
