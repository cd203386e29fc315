/** The graph of identities: why somebody is one person, and links changed by hand. */
import { z } from 'zod';
import { count, epochMs, identity, paging } from './common.ts';
import type { Route } from './route.ts';

const link = z.object({
  one: identity,
  other: identity,
  first: epochMs.describe('When a record had both first, epoch milliseconds'),
  last: epochMs.describe('When one had both last, epoch milliseconds'),
  datasets: z.array(z.string()).describe('Which datasets had such records'),
});
const removedLink = link.extend({ removed: epochMs.describe('When it was removed by hand, epoch milliseconds') });
const reason = z
  .enum(['unique-namespace', 'too-many-identities', 'removed-by-hand'])
  .describe('Why a link joins nobody: it would give a person two identities of a unique namespace, or too many, or it was removed');

export const identityGraphView = z
  .object({
    identities: z.array(
      identity.extend({
        idType: z.string().nullable().describe('Type of the namespace; null: nobody described it'),
        primary: z.boolean().describe('The profile is shown under it'),
        last: epochMs.nullable().describe('When it came together with another one of these last; null: never'),
      }),
    ),
    links: z.array(link).describe('Links among these identities: why they are one person'),
    outside: z
      .object({ total: count, links: z.array(link.extend({ reason })).describe('The newest 200') })
      .describe('Links with identities of other people, and why they do not count'),
  })
  .meta({ id: 'IdentityGraphView' });
export type IdentityGraphViewBody = z.output<typeof identityGraphView>;

export const identityStatistics = z
  .object({
    people: count,
    identities: count,
    links: count.describe('Pairs of identities that records had together'),
    removedLinks: count,
    namespaces: z.array(z.object({ namespace: z.string(), identities: count, people: count })),
    sizes: z.array(z.object({ identities: count, people: count })).describe('How many people have how many identities'),
  })
  .meta({ id: 'IdentityStatistics' });
export type IdentityStatisticsBody = z.output<typeof identityStatistics>;

const named = z.object({
  identity,
  from: identity.optional().describe('The other end of the link; when left out, all links of the identity'),
});
const amended = z
  .object({
    links: z.array(link).describe('Those that were changed'),
    people: z.array(z.object({ identities: z.array(identity) })).describe('The people that the identities belong to now'),
    evaluation: z.string().describe('The segment job that evaluated the audiences'),
  })
  .meta({ id: 'AmendedLinks' });
export type AmendedLinks = z.output<typeof amended>;

const tag = 'identity graph';

export const identityGraphRoutes = {
  getIdentityGraph: {
    method: 'GET',
    path: '/api/identity/graph',
    summary: 'Why somebody is one person: identities, links, and the links that do not count',
    tag,
    query: identity,
    responses: { 200: identityGraphView },
  },
  getIdentityStatistics: {
    method: 'GET',
    path: '/api/identity/statistics',
    summary: 'How many people, identities and links there are, by namespace and by size',
    tag,
    responses: { 200: identityStatistics },
  },
  unlinkIdentities: {
    method: 'POST',
    path: '/api/identity/unlink',
    summary: 'Remove a link, or all links of an identity; they stay removed whatever records come',
    description: 'When it answers, those who part have their events and attributes, and audiences are evaluated.',
    tag,
    body: named,
    responses: { 200: amended },
  },
  restoreLinks: {
    method: 'POST',
    path: '/api/identity/restore',
    summary: 'Bring removed links back',
    tag,
    body: named,
    responses: { 200: amended },
  },
  listRemovedLinks: {
    method: 'GET',
    path: '/api/identity/removed-links',
    summary: 'Links removed by hand, those of longest ago first',
    tag,
    query: paging,
    responses: { 200: z.object({ total: count, links: z.array(removedLink) }) },
  },
  repairIdentityGraph: {
    method: 'POST',
    path: '/api/identity/repair',
    summary: 'Sort everybody anew from all links there are, and put their events and attributes where they belong',
    tag,
    access: 'admin',
    responses: { 200: z.object({ profiles: count.describe('How many there are now'), evaluation: z.string() }) },
  },
} as const satisfies Record<string, Route>;
