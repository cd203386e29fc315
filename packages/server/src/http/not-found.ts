/** Unknown paths, and known paths asked with a method they do not have. */
import { routes } from '@kindred/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestError } from './errors.ts';

const known = Object.values(routes).map(({ method, path }) => ({
  method,
  pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}/?$`),
}));

export async function notFound(request: FastifyRequest, reply: FastifyReply): Promise<never> {
  const path = request.url.split('?', 1)[0] ?? '/';
  const methods = known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  if (methods.length === 0) {
    throw new RequestError('not-found', `There is nothing at ${request.method} ${path}.`, { hint: 'See /docs for the paths there are.' });
  }
  reply.header('allow', methods.join(', '));
  throw new RequestError('method-not-allowed', `${path} takes ${methods.join(', ')}, not ${request.method}.`);
}
