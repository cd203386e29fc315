/** Learning in a thread of its own. */
import { Worker } from 'node:worker_threads';
import type { LearnInput, Learned } from './learn.ts';
import type { LearningData, LearningReply } from './worker.ts';

/** Threads that add up at once: one processor is left to the server, where there are more than two. */
const THREADS = 2;

/** The values of the snapshots are the thread's afterwards. Rejects with the signal's reason when it aborts, after the thread has ended. */
export async function learnInThread(
  input: LearnInput,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (step: string, done: number) => void },
): Promise<Learned> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { input, threads: THREADS } satisfies LearningData,
    transferList: input.snapshots.map(({ values }) => values.buffer as ArrayBuffer),
  });
  const { promise, resolve, reject } = Promise.withResolvers<Learned>();
  const stop = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', stop);
  worker.on('message', (reply: LearningReply) => {
    if ('learned' in reply) resolve(reply.learned);
    else if ('error' in reply) reject(Object.assign(new Error(reply.error.message), reply.error));
    else onProgress(reply.step, reply.done);
  });
  worker.on('error', reject);
  worker.on('exit', (code) => reject(new Error(`the learning thread ended with code ${code}`)));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
