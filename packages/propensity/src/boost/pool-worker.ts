/** A thread of a training run: waits for the next job, does its part, tells so. */
import { parentPort, workerData } from 'node:worker_threads';
import { ARGUMENTS, FAILED, FILL, JOB, OPERATION, PENDING, STOP } from './control.ts';
import type { PoolTask } from './pool.ts';
import { wasmKernel } from './wasm-kernel.ts';

const { layout, module, memory, control: shared, part } = workerData as PoolTask;
const control = new Int32Array(shared);
const kernel = wasmKernel(layout, module, memory, part);
parentPort?.postMessage('ready', []);

for (let done = 0; ; done += 1) {
  Atomics.wait(control, JOB, done);
  const operation = Atomics.load(control, OPERATION);
  const [one, two, three, four] = control.subarray(ARGUMENTS, ARGUMENTS + 4) as unknown as [number, number, number, number];
  try {
    if (operation === FILL) kernel.fill(one, two, three, four);
  } catch {
    Atomics.store(control, FAILED, 1);
  }
  Atomics.sub(control, PENDING, 1);
  Atomics.notify(control, PENDING);
  if (operation === STOP) break;
}
