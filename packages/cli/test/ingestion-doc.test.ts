/** The commands of docs/ingestion.md, run as a reader runs them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Serving } from './kindred.ts';
import { serving, temporaryFolder } from './kindred.ts';

const temporary = temporaryFolder();
const document = readFileSync(new URL('../../../docs/ingestion.md', import.meta.url), 'utf8');
let server: Serving;

beforeAll(async () => {
  server = await serving({ KINDRED_DATA: join(temporary.path, 'data'), PORT: '0', KINDRED_LOG_LEVEL: 'warn' });
});
afterAll(async () => {
  await server.stop('SIGTERM');
  temporary.remove();
});

it('runs as it is, and each command succeeds', async () => {
  const streaming = document.split('## What an acknowledgement means')[1] ?? '';
  const blocks = [...streaming.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? '');
  expect(blocks.length).toBeGreaterThan(3);
  // curl says nothing of a status that is an error unless told to.
  const script = [`URL=${server.url}`, 'curl() { command curl --fail-with-body "$@" && echo; }', ...blocks].join('\n');
  const shell = spawn('sh', ['-e'], { stdio: ['pipe', 'pipe', 'pipe'] });
  shell.stdin.end(script);
  const [output, errors, [code]] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'close')]);
  expect(errors).toBe('');
  expect(code).toBe(0);
  expect(output).toContain('"syncValidation":{"status":"pass"}');
  expect(output).toContain('{"success":true}');
  expect(output).toContain('"identity:result"');
  expect(output).toContain('"state":"replayed"');
});
