/** Looking at one person. */
import { z } from 'zod';
import { count, document, identity, instant, paging, pqlText } from './common.ts';
import { member } from './pql.ts';
import type { Route } from './route.ts';

const identityParams = z.object({ namespace: z.string().min(1), id: z.string().min(1) });

export const profileBody = z
  .object({
    profile: count.describe('Dense ordinal of the profile'),
    identities: z.array(identity),
    attributes: document.describe('The merged attributes as an XDM document'),
    audiences: z.array(z.object({ id: z.string(), name: z.string(), status: z.literal('realized'), since: instant })),
    eventCounts: z.array(z.object({ eventType: z.string(), events: count, first: instant, last: instant })),
  })
  .meta({ id: 'Profile' });
export type ProfileBody = z.output<typeof profileBody>;

const profileRecord = z
  .object({
    dataset: z.string(),
    identity,
    time: instant.describe('When it was true'),
    received: instant.nullable().describe('When it was stored; null where that was not kept'),
    fields: document.describe('What it says, as an XDM document'),
  })
  .meta({ id: 'ProfileRecord' });
export type ProfileRecord = z.output<typeof profileRecord>;

export const timelineEvent = z
  .object({
    id: z.string(),
    eventType: z.string(),
    timestamp: instant,
    dataset: z.string(),
    fields: document.describe('The rest of the event as an XDM document'),
  })
  .meta({ id: 'TimelineEvent' });
export type TimelineEvent = z.output<typeof timelineEvent>;

/** Why a profile is in an audience or not, node by node of the rule. */
export interface Evidence {
  readonly op: 'and' | 'or' | 'not' | 'constant' | 'leaf';
  readonly holds: boolean;
  /** The node in words. */
  readonly sentence: string;
  /** What was found, in words, for example "3 events, the last on 2026-11-02"; null where the parts say it all. */
  readonly found: string | null;
  /** Events that count for it, newest first. */
  readonly events: readonly { readonly id: string; readonly eventType: string; readonly timestamp: string }[];
  /** When time alone turns it if nothing happens; null: never. */
  readonly until: string | null;
  /** False: it does not turn before `until`, and maybe not then. */
  readonly exact: boolean;
  readonly parts: readonly Evidence[];
}
export const evidence: z.ZodType<Evidence> = z
  .object({
    op: z.enum(['and', 'or', 'not', 'constant', 'leaf']),
    holds: z.boolean(),
    sentence: z.string(),
    found: z.string().nullable(),
    events: z.array(z.object({ id: z.string(), eventType: z.string(), timestamp: instant })),
    until: instant.nullable().describe('When time alone turns it if nothing happens; null: never'),
    exact: z.boolean().describe('False: it does not turn before `until`, and maybe not then'),
    parts: z.array(z.lazy(() => evidence)),
  })
  .meta({ id: 'Evidence' });

/** Ways in. */
export const missing = z
  .array(z.array(z.string()))
  .describe('Of somebody who is out: ways in, the nearest first; of each all that must change, in words. None when nothing would do');

export const whyBody = z
  .object({
    audience: z.object({ id: z.string(), name: z.string(), version: count }),
    member: z.boolean(),
    evaluatedAt: instant,
    until: instant.nullable().describe('When the person leaves, or enters, by time alone if nothing happens; null: never'),
    exact: z.boolean().describe('False: not before `until`, and maybe not then'),
    missing,
    evidence,
  })
  .meta({ id: 'Why' });
export type WhyBody = z.output<typeof whyBody>;

export const foundProfiles = z
  .object({
    total: count.describe('Exact number of profiles on all pages'),
    universe: count.describe('Number of all profiles'),
    start: count,
    profiles: z.array(member),
    evaluatedAt: instant,
    revision: count.describe('The data state for which the number is exact'),
  })
  .meta({ id: 'FoundProfiles' });

export const profileRoutes = {
  findProfiles: {
    method: 'GET',
    path: '/api/profiles',
    summary: 'Profiles whose identity starts with a text; all profiles without one',
    tag: 'profiles',
    query: paging.extend({
      search: z.string().optional().describe('The beginning of an id'),
      namespace: z.string().optional().describe('Only identities of this namespace'),
    }),
    responses: { 200: z.object({ profiles: z.array(member), more: z.boolean() }) },
  },
  findProfilesByRule: {
    method: 'POST',
    path: '/api/profiles/search',
    summary: 'Profiles for which a query holds, page by page, and exactly how many',
    tag: 'profiles',
    access: 'read',
    body: paging.extend({
      pql: pqlText,
      now: instant.optional().describe('Evaluate as of this instant: `evaluatedAt` of the first page, so that all pages are of one moment'),
      mergePolicyId: z
        .string()
        .max(255)
        .optional()
        .describe('The merge policy by which profiles are seen; the default policy when left out'),
    }),
    responses: { 200: foundProfiles },
  },
  getProfile: {
    method: 'GET',
    path: '/api/profiles/{namespace}/{id}',
    summary: 'One profile: identities, attributes, audiences, event counts',
    tag: 'profiles',
    params: identityParams,
    query: z.object({ asOf: instant.optional().describe('As it was at that instant: by the records, events and evaluations up to then') }),
    responses: { 200: profileBody },
  },
  listProfileRecords: {
    method: 'GET',
    path: '/api/profiles/{namespace}/{id}/records',
    summary: 'The records a profile is merged from, newest first: what each dataset says, of which identity, and since when',
    tag: 'profiles',
    params: identityParams,
    query: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) }),
    responses: { 200: z.object({ records: z.array(profileRecord), more: z.boolean() }) },
  },
  listEvents: {
    method: 'GET',
    path: '/api/profiles/{namespace}/{id}/events',
    summary: 'Events of a profile, newest first',
    tag: 'profiles',
    params: identityParams,
    query: z.object({
      before: instant.optional().describe('Only events before this instant: the timestamp of the last event of the page before'),
      beforeId: z.string().optional().describe('With before: the id of that event, so that events of the same instant are not lost'),
      limit: z.coerce.number().int().min(1).max(1000).default(50),
    }),
    responses: { 200: z.object({ events: z.array(timelineEvent), more: z.boolean() }) },
  },
  explainMembership: {
    method: 'GET',
    path: '/api/profiles/{namespace}/{id}/audiences/{audienceId}/why',
    summary: 'Why a profile is, or is not, in an audience',
    tag: 'profiles',
    description: 'With until when every part holds if nothing happens, and what is missing for those who are out',
    params: identityParams.extend({ audienceId: z.string().min(1) }),
    responses: { 200: whyBody },
  },
  explainMembershipOf: {
    method: 'GET',
    path: '/api/profiles/{id}/audiences/{audienceId}/why',
    summary: 'The same, with an identity of one piece: namespace:id',
    tag: 'profiles',
    params: z.object({ id: z.string().regex(/^[^:]+:./, 'an identity of one piece is namespace:id'), audienceId: z.string().min(1) }),
    responses: { 200: whyBody },
  },
} as const satisfies Record<string, Route>;
