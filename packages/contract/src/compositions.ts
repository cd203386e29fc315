/** Compositions: audiences made of blocks, on a canvas. */
import { z } from 'zod';
import { description, lifecycleState } from './audiences.ts';
import { count, idParams, instant, MAX_PQL_LENGTH, milliseconds, name } from './common.ts';
import type { Route } from './route.ts';

// A draft may lack anything: what is missing is told by its problems, and refused when it is published.
const id = z.string().max(255);
const pql = z.string().max(MAX_PQL_LENGTH).describe('A query in Profile Query Language');
const rule = z.object({ kind: z.literal('rule'), pql });

const path = z.object({
  key: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'a key has letters, digits, _ and -')
    .describe('Names the path for good: its audience keeps its id and history whatever it is called'),
  name: z.string().trim().max(255).describe('Of the audience that the path becomes'),
  percent: z.number().min(0).max(100).exactOptional().describe('Of a split by percentage; hundredths count'),
  values: z
    .array(z.string().max(1000))
    .max(10_000)
    .exactOptional()
    .describe('Of a split by attribute; a path without them takes whom no other path takes, and is the last one'),
});
export type CompositionPath = z.output<typeof path>;

export const compositionBody = z
  .object({
    audience: z
      .union([
        z.object({
          kind: z.literal('audiences'),
          merge: z
            .enum(['union', 'intersection', 'exclude-overlap'])
            .describe('Who is in one of them; in all of them; in one but not in all'),
          ids: z.array(id).max(500),
        }),
        rule,
      ])
      .describe('Who comes in: several audiences, whatever kind they are, or a rule'),
    exclude: z
      .array(z.union([z.object({ kind: z.literal('audience'), id }), rule]))
      .max(100)
      .describe('Who is taken out, one after the other'),
    enrich: z
      .object({
        entity: z.string().max(2000).describe('A lookup entity: a key of `lookups` of the schema'),
        by: z.string().max(2000).describe('Dotted path of the attribute that holds the id of a record'),
        fields: z.array(z.string().max(2000)).max(100).describe('Dotted paths in the record'),
      })
      .exactOptional()
      .describe('Fields of records that go along with the members in exports'),
    rank: z
      .object({
        by: pql.describe('An attribute that is a number, or another expression whose result is one'),
        order: z.enum(['ascending', 'descending']),
        limit: z.int().min(1).nullable().describe('How many are kept; null: all'),
      })
      .nullable()
      .describe('Whoever has no number comes last; of equal ones whoever was known first is first'),
    split: z
      .union([z.object({ by: z.literal('percentage') }), z.object({ by: z.literal('attribute'), attribute: pql.describe('A text') })])
      .nullable()
      .describe('By percentage everybody stays in their path for good; by attribute the first path with the value takes them'),
    paths: z.array(path).min(1).max(100).describe('Each becomes an audience; one without a split'),
  })
  .meta({ id: 'CompositionBody' });
export type CompositionBody = z.output<typeof compositionBody>;

const problem = z.object({
  block: z.enum(['audience', 'exclude', 'enrich', 'rank', 'split', 'save']),
  index: count.nullable().describe('Of several exclusions or paths the place of the one; null: the whole block'),
  message: z.string(),
  hint: z.string(),
});
export type CompositionProblem = z.output<typeof problem>;

const output = z.object({
  path: z.string().describe('The key of the path'),
  id: z.string().describe('Of the audience'),
  name: z.string(),
  size: count.nullable().describe('Null before the first evaluation'),
  lastEvaluated: instant.nullable(),
  lifecycleState,
});

export const composition = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    state: z.enum(['draft', 'published', 'changed']).describe('changed: published, and edited since'),
    body: compositionBody.describe('As it is edited'),
    published: compositionBody.nullable().describe('As it was published last'),
    outputs: z.array(output).describe('The audiences of its paths'),
    version: count.describe('Counts the publications'),
    changes: count.describe('Counts all changes'),
    createdAt: instant,
    createdBy: z.string(),
    updatedAt: instant,
    updatedBy: z.string(),
    publishedAt: instant.nullable(),
  })
  .meta({ id: 'Composition' });
export type Composition = z.output<typeof composition>;

export const compositionPreview = z
  .object({
    problems: z.array(problem),
    counts: z
      .object({
        inputs: z.array(count).describe('Each audience by itself; empty for a rule'),
        audience: count.describe('Who comes in'),
        exclude: z
          .array(
            z.object({
              size: count.describe('For whom it holds'),
              removes: count.describe('Whom it takes out of those the ones before it left'),
            }),
          )
          .exactOptional(),
        remaining: count.exactOptional().describe('Who is left'),
        enriched: count.exactOptional().describe('Of those who are left, whose record is known; with an enrich block'),
        rank: z
          .object({
            size: count.describe('Who is kept'),
            last: z.number().nullable().describe('The number of the last one who is kept; null: nobody has one'),
            unknown: count.describe('Who came to the block and has no number'),
          })
          .nullable()
          .exactOptional(),
        paths: z.array(count).exactOptional().describe('In their order'),
        unassigned: count
          .exactOptional()
          .describe('Who is left and in no path: cut off by the ranking, or without a value that a path takes'),
      })
      .nullable()
      .describe('Exact; a block with a problem and all behind it are left out. Null: not even who comes in can be counted'),
    universe: count,
    evaluatedAt: instant,
    revision: count,
    tookMs: milliseconds,
  })
  .meta({ id: 'CompositionPreview' });
export type CompositionPreview = z.output<typeof compositionPreview>;

const tag = 'compositions';
const ifChanges = count.optional().describe('The number of changes you know of: with others in between nothing is changed');

export const compositionRoutes = {
  listCompositions: {
    method: 'GET',
    path: '/api/compositions',
    summary: 'All compositions, changed last first',
    tag,
    responses: { 200: z.object({ compositions: z.array(composition) }) },
  },
  createComposition: {
    method: 'POST',
    path: '/api/compositions',
    summary: 'Create a composition, as a draft',
    tag,
    body: z.object({
      name,
      description: description.optional(),
      body: compositionBody.optional().describe('Blocks without anything when left out'),
    }),
    responses: { 201: composition },
  },
  getComposition: {
    method: 'GET',
    path: '/api/compositions/{id}',
    summary: 'One composition with its audiences',
    tag,
    params: idParams,
    responses: { 200: composition },
  },
  updateComposition: {
    method: 'PATCH',
    path: '/api/compositions/{id}',
    summary: 'Change the draft; what is published stays as it is',
    tag,
    params: idParams,
    body: z.object({ name: name.optional(), description: description.optional(), body: compositionBody.optional(), ifChanges }),
    responses: { 200: composition },
  },
  deleteComposition: {
    method: 'DELETE',
    path: '/api/compositions/{id}',
    summary: 'Delete a composition with its audiences; refused while another audience refers to one of them',
    tag,
    params: idParams,
    responses: { 204: z.undefined() },
  },
  validateComposition: {
    method: 'POST',
    path: '/api/compositions/{id}/validate',
    summary: 'What is missing before the draft, or another body, can be published',
    tag,
    access: 'read',
    params: idParams,
    body: z.object({ body: compositionBody.optional().describe('The draft when left out') }),
    responses: { 200: z.object({ problems: z.array(problem) }) },
  },
  previewComposition: {
    method: 'POST',
    path: '/api/compositions/{id}/preview',
    summary: 'Exact counts of every block of the draft, or of another body',
    description: 'Closing the connection stops the queries in the engine.',
    tag,
    access: 'read',
    params: idParams,
    body: z.object({
      body: compositionBody.optional().describe('The draft when left out'),
      now: instant.optional().describe('Evaluate as of this instant'),
    }),
    responses: { 200: compositionPreview },
  },
  publishComposition: {
    method: 'POST',
    path: '/api/compositions/{id}/publish',
    summary: 'Make the paths of the draft audiences, and evaluate them',
    tag,
    params: idParams,
    body: z.object({ ifChanges }),
    responses: { 200: composition },
  },
} as const satisfies Record<string, Route>;
