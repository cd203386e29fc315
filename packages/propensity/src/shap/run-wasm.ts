/** A program in WebAssembly, sixteen rows at a time. */
import type { Bins } from '../data/bins.ts';
import { kernelFunctions, kernelMemory, kernelModule } from '../wasm/module.ts';
import type { Program } from './program.ts';

const LANES = 16;
/** Rows copied into the kernel's memory at a time: with the tables of one tree they should fit the cache. */
const CHUNK = 512;

export type Run = (bins: Bins, sums: Float32Array) => void;

/** Puts a program into memory of its own; what comes out adds the Shapley values of every row to `sums`, as `runProgram` does. */
export function wasmRun(program: Program, stride: number, features: number): Run {
  let next = 1024;
  const take = (bytes: number): number => {
    const start = next;
    next += Math.ceil(bytes / 16) * 16;
    return start;
  };
  const [code, masks, values] = [take(program.code.byteLength), take(program.masks.byteLength), take(program.values.byteLength)];
  const [scratch, rowBins, rowSums] = [take(LANES * (1 + 2 * program.widest)), take(CHUNK * stride), take(CHUNK * features * 4)];
  const memory = kernelMemory(next);
  new Int32Array(memory.buffer).set(program.code, code / 4);
  new Uint32Array(memory.buffer).set(program.masks, masks / 4);
  new Float32Array(memory.buffer).set(program.values, values / 4);
  const { explain } = kernelFunctions(kernelModule(), memory);
  const [bytes, results] = [new Uint8Array(memory.buffer, rowBins), new Float32Array(memory.buffer, rowSums, CHUNK * features)];
  return (bins, sums) => {
    for (let first = 0; first < bins.rows; first += CHUNK) {
      const rows = Math.min(CHUNK, bins.rows - first);
      const target = sums.subarray(first * features, (first + rows) * features);
      bytes.set(bins.bytes.subarray(first * stride, (first + rows) * stride));
      results.set(target);
      // Rows beyond the last are what lay there before: explained for nothing, and not read.
      const whole = Math.ceil(rows / LANES) * LANES;
      explain(code, program.trees, masks, values, rowBins, stride, whole, features, rowSums, scratch);
      target.set(results.subarray(0, target.length));
    }
  };
}
