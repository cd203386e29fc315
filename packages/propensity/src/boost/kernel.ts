/** Adding up gradients by feature and bin: where nearly all time of training goes. */
import { BINS, histogramStart } from './arena.ts';
import type { Arena } from './arena.ts';

/** What a tree asks of whoever adds up. Features are the first `columns` of the arena's `chosen`. */
export interface Kernel {
  /** Fills a slot with the sums of the rows `order[start … end)`. */
  readonly fill: (slot: number, start: number, end: number, columns: number) => void;
  /** Takes the sums of one slot from those of another. */
  readonly subtract: (from: number, slot: number, columns: number) => void;
}

/** In plain TypeScript: what every other kernel must equal bit by bit. */
export function plainKernel(arena: Arena): Kernel {
  const { layout, histograms, gradients, order, chosen, rowBins } = arena;
  return {
    fill(slot, start, end, columns) {
      for (const feature of chosen.subarray(0, columns)) {
        const first = histogramStart(layout, slot, feature);
        histograms.fill(0, first, first + BINS * 2);
        for (let at = start; at < end; at += 1) {
          const row = order[at]!;
          const place = first + rowBins[row * layout.stride + feature]! * 2;
          histograms[place]! += gradients[row * 2]!;
          histograms[place + 1]! += gradients[row * 2 + 1]!;
        }
      }
    },
    subtract(from, slot, columns) {
      for (const feature of chosen.subarray(0, columns)) {
        const first = histogramStart(layout, from, feature);
        const other = histogramStart(layout, slot, feature);
        for (let place = 0; place < BINS * 2; place += 1) histograms[first + place]! -= histograms[other + place]!;
      }
    },
  };
}
