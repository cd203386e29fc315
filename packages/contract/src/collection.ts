/** Data collection: messages to an inlet, one or many. */
import { z } from 'zod';
import { flag } from './common.ts';
import type { Route } from './route.ts';

const params = z.object({ inletId: z.string().min(1) });
const query = z.object({ 'x-adobe-flow-id': z.string().optional() });
const headers = z.looseObject({
  'x-adobe-flow-id': z.string().optional().describe('The flow whose target connection says the dataset, when the message does not'),
  'x-gw-ims-org-id': z.string().optional(),
});

const message = z
  .looseObject({
    header: z
      .looseObject({
        schemaRef: z.looseObject({ id: z.string(), contentType: z.string().optional() }).optional(),
        imsOrgId: z.string().optional(),
        datasetId: z.string().optional(),
        flowId: z.string().optional(),
        operations: z
          .looseObject({ data: z.enum(['create', 'merge', 'delete']).optional(), identity: z.enum(['create']).optional() })
          .optional()
          .describe('Upserts of profile records: the body is then the record itself'),
      })
      .optional(),
    body: z.unknown(),
  })
  .describe('`body` holds `xdmMeta` and `xdmEntity`');

const violation = z.object({
  schemaLocation: z.string().optional(),
  pointerToViolation: z.string(),
  causingExceptions: z.array(z.unknown()),
  keyword: z.string().optional(),
  message: z.string(),
});
const inletProblem = z
  .object({
    type: z.string(),
    status: z.int(),
    title: z.string(),
    report: z.object({
      message: z.string(),
      cause: z.object({ _streamingValidation: z.array(violation) }).optional(),
    }),
  })
  .meta({ id: 'InletProblem' });

export const collectionRoutes = {
  collect: {
    method: 'POST',
    path: '/collection/{inletId}',
    summary: 'Send one message; acknowledged when it is durably logged',
    tag: 'streaming',
    door: true,
    headers,
    params,
    query: query.extend({ syncValidation: flag.optional(), synchronousValidation: flag.optional().describe('The older name') }),
    body: message,
    responses: {
      200: z.object({
        inletId: z.string(),
        xactionId: z.string(),
        receivedTimeMs: z.string(),
        syncValidation: z.union([z.object({ skipped: z.literal(true) }), z.object({ status: z.literal('pass') })]),
      }),
      400: inletProblem,
      404: inletProblem,
    },
  },
  collectBatch: {
    method: 'POST',
    path: '/collection/batch/{inletId}',
    summary: 'Send many messages; each has its own answer, in their order',
    tag: 'streaming',
    door: true,
    headers,
    params,
    query,
    body: z.looseObject({ messages: z.array(z.unknown()) }),
    responses: {
      207: z.object({
        inletId: z.string(),
        batchId: z.string(),
        receivedTimeMs: z.string(),
        responses: z.array(z.union([z.object({ xactionId: z.string() }), z.object({ statusCode: z.int(), message: z.string() })])),
      }),
      400: inletProblem,
      404: inletProblem,
    },
  },
} as const satisfies Record<string, Route>;
