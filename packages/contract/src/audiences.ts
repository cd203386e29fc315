/** Our own audience API: one flat object per audience. */
import { z } from 'zod';
import { count, idParams, instant, milliseconds, name, paging, pqlText } from './common.ts';
import { member } from './pql.ts';
import type { Route } from './route.ts';

export const evaluationMethod = z.enum(['batch', 'streaming', 'edge']);
export const lifecycleState = z.enum(['draft', 'published', 'inactive']);

export const audience = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    pql: z.string(),
    size: count.nullable().describe('Members at lastEvaluated; null before the first evaluation'),
    evaluation: evaluationMethod,
    lifecycleState,
    lastEvaluated: instant.nullable(),
    tookMs: milliseconds.nullable().describe('Duration of the last evaluation'),
    version: count.describe('Version of the definition'),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Audience' });
export type Audience = z.output<typeof audience>;

const description = z.string().max(4000);

export const membersBody = z.object({ total: count, start: count, members: z.array(member) }).meta({ id: 'Members' });
export const sizesBody = z
  .object({ sizes: z.array(z.object({ evaluatedAt: instant, size: count, version: count, tookMs: milliseconds })) })
  .describe('One entry per evaluation, oldest first')
  .meta({ id: 'Sizes' });

export const audienceRoutes = {
  listAudiences: {
    method: 'GET',
    path: '/api/audiences',
    summary: 'All audiences',
    tag: 'audiences',
    responses: { 200: z.object({ audiences: z.array(audience) }) },
  },
  createAudience: {
    method: 'POST',
    path: '/api/audiences',
    summary: 'Create an audience and evaluate it',
    tag: 'audiences',
    body: z.object({ name, pql: pqlText, description: description.optional() }),
    responses: { 201: audience },
  },
  getAudience: {
    method: 'GET',
    path: '/api/audiences/{id}',
    summary: 'One audience',
    tag: 'audiences',
    params: idParams,
    responses: { 200: audience },
  },
  updateAudience: {
    method: 'PATCH',
    path: '/api/audiences/{id}',
    summary: 'Change name, description, query or state; a new query is evaluated',
    tag: 'audiences',
    params: idParams,
    body: z.object({
      name: name.optional(),
      pql: pqlText.optional(),
      description: description.optional(),
      lifecycleState: lifecycleState.optional(),
    }),
    responses: { 200: audience },
  },
  deleteAudience: {
    method: 'DELETE',
    path: '/api/audiences/{id}',
    summary: 'Delete an audience; refused while another one refers to it',
    tag: 'audiences',
    params: idParams,
    responses: { 204: z.undefined() },
  },
  evaluateAudience: {
    method: 'POST',
    path: '/api/audiences/{id}/evaluate',
    summary: 'Evaluate an audience now',
    tag: 'audiences',
    params: idParams,
    responses: { 200: audience },
  },
  listMembers: {
    method: 'GET',
    path: '/api/audiences/{id}/members',
    summary: 'Members at the last evaluation',
    tag: 'audiences',
    params: idParams,
    query: paging,
    responses: { 200: membersBody },
  },
  listSizes: {
    method: 'GET',
    path: '/api/audiences/{id}/sizes',
    summary: 'The size at every evaluation so far',
    tag: 'audiences',
    params: idParams,
    responses: { 200: sizesBody },
  },
} as const satisfies Record<string, Route>;
