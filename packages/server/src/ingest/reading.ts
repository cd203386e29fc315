/** The steps of an import, made in a worker thread. */
import { Worker } from 'node:worker_threads';
import { ImportError } from './errors.ts';
import type { Step } from './pipeline.ts';
import type { WorkerMessage, WorkerTask } from './worker.ts';

export interface Reading {
  /** Of the source, in its own units; null when not known. */
  readonly size: number | null;
  readonly steps: AsyncIterable<Step>;
}

/** Starts the worker. Throws ImportError when the source cannot be opened or the mapping does not fit. */
export async function startReading(task: WorkerTask): Promise<Reading> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task });
  const messages = messagesOf(worker);
  try {
    const opened = await messages.next();
    if (opened.done === true || opened.value.kind !== 'opened') throw new Error('the reading thread ended before it began');
    return { size: opened.value.size, steps: stepsOf(worker, messages) };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

async function* stepsOf(worker: Worker, messages: AsyncGenerator<WorkerMessage>): AsyncGenerator<Step> {
  try {
    for await (const message of messages) {
      if (message.kind === 'end') return;
      if (message.kind !== 'step') break;
      yield message.step;
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
      worker.postMessage('next');
    }
    throw new Error('the reading thread ended before the end of the source');
  } finally {
    await worker.terminate();
  }
}

/** Messages in order. Throws what the worker failed with. */
async function* messagesOf(worker: Worker): AsyncGenerator<WorkerMessage> {
  const queue: WorkerMessage[] = [];
  let wake = idle;
  let failed: unknown = null;
  let ended = false;
  worker.on('message', (message: WorkerMessage) => {
    queue.push(message);
    wake();
  });
  const fail = (error: unknown): void => {
    failed = error;
    wake();
  };
  worker.on('error', fail);
  // A message that cannot be taken over must not be one that never was.
  worker.on('messageerror', fail);
  worker.on('exit', () => {
    ended = true;
    wake();
  });
  for (;;) {
    const message = queue.shift();
    if (message?.kind === 'failed') throw errorOf(message.error);
    if (message !== undefined) yield message;
    else if (failed !== null) throw failed;
    else if (ended) return;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}

function idle(): void {}

function errorOf({ code, message, hint }: Extract<WorkerMessage, { kind: 'failed' }>['error']): Error {
  return code === null ? new Error(message) : new ImportError({ code, message, hint });
}
