/** The thread that reads the source, so that parsing and inserting go on at the same time. Started by `reading.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import type { XdmSchema } from '../schema/index.ts';
import { ImportError } from './errors.ts';
import type { Run } from './mapping/language/functions/function.ts';
import type { Mapping } from './mapping/mapping.ts';
import type { Step } from './pipeline.ts';
import { Pipeline } from './pipeline.ts';
import type { SourceDescription } from './sources/open.ts';
import { openSource } from './sources/open.ts';

export interface WorkerTask {
  readonly source: SourceDescription;
  readonly mapping: Mapping;
  readonly schema: XdmSchema;
  readonly run: Run;
  readonly chunkRows: number;
}

/** What the worker says. After a step it waits for one message before it makes the one after the next. */
export type WorkerMessage =
  | { readonly kind: 'opened'; readonly size: number | null }
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'end' }
  | {
      readonly kind: 'failed';
      readonly error: { readonly code: ImportError['code'] | null; readonly message: string; readonly hint: string };
    };

/** Steps made ahead of the one being inserted. */
const AHEAD = 1;

async function run(
  { source: description, mapping, schema, run: known, chunkRows }: WorkerTask,
  post: (message: WorkerMessage, transfer?: ArrayBuffer[]) => void,
  turn: () => Promise<void>,
): Promise<void> {
  const csv = description.kind === 'file' ? { csv: { ...description.csv, ...mapping.csv } } : {};
  const source = await openSource({ ...description, ...csv });
  post({ kind: 'opened', size: source.size });
  let made = 0;
  for await (const step of new Pipeline({ source, mapping, schema, run: known, chunkRows }).steps()) {
    if (made++ > AHEAD) await turn();
    post(
      { kind: 'step', step },
      step.chunks.map(({ chunk }) => chunk.body.buffer as ArrayBuffer),
    );
  }
  post({ kind: 'end' });
}

function failure(error: unknown): WorkerMessage {
  if (error instanceof ImportError) return { kind: 'failed', error: { code: error.code, message: error.message, hint: error.hint } };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'failed', error: { code: null, message, hint: '' } };
}

if (parentPort !== null) {
  const port = parentPort;
  const waiting: (() => void)[] = [];
  let turns = 0;
  port.on('message', () => {
    const go = waiting.shift();
    if (go === undefined) turns++;
    else go();
  });
  const turn = async (): Promise<void> => {
    if (turns > 0) turns--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  await run(workerData as WorkerTask, (message, transfer = []) => port.postMessage(message, transfer), turn).catch((error: unknown) =>
    port.postMessage(failure(error)),
  );
  port.close();
}
