/** The thread that encodes for the sink, so that the thread of the HTTP server stays free. Started by `encoding-thread.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import type { XdmSchema } from '../../schema/index.ts';
import type { Encoded, Portion } from './encode.ts';
import { StreamEncoder } from './encode.ts';

export type EncodingReply = { readonly encoded: Encoded } | { readonly error: string };

const encoder = new StreamEncoder(workerData as XdmSchema);

function reply(portions: readonly Portion[]): EncodingReply {
  try {
    return { encoded: encoder.encode(portions) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort?.on('message', (portions: readonly Portion[]) => {
  const message = reply(portions);
  const steps = 'encoded' in message ? message.encoded.steps : [];
  parentPort?.postMessage(
    message,
    steps.flatMap((step) => ('chunk' in step ? [step.chunk.body.buffer as ArrayBuffer] : [])),
  );
});
