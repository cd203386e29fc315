/** Identity graph linking rules: which identities may be one person. */
import { z } from 'zod';
import { count, instant } from './common.ts';
import type { Route } from './route.ts';

const rules = z
  .object({
    unique: z.array(z.string()).max(100).default([]).describe('Namespaces of which a person has one identity at most, such as CRMID'),
    priority: z
      .array(z.string())
      .max(100)
      .default([])
      .describe('Namespaces, the one that counts most first; those left out come after, people before devices before cookies'),
  })
  .meta({ id: 'LinkingRules' });

const identity = z.object({ namespace: z.string(), id: z.string().min(1).max(1024) });
const tag = 'linking rules';

export const linkingRuleRoutes = {
  getLinkingRules: {
    method: 'GET',
    path: '/api/identity/rules',
    summary: 'The rules by which people are told apart',
    tag,
    responses: { 200: rules },
  },
  setLinkingRules: {
    method: 'PUT',
    path: '/api/identity/rules',
    summary: 'Change the rules; everybody is sorted anew, and profiles and audiences are right when it answers',
    tag,
    access: 'admin',
    body: rules,
    responses: {
      200: rules.extend({
        profiles: count.describe('How many there are now'),
        evaluation: z.string().describe('The segment job that evaluated the audiences'),
      }),
    },
  },
  simulateLinking: {
    method: 'POST',
    path: '/api/identity/simulate',
    summary: 'The people that rules would make of some records; nothing is stored',
    tag,
    access: 'read',
    body: z.object({
      rules: rules.optional().describe('Those in force when left out'),
      records: z
        .array(z.object({ identities: z.array(identity).min(1).max(20), timestamp: instant }))
        .min(1)
        .max(1000),
    }),
    responses: { 200: z.object({ people: z.array(z.object({ identities: z.array(identity) })) }) },
  },
} as const satisfies Record<string, Route>;
