/** Data Prep: what mapping sets make of records, and the language of their expressions. */
import { z } from 'zod';
import { count, flag } from '../common.ts';
import type { Route } from '../route.ts';
import { headers, limit, offset } from './common.ts';

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

const kept = mappingSet.extend({
  id: z.string(),
  version: count.describe('Counts the changes, from 0'),
  createdDate: z.int().describe('Epoch milliseconds'),
  modifiedDate: z.int().describe('Epoch milliseconds'),
  createdBy: z.string(),
});
const params = z.object({ id: z.string().min(1) });
const validate = z.object({
  validate: flag.default('true').describe('false: kept although something in it cannot be used'),
});

export const dataPrepRoutes = {
  listMappingSets: {
    method: 'GET',
    path: `${base}/mappingSets`,
    summary: 'The mapping sets that are kept, the newest first',
    tag,
    headers,
    query: z.object({ start: offset, limit }),
    responses: { 200: z.object({ data: z.array(kept) }) },
  },
  createMappingSet: {
    method: 'POST',
    path: `${base}/mappingSets`,
    summary: 'Keep a mapping set',
    tag,
    headers,
    query: validate,
    body: mappingSet,
    responses: { 200: kept },
  },
  getMappingSet: {
    method: 'GET',
    path: `${base}/mappingSets/{id}`,
    summary: 'A mapping set',
    tag,
    headers,
    params,
    responses: { 200: kept },
  },
  getMappings: {
    method: 'GET',
    path: `${base}/mappingSets/{id}/mappings`,
    summary: 'The rows of a mapping set',
    tag,
    headers,
    params,
    responses: { 200: mappingSet.shape.mappings },
  },
  replaceMappingSet: {
    method: 'PUT',
    path: `${base}/mappingSets/{id}`,
    summary: 'Replace a mapping set by another version',
    tag,
    headers,
    params,
    query: validate,
    body: mappingSet,
    responses: { 200: kept },
  },
  deleteMappingSet: {
    method: 'DELETE',
    path: `${base}/mappingSets/{id}`,
    summary: 'Delete a mapping set; what was imported by it stays',
    tag,
    headers,
    params,
    responses: { 204: z.undefined() },
  },
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
      target: z
        .enum(['event', 'profile'])
        .optional()
        .describe('What the records become; left out, what the schema of outputSchema is for, or events'),
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
