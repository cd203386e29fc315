/** The Edge Network as the Web SDK and server programs call it, and the datastreams they name. */
import { z } from 'zod';
import { document, instant, name } from './common.ts';
import type { Route } from './route.ts';

const datastream = z
  .object({
    id: z.string().describe('What clients are configured with'),
    name: z.string(),
    orgId: z.string().describe('The organisation clients are configured with; names their cookies'),
    eventDataset: z.string(),
    profileDataset: z.string().describe('Where consent goes'),
    createdAt: instant,
    createdBy: z.string(),
  })
  .meta({ id: 'Datastream' });

const answer = z.object({
  requestId: z.string(),
  handle: z.array(z.looseObject({ type: z.string(), payload: z.array(document) })),
});
const v1 = z.object({ configId: z.string().optional(), requestId: z.string().optional() });
const v2 = z.object({ dataStreamId: z.string().optional(), requestId: z.string().optional() });
const meta = document.optional().describe('`state` has the cookies of clients on another domain');
const event = z.looseObject({ xdm: document.optional(), data: document.optional() });
const query = z.looseObject({ identity: z.looseObject({ fetch: z.array(z.string()).optional() }).optional() }).optional();
const events = z.looseObject({ meta, query, xdm: document.optional(), events: z.array(event).default([]) });

const EDGE = 'A location hint may stand in the path after /ee, as /ee/or2/v1/…';

const door = { method: 'POST', tag: 'edge', door: true } as const;

export const edgeRoutes = {
  edgeInteract: {
    ...door,
    path: '/ee/v1/interact',
    summary: 'Events of the Web SDK; answers with identity and cookies',
    description: EDGE,
    query: v1,
    body: events,
    responses: { 200: answer },
  },
  edgeCollect: {
    ...door,
    path: '/ee/v1/collect',
    summary: 'Events of a page that is being left: no answer',
    description: EDGE,
    query: v1,
    body: events,
    responses: { 204: z.undefined() },
  },
  edgeAcquireIdentity: {
    ...door,
    path: '/ee/v1/identity/acquire',
    summary: 'The identity of a visitor, made when there is none',
    description: EDGE,
    query: v1,
    body: z.looseObject({ meta, query, xdm: document.optional() }),
    responses: { 200: answer },
  },
  edgeSetConsent: {
    ...door,
    path: '/ee/v1/privacy/set-consent',
    summary: 'What a visitor allows; kept on the profile',
    description: EDGE,
    query: v1,
    body: z.looseObject({
      meta,
      query,
      identityMap: document.optional(),
      consent: z.array(z.looseObject({ standard: z.string() })).min(1),
    }),
    responses: { 200: answer },
  },
  edgeServerInteract: {
    ...door,
    path: '/ee/v2/interact',
    summary: 'One event from a server program; answers as the Web SDK gets it',
    description: EDGE,
    query: v2,
    body: z.looseObject({ meta, query, event: event.optional(), events: z.array(event).default([]) }),
    responses: { 200: answer },
  },
  edgeServerCollect: {
    ...door,
    path: '/ee/v2/collect',
    summary: 'Events from a server program',
    description: `${EDGE}. With silent=true the answer is 204 and empty.`,
    query: v2.extend({ silent: z.enum(['true', 'false']).optional() }),
    body: z.looseObject({ meta, event: event.optional(), events: z.array(event).default([]) }),
    responses: { 202: z.object({ requestId: z.string() }), 204: z.undefined() },
  },
  listDatastreams: {
    method: 'GET',
    path: '/api/datastreams',
    summary: 'Datastreams: what the Web SDK names, and where its events go',
    tag: 'edge',
    responses: { 200: z.object({ datastreams: z.array(datastream) }) },
  },
  createDatastream: {
    method: 'POST',
    path: '/api/datastreams',
    summary: 'Create a datastream',
    tag: 'edge',
    body: z.object({
      name,
      orgId: z.string().regex(/^[\w.-]+@[\w.-]+$/, 'an organisation id has the form id@AdobeOrg'),
      eventDataset: name.optional().describe('The name when left out'),
      profileDataset: name.optional().describe('The event dataset with " profile" when left out'),
    }),
    responses: { 201: datastream },
  },
  deleteDatastream: {
    method: 'DELETE',
    path: '/api/datastreams/{id}',
    summary: 'Delete a datastream: it takes nothing from then on',
    tag: 'edge',
    params: z.object({ id: z.string().min(1) }),
    responses: { 204: z.undefined() },
  },
} as const satisfies Record<string, Route>;
