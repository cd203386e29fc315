/**
 * The consumer that carries the log into the tables. A batch is stored, its letters are kept, and only then is its place
 * in the log committed: whatever is cut off in between is done again, and the tables leave out what they know.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProfileTables } from '../../profile/index.ts';
import type { EventLog, LogConsumer } from '../../store/index.ts';
import { StoreError } from '../../store/index.ts';
import { bisect } from './bisect.ts';
import type { Encoded, Portion, StreamLetter } from './encode.ts';
import { EncodingThread } from './encoding-thread.ts';

export interface SinkOptions {
  readonly log: EventLog;
  readonly consumer: LogConsumer;
  readonly tables: ProfileTables;
  /** Durable on return; safe to repeat. */
  readonly keepLetters: (letters: readonly StreamLetter[]) => Promise<void>;
  /** Called when a store fails, before each new attempt. */
  readonly onRetry: (error: unknown) => void;
}

export interface SinkCounts {
  readonly stored: number;
  /** Known already. */
  readonly duplicates: number;
  /** In the dead letters. */
  readonly failed: number;
  /** Attempts that a store did not let end. */
  readonly retries: number;
}

/** How long the first record of a batch waits for company, in ms: at least, and as long as the batch before is being stored. */
const GATHER = 10;
/** Of records in a batch; one entry of the log may be more. */
const BATCH_BYTES = 32 * 1024 * 1024;
/** Records that need not wait for more: they are encoded while the batch before is stored. */
const ENOUGH = 2000;
/** In ms, doubled with each failure in a row. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;
/** A statement that is refused that often will not be taken: it is something in the records. */
const MOST_REFUSALS = 3;

interface Batch {
  readonly end: number;
  readonly portions: readonly Portion[];
}

export class StreamSink {
  readonly #options: SinkOptions;
  readonly #thread = new EncodingThread();
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #stored = 0;
  #duplicates = 0;
  #failed = 0;
  #retries = 0;

  constructor(options: SinkOptions) {
    this.#options = options;
  }

  get counts(): SinkCounts {
    return { stored: this.#stored, duplicates: this.#duplicates, failed: this.#failed, retries: this.#retries };
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends after the batch under way; the rest stays in the log. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#thread.close();
  }

  async #run(): Promise<void> {
    const { consumer } = this.#options;
    const { signal } = this.#stop;
    let [position, stored] = [consumer.position, Promise.resolve(true)];
    while (!signal.aborted) {
      const taken = await this.#take(position, stored);
      if (!(await stored) || taken === null) break;
      position = taken.batch.end;
      stored = this.#insist(taken);
    }
    await stored;
  }

  /** The next batch, encoded when that went well; null at the end. */
  async #take(from: number, before: Promise<unknown>): Promise<{ readonly batch: Batch; readonly encoded: Encoded | null } | null> {
    const batch = await this.#gather(from, before);
    if (batch === null) return null;
    return { batch, encoded: await this.#encode(batch.portions).catch(() => null) };
  }

  async #gather(from: number, before: Promise<unknown>): Promise<Batch | null> {
    const { log } = this.#options;
    const { signal } = this.#stop;
    await log.waitFor(from, signal);
    let busy = true;
    void before.then(() => (busy = false));
    do await sleep(GATHER, undefined, { signal }).catch(() => undefined);
    // eslint-disable-next-line no-unmodified-loop-condition -- it is, when the batch before is stored
    while (busy && log.end - from < ENOUGH && !signal.aborted);
    if (signal.aborted) return null;
    const entries = log.read(from, BATCH_BYTES);
    const last = entries.at(-1);
    return { end: last === undefined ? log.end : last.offset + last.count, portions: entries };
  }

  async #encode(portions: readonly Portion[]): Promise<Encoded> {
    return await this.#thread.encode(portions, this.#options.tables.schema);
  }

  /** Stores a batch, however often that takes. False when it was told to stop. */
  async #insist({ batch, encoded }: { readonly batch: Batch; readonly encoded: Encoded | null }): Promise<boolean> {
    const { log, consumer, onRetry } = this.#options;
    let made = encoded;
    for (let failures = 0, refusals = 0; ; failures++) {
      try {
        if (refusals >= MOST_REFUSALS) await this.#storeApart(batch.portions);
        else await this.#store((made ??= await this.#encode(batch.portions)));
        await consumer.commit(batch.end);
        // What is not removed now is removed with the next batch.
        await log.trim().catch(onRetry);
        return true;
      } catch (error) {
        if (isRefusal(error)) refusals++;
        this.#retries++;
        onRetry(error);
      }
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures);
      await sleep(pause, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      if (this.#stop.signal.aborted) return false;
    }
  }

  async #store({ steps, letters }: Encoded): Promise<void> {
    const { tables, keepLetters } = this.#options;
    let [stored, duplicates] = [0, 0];
    for (const step of steps) {
      if ('identities' in step) {
        await tables.eraseFragments(step.dataset, step.identities);
        continue;
      }
      if ('records' in step) {
        stored += (await tables.writeLookups(step.entity, step.records, step)).added;
        continue;
      }
      const { target, dataset, chunk } = step;
      const result = target === 'event' ? await tables.writeEvents(chunk, dataset) : await tables.writeFragments(chunk, dataset);
      stored += result.added;
      duplicates += result.duplicates;
    }
    if (letters.length > 0) await keepLetters(letters);
    this.#stored += stored;
    this.#duplicates += duplicates;
    this.#failed += letters.length;
  }

  /** Halves what cannot be stored until the records are alone that are to blame; they become letters. */
  async #storeApart(portions: readonly Portion[]): Promise<void> {
    await bisect(portions, {
      store: async (part) => {
        await this.#store(await this.#encode(part));
      },
      blames: isRefusal,
      giveUp: async (letter) => {
        await this.#options.keepLetters([letter]);
        this.#failed++;
      },
    });
  }
}

/** Whether an attempt failed by what it was given, rather than by the state a store is in. */
function isRefusal(error: unknown): boolean {
  return !(error instanceof StoreError) || error.code === 'query';
}
