/** `kindred identity …` against a real server. */
import { createClient, routes } from '@kindred/contract';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exitCodes } from '../src/exit-codes.ts';
import type { Run, Serving } from './kindred.ts';
import { kindred, serving, temporaryFolder } from './kindred.ts';

const temporary = temporaryFolder();
const env = { KINDRED_DATA: join(temporary.path, 'data'), PORT: '0', KINDRED_LOG_LEVEL: 'warn' };
const run = (...args: string[]): Promise<Run> => kindred(['identity', ...args], env);
let server: Serving;

const file = (name: string, content: unknown): string => {
  const path = join(temporary.path, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const seen = (customer: string, timestamp: string) => ({
  identities: [
    { namespace: 'CRMID', id: customer },
    { namespace: 'AnonymousID', id: 'kiosk' },
  ],
  timestamp,
});
const RECORDS = [seen('ann', '2026-01-01T10:00:00Z'), seen('ben', '2026-01-02T10:00:00Z')];

beforeAll(async () => {
  server = await serving(env);
  const client = createClient({ baseUrl: server.url });
  const events = RECORDS.map(({ identities: [person, device], timestamp }, index) => ({
    _id: `e${index}`,
    timestamp,
    eventType: 'visit',
    identityMap: { CRMID: [{ id: person?.id, primary: true }], AnonymousID: [{ id: device?.id }] },
  }));
  const path = file('events.jsonl', events.map((each) => JSON.stringify(each)).join('\n'));
  const { id } = await client.call(routes.startImport, { body: { path, dataset: 'web' } });
  while ((await client.call(routes.getImport, { params: { id } })).finishedAt === null) await sleep(20);
});
afterAll(async () => {
  await server.stop('SIGTERM');
  temporary.remove();
});

it('tries rules on records, and says which are in force', async () => {
  const [records, rules] = [file('records.json', RECORDS), file('rules.json', { unique: ['CRMID'], priority: [] })];
  expect((await run('simulate', records)).stdout).toBe('CRMID:ann CRMID:ben AnonymousID:kiosk\n');
  expect((await run('simulate', records, '--rules', rules)).stdout).toBe('CRMID:ann\nCRMID:ben AnonymousID:kiosk\n');
  expect((await run('rules')).stdout).toBe('unique: none\npriority: by type\n');
  expect(await run('simulate', file('broken.json', '{'))).toMatchObject({ code: exitCodes.invalid });
});

it('removes a link, shows the graph, and brings it back', async () => {
  const removed = await run('unlink', 'CRMID:ann', '--from', 'AnonymousID:kiosk');
  expect(removed.stdout).toBe('Removed 1 link; who is one person now:\nCRMID:ann\nAnonymousID:kiosk CRMID:ben\n');
  expect((await run('graph', 'CRMID:ann')).stdout).toContain('removed-by-hand');
  expect((await run('removed')).stdout).toContain('1 in all');
  const { people } = JSON.parse((await run('statistics', '--json')).stdout) as { readonly people: number };
  expect(people).toBe(2);
  expect((await run('restore', 'CRMID:ann')).stdout).toContain('Brought back 1 link');
  expect((await run('repair')).stdout).toBe('1 people\n');
  expect(await run('unlink', 'CRMID:nobody')).toMatchObject({ code: exitCodes.notFound });
  expect(await run('unlink', 'nobody')).toMatchObject({ code: exitCodes.invalid });
});

it('sets rules', async () => {
  const set = await run('rules', '--set', file('rules.json', { unique: ['CRMID'], priority: ['CRMID', 'Email'] }));
  expect(set.stdout).toBe('unique: CRMID\npriority: CRMID, Email\n');
  expect((await run('graph', 'CRMID:ann')).stdout).toContain('unique-namespace');
});
