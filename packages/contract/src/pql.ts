/** Checking a query while it is typed. */
import type { RuleWords } from '@kindred/pql';
import { z } from 'zod';
import { MAX_PQL_LENGTH, count, document, identity } from './common.ts';
import type { Route } from './route.ts';
import { xdmType } from './schema.ts';

export const span = z.object({ from: count, to: count }).describe('UTF-16 offsets into the text, end exclusive');

export const problem = z
  .object({
    code: z.string(),
    severity: z.enum(['error', 'warning']),
    message: z.string(),
    hint: z.string().exactOptional(),
    span,
    line: z.int().min(1),
    column: z.int().min(1),
    fix: z.object({ span, text: z.string() }).exactOptional().describe('A replacement that cures it'),
  })
  .meta({ id: 'PqlProblem' });
export type Problem = z.output<typeof problem>;

const ruleWords: z.ZodType<RuleWords> = z
  .object({
    op: z.enum(['and', 'or', 'not', 'constant', 'leaf']),
    text: z.string(),
    parts: z.array(z.lazy(() => ruleWords)),
  })
  .meta({ id: 'RuleWords' });

const eligibility = z.object({
  eligible: z.boolean(),
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
});
const methods = z
  .object({ batch: eligibility, streaming: eligibility, edge: eligibility })
  .describe('Evaluation methods that the Experience Platform would allow, and why not; Kindred evaluates every rule by all of them')
  .meta({ id: 'EvaluationMethods' });

export const checkBody = z
  .object({
    ok: z.boolean(),
    problems: z.array(problem),
    type: xdmType.nullable().describe('Type of the whole expression; null when it does not parse'),
    rule: ruleWords.nullable().describe('The rule in words, part by part; null when it cannot be evaluated'),
    sentence: z.string().nullable().describe('The rule as one English sentence; null when it cannot be evaluated'),
    methods: methods.nullable().describe('Null when it cannot be evaluated'),
  })
  .meta({ id: 'PqlCheck' });
export type PqlCheck = z.output<typeof checkBody>;

/** A person in a list: the ordinal inside the engine, the identity to link to, and attributes that tell who it is. */
export const member = z
  .object({
    profile: count.describe('Dense ordinal of the profile'),
    identity,
    identities: z.array(identity),
    attributes: document.describe('Name, e-mail, city and the like, as far as known'),
  })
  .meta({ id: 'Member' });
export type Member = z.output<typeof member>;

export const pqlRoutes = {
  checkPql: {
    method: 'POST',
    path: '/api/pql/check',
    summary: 'Check a query against the union schema',
    description: 'Always 200 for a readable request: problems of the query are the answer, not an error.',
    tag: 'pql',
    access: 'read',
    body: z.object({ pql: z.string().max(MAX_PQL_LENGTH) }),
    responses: { 200: checkBody },
  },
} as const satisfies Record<string, Route>;
