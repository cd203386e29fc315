/** The floor: Fastify that parses the body and gives it back. Prints its address. */
import { createRequire } from 'node:module';
import type { fastify as Fastify } from '../packages/server/node_modules/fastify/fastify.js';

const require = createRequire(new URL('../packages/server/package.json', import.meta.url));
const { fastify } = require('fastify') as { readonly fastify: typeof Fastify };

const app = fastify();
app.post('/edge/evaluate', (request, reply) => reply.send(request.body));
app.get('/metrics', (_, reply) => {
  const { user, system } = process.cpuUsage();
  return reply.send(`process_cpu_seconds_total ${(user + system) / 1e6}\n`);
});
process.stdout.write(`listening ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
