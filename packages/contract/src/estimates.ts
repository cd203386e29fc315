/** How many profiles a query has, while it is typed. */
import { z } from 'zod';
import { count, identity, instant, milliseconds, pqlText, rawBody } from './common.ts';
import { member, span } from './pql.ts';
import { evidence, missing } from './profiles.ts';
import type { Route } from './route.ts';

export const estimateBody = z
  .object({
    size: count.describe('Exact number of profiles'),
    universe: count.describe('Number of all profiles'),
    tookMs: milliseconds,
    evaluatedAt: instant.describe('The instant for which the size is exact'),
    revision: count.describe('The data state for which the size is exact'),
    sample: z.array(member),
  })
  .meta({ id: 'PqlEstimate' });
export type PqlEstimate = z.output<typeof estimateBody>;

/** A part of a query: what `and`, `or` and `not` join, down to single conditions. */
export interface EstimateNode {
  path: string;
  kind: 'and' | 'or' | 'not' | 'condition';
  span: { from: number; to: number };
  label: string;
  size: number;
  removes: number | null;
  parts: EstimateNode[];
}

const nodeKind = z.enum(['and', 'or', 'not', 'condition']);
const node: z.ZodType<EstimateNode> = z
  .object({
    path: z.string().describe('Indexes from the root, joined by dots; the root is empty'),
    kind: nodeKind,
    span,
    label: z.string().describe('What it says, in words'),
    size: count.describe('Profiles that this part by itself holds for'),
    removes: count.nullable().describe('How many more the whole "and" would have without this term; null for what is no term of one'),
    parts: z.array(z.lazy(() => node)),
  })
  .meta({ id: 'PqlEstimateNode' });

export const nodesBody = z.object({
  root: node,
  universe: count.describe('Number of all profiles'),
  tookMs: milliseconds,
  evaluatedAt: instant,
  revision: count,
});

export const nearMissesBody = z
  .object({
    size: count.describe('People for whom the query holds'),
    missing: count.describe('People who are one condition away, whichever it is'),
    conditions: z
      .array(
        z.object({
          path: z.string().describe('As in the parts of a query'),
          span,
          label: z.string().describe('What it says, in words'),
          holds: z.boolean().describe('Whether it holds for them and must not, rather than the other way round'),
          people: count.describe('Who are not in, and would be if this condition alone were otherwise for them'),
          sample: z.array(member),
        }),
      )
      .describe('In the order of the query'),
    universe: count,
    tookMs: milliseconds,
    evaluatedAt: instant,
    revision: count,
  })
  .meta({ id: 'NearMisses' });
export type NearMisses = z.output<typeof nearMissesBody>;

const asOf = instant.describe(
  'Look at the data as it was at this past instant: events up to then, attributes as the records up to then say',
);
const now = instant.describe('Evaluate as of this instant, on the data as it is');
const mergePolicyId = z.string().max(255).describe('The merge policy by which profiles are seen; the default policy when left out');
const question = z.object({ pql: pqlText, now: now.optional(), asOf: asOf.optional(), mergePolicyId: mergePolicyId.optional() });

const STREAM = [
  'Server-sent events. `node` {path, kind, span, label, size, removes}: a part, as soon as its size is known, and once more with `removes`.',
  '`estimate` {exact: false, size, low, high, confidence, sampled, universe, tookMs}: from a sample, when the exact answer takes long;',
  'then {exact: true, size, universe, tookMs, evaluatedAt, revision}. `sample` {members} comes last. `error` {code, message, hint, details} ends the stream.',
  'Going away stops the queries in the engine.',
].join(' ');

export const estimateRoutes = {
  estimatePql: {
    method: 'POST',
    path: '/api/pql/estimate',
    summary: 'Exact size of a query, with a sample of members',
    description: 'Closing the connection stops the queries in the engine.',
    tag: 'pql',
    access: 'read',
    body: question,
    responses: { 200: estimateBody },
  },
  estimateNodes: {
    method: 'POST',
    path: '/api/pql/estimate/nodes',
    summary: 'Exact sizes of every part of a query',
    tag: 'pql',
    access: 'read',
    body: question,
    responses: { 200: nodesBody },
  },
  nearMisses: {
    method: 'POST',
    path: '/api/pql/near-misses',
    summary: 'Who is one condition away from a query: for each condition how many, exact, and some of them',
    tag: 'pql',
    access: 'read',
    body: question,
    responses: { 200: nearMissesBody },
  },
  explainPql: {
    method: 'POST',
    path: '/api/pql/why',
    summary: 'Why a query holds for a profile, or does not',
    tag: 'pql',
    access: 'read',
    body: z.object({
      pql: pqlText,
      identity: identity.describe('Of the profile'),
      now: now.optional(),
      mergePolicyId: mergePolicyId.optional(),
    }),
    responses: { 200: z.object({ holds: z.boolean(), evaluatedAt: instant, missing, evidence }) },
  },
  streamEstimate: {
    method: 'GET',
    path: '/api/pql/estimate/stream',
    summary: 'The size of a query and of its parts, as they become known',
    description: STREAM,
    tag: 'pql',
    query: question,
    produces: 'text/event-stream',
    responses: { 200: rawBody },
  },
  streamLongEstimate: {
    method: 'POST',
    path: '/api/pql/estimate/stream',
    summary: 'The same for queries too long for an address',
    description: STREAM,
    tag: 'pql',
    access: 'read',
    body: question,
    produces: 'text/event-stream',
    responses: { 200: rawBody },
  },
} as const satisfies Record<string, Route>;
