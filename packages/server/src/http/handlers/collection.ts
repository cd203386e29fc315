/** Messages to an inlet. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Inlet, StreamRecord } from '../../ingest/index.ts';
import { readMessage } from '../../ingest/index.ts';
import { RequestError } from '../errors.ts';
import { inletProblem } from '../inlet-problem.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

const KEY_HINT = 'Send it as Authorization: Bearer <key>.';

/** `xactionId` of a record: where it lies in the log. */
function actionId(receivedAt: number, offset: number): string {
  return `${receivedAt}:${String(offset).padStart(4, '0')}`;
}

export function collectionHandlers(rooms: Rooms): Handlers<'collect' | 'collectBatch'> {
  const { stream, clock } = rooms;
  const { intake } = stream;
  const reader = messageReader(rooms);
  return {
    async collect({ params: { inletId }, query, body, request, reply }) {
      const inlet = findInlet(rooms, inletId, reply);
      if ('report' in inlet) return inlet;
      await requireKey(rooms, inlet, request);
      intake.requireRoom();
      const receivedAt = clock().getTime();
      const record = await reader(inlet, { message: body, receivedAt, request });
      const synchronous = query.syncValidation === 'true' || query.synchronousValidation === 'true';
      const problems = typeof record === 'string' ? record : synchronous ? intake.validate(record) : intake.check(record);
      if (typeof record === 'string' || problems.length > 0) {
        intake.countRejected(1);
        reply.code(400);
        return inletProblem(inletId, orgOf(body), problems);
      }
      const offset = await intake.accept([record]);
      const syncValidation = synchronous ? ({ status: 'pass' } as const) : ({ skipped: true } as const);
      return { inletId, xactionId: actionId(receivedAt, offset), receivedTimeMs: String(receivedAt), syncValidation };
    },
    async collectBatch({ params: { inletId }, body, request, reply }) {
      const inlet = findInlet(rooms, inletId, reply);
      if ('report' in inlet) return inlet;
      await requireKey(rooms, inlet, request);
      intake.requireRoom();
      const receivedAt = clock().getTime();
      const read = await Promise.all(body.messages.map((message) => reader(inlet, { message, receivedAt, request })));
      const records = read.map((record) => {
        const [problem] = typeof record === 'string' ? [] : intake.check(record);
        return problem === undefined ? record : `Message is invalid: ${problem.field === '' ? '' : `${problem.field}: `}${problem.reason}`;
      });
      const good = records.filter((record) => typeof record !== 'string');
      intake.countRejected(records.length - good.length);
      let offset = await intake.accept(good);
      const batchId = actionId(receivedAt, offset);
      const responses = records.map((record, index) =>
        typeof record === 'string'
          ? { statusCode: 400, message: `inletId: [${inletId}] imsOrgId: [${orgOf(body.messages[index])}] ${record}` }
          : { xactionId: actionId(receivedAt, offset++) },
      );
      return { inletId, batchId, receivedTimeMs: String(receivedAt), responses };
    },
  };
}

interface Message {
  readonly message: unknown;
  readonly receivedAt: number;
  readonly request: FastifyRequest;
}

function messageReader({ stream, tables }: Rooms): (inlet: Inlet, message: Message) => Promise<StreamRecord | string> {
  return async ({ id, dataType }, { message, receivedAt, request }) => {
    const { 'x-adobe-flow-id': named } = request.query as { readonly 'x-adobe-flow-id'?: string };
    const header = request.headers['x-adobe-flow-id'];
    return await readMessage(message, {
      inletId: id,
      receivedAt,
      flowId: named ?? (header === undefined ? undefined : String(header)),
      datasetOf: (flowId) => stream.flowObjects.datasetOf(flowId),
      kindOf: (dataset) => tables.schema.datasets.get(dataset)?.class,
      mappingOf: (flowId, dataset) => stream.flowMappings.of(flowId, dataset),
      raw: dataType === 'raw',
    });
  };
}

/** The inlet, or the answer that there is none. */
function findInlet({ stream }: Rooms, inletId: string, reply: FastifyReply): Inlet | ReturnType<typeof inletProblem> {
  const inlet = stream.flowObjects.inlet(inletId);
  if (inlet !== undefined) return inlet;
  reply.code(404);
  return { ...inletProblem(inletId, '', 'There is no such inlet'), status: 404, title: 'Inlet not found' };
}

/** Of inlets that ask for authentication. Throws RequestError. */
async function requireKey({ authenticate }: Rooms, { authenticationRequired }: Inlet, request: FastifyRequest): Promise<void> {
  if (!authenticationRequired) return;
  if (request.headers.authorization === undefined)
    throw new RequestError('key-missing', 'This inlet needs an API key.', { hint: KEY_HINT });
  await authenticate(request.headers);
}

function orgOf(message: unknown): string {
  const { header } = (typeof message === 'object' && message !== null ? message : {}) as {
    readonly header?: { readonly imsOrgId?: unknown };
  };
  return typeof header?.imsOrgId === 'string' ? header.imsOrgId : '';
}
