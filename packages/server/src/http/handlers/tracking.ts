/** Calls of Segment's libraries, and the write keys they are configured with. */
import type { Body, Routes } from '@kindred/contract';
import type { FastifyRequest } from 'fastify';
import type { Call, StreamRecord, WriteKey } from '../../ingest/index.ts';
import { CALLS, trackingRecord } from '../../ingest/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type SingleRoute = 'trackIdentify' | 'trackEvent' | 'trackPage' | 'trackScreen' | 'trackGroup' | 'trackAlias';
type KeyRoutes = 'listWriteKeys' | 'createWriteKey' | 'revokeWriteKey';
type Message = Readonly<Record<string, unknown>>;

/** Calls in one request at most. */
const MOST_CALLS = 2500;

export function trackingHandlers(rooms: Rooms): Handlers<SingleRoute | 'trackBatch' | 'trackImport' | KeyRoutes> {
  const single = (call: Call) => async (input: { readonly body: Message; readonly request: FastifyRequest }) =>
    await accept(rooms, input.request, { body: input.body, calls: [[call, input.body]] });
  const batch = async ({ body, request }: { readonly body: Message; readonly request: FastifyRequest }) =>
    await accept(rooms, request, { body, calls: callsOf(body) });
  return {
    trackIdentify: single('identify'),
    trackEvent: single('track'),
    trackPage: single('page'),
    trackScreen: single('screen'),
    trackGroup: single('group'),
    trackAlias: single('alias'),
    trackBatch: batch,
    trackImport: batch,
    ...keyHandlers(rooms),
  };
}

interface Calls {
  readonly body: Message;
  readonly calls: readonly (readonly [Call, Message])[];
}

async function accept({ stream, settings, clock }: Rooms, request: FastifyRequest, { body, calls }: Calls): Promise<{ success: boolean }> {
  const key = stream.writeKeys.find(presentedKey(request, body) ?? '');
  if (key === undefined) {
    throw new RequestError('write-key-invalid', 'invalid write key', { hint: 'Create one with POST /api/write-keys.' });
  }
  const { dataset } = key;
  const context = { tenant: settings.tenant, dataset, source: `tracking:${key.name}`, receivedAt: clock().getTime() };
  const sentAt = body['sentAt'];
  const records = calls.map(([call, message]): StreamRecord => trackingRecord(call, { sentAt, ...message }, context));
  await stream.intake.accept(records);
  return { success: true };
}

/** What a library sends at once. Throws RequestError. */
function callsOf(body: Message): Calls['calls'] {
  const batch: readonly unknown[] = Array.isArray(body['batch']) ? body['batch'] : [];
  if (batch.length === 0)
    throw new RequestError('request-invalid', 'empty batch payload', { hint: 'Send {"batch": [{"type": "track", …}]}.' });
  if (batch.length > MOST_CALLS) throw new RequestError('request-invalid', `a batch has at most ${MOST_CALLS} calls`);
  const { context } = body;
  return batch.map((each, index) => {
    const message = (typeof each === 'object' && each !== null ? each : {}) as Message;
    const call = CALLS.find((known) => known === message['type']);
    if (call === undefined) {
      throw new RequestError('request-invalid', `batch[${index}]: ${JSON.stringify(message['type'] ?? null)} is no type of call`, {
        hint: `Types: ${CALLS.join(', ')}.`,
      });
    }
    return [call, context === undefined ? message : { context, ...message }];
  });
}

/** Basic authentication with an empty password, or `writeKey` in the body. */
function presentedKey({ headers }: FastifyRequest, body: Message): string | undefined {
  const encoded = /^basic\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1];
  if (encoded !== undefined) return Buffer.from(encoded, 'base64').toString('utf8').split(':')[0];
  return typeof body['writeKey'] === 'string' ? body['writeKey'] : undefined;
}

function keyHandlers({ stream, clock }: Rooms): Handlers<KeyRoutes> {
  return {
    listWriteKeys: async () => ({ writeKeys: stream.writeKeys.list().map(shown) }),
    async createWriteKey({ body, request }) {
      return shown(await stream.writeKeys.create(newKey(body), { by: request.caller.name, at: clock() }));
    },
    async revokeWriteKey({ params: { key } }) {
      if (await stream.writeKeys.revoke(key, clock())) return;
      throw new RequestError('not-found', `There is no write key ${key}.`, { hint: 'See GET /api/write-keys.' });
    },
  };
}

function newKey({ name, dataset = name }: Body<Routes['createWriteKey']>): Pick<WriteKey, 'name' | 'dataset'> {
  return { name, dataset };
}

function shown({ createdAt, revokedAt, ...key }: WriteKey) {
  return { ...key, createdAt: createdAt.toISOString(), revokedAt: revokedAt?.toISOString() ?? null };
}
