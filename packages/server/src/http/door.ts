/**
 * What holds for the ways in that are open to everybody: pages of other sites may call, bodies are JSON under any media type,
 * also with gzip, and neither a large body nor a slow one takes memory or time.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { IntakeError } from '../ingest/index.ts';
import { RequestError } from './errors.ts';
import { parseJson } from './json-body.ts';

/** Bytes of a body, unpacked. */
const BODY_LIMIT = 1024 * 1024;
/** Bytes of all bodies on their way at a time; beyond that clients are told to come again. */
const ALL_BODIES = 256 * 1024 * 1024;
/** Errors after which the rest of a body is not read. */
const UNREAD: ReadonlySet<string> = new Set(['body-too-large', 'body-too-slow', 'stream-busy']);
const BUSY = 'more bodies are on their way than memory is meant for';
/** How long a client may take to send its body, in ms. */
const BODY_TIME = 15_000;

/** Bytes of the bodies that are being read or worked on, of all ways in together. */
export interface BodyBudget {
  used: number;
}

export function openDoor(scope: FastifyInstance, budget: BodyBudget): void {
  const taken = new WeakMap<FastifyRequest, number>();
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', async (request: FastifyRequest, payload: Readable) => {
    const take = (bytes: number): void => {
      if (budget.used + bytes > ALL_BODIES)
        throw new IntakeError('stream-busy', BUSY, { hint: 'Send the same again after 1 s.', retryAfter: 1 });
      budget.used += bytes;
      taken.set(request, (taken.get(request) ?? 0) + bytes);
    };
    return parseJson(await read(request, payload, take));
  });
  scope.addHook('onRequest', async (request, reply) => {
    // Once for every request, whether it was answered or given up.
    reply.raw.once('close', () => (budget.used -= taken.get(request) ?? 0));
  });
  scope.addHook('onRequest', async (request, reply) => allowOrigin(request, reply));
  scope.addHook('onError', async (_, reply, error) => {
    // What is left of the body is not read.
    if ('code' in error && UNREAD.has(error.code)) reply.header('connection', 'close');
  });
}

/** Answers of a browser's question whether a page may call. */
export function serveDoorOptions(app: FastifyInstance, paths: readonly string[]): void {
  for (const url of paths) {
    app.options(url, { schema: { hide: true }, config: { access: 'none' } }, async (request, reply) => {
      allowOrigin(request, reply);
      reply.header('access-control-allow-methods', 'POST, OPTIONS');
      reply.header('access-control-allow-headers', request.headers['access-control-request-headers'] ?? 'content-type, authorization');
      reply.header('access-control-max-age', '86400');
      return reply.code(204).send();
    });
  }
}

function allowOrigin(request: FastifyRequest, reply: FastifyReply): void {
  const { origin } = request.headers;
  reply.header('vary', 'origin');
  if (origin === undefined) return;
  reply.header('access-control-allow-origin', origin);
  reply.header('access-control-allow-credentials', 'true');
  reply.header('access-control-expose-headers', 'x-request-id, x-adobe-edge, retry-after');
}

/** Throws RequestError as soon as the body is too large, before it is read when it says so itself. */
async function read(request: FastifyRequest, body: Readable, take: (bytes: number) => void): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) throw tooLarge();
  const { raw } = request;
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const timer = setTimeout(() => raw.destroy(tooSlow()), BODY_TIME);
  const chunks: Buffer[] = [];
  let size = 0;
  // Events rather than an iterator, which costs as much as all the rest of a small request.
  body.on('data', (chunk: Buffer) => {
    size += chunk.length;
    try {
      if (size > BODY_LIMIT) throw tooLarge();
      take(chunk.length);
      chunks.push(chunk);
    } catch (error) {
      // The stream is not destroyed: the answer must still go out.
      body.pause();
      reject(error);
    }
  });
  body.once('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size)));
  for (const stream of new Set<Readable>([raw, body])) stream.once('error', (error: Error) => reject(unreadable(error)));
  raw.once('close', () => raw.complete || reject(unreadable(new Error('the client went away'))));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(): RequestError {
  return new RequestError('body-too-slow', `The body did not arrive within ${BODY_TIME / 1000} s.`);
}

function unreadable(error: Error): RequestError {
  return error instanceof RequestError ? error : new RequestError('request-invalid', `The body cannot be read: ${error.message}`);
}

function tooLarge(): RequestError {
  return new RequestError('body-too-large', `The body is larger than ${BODY_LIMIT} bytes.`, {
    hint: 'Send fewer events at once. Large data goes in as a file: PUT /api/uploads/{name}, then POST /api/imports.',
  });
}
