/** The Edge Network for the Web SDK and server programs. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import type { Datastream, StreamRecord, Visitor, VisitorRequest } from '../../ingest/index.ts';
import { consentHandle, consentRecord, eventRecords, generalConsent, identityHandles, visitorOf } from '../../ingest/index.ts';
import { EdgeError } from '../edge-error.ts';
import { personalizationHandles } from '../edge-personalization.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type EdgeRoutes = 'edgeInteract' | 'edgeCollect' | 'edgeAcquireIdentity' | 'edgeSetConsent' | 'edgeServerInteract' | 'edgeServerCollect';
type Json = Readonly<Record<string, unknown>>;

/** Where the answer comes from, and the number of that region. */
const EDGE = 'OR2;9';

interface Input {
  readonly query: {
    readonly configId?: string | undefined;
    readonly dataStreamId?: string | undefined;
    readonly requestId?: string | undefined;
  };
  readonly body: Json;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export function edgeHandlers(rooms: Rooms): Handlers<EdgeRoutes> {
  const interact = async (input: Input) => {
    const asked = ask(rooms, input);
    const records = eventRecords(input.body, asked);
    const [told] = await Promise.all([personalizationHandles(rooms, asked, records), rooms.stream.intake.accept(records)]);
    const identity = identityHandles(asked.visitor, asked.visiting, asked.receivedAt);
    return { requestId: asked.requestId, handle: mutable([...identity, ...told]) };
  };
  const collect = async (input: Input): Promise<Asked> => {
    const asked = ask(rooms, input);
    await rooms.stream.intake.accept(eventRecords(input.body, asked));
    return asked;
  };
  return {
    edgeInteract: interact,
    edgeServerInteract: interact,
    async edgeCollect(input) {
      await collect(input);
    },
    async edgeServerCollect(input) {
      const { requestId } = await collect(input);
      if (input.query.silent !== 'true') return { requestId };
      input.reply.code(204);
      return undefined;
    },
    async edgeAcquireIdentity(input) {
      const asked = ask(rooms, input);
      return { requestId: asked.requestId, handle: mutable(identityHandles(asked.visitor, asked.visiting, asked.receivedAt)) };
    },
    async edgeSetConsent(input) {
      const asked = ask(rooms, input);
      const record = consentRecord(input.body, asked);
      if (record !== null) await rooms.stream.intake.accept([record satisfies StreamRecord]);
      const handles = identityHandles(asked.visitor, asked.visiting, asked.receivedAt);
      const consent = consentHandle(asked.datastream.orgId, generalConsent(input.body));
      return { requestId: asked.requestId, handle: mutable([...handles, consent]) };
    },
  };
}

interface Asked {
  readonly datastream: Datastream;
  readonly visiting: VisitorRequest;
  readonly visitor: Visitor;
  readonly ecid: string;
  readonly receivedAt: number;
  readonly requestId: string;
}

/** What every call says. Throws EdgeError when there is no such datastream. */
function ask({ stream, clock }: Rooms, { query, body, request, reply }: Input): Asked {
  const id = query.dataStreamId ?? query.configId ?? '';
  const requestId = query.requestId ?? request.id;
  reply.headers({ 'x-adobe-edge': EDGE, 'x-request-id': requestId });
  const datastream = stream.datastreams.find(id);
  if (datastream === undefined) {
    throw new EdgeError('EXEG-0003-400', `The datastream ID '${id}' referenced in the request does not exist.`, requestId);
  }
  const visiting = { orgId: datastream.orgId, body, cookies: request.headers.cookie, random: () => randomBytes(16) };
  const visitor = visitorOf(visiting);
  return { datastream, visiting, visitor, ecid: visitor.ecid, receivedAt: clock().getTime(), requestId };
}

function mutable(handles: readonly { readonly type: string; readonly payload: readonly Json[] }[]) {
  return handles.map(({ type, payload }) => ({ type, payload: payload.map((item) => ({ ...item })) }));
}
