/** The log of memberships: who entered and left which audience, in the order in which it was decided, and why. */
import { z } from 'zod';
import { count, idParams, identity, instant, milliseconds, rawBody } from './common.ts';
import type { Route } from './route.ts';

export const cause = z
  .object({
    kind: z
      .enum(['event', 'attributes', 'time', 'identity', 'rule', 'evaluation', 'list', 'removal'])
      .describe(
        'event: something they did; attributes: something said of them; time: a window passed what they did; identity: they turned out to be one with others, or several; rule: it is new or was edited; evaluation: of everybody; list: of an audience from outside; removal: they are no more',
      ),
    event: z.string().nullable().describe('`_id` of the event; null for other causes'),
    at: instant.describe(
      'When it happened: the timestamp of the event, or the instant at which time turned the rule; else when it was decided',
    ),
  })
  .meta({ id: 'MembershipCause' });
export type MembershipCause = z.output<typeof cause>;

export const membershipEntry = z
  .object({
    offset: count.describe('Place in the log; counts up, without promise of no gaps'),
    audience: z.object({ id: z.string(), name: z.string() }),
    version: count.describe('Version of the rule; 0: from before that was kept'),
    profile: count.describe('Number of the profile here'),
    identities: z.array(identity),
    change: z.enum(['entered', 'exited']),
    decidedAt: instant,
    cause,
  })
  .meta({ id: 'MembershipEntry' });
export type MembershipEntry = z.output<typeof membershipEntry>;

export const driftCheck = z
  .object({
    id: count,
    checkedAt: instant,
    full: z.boolean().describe('Of all live audiences, or of some'),
    audiences: count,
    profiles: count.describe('Whom it was about'),
    disagreements: count.describe('Memberships that were not those of batch evaluation at that instant; they have been put right'),
    tookMs: milliseconds,
  })
  .meta({ id: 'DriftCheck' });
export type DriftCheck = z.output<typeof driftCheck>;

export const driftCase = z
  .object({
    check: count.describe('Id of the check'),
    audience: z.object({ id: z.string(), name: z.string() }),
    profile: count,
    identities: z.array(identity),
    live: z.boolean().describe('Whether the live membership said that the person is in'),
    batch: z.boolean(),
    reference: z.boolean().nullable().describe('What the reference evaluator says; null: it could not'),
  })
  .meta({ id: 'DriftCase' });

export const liveExplained = z
  .object({
    mode: z
      .enum(['jobs', 'state', 'people'])
      .describe(
        'jobs: by evaluations of everybody alone; state: event by event; people: on whole people, and again and again as time passes',
      ),
    reason: z.string(),
    leaves: z.array(
      z.object({
        kind: z.enum(['attribute', 'event', 'sequence', 'audience', 'general']),
        text: z.string(),
        needs: z
          .enum(['evidence', 'record', 'history', 'audience'])
          .describe('Of a person: times and values of chosen events, attributes, all events, or membership in another audience'),
        readsClock: z.boolean().describe('Time alone may turn it'),
      }),
    ),
    people: count.describe('Whom it was tried on'),
    bytesPerProfile: z.number().nullable().describe('Of state, saved, without the attributes, on average'),
    matchesPerEvent: z.number().nullable().describe('Selections of events that an event belongs to, on average'),
  })
  .meta({ id: 'LiveExplained' });

const place = z.coerce.number().int().min(0);
const filter = z.object({
  audience: z.string().optional().describe('Only of this audience: its id'),
  namespace: z.string().optional().describe('With `id`: only of the person with this identity'),
  id: z.string().optional(),
});

export const membershipLogRoutes = {
  readMembershipLog: {
    method: 'GET',
    path: '/api/membership-log',
    summary: 'Who entered and left, oldest first, from a place in the log on',
    description: 'Of one person the entries stand in the order in which they were decided. People who are not there any more are left out.',
    tag: 'membership log',
    query: filter.extend({
      from: place.default(0).describe('The first place wanted'),
      limit: z.coerce.number().int().min(1).max(1000).default(100).describe('How many to return at most'),
    }),
    responses: {
      200: z
        .object({
          entries: z.array(membershipEntry),
          next: count.describe('`from` of the next page'),
          end: count.describe('The place that the next change will have'),
        })
        .meta({ id: 'MembershipLog' }),
    },
  },
  followMembershipLog: {
    method: 'GET',
    path: '/api/membership-log/stream',
    summary: 'The same as it grows, as server-sent events',
    description:
      'Each event is named `membership`; its id is its place, and a client that comes back with Last-Event-ID goes on behind it. Without `from` it begins with what changes now. As a WebSocket, with one entry a message, at /api/membership-log/socket with the same parameters.',
    tag: 'membership log',
    query: filter.extend({ from: place.optional().describe('The first place wanted') }),
    produces: 'text/event-stream',
    responses: { 200: rawBody },
  },
  explainLive: {
    method: 'GET',
    path: '/api/audiences/{id}/evaluation',
    summary: 'How an audience is kept right, and what that takes of a profile and of an event',
    description: 'Tried on up to 200 people as they are now.',
    tag: 'membership log',
    params: idParams,
    responses: { 200: liveExplained },
  },
  getDrift: {
    method: 'GET',
    path: '/api/membership-drift',
    summary: 'Whether live memberships agree with batch evaluation: the last checks, and what did not agree',
    description: 'Some live audiences are compared every ten minutes.',
    tag: 'membership log',
    query: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(20).describe('Checks and cases at most') }),
    responses: { 200: z.object({ checks: z.array(driftCheck), cases: z.array(driftCase) }).meta({ id: 'Drift' }) },
  },
  checkDrift: {
    method: 'POST',
    path: '/api/membership-drift/check',
    summary: 'Compare all live audiences with batch evaluation now, and put right what differs',
    tag: 'membership log',
    responses: { 200: driftCheck },
  },
} as const satisfies Record<string, Route>;
