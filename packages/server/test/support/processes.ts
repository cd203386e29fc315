/** Child processes of tests: free ports, ready lines, and a sure end. */
import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** An empty folder, and how to remove it. */
export function temporaryFolder(name = 'kindred'): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface Running {
  readonly pid: number;
  /** Ends it at once, as a crash would; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts a program and waits for a line of its standard output that matches `ready`; `onLine` sees all lines. Rejects with the output when the program ends before. */
export async function startProgram(
  command: readonly string[],
  ready: RegExp,
  options: SpawnOptions = {},
  onLine?: (line: string) => void,
): Promise<Running> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const gone = once(child, 'exit');
  // A test that fails does not stop what it started.
  const killNow = (): void => void child.kill('SIGKILL');
  process.once('exit', killNow);
  child.once('exit', () => process.off('exit', killNow));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${command.join(' ')} ended with ${code}: ${output}`)));
    lines.on('line', (line) => {
      output += `${line}\n`;
      onLine?.(line);
      if (ready.test(line)) resolve();
    });
  });
  return { pid: child.pid ?? 0, kill: () => end(child, gone) };
}

/** A server of ours. */
export interface Listening {
  readonly running: Running;
  readonly url: string;
}

/** Starts a server of ours in a process of its own, on a data folder, as if it were so many days ago. */
export async function startOwnServer(folder: string, { daysAgo = 0 } = {}): Promise<Listening> {
  return await startListening(new URL('own-server.ts', import.meta.url), [folder, String(daysAgo)]);
}

/** Starts a script that writes `listening` and its address when it can be asked. */
export async function startListening(script: URL, args: readonly string[]): Promise<Listening> {
  let url = '';
  const env = { ...process.env, UV_THREADPOOL_SIZE: '16' };
  const running = await startProgram([process.execPath, fileURLToPath(script), ...args], /^listening /, { env }, (line) => {
    url = line.replace('listening ', '');
  });
  return { running, url };
}

async function end(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  child.kill('SIGKILL');
  await gone;
}
