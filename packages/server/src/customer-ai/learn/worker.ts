/** The thread that learns, so that the thread of the HTTP server stays free. Started by `thread.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import type { LearnInput, Learned } from './learn.ts';
import { learn } from './learn.ts';

export type LearningReply =
  | { readonly step: string; readonly done: number }
  | { readonly learned: Learned }
  | { readonly error: { readonly code?: string; readonly message: string } };

export interface LearningData {
  readonly input: LearnInput;
  readonly threads: number;
}

const { input, threads } = workerData as LearningData;
const say = (reply: LearningReply): void => {
  // eslint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
  parentPort?.postMessage(reply);
};

try {
  // It is stopped by ending the thread.
  const { signal } = new AbortController();
  say({ learned: await learn(input, { threads, signal, onProgress: (step, done) => say({ step, done }) }) });
} catch (error) {
  const { code, message, stack } = error as { readonly code?: string; readonly message: string; readonly stack?: string };
  say({ error: code === undefined ? { message: stack ?? message } : { code, message } });
}
