/** Records of the stream that could not be stored: to see, to fix, to send again. */
import { z } from 'zod';
import { count, instant, paging } from './common.ts';
import type { Route } from './route.ts';

const state = z.enum(['open', 'replayed', 'discarded']);

const streamDeadLetter = z
  .object({
    id: z.int(),
    kind: z.enum(['event', 'profile', 'lookup']),
    dataset: z.string(),
    source: z.string().describe('The way it came in, such as inlet:…'),
    receivedAt: instant,
    problems: z.array(z.object({ field: z.string().describe('Dotted path; empty for the whole record'), reason: z.string() })),
    document: z.unknown().describe('The record as XDM'),
    state,
    changedAt: instant.nullable(),
    operation: z.enum(['delete', 'merge']).nullable().describe('What was to be done with the record other than to store it'),
    changedBy: z.string().nullable(),
  })
  .meta({ id: 'StreamDeadLetter' });
export type StreamDeadLetter = z.output<typeof streamDeadLetter>;

const filter = { dataset: z.string().optional(), source: z.string().optional() };
const letterParams = z.object({ id: z.coerce.number().int().min(0) });

export const deadLetterRoutes = {
  listDeadLetters: {
    method: 'GET',
    path: '/api/dead-letters',
    summary: 'Dead letters of the stream, newest first',
    tag: 'dead letters',
    query: paging.extend({ state: state.optional(), ...filter }),
    responses: { 200: z.object({ total: count, deadLetters: z.array(streamDeadLetter) }) },
  },
  getDeadLetter: {
    method: 'GET',
    path: '/api/dead-letters/{id}',
    summary: 'One dead letter',
    tag: 'dead letters',
    params: letterParams,
    responses: { 200: streamDeadLetter },
  },
  replayDeadLetter: {
    method: 'POST',
    path: '/api/dead-letters/{id}/replay',
    summary: 'Send a record again, corrected or as it is; refused when it would fail again',
    tag: 'dead letters',
    params: letterParams,
    body: z.object({ document: z.record(z.string(), z.unknown()).optional().describe('The corrected record; as it is when left out') }),
    responses: { 200: streamDeadLetter },
  },
  replayDeadLetters: {
    method: 'POST',
    path: '/api/dead-letters/replay',
    summary: 'Send all open ones again that would not fail again, for example after a change of the schema',
    tag: 'dead letters',
    body: z.object(filter),
    responses: { 200: z.object({ replayed: count, failing: count }) },
  },
  discardDeadLetter: {
    method: 'DELETE',
    path: '/api/dead-letters/{id}',
    summary: 'Put a dead letter aside; it stays readable',
    tag: 'dead letters',
    params: letterParams,
    responses: { 200: streamDeadLetter },
  },
} as const satisfies Record<string, Route>;
