/** Who is in which audience at this instant, with what has just happened; and the same for evaluation without a request. */
import { z } from 'zod';
import { document, identity, instant } from './common.ts';
import type { Route } from './route.ts';

const scope = z
  .enum(['edge', 'streaming'])
  .default('edge')
  .describe('`edge`: published audiences with the evaluation edge. `streaming`: those that stream as well');
const audiences = z.array(z.object({ id: z.string(), name: z.string() }));
const consent = z
  .enum(['in', 'out'])
  .describe('`out`: the person does not want to be addressed personally, so is told to be in no audience. Who said nothing is in');

export const choice = z.object({
  audience: z.string().nullable().describe('Id of an audience; null: everybody'),
  payload: z.unknown().describe('JSON, given back as it is'),
});

const identities = z
  .array(identity)
  .max(20)
  .default([])
  .describe('Who it is. With identities of several people the one whose namespace counts most; none: somebody we know nothing of');

export const edgePlansBody = z.object({
  audiences: audiences.describe('Those that the plans can answer'),
  left: audiences.describe('Those that they cannot, because their rules need records of lookup entities'),
  plans: z.array(document).describe('For `EdgeSets` of kindred-edge.js (docs/edge.md)'),
});

export const edgeEvaluationRoutes = {
  evaluateAtEdge: {
    method: 'POST',
    path: '/edge/evaluate',
    summary: 'The audiences a person is in now, events in hand included, and what to show them',
    description:
      'Decided in the request from what is stored, what is acknowledged and not yet stored, and what is given here, which is not kept. With `choices` the payload of the first whose audience the person is in.',
    tag: 'edge evaluation',
    access: 'read',
    body: z.object({
      identities,
      events: z.array(document).max(1000).default([]).describe('XDM events that count as well; one without a timestamp happens now'),
      attributes: document.default({}).describe('XDM fields of the profile, laid over those that are stored'),
      evaluation: scope,
      choices: z.array(choice).max(1000).optional().describe('The first that fits wins'),
    }),
    responses: {
      200: z.object({
        known: z.boolean().describe('Whether there is a profile'),
        evaluatedAt: instant,
        consent,
        audiences,
        choice: choice.nullable().describe('The first that fits; null when none does, or none was asked for'),
      }),
    },
  },
  listEdgePlans: {
    method: 'GET',
    path: '/edge/plans',
    summary: 'The rules of the audiences of the edge, for evaluation without a request',
    tag: 'edge evaluation',
    query: z.object({ evaluation: scope }),
    responses: { 200: edgePlansBody },
  },
  projectForEdge: {
    method: 'POST',
    path: '/edge/projection',
    summary: 'The rules with what they need of one person, for evaluation without a request',
    tag: 'edge evaluation',
    access: 'read',
    body: z.object({ identities, evaluation: scope }),
    responses: {
      200: edgePlansBody.extend({
        known: z.boolean(),
        evaluatedAt: instant.describe('What it is of; it holds for later instants as well, as long as nothing else becomes known'),
        consent,
        projections: z.array(z.object({ state: z.string(), events: z.array(document) })).describe('One for each of the plans'),
        attributes: document.describe('To be given as attributes in hand: what tells of audiences from outside'),
      }),
    },
  },
} as const satisfies Record<string, Route>;
