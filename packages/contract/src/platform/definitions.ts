/** Segment definitions and conversion of their expressions. */
import { z } from 'zod';
import { ttlInDays } from '../audiences.ts';
import { count, epochMs, epochSeconds, flag, idParams, name, pqlExpression, pqlFormat } from '../common.ts';
import type { Route } from '../route.ts';
import { base, bulkIds, headers, limit, offset, pageOf, PROFILE_MODEL, sandbox, text } from './common.ts';

export const expression = z.object({
  type: z.literal('PQL').default('PQL'),
  format: pqlFormat.default('pql/text'),
  value: pqlExpression,
});
const expressionOutput = z.object({ type: z.literal('PQL'), format: pqlFormat, value: z.string() });
const switchable = z.object({ enabled: z.boolean() });
const evaluationInfo = z.object({ batch: switchable, continuous: switchable, synchronous: switchable });
const off = { enabled: false };
export const evaluationInfoInput = z
  .object({
    batch: switchable.default(off),
    continuous: switchable.default(off).describe('Streaming'),
    synchronous: switchable.default(off).describe('Edge'),
  })
  .refine((info) => Object.values(info).filter(({ enabled }) => enabled).length <= 1, 'an audience has one evaluation method')
  .describe('The method asked for; batch when none is enabled');
export const payloadSchema = z.union([z.string().max(4000), z.record(z.string(), z.unknown())]).optional();
export const schemaReference = z.union([
  z.object({ name: z.literal(PROFILE_MODEL, `only ${PROFILE_MODEL} exists`) }),
  z.object({ id: z.string() }),
]);
export const definition = z
  .object({
    id: z.string(),
    schema: z.object({ name: z.string() }),
    imsOrgId: z.string(),
    sandbox,
    name: z.string(),
    description: z.string(),
    expression: expressionOutput,
    evaluationInfo,
    mergePolicyId: z.string().optional(),
    profileInstanceId: z.string().optional(),
    payloadSchema,
    ttlInDays: z.int().optional(),
    dataGovernancePolicy: z.object({ excludeOptOut: z.boolean() }),
    creationTime: epochMs,
    baselineTime: epochMs.optional().describe('When the present rule was made'),
    updateTime: epochMs,
    createEpoch: epochSeconds,
    updateEpoch: epochSeconds,
    version: count,
  })
  .meta({ id: 'SegmentDefinition' });
export type SegmentDefinition = z.output<typeof definition>;

export const definitionInput = z.object({
  name,
  description: z.string().max(4000).default(''),
  expression,
  schema: schemaReference,
  evaluationInfo: evaluationInfoInput.optional(),
  mergePolicyId: z.string().max(255).optional(),
  profileInstanceId: z.string().max(255).optional(),
  payloadSchema,
  ttlInDays: ttlInDays.optional(),
  dataGovernancePolicy: z
    .object({ excludeOptOut: z.boolean().default(false).describe('Leaves out people with a general opt-out') })
    .optional(),
});

export const definitionRoutes = {
  listDefinitions: {
    method: 'GET',
    path: `${base}/segment/definitions`,
    summary: 'List segment definitions',
    tag: 'segment definitions',
    headers,
    query: z.object({
      start: offset,
      limit,
      page: z.coerce.number().int().min(0).optional().describe('Page number; counts instead of start'),
      sort: text('updateTime:desc').describe('attribute:asc or attribute:desc, comma-separated'),
      'evaluationInfo.batch.enabled': flag.optional(),
      'evaluationInfo.continuous.enabled': flag.optional(),
      'evaluationInfo.synchronous.enabled': flag.optional(),
    }),
    responses: {
      200: z.object({ segments: z.array(definition), page: z.object(pageOf), link: z.object({ next: z.string().optional() }) }),
    },
  },
  createDefinition: {
    method: 'POST',
    path: `${base}/segment/definitions`,
    summary: 'Create a segment definition',
    tag: 'segment definitions',
    headers,
    body: definitionInput,
    responses: { 200: definition },
  },
  getDefinition: {
    method: 'GET',
    path: `${base}/segment/definitions/{id}`,
    summary: 'One segment definition',
    tag: 'segment definitions',
    headers,
    params: idParams,
    responses: { 200: definition },
  },
  updateDefinition: {
    method: 'PATCH',
    path: `${base}/segment/definitions/{id}`,
    summary: 'Overwrite a segment definition with a full object',
    tag: 'segment definitions',
    headers,
    params: idParams,
    body: definitionInput,
    responses: { 200: definition },
  },
  deleteDefinition: {
    method: 'DELETE',
    path: `${base}/segment/definitions/{id}`,
    summary: 'Delete a segment definition; refused while another one refers to it',
    tag: 'segment definitions',
    headers,
    params: idParams,
    responses: { 200: z.object({ status: z.boolean(), message: z.string() }) },
  },
  bulkGetDefinitions: {
    method: 'POST',
    path: `${base}/segment/definitions/bulk-get`,
    summary: 'Several segment definitions by id; unknown ids are left out',
    tag: 'segment definitions',
    access: 'read',
    headers,
    body: bulkIds,
    responses: { 207: z.object({ results: z.record(z.string(), definition) }) },
  },
  convertExpression: {
    method: 'POST',
    path: `${base}/segment/conversion`,
    summary: 'A rule in the other format: text as pql/json, pql/json as text',
    tag: 'segment definitions',
    access: 'read',
    headers,
    body: definitionInput
      .partial({ name: true, schema: true })
      .extend({ ttlInDays: count.optional() })
      .describe('A definition; only its description, expression and ttlInDays count'),
    responses: {
      200: z.object({
        ttlInDays: count.optional(),
        imsOrgId: z.string(),
        sandbox,
        description: z.string(),
        expression: expressionOutput,
      }),
    },
  },
} as const satisfies Record<string, Route>;
