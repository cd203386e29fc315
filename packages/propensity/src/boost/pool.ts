/** The kernel on several threads: each adds up columns of its own, and the one that asks does its part too. */
import { Worker } from 'node:worker_threads';
import { kernelModule } from '../wasm/module.ts';
import type { Layout } from './arena.ts';
import { ARGUMENTS, CONTROL_BYTES, FAILED, FILL, JOB, OPERATION, PENDING, STOP } from './control.ts';
import type { Kernel } from './kernel.ts';
import { wasmKernel } from './wasm-kernel.ts';
import type { Part } from './wasm-kernel.ts';

export interface KernelPool extends Kernel {
  /** Ends the threads; the pool is of no use after. */
  readonly close: () => Promise<void>;
}

/** What a thread is started with. */
export interface PoolTask {
  readonly layout: Layout;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: SharedArrayBuffer;
  readonly part: Part;
}

/** Values to add below which waking other threads takes longer than the adding. */
const WORTH_SHARING = 100_000;

/** Starts the other threads; with one there are none. The caller must `close` it. */
export async function kernelPool(layout: Layout, memory: WebAssembly.Memory, threads: number): Promise<KernelPool> {
  const module = kernelModule();
  const alone = wasmKernel(layout, module, memory, { thread: 0, threads: 1 });
  if (threads === 1) return { ...alone, close: async () => {} };
  const shared = new SharedArrayBuffer(CONTROL_BYTES);
  const others = Array.from({ length: threads - 1 }, (_, at) => at + 1);
  const workers = others.map((thread) => startWorker({ layout, module, memory, control: shared, part: { thread, threads } }));
  try {
    await Promise.all(workers.map(ready));
  } catch (error) {
    await Promise.all(workers.map((worker) => worker.terminate()));
    throw error;
  }
  const own = wasmKernel(layout, module, memory, { thread: 0, threads });
  return pooled(new Int32Array(shared), workers, { alone, own });
}

function startWorker(task: PoolTask): Worker {
  return new Worker(new URL('./pool-worker.ts', import.meta.url), { workerData: task });
}

async function ready(worker: Worker): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
}

function pooled(control: Int32Array, workers: readonly Worker[], { alone, own }: { alone: Kernel; own: Kernel }): KernelPool {
  const start = (operation: number, given: readonly number[]): void => {
    control.set(given, ARGUMENTS);
    Atomics.store(control, OPERATION, operation);
    Atomics.store(control, PENDING, workers.length);
    Atomics.add(control, JOB, 1);
    Atomics.notify(control, JOB);
  };
  const finish = (): void => {
    for (let left = Atomics.load(control, PENDING); left > 0; left = Atomics.load(control, PENDING)) Atomics.wait(control, PENDING, left);
    if (Atomics.load(control, FAILED) !== 0) throw new Error('a thread of the learning kernel failed: this is a bug of Kindred');
  };
  return {
    fill(slot, from, to, columns) {
      if ((to - from) * columns < WORTH_SHARING) {
        alone.fill(slot, from, to, columns);
        return;
      }
      start(FILL, [slot, from, to, columns]);
      own.fill(slot, from, to, columns);
      finish();
    },
    // Memory is what it waits for, and the other threads' caches do not have it yet.
    subtract: alone.subtract,
    async close() {
      const ends = workers.map((worker) => new Promise((resolve) => void worker.once('exit', resolve)));
      start(STOP, []);
      await Promise.all(ends);
    },
  };
}
