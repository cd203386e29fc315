import { routes } from '@kindred/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestServer } from './server.ts';
import { startTestServer } from './server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ streamLag: 1 });
});
afterAll(async () => {
  await server.stop();
});

it('says when to come again while more waits than may, and takes the same afterwards', async () => {
  const { key: writeKey } = await server.client.call(routes.createWriteKey, { body: { name: 'Busy' } });
  let sent = 0;
  const send = async (): Promise<Response> => {
    const batch = Array.from({ length: 200 }, (_, n) => ({ type: 'track', userId: 'B1', event: 'E', messageId: `${sent}-${n}` }));
    const body = JSON.stringify({ writeKey, batch });
    return await fetch(`${server.url}/v1/batch`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  };
  let answer = await send();
  while (answer.status === 200) {
    sent++;
    answer = await send();
  }
  expect(answer.status).toBe(429);
  expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect(await answer.json()).toMatchObject({ errors: { 429: [{ code: 'stream-busy' }] } });
  while (answer.status === 429) {
    await sleep(20);
    answer = await send();
  }
  expect(answer.status).toBe(200);
  sent++;
  while ((await server.client.call(routes.getStatus)).events < sent * 200) await sleep(20);
  expect((await server.client.call(routes.getStatus)).events).toBe(sent * 200);
  expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/kindred_stream_records_total\{outcome="turnedAway"\} [1-9]/);
});
