import { createClient, routes } from '@kindred/contract';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Serving } from './kindred.ts';
import { kindred, serving, temporaryFolder } from './kindred.ts';

const temporary = temporaryFolder();
const env = { KINDRED_DATA: join(temporary.path, 'data'), PORT: '0', KINDRED_LOG_LEVEL: 'warn' };
let server: Serving;

beforeAll(async () => {
  server = await serving(env);
});
afterAll(async () => {
  await server.stop('SIGTERM');
  temporary.remove();
});

it('sends events that are stored, and takes its inlet away again', async () => {
  const client = createClient({ baseUrl: server.url });
  const { code, stdout } = await kindred(['demo', 'traffic', '--rate', '100', '--seconds', '1', '--visitors', '100', '--json'], env);
  expect(code).toBe(0);
  const { acknowledged, refused } = JSON.parse(stdout) as { readonly acknowledged: number; readonly refused: number };
  expect(acknowledged).toBeGreaterThan(0);
  expect(refused).toBe(0);
  while ((await client.call(routes.getStatus)).events < acknowledged) await sleep(20);
  expect((await client.call(routes.getStatus)).events).toBe(acknowledged);
  expect(await client.call(routes.listDeadLetters)).toMatchObject({ total: 0 });
  expect((await client.call(routes.listFlowObjects, { params: { kind: 'connections' } })).items).toEqual([]);
});
