/** Entity access: profiles and their events by any identity. */
import { z } from 'zod';
import { count, document, flag, instant } from '../common.ts';
import type { Route } from '../route.ts';
import { base, headers, PROFILE_MODEL } from './common.ts';

export const EVENT_MODEL = '_xdm.context.experienceevent';

const model = z.string().min(1).describe(`${PROFILE_MODEL}, ${EVENT_MODEL}, or the meta:altId of the class of a lookup entity`);
const code = z.object({ code: z.string().min(1) });
const epochMs = z.coerce.number().int();

export const profileEntity = z
  .object({
    entityId: z.string().describe('XID of the identity asked for'),
    requestedIdentity: z.object({ entityId: z.string(), entityIdNS: code }).optional(),
    mergePolicy: z.object({ id: z.string() }),
    sources: z.array(z.string()).describe('The datasets its records and events came in with'),
    tags: z.array(z.string()),
    identityGraph: z.array(z.string()).describe('XIDs of all identities of the person'),
    entity: document,
    lastModifiedAt: instant,
  })
  .meta({ id: 'ProfileEntity' });
export type ProfileEntity = z.output<typeof profileEntity>;

export const eventPage = z
  .object({
    _page: z.object({ orderby: z.literal('timestamp'), start: z.string(), count, next: z.string() }),
    children: z.array(
      z.object({
        relatedEntityId: z.string().describe('XID of the identity asked for'),
        entityId: z.string().describe('_id of the event'),
        timestamp: z.int().describe('Epoch milliseconds'),
        entity: document,
        lastModifiedAt: instant,
      }),
    ),
    _links: z.object({ next: z.object({ href: z.string(), payload: document.optional() }) }),
  })
  .meta({ id: 'EventPage' });
export type EventPage = z.output<typeof eventPage>;

const limit = z.coerce.number().int().min(1).max(1000).default(1000);
const orderby = z.enum(['timestamp', '+timestamp', ' timestamp', '-timestamp']).default('timestamp');

const identityQuery = {
  'schema.name': model,
  entityId: z.string().optional().describe('The id, or an XID without entityIdNS'),
  entityIdNS: z.string().optional().describe('Code of its namespace'),
  mergePolicyId: z.string().optional().describe('The default policy when left out'),
};

const identity = z.object({
  entityId: z.string().optional(),
  entityIdNS: code.optional(),
  relatedEntityId: z.string().optional(),
  relatedEntityIdNS: code.optional(),
  start: z.string().optional(),
});

const tag = 'entities';

export const entityRoutes = {
  getEntity: {
    method: 'GET',
    path: `${base}/access/entities`,
    summary: 'A profile by any of its identities, the events of one, or a record of a lookup entity',
    description: `For events, schema.name is ${EVENT_MODEL} and the profile is named by relatedSchema.name, relatedEntityId and relatedEntityIdNS.`,
    tag,
    headers,
    query: z.object({
      ...identityQuery,
      'relatedSchema.name': z.literal(PROFILE_MODEL).optional(),
      relatedEntityId: z.string().optional(),
      relatedEntityIdNS: z.string().optional(),
      fields: z.string().optional().describe('Paths, with commas between them: person.name,identityMap'),
      startTime: epochMs.optional().describe('Events from this instant on, epoch milliseconds'),
      endTime: epochMs.optional().describe('Events before this instant, epoch milliseconds'),
      limit,
      orderby,
      property: z
        .union([z.string().transform((one) => [one]), z.array(z.string())])
        .default([])
        .describe('Conditions on events, three at most: commerce.order.priceTotal>=100'),
      start: z.string().optional().describe('Where the next page starts, from _page.next'),
      withCA: flag.optional().describe('Accepted; computed attributes are in every profile'),
    }),
    responses: { 200: z.union([eventPage, z.record(z.string(), profileEntity)]) },
  },
  getEntities: {
    method: 'POST',
    path: `${base}/access/entities`,
    summary: 'Several profiles, the events of several, or several records of a lookup entity',
    description: 'The answer holds an entry for each identity under its XID. A profile that nobody knows has an empty entity.',
    tag,
    headers,
    access: 'read',
    body: z.object({
      schema: z.object({ name: model }),
      relatedSchema: z.object({ name: z.literal(PROFILE_MODEL) }).optional(),
      identities: z.array(identity).min(1).max(1000),
      fields: z.array(z.string()).optional(),
      timeFilter: z.object({ startTime: epochMs.optional(), endTime: epochMs.optional() }).optional(),
      limit,
      orderby: orderby.optional(),
      orderBy: orderby.optional(),
      withCA: z.boolean().optional(),
      mergePolicyId: z.string().optional(),
    }),
    responses: { 200: z.record(z.string(), z.union([profileEntity, eventPage])) },
  },
} as const satisfies Record<string, Route>;
