/** The Edge Network as the Web SDK and server programs call it, and the datastreams they name. */
import { z } from 'zod';
import { document, flag, instant, name } from './common.ts';
import { choice } from './edge-evaluation.ts';
import type { Route } from './route.ts';

const ids = z.array(z.string().min(1)).min(1).max(100).describe('Audiences, published with the evaluation edge or streaming');

/** Where the Web SDK is told of audiences. */
const destination = z
  .discriminatedUnion('type', [
    z.object({
      type: z
        .literal('cookie')
        .describe('`activation:push`: a cookie of the page whose value are the ids of those the visitor is in, joined by commas'),
      name: z.string().regex(/^[\w.-]{1,100}$/, 'letters, digits, _ . - make a name of a cookie'),
      domain: z.string().optional(),
      ttlDays: z.int().min(1).max(400).default(30),
      audiences: ids,
    }),
    z.object({
      type: z.literal('url').describe('`activation:push`: an address that the page calls when the visitor is in one of them'),
      url: z.url({ protocol: /^https?$/ }),
      hideReferrer: z.boolean().default(true),
      ttlMinutes: z.int().min(1).max(525_600).default(1440),
      audiences: ids,
    }),
    z.object({
      type: z.literal('profileLookup').describe('`activation:pull`: given to the program that called, as `destinations`'),
      alias: name,
      audiences: ids,
    }),
  ])
  .meta({ id: 'EdgeDestination' });

const decision = z
  .object({
    scope: name.describe('What pages ask for as a decision scope'),
    choices: z.array(choice).min(1).max(100).describe('The first whose audience the visitor is in wins'),
  })
  .meta({ id: 'EdgeDecision' });

const destinations = z.array(destination).max(20);
const decisions = z.array(decision).max(100);

const datastream = z
  .object({
    id: z.string().describe('What clients are configured with'),
    name: z.string(),
    orgId: z.string().describe('The organisation clients are configured with; names their cookies'),
    eventDataset: z.string(),
    profileDataset: z.string().describe('Where consent goes'),
    destinations: destinations.describe('Where the Web SDK is told of audiences'),
    decisions: decisions.describe('What is shown to whom: `personalization:decisions`'),
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
const personalization = z.looseObject({ decisionScopes: z.array(z.string()).optional() });
const event = z.looseObject({
  xdm: document.optional(),
  data: document.optional(),
  query: z.looseObject({ personalization: personalization.optional() }).optional(),
});
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
    query: v2.extend({ silent: flag.optional() }),
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
      destinations: destinations.default([]),
      decisions: decisions.default([]),
    }),
    responses: { 201: datastream },
  },
  updateDatastream: {
    method: 'PATCH',
    path: '/api/datastreams/{id}',
    summary: 'Change a datastream: what is given; lists as a whole',
    tag: 'edge',
    params: z.object({ id: z.string().min(1) }),
    body: z.object({ name: name.optional(), destinations: destinations.optional(), decisions: decisions.optional() }),
    responses: { 200: datastream },
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
