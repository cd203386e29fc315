/** Sets of small numbers in words of 32 bits. */

export const bitsFor = (size: number): Uint32Array => new Uint32Array((size + 31) >>> 5);
export const hasBit = (bits: Uint32Array, index: number): boolean => ((bits[index >>> 5] as number) & (1 << (index & 31))) !== 0;

export function setBit(bits: Uint32Array, index: number, on: boolean): void {
  const word = bits[index >>> 5] as number;
  bits[index >>> 5] = on ? word | (1 << (index & 31)) : word & ~(1 << (index & 31));
}

export function indexesOf(bits: Uint32Array): readonly number[] {
  const found: number[] = [];
  for (const [word, value] of bits.entries()) {
    for (let rest = value; rest !== 0; rest &= rest - 1) found.push(word * 32 + 31 - Math.clz32(rest & -rest));
  }
  return found;
}
