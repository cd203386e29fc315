/**
 * All that the histogram kernel reads and writes lies in one block of memory, so that other threads and WebAssembly can share it.
 * Gradients are whole numbers, two to a row (hessian, then gradient), so sums of them are exact in any order: the same model
 * comes out for any number of threads.
 */
import { strideOf } from '../data/bins.ts';

/** Where things lie, in bytes; every start is a multiple of 16. */
export interface Layout {
  readonly rows: number;
  readonly features: number;
  readonly stride: number;
  readonly slots: number;
  /** Bins row after row, and again column after column. */
  readonly rowBins: number;
  readonly columnBins: number;
  /** Two 32-bit numbers a row. */
  readonly gradients: number;
  /** Numbers of the rows of each node, and room to sort them. */
  readonly order: number;
  readonly scratch: number;
  /** Numbers of the features a tree may use. */
  readonly chosen: number;
  /** Histograms: per slot, feature and bin two 32-bit sums. */
  readonly histograms: number;
  /** Room of each thread for a chunk of rows, and the bytes of one. */
  readonly threadScratch: number;
  readonly scratchBytes: number;
  readonly bytes: number;
}

export const BINS = 256;
/** Bytes of one feature's histogram. */
export const HISTOGRAM = BINS * 8;

/** What is kept free at the start for the kernel itself. */
const RESERVED = 1024;

/** Rows that assembly/kernel.ts gathers at a time. */
const CHUNK = 1024;

export function layoutOf(rows: number, features: number, slots: number, threads = 1): Layout {
  const stride = strideOf(features);
  const scratchBytes = CHUNK * (stride + 8);
  let next = RESERVED;
  const take = (bytes: number): number => {
    const start = next;
    next += Math.ceil(bytes / 16) * 16;
    return start;
  };
  return {
    rows,
    features,
    stride,
    slots,
    rowBins: take(rows * stride),
    columnBins: take(rows * features),
    gradients: take(rows * 8),
    order: take(rows * 4),
    scratch: take(rows * 4),
    chosen: take(features * 4),
    histograms: take(slots * features * HISTOGRAM),
    threadScratch: take(threads * scratchBytes),
    scratchBytes,
    bytes: next,
  };
}

export interface Arena {
  readonly layout: Layout;
  readonly rowBins: Uint8Array;
  readonly columnBins: Uint8Array;
  /** Hessian at 2r, gradient at 2r + 1. */
  readonly gradients: Int32Array;
  readonly order: Uint32Array;
  readonly scratch: Uint32Array;
  readonly chosen: Int32Array;
  readonly histograms: Int32Array;
}

/** Views of memory; nothing is written. */
export function arenaOf(layout: Layout, memory: ArrayBufferLike): Arena {
  const { rows, features, stride, slots } = layout;
  return {
    layout,
    rowBins: new Uint8Array(memory, layout.rowBins, rows * stride),
    columnBins: new Uint8Array(memory, layout.columnBins, rows * features),
    gradients: new Int32Array(memory, layout.gradients, rows * 2),
    order: new Uint32Array(memory, layout.order, rows),
    scratch: new Uint32Array(memory, layout.scratch, rows),
    chosen: new Int32Array(memory, layout.chosen, features),
    histograms: new Int32Array(memory, layout.histograms, (slots * features * HISTOGRAM) / 4),
  };
}

/** Where the histogram of a feature in a slot begins in `histograms`: hessians at even, gradients at odd places. */
export function histogramStart({ features }: Layout, slot: number, feature: number): number {
  return (slot * features + feature) * BINS * 2;
}
