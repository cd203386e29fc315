/** Flow Service: connections that take messages, and the flows that say which dataset they go to. */
import { z } from 'zod';
import { idParams } from '../common.ts';
import type { Route } from '../route.ts';
import { jsonPatch } from './audiences.ts';
import { conditional, headers } from './common.ts';

const base = '/data/foundation/flowservice';

/** The connection spec of the streaming HTTP API, and that of the datasets its records go to. */
export const HTTP_API_SPEC = 'bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb';
export const DATA_LAKE_SPEC = 'c604ff05-7f1a-43c0-8e18-33bf874cb11c';

const kind = z.enum(['connections', 'sourceConnections', 'targetConnections', 'flows']);
const made = z.object({ id: z.string(), etag: z.string() });
const spec = z.looseObject({ id: z.string(), version: z.string().default('1.0') });

const flowObject = z.looseObject({
  id: z.string(),
  etag: z.string(),
  createdAt: z.int().describe('Epoch milliseconds'),
  updatedAt: z.int().describe('Epoch milliseconds'),
  createdBy: z.string(),
  state: z.string(),
});
const items = z.object({ items: z.array(flowObject) });

const params = z.object({ kind });
const one = z.object({ kind, id: z.string().min(1) });

const content = z.looseObject({
  name: z.string().min(1).max(255),
  description: z.string().optional(),
  connectionSpec: spec.optional(),
  auth: z
    .looseObject({
      specName: z.string(),
      params: z.looseObject({
        sourceId: z.string().optional(),
        dataType: z.enum(['xdm', 'raw']).default('xdm'),
        name: z.string().optional(),
        authenticationRequired: z.boolean().default(false),
      }),
    })
    .optional(),
  params: z.looseObject({ dataSetId: z.string().optional() }).optional().describe('Of a target connection: where records go'),
  sourceConnectionIds: z.array(z.string()).max(1).optional(),
  targetConnectionIds: z.array(z.string()).max(1).optional(),
});

/** What POST takes, and what a patched object must be. */
export const flowObjectContent = content;

const connectionSpec = z.object({ id: z.string(), name: z.string(), version: z.string() });
const connectionSpecs = z.object({ items: z.array(connectionSpec), _links: z.object({}) });

export const flowServiceRoutes = {
  listConnectionSpecs: {
    method: 'GET',
    path: `${base}/connectionSpecs`,
    summary: 'The kinds of connections there are',
    tag: 'streaming',
    headers,
    responses: { 200: connectionSpecs },
  },
  getConnectionSpec: {
    method: 'GET',
    path: `${base}/connectionSpecs/{id}`,
    summary: 'A kind of connections',
    tag: 'streaming',
    headers,
    params: idParams,
    responses: { 200: connectionSpecs },
  },
  createFlowObject: {
    method: 'POST',
    path: `${base}/{kind}`,
    summary: 'Create a streaming connection, a source or target connection, or a flow',
    description: `A connection with the connectionSpec ${HTTP_API_SPEC} gets an inlet; its address is auth.params.inletUrl of what GET shows.`,
    tag: 'streaming',
    headers,
    params,
    body: content,
    responses: { 201: made },
  },
  listFlowObjects: {
    method: 'GET',
    path: `${base}/{kind}`,
    summary: 'Connections or flows, newest first',
    tag: 'streaming',
    headers,
    params,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      continuationToken: z.string().optional(),
      property: z
        .union([z.string(), z.array(z.string())])
        .optional()
        .describe('For example name==web; repeatable'),
    }),
    responses: {
      200: z.object({ items: z.array(flowObject), _links: z.object({ next: z.object({ href: z.string() }).optional() }) }),
    },
  },
  getFlowObject: {
    method: 'GET',
    path: `${base}/{kind}/{id}`,
    summary: 'A connection or flow; of a streaming connection with the address of its inlet',
    tag: 'streaming',
    headers,
    params: one,
    responses: { 200: items },
  },
  updateFlowObject: {
    method: 'PATCH',
    path: `${base}/{kind}/{id}`,
    summary: 'Change parts of a connection or flow by JSON Patch',
    tag: 'streaming',
    headers: conditional,
    params: one,
    body: jsonPatch,
    responses: { 200: made },
  },
  deleteFlowObject: {
    method: 'DELETE',
    path: `${base}/{kind}/{id}`,
    summary: 'Delete a connection or flow; an inlet takes nothing from then on',
    tag: 'streaming',
    headers,
    params: one,
    responses: { 204: z.undefined() },
  },
} as const satisfies Record<string, Route>;
