/** The size of a query as server-sent events: its parts, a sampled answer when the exact one takes long, the exact one, some members. */
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import type { EstimateOptions, QueryNode, SizedNode } from '../segmentation/index.ts';
import { answerTo } from './errors.ts';
import { membersOf } from './members.ts';
import type { Rooms } from './rooms.ts';

/** How long the exact answer may take before a sampled one is worth its work, in ms. */
const PATIENCE = 300;
/** Members shown with an estimate. */
export const SAMPLE = 10;

export interface EstimateQuestion extends EstimateOptions {
  readonly pql: string;
  readonly signal: AbortSignal;
}

type Send = (event: string, data: object) => void;

export function estimateStream(rooms: Rooms, question: EstimateQuestion): Readable {
  const stream = new PassThrough();
  const send: Send = (event, data) => {
    if (!stream.destroyed) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  // A browser asks again when a stream ends; there is nothing more to come.
  stream.write('retry: 86400000\n\n');
  void answer(rooms, question, send)
    .catch((error: unknown) => send('error', answerTo(error).entry))
    .finally(() => stream.end());
  return stream;
}

async function answer(rooms: Rooms, { pql, ...options }: EstimateQuestion, send: Send): Promise<void> {
  const { segmentation, tables, metrics } = rooms;
  const done = new AbortController();
  const sampled = sampleAfterPatience(rooms, { pql, ...options, signal: AbortSignal.any([done.signal, options.signal]) }, send);
  try {
    const onSize = ({ path, kind, span, label }: QueryNode, size: number): void => send('node', { path, kind, span, label, size });
    const { nodes, estimate } = await segmentation.estimateNodes(pql, { ...options, onSize });
    done.abort();
    for (const { parts: _, ...node } of flat(nodes.root)) if (node.removes !== null) send('node', node);
    metrics.evaluations.observe({ kind: 'estimate' }, estimate.tookMs / 1000);
    send('estimate', { exact: true, ...estimate, evaluatedAt: estimate.evaluatedAt.toISOString() });
    send('sample', { members: await membersOf(tables, segmentation.sampleOf(nodes.members, SAMPLE)) });
  } finally {
    done.abort();
    await sampled;
  }
}

/** Never throws: the exact answer tells of everything that can go wrong. */
async function sampleAfterPatience({ segmentation }: Rooms, { pql, ...options }: EstimateQuestion, send: Send): Promise<void> {
  try {
    await patience(options.signal);
    const sampled = await segmentation.sampledEstimate(pql, options);
    if (sampled !== null && !options.signal.aborted) send('estimate', { exact: false, confidence: 0.95, ...sampled });
  } catch {
    // The exact answer came first, or fails for the same reason.
  }
}

async function patience(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, PATIENCE);
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
  signal.throwIfAborted();
}

function flat(node: SizedNode): readonly SizedNode[] {
  return [node, ...node.parts.flatMap(flat)];
}
