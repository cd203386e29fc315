/** The kernel in WebAssembly, for all columns or for the part of one thread. */
import { kernelFunctions } from '../wasm/module.ts';
import { HISTOGRAM } from './arena.ts';
import type { Layout } from './arena.ts';
import type { Kernel } from './kernel.ts';

/** One thread of several: each adds up columns of its own, so nothing is added twice nor merged. */
export interface Part {
  readonly thread: number;
  readonly threads: number;
}

export function wasmKernel(layout: Layout, module: WebAssembly.Module, memory: WebAssembly.Memory, part: Part): Kernel {
  const { fill, subtract } = kernelFunctions(module, memory);
  const slotBytes = layout.features * HISTOGRAM;
  const scratch = layout.threadScratch + part.thread * layout.scratchBytes;
  const share = (columns: number): readonly [chosen: number, columns: number] => {
    const from = Math.floor((columns * part.thread) / part.threads);
    const to = Math.floor((columns * (part.thread + 1)) / part.threads);
    return [layout.chosen + from * 4, to - from];
  };
  return {
    fill(slot, start, end, columns) {
      const histograms = layout.histograms + slot * slotBytes;
      const order = layout.order + start * 4;
      fill(order, end - start, layout.rowBins, layout.stride, layout.gradients, ...share(columns), histograms, scratch);
    },
    subtract(from, slot, columns) {
      subtract(layout.histograms + from * slotBytes, layout.histograms + slot * slotBytes, ...share(columns));
    },
  };
}
