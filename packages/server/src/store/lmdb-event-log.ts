/**
 * The log embedded: one LMDB environment. All appends that wait are one transaction and one flush to disk, so the cost of
 * a flush is shared by everybody who came while the one before went on.
 */
import type { Database, RootDatabase } from 'lmdb';
import { StoreError, isDiskFull } from './errors.ts';
import type { EventLog, LogConsumer, LogEntry } from './event-log.ts';
import type { Lmdb } from './lmdb.ts';

/** Before the lines of an entry: how many there are. */
const COUNT_BYTES = 4;
/** Entries removed in one transaction. */
const TRIM_SLICE = 1000;

interface Waiting {
  readonly records: readonly string[];
  readonly resolve: (offset: number) => void;
  readonly reject: (error: StoreError) => void;
}

export function openEventLog(lmdb: Lmdb): EventLog {
  // We gather groups ourselves; LMDB's own gathering makes a promise of each, which nobody could handle when it fails.
  return new LmdbEventLog(lmdb.environment<Buffer, number>('log', { maxDbs: 4, eventTurnBatching: false }));
}

class LmdbEventLog implements EventLog {
  readonly #entries: Database<Buffer, number>;
  readonly #positions: Database<number, string>;
  readonly #environment: RootDatabase<Buffer, number>;
  #end: number;
  #start: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(environment: RootDatabase<Buffer, number>) {
    this.#environment = environment;
    this.#entries = environment.openDB<Buffer, number>('entries', { encoding: 'binary' });
    this.#positions = environment.openDB<number, string>('positions', {});
    const [last] = [...this.#entries.getRange({ reverse: true, limit: 1 })];
    // An empty log goes on where its readers are: offsets are never used twice.
    const known = Math.max(0, ...[...this.#positions.getRange()].map(({ value }) => value));
    this.#end = Math.max(known, last === undefined ? 0 : last.key + last.value.readUInt32LE(0));
    this.#start = [...this.#entries.getKeys({ limit: 1 })][0] ?? this.#end;
  }

  get end(): number {
    return this.#end;
  }

  get start(): number {
    return this.#start;
  }

  async append(records: readonly string[]): Promise<number> {
    if (records.length === 0) return this.#end;
    const done = Promise.withResolvers<number>();
    this.#waiting.push({ records, resolve: done.resolve, reject: done.reject });
    this.#writing ??= this.#writeAll();
    return await done.promise;
  }

  read(from: number, bytes: number): readonly LogEntry[] {
    const entries: LogEntry[] = [];
    let size = 0;
    for (const { key, value } of this.#entries.getRange({ start: from, end: this.#end })) {
      size += value.length;
      if (entries.length > 0 && size > bytes) break;
      entries.push({ offset: key, count: value.readUInt32LE(0), lines: new Uint8Array(value.subarray(COUNT_BYTES)) });
    }
    return entries;
  }

  async waitFor(offset: number, signal: AbortSignal): Promise<void> {
    while (this.#end <= offset && !signal.aborted) {
      const { promise, resolve: wake } = Promise.withResolvers<void>();
      const woken = (): void => wake();
      this.#listeners.add(woken);
      signal.addEventListener('abort', woken);
      await promise;
      signal.removeEventListener('abort', woken);
      this.#listeners.delete(woken);
    }
  }

  async consumer(name: string): Promise<LogConsumer> {
    if (this.#positions.get(name) === undefined) await committed([this.#positions.put(name, this.#start)]);
    const positions = this.#positions;
    return {
      name,
      get position() {
        return positions.get(name) ?? 0;
      },
      async commit(offset) {
        await committed([positions.put(name, offset)]);
      },
    };
  }

  async trim(): Promise<void> {
    const below = Math.min(this.#end, ...[...this.#positions.getRange()].map(({ value }) => value));
    for (;;) {
      const keys = [...this.#entries.getKeys({ end: below, limit: TRIM_SLICE })];
      if (keys.length === 0) break;
      await committed(keys.map((key) => this.#entries.remove(key)));
    }
    this.#start = Math.max(this.#start, below);
  }

  async close(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    // What is appended in this turn of the event loop belongs to the first group, too.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      await this.#write(group);
    }
    this.#writing = null;
  }

  async #write(group: readonly Waiting[]): Promise<void> {
    let end = this.#end;
    const puts = group.map(({ records }) => {
      const offset = end;
      end += records.length;
      return this.#entries.put(offset, encode(records));
    });
    const first = this.#end;
    const failed = await this.#flushed(puts);
    // Also after a failure: what may lie there, though nobody was told so, keeps its offsets.
    this.#end = end;
    let offset = first;
    for (const { records, resolve, reject } of group) {
      if (failed === null) resolve(offset);
      else reject(failed);
      offset += records.length;
    }
    for (const wake of this.#listeners) wake();
  }

  async #flushed(puts: readonly Promise<boolean>[]): Promise<StoreError | null> {
    try {
      await committed(puts);
      await this.#environment.flushed;
      return null;
    } catch (error) {
      return appendError(error);
    }
  }
}

/**
 * Resolves when writes are committed. LMDB tells why a commit failed in a promise of its own, which must not stay unheard: it would
 * end the process. Throws StoreError.
 */
async function committed(writes: readonly Promise<boolean>[]): Promise<void> {
  try {
    await Promise.all(writes);
  } catch (error) {
    const { commitError } = error as { readonly commitError?: Promise<unknown> };
    throw appendError((await commitError?.catch((cause: unknown) => cause)) ?? error);
  }
}

function encode(records: readonly string[]): Buffer {
  const text = records.join('\n');
  const bytes = Buffer.allocUnsafe(COUNT_BYTES + Buffer.byteLength(text));
  bytes.writeUInt32LE(records.length, 0);
  bytes.write(text, COUNT_BYTES);
  return bytes;
}

function appendError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const message = `the event log: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new StoreError({ code: isDiskFull(cause) ? 'disk-full' : 'unavailable', message, cause });
}
