/** The studio's files, built by Vite. Deep links of the single-page app all answer with its index page. */
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RequestError } from './errors.ts';

/** @param folder of the built studio; asked for at every request, so a build while the server runs shows at once */
export async function serveStudio(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, { root: folder, serve: false, cacheControl: false });
  app.get('/*', { schema: { hide: true }, config: { access: 'none' } }, async (request, reply) => {
    const path = decodeURIComponent(request.url.split('?', 1)[0] ?? '/');
    if (isFile(folder, path)) return send(reply, path);
    if (!wantsPage(request, path)) return reply.callNotFound();
    if (existsSync(join(folder, 'index.html'))) return send(reply, '/index.html');
    throw new RequestError('not-found', 'The studio is not built.', { hint: 'Start with npm start or ./kindred start, which build it.' });
  });
}

function isFile(folder: string, path: string): boolean {
  return (
    path !== '/' &&
    !path.includes('..') &&
    !path.includes('\0') &&
    (statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() ?? false)
  );
}

/** Vite puts a hash of the content into the names below /assets. */
function send(reply: FastifyReply, path: string): FastifyReply {
  reply.header('cache-control', path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
  return reply.sendFile(path);
}

function wantsPage(request: FastifyRequest, path: string): boolean {
  return !/^\/(api|data|assets)(\/|$)/.test(path) && (request.headers.accept ?? '').includes('text/html');
}
