/** The commands of pages of the documentation, run as a reader runs them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Serving } from './kindred.ts';
import { serving, temporaryFolder } from './kindred.ts';

const temporary = temporaryFolder();
let server: Serving;

beforeAll(async () => {
  server = await serving({ KINDRED_DATA: join(temporary.path, 'data'), PORT: '0', KINDRED_LOG_LEVEL: 'warn' });
});
afterAll(async () => {
  await server.stop('SIGTERM');
  temporary.remove();
});

/** Runs the commands of a page one after the other; each must succeed. Gives what they print. */
async function run(page: string, leastBlocks: number): Promise<string> {
  const document = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8').replaceAll(/^URL=.*$/gm, '');
  const blocks = [...document.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? '');
  expect(blocks.length).toBeGreaterThan(leastBlocks);
  // curl says nothing of a status that is an error unless told to.
  const script = [
    `export KINDRED_URL=${server.url}`,
    `URL=${server.url}`,
    'curl() { command curl --fail-with-body "$@" && echo; }',
    ...blocks,
  ].join('\n');
  const shell = spawn('sh', ['-e'], { stdio: ['pipe', 'pipe', 'pipe'] });
  shell.stdin.end(script);
  const [output, errors, [code]] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'close')]);
  expect(code, errors).toBe(0);
  return output;
}

it('docs/ingestion.md runs as it is', async () => {
  const output = await run('ingestion.md', 4);
  expect(output).toContain('"syncValidation":{"status":"pass"}');
  expect(output).toContain('{"success":true}');
  expect(output).toContain('"identity:result"');
  expect(output).toContain('"state":"replayed"');
});

it('docs/schemas.md runs as it is', async () => {
  const output = await run('schemas.md', 5);
  expect(output).toContain('"failedRecordCount":1,"outputRecordCount":2');
  expect(output).toContain('"_errors":[{"code":"INGEST-1212-400"');
  expect(output).toContain('"size":2');
});

it('docs/compositions.md runs as it is', async () => {
  const output = await run('compositions.md', 1);
  expect(output).toContain('Path       Spring control group: 10 %');
  expect(output).toContain('published once');
  expect(output).toContain('{"problems":[]}');
  expect(output).toContain('Deleted Spring');
});

it('docs/lookups.md runs as it is', async () => {
  const output = await run('lookups.md', 4);
  expect(output).toContain('"entity":{"_kindred":{"sku":"P-100","brand":"Kite","margin":0.4}}');
  expect(output).toContain('"size":0');
});

it('docs/privacy.md runs as it is', async () => {
  const output = await run('privacy.md', 4);
  expect(output).toContain('"left":{"graph":0,"events":0,"profiles":0,"identities":0,"profileRecords":0}');
  expect(output).toContain('"jobType":"DELETE"');
});

it('docs/sources.md runs as it is', async () => {
  const output = await run('sources.md', 2);
  expect(output).toContain('1 portions, 1 stored, 0 known already, 0 rejected');
  expect(output).toContain('"state":"paused"');
});

it('docs/identity.md runs as it is', async () => {
  const output = await run('identity.md', 6);
  expect(output).toContain('"mapping":[{"compositeXid":{"nsid":6,"namespace":"Email","id":"mira@example.org"}');
  expect(output).toContain('Brought back 1 link');
  expect(output).toContain('Removed 1 link; who is one person now:\nCRMID:NOOR\nAnonymousID:tablet-1 CRMID:OTTO');
  expect(output).toContain('"unique":["CRMID"]');
});

it('docs/edge.md runs as it is', async () => {
  const output = await run('edge.md', 4);
  expect(output).toContain('"choice":{"audience":null,"payload":{"banner":"hello"}}');
  expect(output).toContain('"activation:push"');
  expect(output).toContain('"content":{"text":"Welcome back"}');
  expect(output).toContain('"plans":[{"version":1');
  expect(output).toMatch(/Not in Edge: bought twice today at .*; time alone changes nothing/);
  expect(output).toContain('Missing:\n  - 1 more event of type "commerce.purchases" today, has 1 of 2');
});

it('docs/customer-ai.md runs as it is', async () => {
  const output = await run('customer-ai.md', 4);
  expect(output).toMatch(/people on \d{4}-\d\d-\d\d, .* reached the goal; \d+ days of events, 165 needed/);
  expect(output).toMatch(/Recency rule +0\.\d{3}/);
  expect(output).toMatch(/High +10\.\d %/);
  expect(output).toMatch(/identities,"?score|"identities","score"/);
  expect(output).toContain('Deleted Buys soon');
}, 240_000);

it('docs/mapping.md runs as it is', async () => {
  const output = await run('mapping.md', 1);
  expect(output).toContain('"fullName":"ANN LEE"');
  expect(output).toContain('Did you mean upper?');
});
