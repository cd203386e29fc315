/** Our own audience API: one flat object per audience. */
import { z } from 'zod';
import { count, idParams, identity, instant, milliseconds, name, paging, pqlText } from './common.ts';
import { cause } from './membership-log.ts';
import { member } from './pql.ts';
import type { Route } from './route.ts';

export const evaluationMethod = z.enum(['batch', 'streaming', 'edge']);
export const lifecycleState = z.enum(['draft', 'published', 'inactive']);
export const audienceKind = z
  .enum(['rule', 'external', 'composition'])
  .describe('Whether a rule says who is in, a list from outside, or a composition');
export const description = z.string().max(4000);
export const ttlInDays = z.int().min(1).max(90);

/** A tag, without commas: lists of tags in addresses are separated by them. */
export const tag = z
  .string()
  .trim()
  .min(1, 'the tag is empty')
  .max(100)
  .regex(/^[^,]*$/, 'a tag has no comma');
export const tags = z.array(tag).max(100).transform(unique);
export const labels = z.array(z.string().trim().min(1).max(100)).max(100).transform(unique);

function unique(values: string[]): string[] {
  return [...new Set(values)];
}

export const externalField = z.object({
  name: z.string(),
  type: z.enum(['string', 'number', 'long', 'integer', 'date', 'datetime', 'boolean']),
  identityNs: z.string().min(1).exactOptional().describe('The namespace, when the column identifies people; one does'),
  labels: z.array(z.string()).exactOptional(),
});

export const externalDetails = z
  .object({
    audienceId: z.string().describe('The id given from outside'),
    namespace: z.string(),
    identity: z.object({ column: z.string(), namespace: z.string() }).nullable().describe('Null when it takes no lists'),
    fields: z.array(externalField).nullable().describe('Null when each list tells its columns'),
    profileIngestion: z.boolean().describe('Whether its people become profiles and members'),
    ingestedAt: instant.nullable().describe('The last list that went in'),
    expiresAt: instant.nullable().describe('From then on nobody is a member'),
    expired: z.boolean(),
  })
  .meta({ id: 'ExternalAudience' });

export const audience = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    kind: audienceKind,
    pql: z.string().describe('Empty when the members come from outside; of a path of a composition what its blocks say'),
    size: count.nullable().describe('Members at lastEvaluated; null before the first evaluation'),
    evaluation: evaluationMethod,
    excludeOptOut: z.boolean().describe('Leaves out people with a general opt-out, whatever the rule says'),
    mergePolicyId: z.string().nullable().describe('The merge policy by which it sees profiles; null: the default one'),
    lifecycleState,
    labels: z.array(z.string()),
    tags: z.array(z.string()),
    folderId: z.string().nullable().describe('Null at the top'),
    ttlInDays: ttlInDays.nullable(),
    origin: z.string(),
    external: externalDetails.nullable().describe('Of an audience whose members come from outside'),
    composition: z
      .object({
        id: z.string(),
        path: z.string().describe('The key of the path'),
        choice: z.string().nullable().describe('Who is in of those for whom the rule holds, in words; null: all'),
      })
      .nullable()
      .describe('The composition it is a path of'),
    lastEvaluated: instant.nullable(),
    tookMs: milliseconds.nullable().describe('Duration of the last evaluation'),
    version: count.describe('Version of the rule'),
    createdAt: instant,
    createdBy: z.string().describe('The name of the API key, local without one'),
    updatedAt: instant,
    updatedBy: z.string(),
  })
  .meta({ id: 'Audience' });
export type Audience = z.output<typeof audience>;

export const membersBody = z.object({ total: count, start: count, members: z.array(member) }).meta({ id: 'Members' });
export const changesBody = z
  .object({
    changes: z
      .array(z.object({ at: instant.describe('When it was decided'), change: z.enum(['entered', 'exited']), cause, member }))
      .describe('Newest first; people who are not there any more are left out'),
    next: z.string().nullable().describe('`from` of the next page; null: there are no older ones'),
  })
  .meta({ id: 'MembershipChanges' });
export type MembershipChanges = z.output<typeof changesBody>;
export const sizesBody = z
  .object({
    evaluations: count.describe('How many there are, whether or not all of them are here'),
    sizes: z.array(z.object({ evaluatedAt: instant, size: count, version: count, tookMs: milliseconds })),
  })
  .describe('One entry per evaluation, oldest first')
  .meta({ id: 'Sizes' });

const timeZone = z.string().max(64).refine(isTimeZone, 'no time zone of that name');

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const dailyQuery = z.object({
  days: z.coerce.number().int().min(1).max(3660).default(30).describe('How far back'),
  zone: timeZone.default('UTC').describe('Whose days: the IANA name of a time zone'),
});

const movement = z.object({
  id: z.string(),
  realized: count.describe('In now, and came in that time'),
  existing: count.describe('In now, and were before'),
  exited: count.describe('Left in that time, and are not back'),
  churn: z.number().min(0).nullable().describe('Who came or left, as a share of those who were in before; null when nobody was'),
});
export type AudienceMovement = z.output<typeof movement>;

/** What one may say of an audience at its creation and later. */
export const audienceDetails = {
  description: description.optional(),
  evaluation: evaluationMethod.optional().describe('The method asked for; see docs/audiences.md for which of them run'),
  excludeOptOut: z.boolean().optional(),
  mergePolicyId: z.string().max(255).nullable().optional().describe('null: the default policy'),
  labels: labels.optional(),
  tags: tags.optional(),
  folderId: z.string().nullable().optional(),
};

const sortBy = z
  .string()
  .regex(/^(name|createdAt|updatedAt|createdBy|lifecycleState|version):(asc|desc)$/, 'name:asc or another attribute, asc or desc')
  .optional();
const matrix = z.array(z.array(z.number().nullable()));

export const audienceRoutes = {
  listAudiences: {
    method: 'GET',
    path: '/api/audiences',
    summary: 'All audiences, or those that the filters leave',
    tag: 'audiences',
    query: z.object({
      start: z.coerce.number().int().min(0).optional(),
      limit: z.coerce.number().int().min(1).max(1000).optional().describe('All when left out'),
      sort: sortBy,
      name: z.string().optional().describe('Contained in the name, in any case'),
      tags: z.string().optional().describe('Separated by commas'),
      tagMatch: z.enum(['any', 'all']).optional().describe('any when left out'),
      folderId: z.string().optional().describe('`none` for those in no folder'),
      kind: audienceKind.optional(),
      evaluation: evaluationMethod.optional(),
      lifecycleState: lifecycleState.optional(),
      createdBy: z.string().optional(),
      createdFrom: instant.optional(),
      createdTo: instant.optional().describe('Not included'),
      updatedFrom: instant.optional(),
      updatedTo: instant.optional().describe('Not included'),
    }),
    responses: { 200: z.object({ audiences: z.array(audience), total: count.describe('On all pages') }) },
  },
  createAudience: {
    method: 'POST',
    path: '/api/audiences',
    summary: 'Create an audience and evaluate it',
    tag: 'audiences',
    body: z.object({ name, pql: pqlText, lifecycleState: z.enum(['draft', 'published']).optional(), ...audienceDetails }),
    responses: { 201: audience },
  },
  getAudience: {
    method: 'GET',
    path: '/api/audiences/{id}',
    summary: 'One audience',
    tag: 'audiences',
    params: idParams,
    responses: { 200: audience },
  },
  updateAudience: {
    method: 'PATCH',
    path: '/api/audiences/{id}',
    summary: 'Change an audience; a new rule is evaluated, and the old one stays among its versions',
    tag: 'audiences',
    params: idParams,
    body: z.object({
      name: name.optional(),
      pql: pqlText.optional(),
      lifecycleState: lifecycleState.optional(),
      publishReferred: z.boolean().optional().describe('With the state published: publishes the drafts its rule refers to as well'),
      ttlInDays: ttlInDays.optional().describe('Of an audience from outside: its members stay so long, from now on'),
      ...audienceDetails,
    }),
    responses: { 200: audience },
  },
  deleteAudience: {
    method: 'DELETE',
    path: '/api/audiences/{id}',
    summary: 'Delete an audience; refused while another one refers to it',
    tag: 'audiences',
    params: idParams,
    responses: { 204: z.undefined() },
  },
  copyAudience: {
    method: 'POST',
    path: '/api/audiences/{id}/copy',
    summary: 'Copy an audience, as a draft, with its rule, folder, tags and labels',
    tag: 'audiences',
    params: idParams,
    body: z.object({ name: name.optional().describe('Copy of … when left out') }),
    responses: { 201: audience },
  },
  evaluateAudience: {
    method: 'POST',
    path: '/api/audiences/{id}/evaluate',
    summary: 'Evaluate an audience now',
    tag: 'audiences',
    params: idParams,
    responses: { 200: audience },
  },
  listMembers: {
    method: 'GET',
    path: '/api/audiences/{id}/members',
    summary: 'Members at the last evaluation',
    tag: 'audiences',
    params: idParams,
    query: paging.extend({
      search: z
        .string()
        .max(200)
        .optional()
        .describe('Words, each the beginning of an identity or part of the name, the e-mail address or the city'),
    }),
    responses: { 200: membersBody },
  },
  listMovements: {
    method: 'GET',
    path: '/api/audiences/movements',
    summary: 'Who came into audiences and left them in the last hours; audiences in which nothing moved are left out',
    tag: 'audiences',
    query: z.object({ hours: z.coerce.number().int().min(1).max(8760).default(24) }),
    responses: { 200: z.object({ movements: z.array(movement) }) },
  },
  listDailyChanges: {
    method: 'GET',
    path: '/api/audiences/{id}/changes/daily',
    summary: 'How many entered and left on each day, oldest first; days without any are left out',
    tag: 'audiences',
    params: idParams,
    query: dailyQuery,
    responses: {
      200: z.object({
        days: z.array(
          z.object({
            day: z.iso.date(),
            entered: count.describe('Comings: one who came twice counts twice'),
            exited: count,
          }),
        ),
      }),
    },
  },
  listDailyJobs: {
    method: 'GET',
    path: '/api/audiences/jobs/daily',
    summary: 'What the segment jobs of each day took, oldest first; days without any are left out',
    tag: 'audiences',
    query: dailyQuery,
    responses: {
      200: z.object({
        days: z.array(
          z.object({
            day: z.iso.date().describe('On which they were begun'),
            jobs: count.describe('Those that have ended'),
            failed: count,
            totalMs: milliseconds,
            longestMs: milliseconds,
          }),
        ),
      }),
    },
  },
  countNamespaces: {
    method: 'GET',
    path: '/api/audiences/{id}/namespaces',
    summary: 'How many members have an identity of each namespace, most first',
    tag: 'audiences',
    params: idParams,
    responses: {
      200: z.object({ total: count, namespaces: z.array(z.object({ namespace: z.string(), members: count })) }),
    },
  },
  listChanges: {
    method: 'GET',
    path: '/api/audiences/{id}/changes',
    summary: 'Who entered and left, person by person, newest first',
    tag: 'audiences',
    params: idParams,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(1000).default(50).describe('How many to return at most'),
      from: z
        .string()
        .regex(/^\d{1,15}\.\d{1,15}$/, 'what `next` of the page before said')
        .optional(),
    }),
    responses: { 200: changesBody },
  },
  listSizes: {
    method: 'GET',
    path: '/api/audiences/{id}/sizes',
    summary: 'The size at every evaluation so far, or as many of them as make a picture',
    tag: 'audiences',
    params: idParams,
    query: z.object({
      points: z.coerce
        .number()
        .int()
        .min(2)
        .max(10_000)
        .optional()
        .describe('When there are more, the first and the last of each of half as many equally long stretches of time'),
    }),
    responses: { 200: sizesBody },
  },
  listRelations: {
    method: 'GET',
    path: '/api/audiences/{id}/relations',
    summary: 'Audiences this one refers to, those that refer to it, and the fields that its rule reads',
    tag: 'audiences',
    params: idParams,
    responses: {
      200: z.object({
        dependencies: z.array(related()),
        dependents: z.array(related()),
        fields: z.array(z.string()).describe('Dotted paths, those of events behind xEvent'),
      }),
    },
  },
  overlapAudiences: {
    method: 'POST',
    path: '/api/audiences/overlap',
    summary: 'How much audiences have in common, exact for their last evaluations',
    tag: 'audiences',
    access: 'read',
    body: z.object({ ids: z.array(z.string()).min(2, 'it takes two audiences at least').max(50) }),
    responses: {
      200: z
        .object({
          audiences: z.array(
            z.object({
              id: z.string(),
              name: z.string(),
              size: count,
              only: count.describe('In none of the others'),
              evaluatedAt: instant.nullable(),
            }),
          ),
          universe: count.describe('All profiles'),
          union: count.describe('Profiles in one of them at least'),
          common: count.describe('Profiles in all of them'),
          intersections: z.array(z.array(count)).describe('Profiles in both; rows and columns in the order of the audiences'),
          jaccard: matrix.describe('In both by in either, 0 to 1; null when both are empty'),
          combinations: z
            .array(z.object({ audiences: z.array(count).describe('Their places in the list'), size: count }))
            .nullable()
            .describe('Profiles in these and in none of the others, largest first; null beyond 12 audiences'),
          lift: matrix.describe('How many times likelier a member of the one is in the other than anybody; null when one is empty'),
        })
        .meta({ id: 'Overlap' }),
    },
  },
  listRecords: {
    method: 'GET',
    path: '/api/audiences/{id}/records',
    summary: 'What the lists of an audience from outside say of its people',
    tag: 'audiences from outside',
    params: idParams,
    query: paging,
    responses: {
      200: z.object({
        total: count,
        start: count,
        records: z.array(z.object({ identity, payload: z.record(z.string(), z.unknown()) })),
      }),
    },
  },
} as const satisfies Record<string, Route>;

function related() {
  return z.object({ id: z.string(), name: z.string(), lifecycleState });
}
