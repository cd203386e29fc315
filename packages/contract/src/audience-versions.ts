/** Versions of an audience's rule. */
import { z } from 'zod';
import { audience } from './audiences.ts';
import { count, idParams, instant } from './common.ts';
import type { Route } from './route.ts';

const number = z.coerce.number().int().min(1);

export const audienceVersion = z
  .object({
    version: count,
    pql: z.string(),
    excludeOptOut: z.boolean(),
    restoredFrom: count.nullable().describe('The version that came back with this one'),
    createdAt: instant,
    createdBy: z.string(),
  })
  .meta({ id: 'AudienceVersion' });
export type AudienceVersion = z.output<typeof audienceVersion>;

export const versionDiff = z
  .object({
    a: audienceVersion,
    b: audienceVersion,
    text: z
      .array(z.object({ op: z.enum(['same', 'removed', 'added']), text: z.string() }))
      .describe('From the one rule to the other, word by word; same and removed make a, same and added make b'),
    members: z
      .object({
        a: count,
        b: count,
        entering: count.describe('In b only'),
        leaving: count.describe('In a only'),
        staying: count,
        evaluatedAt: instant,
      })
      .nullable()
      .describe('Both rules evaluated now; null when one of them cannot be any more'),
    problem: z.string().nullable().describe('Why one of them cannot be evaluated any more'),
  })
  .meta({ id: 'VersionDiff' });

export const versionRoutes = {
  listVersions: {
    method: 'GET',
    path: '/api/audiences/{id}/versions',
    summary: 'Every rule the audience has had, newest first',
    tag: 'audience versions',
    params: idParams,
    responses: { 200: z.object({ versions: z.array(audienceVersion) }) },
  },
  getVersion: {
    method: 'GET',
    path: '/api/audiences/{id}/versions/{version}',
    summary: 'One of them',
    tag: 'audience versions',
    params: z.object({ id: z.string().min(1), version: number }),
    responses: { 200: audienceVersion },
  },
  diffVersions: {
    method: 'GET',
    path: '/api/audiences/{id}/versions/{a}/diff/{b}',
    summary: 'What changed from one version to another: the words of the rule, and who would enter and leave',
    tag: 'audience versions',
    params: z.object({ id: z.string().min(1), a: number, b: number }),
    responses: { 200: versionDiff },
  },
  rollbackAudience: {
    method: 'POST',
    path: '/api/audiences/{id}/rollback',
    summary: 'Bring the rule of an earlier version back, as a new version, and evaluate it',
    tag: 'audience versions',
    params: idParams,
    body: z.object({ version: z.int().min(1) }),
    responses: { 200: audience },
  },
} as const satisfies Record<string, Route>;
