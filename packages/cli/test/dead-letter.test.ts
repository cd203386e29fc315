import { createClient, HTTP_API_SPEC, routes } from '@kindred/contract';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exitCodes } from '../src/exit-codes.ts';
import type { Run, Serving } from './kindred.ts';
import { kindred, serving, temporaryFolder } from './kindred.ts';

const temporary = temporaryFolder();
const env = { KINDRED_DATA: join(temporary.path, 'data'), PORT: '0', KINDRED_LOG_LEVEL: 'warn' };
const run = (...args: string[]): Promise<Run> => kindred(args, env);
let server: Serving;

beforeAll(async () => {
  server = await serving(env);
});
afterAll(async () => {
  await server.stop('SIGTERM');
  temporary.remove();
});

async function send(ids: readonly string[]): Promise<void> {
  const client = createClient({ baseUrl: server.url });
  const body = { name: 'web', connectionSpec: { id: HTTP_API_SPEC }, auth: { specName: 'Streaming Connection', params: {} } };
  const { id } = await client.call(routes.createFlowObject, { params: { kind: 'connections' }, body });
  const { items } = await client.call(routes.getFlowObject, { params: { kind: 'connections', id } });
  const { inletId } = (items[0] as unknown as { readonly auth: { readonly params: { readonly inletId: string } } }).auth.params;
  const schemaRef = { id: 'https://ns.adobe.com/xdm/context/experienceevent' };
  const messages = ids.map((_id) => {
    const xdmEntity = { _id, timestamp: '2026-10-01T10:00:00Z', identityMap: { CRMID: [{ id: 'C1', primary: true }] }, wep: {} };
    return { header: { schemaRef, imsOrgId: 'A@AdobeOrg', datasetId: 'web' }, body: { xdmMeta: { schemaRef }, xdmEntity } };
  });
  await client.call(routes.collectBatch, { params: { inletId }, body: { messages } });
  while ((await client.call(routes.listDeadLetters)).total < ids.length) await sleep(20);
}

it('lists, shows, fixes, replays and puts aside', async () => {
  await send(['e0', 'e1']);
  const listed = await run('dead-letter', 'list');
  expect(listed.stdout).toContain('wep: the schema has no such field; did you mean web?');
  expect(listed.stdout).toContain('2 in all');
  const shown = await run('dead-letter', 'show', '0', '--json');
  const { document } = JSON.parse(shown.stdout) as { readonly document: Record<string, unknown> };
  expect((await run('dead-letter', 'show', '0')).stdout).toContain('event of web, by inlet:');
  expect(await run('dead-letter', 'replay', '0')).toMatchObject({ code: exitCodes.invalid });
  expect((await run('dead-letter', 'replay')).stdout).toContain('Sent 0 again, 2 would fail again');
  const file = join(temporary.path, 'corrected.json');
  const { wep: _, ...corrected } = document;
  writeFileSync(file, JSON.stringify(corrected));
  expect((await run('dead-letter', 'fix', '0', '--file', file)).stdout).toBe('Sent 0 again\n');
  expect(readFileSync(file, 'utf8')).toContain('"_id":"e0"');
  expect(await run('dead-letter', 'fix', '0', '--file', file)).toMatchObject({ code: exitCodes.invalid });
  expect((await run('dead-letter', 'discard', '1')).stdout).toBe('Put 1 aside\n');
  expect((await run('dead-letter', 'list')).stdout).toContain('0 in all');
  expect(await run('dead-letter', 'show', 'x')).toMatchObject({ code: exitCodes.invalid });
  expect(await run('dead-letter', 'show', '99')).toMatchObject({ code: exitCodes.notFound });
});
