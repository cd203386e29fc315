/**
 * Where commands find their server: KINDRED_URL, or the one running on the data folder, or one started in this
 * process for as long as the command takes. One code path either way: everything goes through the API.
 */
import type { Client } from '@kindred/contract';
import { createClient } from '@kindred/contract';
import { note } from './output.ts';

export interface Connection {
  readonly client: Client;
  readonly url: string;
  /** The server sees the same files as this process. */
  readonly sameMachine: boolean;
}

/** Runs `work` against the server there is, or against one of its own. */
export async function withServer<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  const key = process.env['KINDRED_KEY'];
  const connect = (url: string, sameMachine: boolean): Connection => ({
    client: createClient({ baseUrl: url.replace(/\/+$/, ''), ...(key !== undefined && { key }) }),
    url,
    sameMachine,
  });
  const remote = process.env['KINDRED_URL'];
  if (remote !== undefined && remote !== '') return work(connect(remote, false));
  const { readSettings, runningServer, startServer } = await import('@kindred/server');
  const settings = readSettings(serverEnvironment());
  const running = runningServer(settings.dataFolder);
  if (running?.url !== undefined) return work(connect(running.url, true));
  const own = { ...settings, host: '127.0.0.1', port: 0, logLevel: quiet(settings.logLevel) };
  const server = await startServer(own, { schedules: false });
  const stop = closeOnSignals(() => server.close());
  try {
    return await work({ ...connect(server.url, true), client: createClient({ baseUrl: server.url }) });
  } finally {
    stop();
    await server.close();
  }
}

/** Variables with our prefix that are no settings of the server: the command line's, and those of tests. */
const NO_SETTINGS = new Set(['KINDRED_URL', 'KINDRED_KEY', 'KINDRED_CHROMIUM', 'KINDRED_STUDIO_URLS']);

/** What the server reads of the environment; it refuses settings it does not know. */
export function serverEnvironment(): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !NO_SETTINGS.has(name)));
}

/** A server that lives for one command only tells of trouble. */
function quiet<Level extends string>(level: Level): Level | 'warn' {
  return level === 'info' ? 'warn' : level;
}

/** Closes on the first SIGINT or SIGTERM, gives up waiting on the second. Returns how to stop listening. */
export function closeOnSignals(close: () => Promise<void>): () => void {
  let closing = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    const code = signal === 'SIGINT' ? 130 : 143;
    if (closing) process.exit(code);
    closing = true;
    note(`kindred: ${signal}, closing …`);
    void close().finally(() => process.exit(code));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
}
