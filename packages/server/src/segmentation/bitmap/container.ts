/**
 * The members of one block of 65,536 ordinals: a sorted list of their low 16 bits, or, above 4096 members, a set of bits
 * of a fixed 8 kB. Which of the two is a matter of the cardinality alone, so equal members mean equal containers.
 * Containers are never changed once they are in a bitmap.
 */

/** Ordinals in a block. */
export const BLOCK = 65_536;
/** From here on a list would take more room than the bits. */
export const LONGEST_LIST = 4096;
/** 32-bit words of a set of bits. */
export const WORDS = BLOCK / 32;

/** A list, sorted and without duplicates, or the bits of a block (`Uint32Array` of `WORDS`). */
export type Container = Uint16Array | Uint32Array;

export interface Sized {
  readonly container: Container;
  readonly size: number;
}

export function isList(container: Container): container is Uint16Array {
  return container instanceof Uint16Array;
}

/** Bits set in a 32-bit word. */
export function popcount(word: number): number {
  let rest = word - ((word >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The members as bits; a copy when they are a list, the container itself otherwise. */
export function bitsOf(container: Container): Uint32Array {
  if (!isList(container)) return container;
  const bits = new Uint32Array(WORDS);
  for (let i = 0; i < container.length; i++) setBit(bits, container[i] as number);
  return bits;
}

export function setBit(bits: Uint32Array, low: number): void {
  bits[low >>> 5] = (bits[low >>> 5] as number) | (1 << (low & 31));
}

/** Brings bits into the form their cardinality asks for; null when there are none. */
export function ofBits(bits: Uint32Array): Sized | null {
  let size = 0;
  for (let word = 0; word < WORDS; word++) size += popcount(bits[word] as number);
  if (size === 0) return null;
  return { container: size > LONGEST_LIST ? bits : listOf(bits, size), size };
}

/** Brings a sorted list without duplicates into the form its length asks for; null when it is empty. */
export function ofList(list: Uint16Array): Sized | null {
  if (list.length === 0) return null;
  return { container: list.length > LONGEST_LIST ? bitsOf(list) : list, size: list.length };
}

function listOf(bits: Uint32Array, size: number): Uint16Array {
  const list = new Uint16Array(size);
  let at = 0;
  for (let word = 0; word < WORDS; word++) {
    for (let rest = bits[word] as number; rest !== 0; rest &= rest - 1) list[at++] = word * 32 + lowestBit(rest);
  }
  return list;
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

export function containerHas(container: Container, low: number): boolean {
  if (!isList(container)) return (((container[low >>> 5] as number) >>> (low & 31)) & 1) === 1;
  const at = lowerBound(container, low);
  return at < container.length && container[at] === low;
}

/** Writes `limit` members from the `rank`th on, each plus `base`, to `into` at `at`; returns how many. */
export function copyMembers(
  container: Container,
  page: { readonly rank: number; readonly limit: number; readonly base: number },
  into: Uint32Array,
  at: number,
): number {
  const { rank, limit, base } = page;
  if (isList(container)) {
    const end = Math.min(container.length, rank + limit);
    for (let i = rank; i < end; i++) into[at + i - rank] = base + (container[i] as number);
    return Math.max(0, end - rank);
  }
  let skip = rank;
  let written = 0;
  for (let word = 0; word < WORDS && written < limit; word++) {
    const count = popcount(container[word] as number);
    if (skip >= count) {
      skip -= count;
      continue;
    }
    for (let rest = container[word] as number; rest !== 0 && written < limit; rest &= rest - 1) {
      if (skip > 0) skip--;
      else into[at + written++] = base + word * 32 + lowestBit(rest);
    }
  }
  return written;
}

export type Operation = 'and' | 'or' | 'andNot' | 'xor';

/** Combines two blocks; null when nothing is left. */
export function combine(operation: Operation, a: Sized, b: Sized): Sized | null {
  const [one, other] = [a.container, b.container];
  if (operation === 'and' && (isList(one) || isList(other)))
    return ofList(isList(one) ? kept(one, other, true) : kept(other as Uint16Array, one, true));
  if (operation === 'andNot' && isList(one)) return ofList(kept(one, other, false));
  if (isList(one)) return isList(other) ? ofList(merged(one, other, operation === 'or')) : changed(operation, b, one);
  return isList(other) ? changed(operation, a, other) : ofBits(combineBits(operation, one, other));
}

/** A set of bits with a list added to it, taken from it, or turned in it. Takes no more than a copy and the list: a few come and leave of many. */
function changed(operation: Operation, bits: Sized, list: Uint16Array): Sized {
  const container = bits.container.slice() as Uint32Array;
  let { size } = bits;
  for (let i = 0; i < list.length; i++) {
    const low = list[i] as number;
    const [word, bit] = [container[low >>> 5] as number, 1 << (low & 31)];
    const had = (word & bit) !== 0;
    const has = operation === 'or' || (operation === 'xor' && !had);
    if (had === has) continue;
    container[low >>> 5] = word ^ bit;
    size += has ? 1 : -1;
  }
  if (size === bits.size && operation !== 'xor') return bits;
  return { container: size > LONGEST_LIST ? container : listOf(container, size), size };
}

/** The members of a list that are (or are not) in another container. */
function kept(list: Uint16Array, other: Container, present: boolean): Uint16Array {
  const result = new Uint16Array(list.length);
  let size = 0;
  let from = 0;
  for (let i = 0; i < list.length; i++) {
    const low = list[i] as number;
    if (isList(other)) {
      while (from < other.length && (other[from] as number) < low) from++;
      if ((other[from] === low) === present) result[size++] = low;
    } else if (containerHas(other, low) === present) result[size++] = low;
  }
  return result.slice(0, size);
}

/** Members of either list; those of both only with `common`. */
function merged(a: Uint16Array, b: Uint16Array, common: boolean): Uint16Array {
  const result = new Uint16Array(a.length + b.length);
  let size = 0;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i] ?? BLOCK;
    const right = b[j] ?? BLOCK;
    if (left <= right) i++;
    if (right <= left) j++;
    if (left !== right || common) result[size++] = Math.min(left, right);
  }
  return result.slice(0, size);
}

function combineBits(operation: Operation, a: Uint32Array, b: Uint32Array): Uint32Array {
  const bits = new Uint32Array(WORDS);
  // One loop an operation: a choice inside would cost more than the work.
  switch (operation) {
    case 'and':
      for (let i = 0; i < WORDS; i++) bits[i] = (a[i] as number) & (b[i] as number);
      return bits;
    case 'or':
      for (let i = 0; i < WORDS; i++) bits[i] = (a[i] as number) | (b[i] as number);
      return bits;
    case 'andNot':
      for (let i = 0; i < WORDS; i++) bits[i] = (a[i] as number) & ~(b[i] as number);
      return bits;
    case 'xor':
      for (let i = 0; i < WORDS; i++) bits[i] = (a[i] as number) ^ (b[i] as number);
      return bits;
    default:
      return operation satisfies never;
  }
}

/** The first index whose value is not below `low`. */
function lowerBound(list: Uint16Array, low: number): number {
  let from = 0;
  let to = list.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((list[middle] as number) < low) from = middle + 1;
    else to = middle;
  }
  return from;
}
