/** Scoring in a thread of its own, portion by portion. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ModelFile } from '../model.ts';
import type { Portion, Scored, ScoringData, ScoringReply } from './explain-worker.ts';

export interface ScoringThread {
  /** One after the other; the values are the thread's afterwards. */
  score(portion: Portion): Promise<Scored>;
  close(): Promise<void>;
}

/** Lets `work` score portions, one after the other. */
export async function withScoring<Result>(
  file: ModelFile,
  work: (score: (portion: Portion) => Promise<Scored>) => Promise<Result>,
): Promise<Result> {
  const thread = openScoring(file);
  try {
    return await work(async (portion) => await thread.score(portion));
  } finally {
    await thread.close();
  }
}

export function openScoring({ document, features, histograms }: ModelFile): ScoringThread {
  const data: ScoringData = {
    document,
    histograms,
    features: features.map((feature) => ({
      code: feature.code,
      kind: feature.kind,
      family: feature.family,
      categories: feature.kind === 'categorical' ? feature.categories : [],
    })),
  };
  const worker = new Worker(new URL('./explain-worker.ts', import.meta.url), { workerData: data });
  const over = new AbortController();
  const ended = once(worker, 'exit', { signal: over.signal }).then(([code]) => {
    throw new Error(`the scoring thread ended with code ${code}`);
  });
  // It is awaited only while a portion is under way.
  ended.catch(() => undefined);
  return {
    async score(portion) {
      const answer = once(worker, 'message', { signal: over.signal }) as Promise<[ScoringReply]>;
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
      worker.postMessage(portion, [portion.values.buffer]);
      const [reply] = await Promise.race([answer, ended]);
      if ('error' in reply) throw new Error(reply.error);
      return reply.scored;
    },
    async close() {
      over.abort();
      await worker.terminate();
    },
  };
}
