/** Connections and flows of the streaming HTTP API. */
import type { Body, Routes } from '@kindred/contract';
import { DATA_LAKE_SPEC, HTTP_API_SPEC, flowObjectContent } from '@kindred/contract';
import type { FastifyRequest } from 'fastify';
import type { FlowObject } from '../../ingest/index.ts';
import { mappingSetOf } from '../../ingest/index.ts';
import { RequestError } from '../errors.ts';
import { ifMatch } from '../platform/if-match.ts';
import { patched } from '../platform/json-patch.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type FlowRoutes =
  | 'listConnectionSpecs'
  | 'getConnectionSpec'
  | 'createFlowObject'
  | 'listFlowObjects'
  | 'getFlowObject'
  | 'updateFlowObject'
  | 'deleteFlowObject';

type Input = Body<Routes['createFlowObject']>;

const CONNECTION_SPECS = [
  { id: HTTP_API_SPEC, name: 'Streaming Connection', version: '1.0' },
  { id: DATA_LAKE_SPEC, name: 'datalake', version: '1.0' },
];

export function flowServiceHandlers({ stream, mappingSets, clock }: Rooms): Handlers<FlowRoutes> {
  const { flowObjects } = stream;
  /** Answers with whether the object gets an inlet. Throws RequestError, ImportError `MAPPING_SET_UNKNOWN`. */
  const requireUsable = async (kind: string, body: Input): Promise<boolean> => {
    const streaming = kind === 'connections' && isStreaming(body);
    if (kind === 'connections' && !streaming) {
      throw new RequestError('not-supported', 'Only connections of the streaming HTTP API can be made here.', {
        hint: `Use "connectionSpec": {"id": "${HTTP_API_SPEC}", "version": "1.0"} with "auth": {"specName": "Streaming Connection", "params": {…}}.`,
      });
    }
    // A flow that names a mapping nobody knows would take nothing in.
    const mapping = kind === 'flows' ? mappingSetOf(body) : undefined;
    if (mapping !== undefined) await mappingSets.get(mapping);
    return streaming;
  };
  return {
    listConnectionSpecs: () => Promise.resolve({ items: CONNECTION_SPECS, _links: {} }),
    async getConnectionSpec({ params: { id } }) {
      const spec = CONNECTION_SPECS.find((each) => each.id === id) ?? missing('connectionSpecs', id);
      return await Promise.resolve({ items: [spec], _links: {} });
    },
    async createFlowObject({ params: { kind }, body, request }) {
      const streaming = await requireUsable(kind, body);
      const { id, etag } = await flowObjects.create(kind, body, { by: request.caller.name, at: clock(), streaming });
      return { id, etag };
    },
    async listFlowObjects({ params: { kind }, query, request }) {
      const wanted = [query.property ?? []].flat().map((each) => each.split('=='));
      const all = flowObjects.list(kind).filter(({ body }) => wanted.every(([name = '', value]) => String(body[name]) === value));
      const start = Number(query.continuationToken ?? 0);
      const items = all.slice(start, start + query.limit).map((object) => shown(object, request));
      const next = start + query.limit;
      const href = `/${kind}?limit=${query.limit}&continuationToken=${next}`;
      return { items, _links: next < all.length ? { next: { href } } : {} };
    },
    async getFlowObject({ params: { kind, id }, request, reply }) {
      const object = flowObjects.get(kind, id) ?? missing(kind, id);
      reply.header('etag', object.etag);
      return { items: [shown(object, request)] };
    },
    async updateFlowObject({ params: { kind, id }, body, request }) {
      const before = flowObjects.get(kind, id) ?? missing(kind, id);
      if (ifMatch(request)?.includes(before.etag.replaceAll('"', '')) === false) changed(id);
      const after = contentOf(patched({ ...before.body }, body));
      await requireUsable(kind, after);
      const { etag } = (await flowObjects.update(before, after, clock())) ?? changed(id);
      return { id, etag };
    },
    async deleteFlowObject({ params: { kind, id } }) {
      if (!(await flowObjects.delete(kind, id))) missing(kind, id);
    },
  };
}

function isStreaming({ connectionSpec, auth }: Input): boolean {
  return auth !== undefined && (connectionSpec === undefined || connectionSpec.id === HTTP_API_SPEC);
}

/** Throws RequestError for what a patch must not leave. */
function contentOf(document: object): Input {
  const { success, data, error } = flowObjectContent.safeParse(document);
  if (success) return data;
  throw new RequestError('patch-refused', error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`).join('; '));
}

function changed(id: string): never {
  throw new RequestError('flow-object-changed', `Somebody else has changed ${id} since it was read.`, {
    hint: 'Read it again, and send the change with its present etag.',
  });
}

function missing(kind: string, id: string): never {
  throw new RequestError('not-found', `There is no ${id} among the ${kind}.`, { hint: `See GET /data/foundation/flowservice/${kind}.` });
}

function shown({ id, etag, body, inletId, createdAt, updatedAt, createdBy }: FlowObject, request: FastifyRequest) {
  const at = { createdAt: createdAt.getTime(), updatedAt: updatedAt.getTime(), createdBy };
  return { ...body, ...(inletId !== null && { auth: authOf(body, inletId, request) }), id, etag, ...at, state: 'enabled' };
}

function authOf(body: FlowObject['body'], inletId: string, request: FastifyRequest): object {
  const auth = body['auth'] as { readonly params?: object };
  return { ...auth, params: { ...auth.params, inletId, inletUrl: `${request.protocol}://${request.host}/collection/${inletId}` } };
}
