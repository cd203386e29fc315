/** Runs a program over rows, in plain TypeScript: what every other kernel must equal bit by bit. */
import type { Bins } from '../data/bins.ts';
import type { Program } from './program.ts';

/** Adds the Shapley values of every row, `features` numbers a row, to `sums`; each tree in its order, each group in its own. */
export function runProgram(program: Program, bins: Bins, features: number, sums: Float32Array): void {
  // Two a split: whether it goes left, whether right.
  const truth = new Uint8Array(program.widest * 2);
  for (let row = 0; row < bins.rows; row += 1) {
    let at = 0;
    let split = 0;
    for (let tree = 0; tree < program.trees; tree += 1) {
      const splits = program.code[at++]!;
      for (let each = 0; each < splits; each += 1, split += 1) {
        // The mask says all of a split; what else the code tells of it is for kernels that are quicker without.
        const bin = bins.bytes[row * bins.stride + program.code[at]!]!;
        at += 3;
        const isLeft = (program.masks[split * 8 + (bin >>> 5)]! >>> (bin & 31)) & 1;
        truth[each * 2] = isLeft;
        truth[each * 2 + 1] = 1 - isLeft;
      }
      at = runGroups(program, at, truth, sums, row * features);
    }
  }
}

/** Of one tree; gives the place in the code behind it. */
function runGroups({ code, values }: Program, start: number, truth: Uint8Array, sums: Float32Array, first: number): number {
  let at = start;
  const groups = code[at++]!;
  for (let group = 0; group < groups; group += 1) {
    const conditions = code[at++]!;
    let pattern = 0;
    for (let condition = 0; condition < conditions; condition += 1) {
      let holds = 1;
      for (let literals = code[at++]!; literals > 0; literals -= 1) holds &= truth[code[at++]!]!;
      pattern |= holds << condition;
    }
    const size = code[at++]!;
    const line = code[at + size]! + pattern * size;
    for (let each = 0; each < size; each += 1) sums[first + code[at + each]!]! += values[line + each]!;
    at += size + 1;
  }
  return at;
}
