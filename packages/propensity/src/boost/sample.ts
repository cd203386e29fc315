/** Which rows and columns a tree sees. Drawn by place, so that no order of work can change it. */
import { hashed } from '../random.ts';
import type { Arena } from './arena.ts';

/** Writes the rows a tree sees into `order`, ascending; gives their number. Never none. */
export function sampleRows({ order, layout }: Arena, share: number, seed: number, tree: number): number {
  let size = 0;
  for (let row = 0; row < layout.rows; row += 1) {
    order[size] = row;
    if (share === 1 || hashed(seed, row, tree) < share) size += 1;
  }
  return Math.max(1, size);
}

/** Writes the columns a tree sees into `chosen`, ascending; gives their number. Never none where there is one. */
export function sampleColumns({ chosen }: Arena, usable: readonly number[], share: number, seed: number, tree: number): number {
  const wanted = Math.max(1, Math.ceil(usable.length * share));
  // Another stream than that of rows.
  const columns = usable
    .map((feature) => ({ feature, draw: hashed(seed ^ 0x5bd1e995, feature, tree) }))
    .toSorted((one, other) => one.draw - other.draw || one.feature - other.feature)
    .slice(0, wanted)
    .map(({ feature }) => feature);
  chosen.set(columns.toSorted((one, other) => one - other));
  return columns.length;
}
