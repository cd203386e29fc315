/** Errors of ClickHouse, the client and the operating system as StoreError. */
import { StoreError } from './errors.ts';
import type { StoreErrorCode } from './errors.ts';

export interface ErrorContext {
  readonly sql?: string;
  /** The caller's signal was aborted. */
  readonly cancelled?: boolean;
}

export function storeError(error: unknown, context: ErrorContext = {}): StoreError {
  if (error instanceof StoreError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const clickhouseCode = codeOf(error, message);
  const code =
    context.cancelled === true && (clickhouseCode === 0 || clickhouseCode === CANCELLED)
      ? 'cancelled'
      : classify(error, message, clickhouseCode);
  return new StoreError({
    code,
    clickhouseCode,
    message: tidy(message),
    ...(context.sql === undefined ? {} : { sql: context.sql }),
    cause: error,
  });
}

const CANCELLED = 394;

/** Numbers of ClickHouse's src/Common/ErrorCodes.cpp. */
const CODES: ReadonlyMap<number, StoreErrorCode> = new Map([
  [CANCELLED, 'cancelled'],
  [159, 'timeout'],
  [160, 'timeout'],
  [241, 'memory'],
  [243, 'disk-full'],
  [209, 'unavailable'],
  [210, 'unavailable'],
  [242, 'unavailable'],
  [279, 'unavailable'],
  [516, 'unavailable'],
]);

const DISK_FULL = /No space left on device|errno: 28\b|\bENOSPC\b|NOT_ENOUGH_SPACE|Disk quota exceeded|\bEDQUOT\b/;
const LOCKED = /Cannot lock file|Another server instance/;
const NETWORK: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPIPE',
]);
/** What the client says, without any code, when a connection breaks or stays silent. */
const DISCONNECTED = /socket hang up|Timeout error|ECONNREFUSED|ECONNRESET/;

function classify(error: unknown, message: string, clickhouseCode: number): StoreErrorCode {
  // Before the number: a full disk comes under several (write, open, rename).
  if (clickhouseCode !== THROW_IF && DISK_FULL.test(message)) return 'disk-full';
  if (LOCKED.test(message)) return 'locked';
  const known = CODES.get(clickhouseCode);
  if (known !== undefined) return known;
  if (clickhouseCode === 0 && (NETWORK.has(systemCode(error)) || DISCONNECTED.test(message))) return 'unavailable';
  return 'query';
}

/** throwIf: the text is the query's own. */
const THROW_IF = 395;

function codeOf(error: unknown, message: string): number {
  if (typeof error === 'object' && error !== null) {
    const { code, clickhouseCode } = error as { code?: unknown; clickhouseCode?: unknown };
    if (typeof clickhouseCode === 'number') return clickhouseCode;
    if (typeof code === 'string' && /^\d+$/.test(code)) return Number(code);
  }
  return Number(/\bCode: (\d+)\./.exec(message)?.[1] ?? 0);
}

function systemCode(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return NETWORK.has(code) ? code : systemCode(cause);
}

/** Without the number, which is a field of its own, and without the engine's version. */
function tidy(message: string): string {
  return message
    .replaceAll(/Code: \d+\. DB::Exception: /g, '')
    .replace(/ \(version [\d.]+(?: \([^)]*\))?\)/, '')
    .trim();
}
