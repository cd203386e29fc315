/** Puts entries of the route table into Fastify: validation, types and OpenAPI all come from the contract. */
import type { Access, Answer, Body, Params, Query, Route, RouteName, Routes } from '@kindred/contract';
import { accessOf, errorBody, routes } from '@kindred/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Readable } from 'node:stream';
import type { BodyBudget } from './door.ts';
import { openDoor } from './door.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the role of a key must allow; `none` needs no key anywhere. Left out: `read`. */
    access?: Access | 'none';
  }
}

/** What a handler gets: the validated parts of the request. */
export interface Call<R extends Route> {
  readonly params: Params<R>;
  readonly query: Query<R>;
  readonly body: Body<R>;
  /** Aborted when the client goes away before the answer. */
  readonly signal: AbortSignal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** What is no JSON is a stream of its bytes. */
export type Handler<R extends Route> = (call: Call<R>) => Promise<R extends { readonly produces: string } ? Readable : Answer<R>>;

/** One handler per route; parts of it are written in a file per tag. */
export type Handlers<N extends RouteName = RouteName> = { readonly [K in N]: Handler<Routes[K]> };

export function serveRoutes(app: FastifyInstance, handlers: Handlers): void {
  const budget: BodyBudget = { used: 0 };
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    const options = routeOptions(name, route, handlers[name] as unknown as Handler<Route>);
    if (route.stream) void app.register((scope, _, done) => (takeRawBodies(scope), scope.route(options), done()));
    else if (route.door) void app.register((scope, _, done) => (openDoor(scope, budget), scope.route(options), done()));
    else app.route(options);
  }
}

/** Paths that pages of other sites may call, in Fastify's notation. */
export function doorPaths(): readonly string[] {
  return (Object.values(routes) as readonly Route[]).filter(({ door }) => door).map(({ path }) => fastifyPath(path));
}

/** The path of a route in Fastify's notation. */
export const fastifyPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

function routeOptions(name: RouteName, route: Route, handler: Handler<Route>): RouteOptions {
  const success = Math.min(...Object.keys(route.responses).map(Number));
  return {
    method: route.method,
    url: fastifyPath(route.path),
    schema: {
      operationId: name,
      summary: route.summary,
      ...(route.description !== undefined && { description: route.description }),
      tags: [route.tag],
      ...(route.stream && { consumes: ['application/octet-stream'] }),
      ...(route.params && { params: route.params }),
      ...(route.query && { querystring: route.query }),
      ...(route.body && { body: route.body }),
      ...(route.headers && { headers: route.headers }),
      response: { ...(route.produces === undefined && route.responses), default: errorBody },
    },
    config: { access: name === 'health' || route.door ? 'none' : accessOf(route) },
    handler: async (request, reply) => {
      reply.code(success);
      const { params, query, body } = request as unknown as { params: never; query: never; body: never };
      const answer = await handler({ params, query, body, signal: goneSignal(reply), request, reply });
      if (route.produces !== undefined && !reply.hasHeader('content-type')) reply.type(route.produces);
      return reply.send(answer);
    },
  };
}

/** Any content type, handed to the handler as the stream it is. */
function takeRawBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_, payload, done) => done(null, payload));
}

/** Fastify's `request.signal` also fires once a body has been read to its end; this one only when the client is gone. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
