/** Computed attributes: fields of the profile that stand for an expression about it. */
import { z } from 'zod';
import { count, epochSeconds, idParams } from '../common.ts';
import type { Route } from '../route.ts';
import { headers, offset, PROFILE_MODEL, sandbox } from './common.ts';

const duration = z
  .object({ count: z.int().min(1), unit: z.enum(['HOURS', 'DAYS', 'WEEKS', 'MONTHS']) })
  .describe('Only events of that long before count; all of them when left out');
const expression = z.object({
  type: z.literal('PQL').default('PQL'),
  format: z.literal('pql/text').default('pql/text'),
  value: z.string(),
});
const status = z.enum(['DRAFT', 'PROCESSED', 'INACTIVE', 'FAILED']);

export const computedAttribute = z
  .object({
    id: z.string(),
    type: z.literal('ComputedAttribute'),
    name: z.string(),
    displayName: z.string(),
    description: z.string(),
    imsOrgId: z.string(),
    sandbox,
    path: z.string().describe('Where it is in the profile'),
    expression,
    duration: duration.optional(),
    keepCurrent: z.boolean(),
    status: status.describe('FAILED: it cannot be computed any more, because the schema has changed'),
    returnSchema: z.object({ 'meta:xdmType': z.string() }),
    schema: z.object({ name: z.literal(PROFILE_MODEL) }),
    createEpoch: epochSeconds,
    updateEpoch: epochSeconds,
    createdBy: z.string(),
  })
  .meta({ id: 'ComputedAttribute' });
export type ComputedAttributeBody = z.output<typeof computedAttribute>;

const path = '/data/core/ca/attributes';
const tag = 'computed attributes';

export const computedAttributeRoutes = {
  listComputedAttributes: {
    method: 'GET',
    path,
    summary: 'List computed attributes',
    tag,
    headers,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(40).default(20),
      offset,
      sortBy: z.enum(['name', '-name', 'createEpoch', '-createEpoch', 'updateEpoch', '-updateEpoch', 'status', '-status']).optional(),
      property: z.string().optional().describe('status==PROCESSED or name==…'),
    }),
    responses: {
      200: z.object({
        _links: z.object({ next: z.object({ href: z.string() }).optional() }),
        computedAttributes: z.array(computedAttribute),
        _page: z.object({ offset: count, limit: count, count, totalCount: count }),
      }),
    },
  },
  createComputedAttribute: {
    method: 'POST',
    path,
    summary: 'Create a computed attribute',
    description: `In use at once unless it is a DRAFT, for every profile and at every instant: rules that read it are evaluated as if its expression stood there.`,
    tag,
    headers,
    body: z.object({
      name: z.string().describe('Letters and digits'),
      displayName: z.string().optional(),
      description: z.string().default(''),
      expression,
      duration: duration.optional(),
      keepCurrent: z.boolean().default(true).describe('Kept as it comes: values are always current'),
      status: z.enum(['DRAFT', 'NEW']).default('NEW'),
    }),
    responses: { 200: computedAttribute },
  },
  getComputedAttribute: {
    method: 'GET',
    path: `${path}/{id}`,
    summary: 'One computed attribute',
    tag,
    headers,
    params: idParams,
    responses: { 200: computedAttribute },
  },
  updateComputedAttribute: {
    method: 'PATCH',
    path: `${path}/{id}`,
    summary: 'Put a computed attribute in use, or out of it',
    description: 'One that an audience or another computed attribute reads stays in use.',
    tag,
    headers,
    params: idParams,
    body: z.object({ status: z.enum(['NEW', 'PROCESSED', 'INACTIVE', 'DISABLED']) }),
    responses: { 200: computedAttribute },
  },
  deleteComputedAttribute: {
    method: 'DELETE',
    path: `${path}/{id}`,
    summary: 'Delete a computed attribute that is not in use',
    tag,
    headers,
    params: idParams,
    responses: { 202: z.object({}) },
  },
} as const satisfies Record<string, Route>;
