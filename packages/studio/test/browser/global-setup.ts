/**
 * A real server with a small demo shop for each worker, so that no test sees what another one does at the same time: started on a temporary
 * data folder and a free port, ended and removed after the last test.
 */
import { createClient, routes } from '@kindred/contract';
import type { Client } from '@kindred/contract';
import type { FullConfig } from '@playwright/test';
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const PROFILES = 500;
const START_LIMIT_MS = 60_000;
const DEMO_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 10_000;

export default async function startServers({ workers }: FullConfig): Promise<() => Promise<void>> {
  execFileSync(process.execPath, [join(ROOT, 'scripts/build-studio.mjs')], { stdio: 'inherit' });
  const started = await Promise.allSettled(Array.from({ length: workers }, startServer));
  const servers = started.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  const failed = started.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  process.env['KINDRED_STUDIO_URLS'] = servers.map(({ baseUrl }) => baseUrl).join(' ');
  return stop;
}

interface Server {
  readonly baseUrl: string;
  readonly stop: () => Promise<void>;
}

async function startServer(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'kindred-studio-'));
  const port = await freePort();
  const server = serve(folder, port);
  const stop = async () => {
    await end(server);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const baseUrl = `http://127.0.0.1:${port}`;
    const client = createClient({ baseUrl });
    await ready(client, server);
    await fill(client);
    return { baseUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function serve(folder: string, port: number): ChildProcess {
  return spawn(process.execPath, [join(ROOT, 'packages/cli/src/main.ts'), 'serve'], {
    cwd: ROOT,
    env: { ...process.env, KINDRED_DATA: folder, PORT: String(port), UV_THREADPOOL_SIZE: '16' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function ready(client: Client, server: ChildProcess): Promise<void> {
  const limit = Date.now() + START_LIMIT_MS;
  while (Date.now() < limit) {
    if (server.exitCode !== null) throw new Error(`The server ended with exit code ${server.exitCode}.`);
    const health = await client.call(routes.health).catch(() => null);
    if (health?.ready) return;
    await wait(200);
  }
  throw new Error(`The server was not ready within ${START_LIMIT_MS / 1000} s.`);
}

async function fill(client: Client): Promise<void> {
  const job = await client.call(routes.startDemo, { body: { profiles: PROFILES, seed: 1 } });
  const limit = Date.now() + DEMO_LIMIT_MS;
  while (Date.now() < limit) {
    const { state, error } = await client.call(routes.getImport, { params: { id: job.id } });
    if (state === 'succeeded') return;
    if (state !== 'queued' && state !== 'running') throw new Error(`The demo shop ${state}: ${error?.message ?? ''}`);
    await wait(200);
  }
  throw new Error(`The demo shop was not there within ${DEMO_LIMIT_MS / 1000} s.`);
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  const timely = await Promise.race([ended.then(() => true), wait(STOP_LIMIT_MS, false)]);
  if (!timely) server.kill('SIGKILL');
  await ended;
}
