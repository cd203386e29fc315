/** The HTTP server, without its handlers: everything that holds for all paths. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LogController, fastify } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { IntakeError } from '../ingest/index.ts';
import type { AuthenticationOptions, Caller } from './authentication.ts';
import { createAuthenticate, requireAccess } from './authentication.ts';
import { serveDoorOptions } from './door.ts';
import { EdgeError } from './edge-error.ts';
import { answerTo, errorBodyOf } from './errors.ts';
import { takeBodies } from './json-body.ts';
import type { Metrics } from './metrics.ts';
import type { LogFollowers } from './membership-log.ts';
import { serveMembershipSocket } from './membership-socket.ts';
import { serveMetrics } from './metrics.ts';
import { notFound } from './not-found.ts';
import { serveOpenApi } from './openapi.ts';
import type { Handlers } from './serve.ts';
import { doorPaths, serveRoutes } from './serve.ts';
import { serveStudio } from './studio.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; of paths that need no key nobody knows. */
    caller: Caller;
  }
}

export interface AppOptions {
  readonly authentication: AuthenticationOptions;
  readonly handlers: Handlers;
  readonly followers: LogFollowers;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Folder of the built studio. */
  readonly studio: string;
  /** Version of Kindred. */
  readonly version: string;
}

/** Bytes of a JSON body. Data goes in through uploads, which have no limit. */
const BODY_LIMIT = 4 * 1024 * 1024;
/** How long a client may take to send the head of a request, in ms. */
const HEADERS_TIME = 20_000;
/** Identities are parts of paths. */
const MAX_PARAMETER_LENGTH = 2048;

export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: options.logger,
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH, ignoreTrailingSlash: true },
    rewriteUrl: ({ url = '/' }) => inFull(withoutHint(url)),
    http: { headersTimeout: HEADERS_TIME },
    genReqId: (request) => validRequestId(request.headers['x-request-id']) ?? randomUUID(),
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply.header('x-request-id', request.id)),
    logController: new LogController({ disableRequestLogging: true }),
  }) as unknown as FastifyInstance;
  takeBodies(app);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  addHooks(app, options.authentication);
  handleErrors(app);
  await serveOpenApi(app, options.version);
  serveMetrics(app, options.metrics);
  serveRoutes(app, options.handlers);
  await serveMembershipSocket(app, options.followers);
  serveDoorOptions(app, doorPaths());
  await serveStudio(app, options.studio);
  return app;
}

/** The Edge Network's location hint and prefix of third-party hosts stand in the path, and mean nothing here. */
function withoutHint(url: string): string {
  return url.replace(/^\/ee(?:\/[a-z]{2,4}\d?)?(?:\/va)?\/(?=v[12]\/)/, '/ee/');
}

const CALLS: Readonly<Record<string, string>> = {
  t: 'track',
  i: 'identify',
  p: 'page',
  s: 'screen',
  g: 'group',
  a: 'alias',
  b: 'batch',
};

/** In browsers Segment's library calls the tracking paths by their first letters. */
function inFull(url: string): string {
  return url.replace(/^\/v1\/([a-z])(?=\/?(?:\?|$))/, (path, letter: string) => (letter in CALLS ? `/v1/${CALLS[letter]}` : path));
}

/** A client's own request id, when it is harmless in a log and a header. */
function validRequestId(id: string | readonly string[] | undefined): string | undefined {
  return typeof id === 'string' && /^[\w.:-]{1,128}$/.test(id) ? id : undefined;
}

function addHooks(app: FastifyInstance, authentication: AuthenticationOptions): void {
  const authenticate = createAuthenticate(authentication);
  app.decorateRequest('caller', null as unknown as Caller);
  app.addHook('onResponse', async (request, reply) => {
    request.log.debug({ method: request.method, url: request.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request');
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
    });
    const access = request.routeOptions.config.access ?? 'read';
    if (access === 'none') return;
    request.caller = await authenticate(request.headers);
    requireAccess(request.caller, access);
  });
}

function handleErrors(app: FastifyInstance): void {
  app.setNotFoundHandler(notFound);
  app.setErrorHandler(async (error, request, reply) => answerError(error, request, reply));
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // The schemas of a route's answers do not hold for its errors.
  const send = (status: number, body: object): FastifyReply =>
    reply.code(status).type('application/json; charset=utf-8').serializer(JSON.stringify).send(body);
  if (error instanceof EdgeError) return send(error.status, error.body);
  const { status, body } = errorBodyOf(answerTo(error), request);
  if (status >= 500) request.log.error({ err: error }, 'request failed');
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (error instanceof IntakeError && error.retryAfter !== undefined) reply.header('retry-after', String(error.retryAfter));
  return send(status, body);
}
