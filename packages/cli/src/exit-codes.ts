/** Exit codes of the command line (documented in docs/cli.md), and which error ends with which. */
import { ApiError, ConnectionError } from '@kindred/contract';

export const exitCodes = {
  ok: 0,
  /** Anything unforeseen. */
  failure: 1,
  /** Wrong arguments. */
  usage: 2,
  notFound: 3,
  /** A query, file, mapping or setting that cannot be used. */
  invalid: 4,
  /** No server, the port or data folder is taken, a store is down or full. */
  unavailable: 5,
  /** The server wants another key. */
  refused: 6,
  /** Stopped with Ctrl-C. */
  interrupted: 130,
} as const;

/** An error the command line itself finds, with what to do about it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;
  readonly hint: string | undefined;

  constructor(kind: keyof typeof exitCodes, message: string, hint?: string) {
    super(message);
    this.exitCode = exitCodes[kind];
    this.hint = hint;
  }
}

/** Errors of a server started in this process: settings, port, data folder. */
const INVALID_START = new Set(['SettingsError', 'SchemaError']);
const FAILED_START = new Set(['StartError', 'DataFolderError', 'StoreError']);

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode;
  if (error instanceof ConnectionError) return exitCodes.unavailable;
  if (error instanceof ApiError) return exitCodeOfStatus(error.status);
  if (error instanceof Error && INVALID_START.has(error.name)) return exitCodes.invalid;
  if (error instanceof Error && FAILED_START.has(error.name)) return exitCodes.unavailable;
  return exitCodes.failure;
}

function exitCodeOfStatus(status: number): number {
  if (status === 401 || status === 403) return exitCodes.refused;
  if (status === 404) return exitCodes.notFound;
  if (status >= 502 && status <= 507) return exitCodes.unavailable;
  if (status >= 400 && status < 500) return exitCodes.invalid;
  return exitCodes.failure;
}
