/** The floor: Fastify that parses the body and answers. Prints its address; GET /usage tells what it took. */
import { createRequire } from 'node:module';
import type { fastify as Fastify } from '../packages/server/node_modules/fastify/fastify.js';

const require = createRequire(new URL('../packages/server/package.json', import.meta.url));
const { fastify } = require('fastify') as { readonly fastify: typeof Fastify };

const app = fastify({ bodyLimit: 1024 * 1024 });
app.post('/collection/batch/:inletId', async (request, reply) => {
  const { messages } = request.body as { readonly messages: readonly unknown[] };
  return reply.code(207).send({ responses: messages.length });
});
app.get('/usage', async () => {
  const { user, system } = process.cpuUsage();
  return { cpu: (user + system) / 1000, rss: process.memoryUsage.rss() };
});
process.stdout.write(`listening ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
