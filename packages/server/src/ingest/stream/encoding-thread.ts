/** The encoder of the stream in a thread of its own; a new one when the schema has changed. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { XdmSchema } from '../../schema/index.ts';
import type { Encoded, Portion } from './encode.ts';
import type { EncodingReply } from './worker.ts';

export class EncodingThread {
  #thread: { readonly worker: Worker; readonly schema: XdmSchema } | null = null;

  /** Ends when the last call asked for has: the thread answers in order and does not say whom. */
  #calls: Promise<unknown> = Promise.resolve();

  async encode(portions: readonly Portion[], schema: XdmSchema): Promise<Encoded> {
    const call = this.#calls.then(async () => await this.#encodeNow(portions, schema));
    this.#calls = call.catch(() => undefined);
    return await call;
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = null;
    await thread?.worker.terminate();
  }

  async #encodeNow(portions: readonly Portion[], schema: XdmSchema): Promise<Encoded> {
    const worker = await this.#worker(schema);
    const done = new AbortController();
    try {
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
      worker.postMessage(portions);
      const [reply] = (await Promise.race([once(worker, 'message', done), endOf(worker, done.signal)])) as [EncodingReply];
      if ('error' in reply) throw new Error(reply.error);
      return reply.encoded;
    } catch (error) {
      // What it holds half made must not get into the next chunk.
      await this.close();
      throw error;
    } finally {
      done.abort();
    }
  }

  async #worker(schema: XdmSchema): Promise<Worker> {
    if (this.#thread !== null && this.#thread.schema !== schema) await this.close();
    this.#thread ??= { worker: new Worker(new URL('./worker.ts', import.meta.url), { workerData: schema }), schema };
    return this.#thread.worker;
  }
}

async function endOf(worker: Worker, signal: AbortSignal): Promise<never> {
  const [code] = (await once(worker, 'exit', { signal })) as [number];
  throw new Error(`the encoding thread ended with code ${code}`);
}
