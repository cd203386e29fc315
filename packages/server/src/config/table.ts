/** Every setting there is: its name, its default, what it means, what it takes. docs/settings.md is made from this table. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a setting takes, in words and as a reader; the reader answers undefined when it does not take the text. */
export interface Kind<T> {
  readonly allowed: string;
  read(text: string): T | undefined;
}

export interface Setting<T> {
  readonly name: string;
  /** As one would write it; undefined: off. */
  readonly default: string | undefined;
  readonly meaning: string;
  readonly kind: Kind<T>;
  /** The value may hold a password and is not repeated in messages. */
  readonly secret?: true;
}

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** A number in words of the range. */
function integer(least: number, most: number): Kind<number> {
  return {
    allowed: `a whole number from ${least} to ${most}`,
    read(text) {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return value >= least && value <= most ? value : undefined;
    },
  };
}

function oneOf<const T extends string>(values: readonly T[]): Kind<T> {
  return { allowed: `one of ${values.join(', ')}`, read: (text) => values.find((value) => value === text) };
}

function matching(pattern: RegExp, allowed: string): Kind<string> {
  return { allowed, read: (text) => (pattern.test(text) ? text : undefined) };
}

/** Below the working folder when relative. */
const path: Kind<string> = { allowed: 'a path', read: (text) => (text.includes('\0') ? undefined : resolve(text)) };

function url(protocols: readonly string[], options: { readonly example: string; readonly withPath: boolean }): Kind<string> {
  return {
    allowed: `a URL such as ${options.example}`,
    read(text) {
      if (!URL.canParse(text)) return undefined;
      const { protocol, hostname, pathname } = new URL(text);
      const fits = protocols.includes(protocol) && hostname !== '' && (options.withPath || pathname === '/' || pathname === '');
      return fits ? text : undefined;
    },
  };
}

export const SETTINGS = {
  port: {
    name: 'PORT',
    default: '8080',
    meaning: 'Port of the API and the studio; 0 takes a free one.',
    kind: integer(0, 65_535),
  },
  host: {
    name: 'KINDRED_HOST',
    default: '127.0.0.1',
    meaning: 'Address to listen on. Beyond loopback every request needs an API key.',
    kind: matching(/^[\w.:-]+$/, 'a host name or an IP address'),
  },
  dataFolder: {
    name: 'KINDRED_DATA',
    default: '.kindred',
    meaning: 'Folder of all data; one process at a time uses it.',
    kind: path,
  },
  clickhouseUrl: {
    name: 'KINDRED_CLICKHOUSE_URL',
    default: undefined,
    meaning: 'ClickHouse server to use instead of the embedded one. The database `kindred` is created in it.',
    kind: url(['http:', 'https:'], { example: 'http://user:password@host:8123', withPath: false }),
    secret: true,
  },
  postgresUrl: {
    name: 'KINDRED_POSTGRES_URL',
    default: undefined,
    meaning: 'PostgreSQL server to use instead of the embedded one.',
    kind: url(['postgres:', 'postgresql:'], { example: 'postgresql://user:password@host:5432/database', withPath: true }),
    secret: true,
  },
  tenant: {
    name: 'KINDRED_TENANT',
    default: 'kindred',
    meaning: 'Tenant id. Fields of your own live below it with an underscore in front: `_kindred`.',
    kind: matching(/^[a-z][a-z0-9]{0,62}$/, 'lower-case letters and digits, beginning with a letter, without the underscore'),
  },
  fieldGroups: {
    name: 'KINDRED_FIELD_GROUPS',
    default: undefined,
    meaning: 'Folder with your own field groups, one JSON file each.',
    kind: path,
  },
  datasets: {
    name: 'KINDRED_DATASETS',
    default: '../shared/data',
    meaning: 'Folder with the public datasets that tests, benchmarks and examples read.',
    kind: path,
  },
  logLevel: {
    name: 'KINDRED_LOG_LEVEL',
    default: 'info',
    meaning: 'The least important log lines to write.',
    kind: oneOf(LOG_LEVELS),
  },
  sandbox: {
    name: 'KINDRED_SANDBOX',
    default: 'prod',
    meaning: 'Name of the sandbox, as the API and the studio show it.',
    kind: matching(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens'),
  },
  querySlots: {
    name: 'KINDRED_QUERY_SLOTS',
    default: '4',
    meaning: 'How many ClickHouse queries run at a time; the rest waits its turn. Embedded, at most `UV_THREADPOOL_SIZE` − 2.',
    kind: integer(1, 64),
  },
  streamLag: {
    name: 'KINDRED_STREAM_LAG',
    default: '2000000',
    meaning: 'How many records of the stream may be logged and not stored yet; beyond that clients are told to come again (429).',
    kind: integer(1, 1_000_000_000),
  },
  membershipLogDays: {
    name: 'KINDRED_MEMBERSHIP_LOG_DAYS',
    default: '0',
    meaning: 'For how many days it is kept who entered and left audiences; 0 keeps it for ever. Who is in stays either way.',
    kind: integer(0, 36_500),
  },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

/** Paths given by the user are below the working folder; defaults are below the checkout, wherever it is started from. */
export function defaultOf(setting: Setting<unknown>): unknown {
  if (setting.default === undefined) return undefined;
  return setting.kind === path ? resolve(root, setting.default) : setting.kind.read(setting.default);
}
