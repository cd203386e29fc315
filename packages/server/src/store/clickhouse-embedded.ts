/**
 * ClickHouse in this process: chDB. One session per slot on the same folder, because a session runs one query at a
 * time, and one session for control (KILL). The sessions of `chdb` are used directly instead of `@clickhouse/client` over
 * `chdb/connection`, which turns binary data of an insert into text and so corrupts it, and leaves settings behind.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Session as ChdbSession } from 'chdb';
import type { Settings } from './clickhouse.ts';
import { BASE_SETTINGS } from './clickhouse-engine.ts';
import type { Engine, InsertTarget, Session, Statement } from './clickhouse-engine.ts';
import { storeError } from './clickhouse-errors.ts';
import { identifier, literal } from './sql.ts';

export interface EmbeddedOptions {
  readonly path: string;
  readonly database: string;
  readonly slots: number;
}

export async function openEmbedded({ path, database, slots }: EmbeddedOptions): Promise<Engine> {
  const incoming = join(path, 'incoming');
  const opened: ChdbSession[] = [];
  const open = (): ChdbSession => {
    const session = connect(path);
    opened.push(session);
    return session;
  };
  try {
    const control = open();
    // What a killed process left of its inserts; only now is the folder surely ours.
    await rm(incoming, { recursive: true, force: true });
    await mkdir(incoming, { recursive: true });
    await control.queryAsync(`CREATE DATABASE IF NOT EXISTS ${identifier(database)}`);
    const sessions = Array.from({ length: Math.min(slots, most()) }, open);
    for (const session of sessions) await session.queryAsync(`USE ${identifier(database)}`);
    return engine({ control, sessions, incoming, spare: new SpareMemory() });
  } catch (error) {
    for (const session of opened) session.close();
    throw storeError(error);
  }
}

/** Loaded on first use: a process that talks to a server never maps the half gigabyte of the engine. */
function connect(path: string): ChdbSession {
  const { Session: Chdb } = createRequire(import.meta.url)('chdb') as typeof import('chdb');
  const connectionArgs = Object.entries(BASE_SETTINGS).map(([name, value]) => `--${name}=${String(value)}`);
  return new Chdb(path, { connectionArgs });
}

/** Each running query holds a thread of libuv's pool (4 unless UV_THREADPOOL_SIZE says so); files and KILL need theirs too. */
function most(): number {
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
  return Math.max(1, threads - 2);
}

interface Parts {
  readonly control: ChdbSession;
  readonly sessions: readonly ChdbSession[];
  readonly incoming: string;
  readonly spare: SpareMemory;
}

function engine({ control, sessions, incoming, spare }: Parts): Engine {
  return {
    sessions: sessions.map((session) => new EmbeddedSession(session, incoming, spare)),
    async kill(marker) {
      await control.queryAsync(`KILL QUERY WHERE startsWith(query, ${literal(`/* ${marker} */`)}) ASYNC`);
    },
    async close() {
      for (const session of [...sessions, control]) session.close();
      await rm(incoming, { recursive: true, force: true });
    },
  };
}

/**
 * The engine keeps pages of the system for the next query when one has ended; after large ones several hundred megabytes.
 * They are given back when the process has grown by much: that takes some 20 ms, too long after every query.
 */
class SpareMemory {
  /** In bytes of resident memory. */
  static readonly #GROWTH = 64 * 1024 * 1024;
  /** Resident memory after the last time. */
  #resident = 0;

  async giveBack(chdb: ChdbSession): Promise<void> {
    const resident = process.memoryUsage.rss();
    if (resident < this.#resident + SpareMemory.#GROWTH) {
      this.#resident = Math.min(this.#resident, resident);
      return;
    }
    // Queries that end meanwhile need not do it too.
    this.#resident = resident;
    await chdb.queryAsync('SYSTEM JEMALLOC PURGE', { format: 'Null' });
    this.#resident = process.memoryUsage.rss();
  }
}

/** Formats whose parts, read one after the other, make the whole. */
const STREAMED: ReadonlySet<string> = new Set(['Native', 'RowBinary']);

class EmbeddedSession implements Session {
  readonly #chdb: ChdbSession;
  /** Where the data of inserts waits. */
  readonly #incoming: string;
  readonly #spare: SpareMemory;
  /** What was SET beyond the base; it outlives the query it was set for. */
  #settings: Settings = {};

  constructor(chdb: ChdbSession, incoming: string, spare: SpareMemory) {
    this.#chdb = chdb;
    this.#incoming = incoming;
    this.#spare = spare;
  }

  async read(statement: Statement, format: string): Promise<Uint8Array> {
    // A large result streams in a third of the time that it takes in one piece; but until its first part comes, nothing else is done.
    if (!statement.large || !STREAMED.has(format)) return (await this.#execute(statement, format)).bytes();
    return this.#attempt(statement, async () => {
      const parts: Uint8Array[] = [];
      for await (const part of this.#chdb.queryStream(marked(statement), { format })) parts.push(part.raw());
      return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    });
  }

  async run(statement: Statement): Promise<void> {
    await this.#execute(statement, 'Null');
  }

  /** The data goes through a file: the engine takes statements as text only, and binary data is no text. */
  async insert(statement: Statement, target: InsertTarget, data: Uint8Array | Readable): Promise<void> {
    const file = join(this.#incoming, randomUUID());
    try {
      await (data instanceof Uint8Array ? writeFile(file, data) : pipeline(data, createWriteStream(file)));
      const sql = `INSERT INTO ${target.into} FROM INFILE ${literal(file)} FORMAT ${target.format}`;
      await this.#execute({ ...statement, sql }, 'Null');
    } finally {
      await rm(file, { force: true });
    }
  }

  #execute(statement: Statement, format: string): ReturnType<ChdbSession['queryAsync']> {
    return this.#attempt(statement, () => this.#chdb.queryAsync(marked(statement), { format }));
  }

  async #attempt<R>({ settings }: Statement, work: () => Promise<R>): Promise<R> {
    try {
      await this.#set(settings);
      const result = await work();
      await this.#spare.giveBack(this.#chdb);
      return result;
    } catch (error) {
      await this.#clear();
      throw error;
    }
  }

  /**
   * The session holds on to a failed query until the next one: its memory, its place in system.processes, and the
   * output it had made, which would come in front of the next answer.
   */
  async #clear(): Promise<void> {
    await this.#chdb.queryAsync('SELECT 1', { format: 'Null' });
  }

  /** Brings the session from the settings of the last query to those of this one. A SET takes effect whole or not at all. */
  async #set(settings: Settings): Promise<void> {
    const gone = Object.keys(this.#settings).filter((name) => !(name in settings));
    const wanted = Object.entries(settings).filter(([name, value]) => this.#settings[name] !== value);
    const changes = [
      ...gone.map((name) => `${name} = ${initial(name)}`),
      ...wanted.map(([name, value]) => `${setting(name)} = ${literal(value)}`),
    ];
    if (changes.length > 0) await this.#chdb.queryAsync(`SET ${changes.join(', ')}`);
    this.#settings = settings;
  }
}

/** The comment stays in system.processes, where `kill` finds it. */
function marked({ sql, marker }: Statement): string {
  return `/* ${marker} */ ${sql}`;
}

function initial(name: string): string {
  const base = BASE_SETTINGS[name];
  return base === undefined ? 'DEFAULT' : literal(base);
}

/** Settings take no quotes around their names. */
function setting(name: string): string {
  if (!/^\w+$/.test(name)) throw new RangeError(`not the name of a setting: ${name}`);
  return name;
}
