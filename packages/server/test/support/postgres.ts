/** A real PostgreSQL server for tests, from the programs that Debian installs. */
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { postgresBinaries } from '../../../../scripts/test-tools.ts';
import { freePort, startProgram, temporaryFolder } from './processes.ts';
import type { Running } from './processes.ts';

export interface PostgresServer {
  readonly url: string;
  /** Ends the server at once, as a crash would, and removes its data. */
  stop(): Promise<void>;
}

/** PostgreSQL refuses to run as root; this user exists everywhere and owns nothing. */
const NOBODY = 65_534;

/** Why there is no PostgreSQL here, or undefined when there is. */
export function postgresMissing(): string | undefined {
  return postgresBinaries() === null ? 'PostgreSQL is not installed; on Debian: apt-get install postgresql' : undefined;
}

export async function startPostgres(): Promise<PostgresServer> {
  const bin = postgresBinaries();
  if (bin === null) throw new Error(postgresMissing());
  const folder = temporaryFolder('kindred-postgres');
  const data = join(folder.path, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (isRoot()) for (const path of [folder.path, data]) chownSync(path, NOBODY, NOBODY);
  const [program = '', ...args] = unprivileged([
    join(bin, 'initdb'),
    '-D',
    data,
    '-U',
    'kindred',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--no-locale',
    '--no-sync',
  ]);
  execFileSync(program, args, { cwd: folder.path, stdio: 'pipe' });
  const port = await freePort();
  const server = await startServer(
    [join(bin, 'postgres'), '-D', data, '-p', String(port), '-k', folder.path, '-c', 'listen_addresses=127.0.0.1'],
    folder.path,
  );
  return {
    url: `postgresql://kindred@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.kill();
      folder.remove();
    },
  };
}

/** The server writes its log to standard error. */
function startServer(command: readonly string[], cwd: string): Promise<Running> {
  return startProgram(['/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', ...unprivileged(command)], /ready to accept connections/, { cwd });
}

function unprivileged(command: readonly string[]): readonly string[] {
  return isRoot() ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...command] : command;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
