/** Bodies of requests: packed ones are unpacked on every path; JSON is taken under any media type of JSON. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { RequestError } from './errors.ts';

/** `application/json`, `application/json-patch+json`, `application/vnd.adobe.xed+json;version=1`. */
const JSON_MEDIA = /^application\/(?:[\w.-]+\+)?json\b/i;

/** No part of the text it stands before. */
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

const UNPACK = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate } as const;

/** Must be set before the routes: scopes with parsers of their own get unpacked bodies, too. */
export function takeBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _, payload, done) => {
    const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
    if (encoding === 'identity' || encoding === '') done(null, payload);
    else if (Object.hasOwn(UNPACK, encoding)) done(null, unpacked(request, UNPACK[encoding as keyof typeof UNPACK]()));
    else done(notUnpacked(encoding));
  });
  // Only JSON: a form of another site cannot send that without asking first.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(JSON_MEDIA, { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    // Clients say JSON of every request they make, also of those without a body.
    if (body.length === 0 && request.routeOptions.schema?.body === undefined) return undefined;
    return parseJson(body);
  });
}

/** Throws RequestError `json-malformed`, with the place. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) throw new RequestError('json-malformed', 'The body is empty.', { hint: 'Send valid JSON.' });
  const text = body.toString('utf8', body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0);
  try {
    return text.includes('__proto__') ? JSON.parse(text, refuseProto) : JSON.parse(text);
  } catch (error) {
    if (error instanceof RequestError) throw error;
    throw new RequestError('json-malformed', `The body is no JSON: ${(error as Error).message}`, { hint: 'Send valid JSON.' });
  }
}

/** The one name that an object can be given and does not have afterwards. */
function refuseProto(name: string, value: unknown): unknown {
  if (name !== '__proto__') return value;
  throw new RequestError('request-invalid', 'The body has a member named "__proto__".', { hint: 'Give it another name.' });
}

/** Neither end of the pipe outlives the other, but the request itself stays: its answer must still go out. */
function unpacked({ raw }: FastifyRequest, unpack: ReturnType<typeof createGunzip>): Readable & { receivedEncodedLength: number } {
  const body = Object.assign(raw.pipe(unpack), { receivedEncodedLength: 0 });
  raw.on('data', (chunk: Buffer) => (body.receivedEncodedLength += chunk.length));
  raw.once('error', (error) => body.destroy(error));
  raw.once('close', () => raw.complete || body.destroy(new Error('the client went away')));
  return body;
}

function notUnpacked(encoding: string): RequestError {
  return new RequestError('media-type-unsupported', `A body with Content-Encoding "${encoding}" cannot be unpacked.`, {
    hint: `Send it as it is, or with ${Object.keys(UNPACK).join(', ')}.`,
  });
}
