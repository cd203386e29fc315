/** An immutable set of profile ordinals (UInt32), compressed by blocks of 65,536. */
import type { Container, Operation, Sized } from './container.ts';
import { BLOCK, combine, containerHas, copyMembers, isList, ofBits, ofList, setBit, WORDS } from './container.ts';

export interface Block extends Sized {
  /** High 16 bits of its members. */
  readonly key: number;
}

export class Bitmap {
  static readonly empty = new Bitmap([]);

  /** By rising key; none of them empty. */
  readonly blocks: readonly Block[];
  /** How many members. */
  readonly size: number;

  constructor(blocks: readonly Block[]) {
    this.blocks = blocks;
    this.size = blocks.reduce((total, each) => total + each.size, 0);
  }

  /** The set of these ordinals, in any order, duplicates allowed. Throws RangeError on what is no UInt32. */
  static of(ordinals: Iterable<number>): Bitmap {
    const lows = new Map<number, number[]>();
    for (const ordinal of ordinals) {
      if (!Number.isInteger(ordinal) || ordinal < 0 || ordinal > 0xffff_ffff) throw new RangeError(`${ordinal} is no ordinal`);
      const key = Math.floor(ordinal / BLOCK);
      const known = lows.get(key);
      if (known === undefined) lows.set(key, [ordinal % BLOCK]);
      else known.push(ordinal % BLOCK);
    }
    const keys = [...lows.keys()].toSorted((a, b) => a - b);
    return new Bitmap(keys.flatMap((key) => block(key, ofLows(lows.get(key) ?? []))));
  }

  and(other: Bitmap): Bitmap {
    return this.#combine('and', other);
  }

  or(other: Bitmap): Bitmap {
    return this.#combine('or', other);
  }

  /** Members of this one that are not in the other. */
  andNot(other: Bitmap): Bitmap {
    return this.#combine('andNot', other);
  }

  /** Members of exactly one of the two. */
  xor(other: Bitmap): Bitmap {
    return this.#combine('xor', other);
  }

  has(ordinal: number): boolean {
    const key = Math.floor(ordinal / BLOCK);
    const found = this.blocks.find((each) => each.key === key);
    return found !== undefined && containerHas(found.container, ordinal % BLOCK);
  }

  equals(other: Bitmap): boolean {
    return (
      this.size === other.size &&
      this.blocks.length === other.blocks.length &&
      this.blocks.every((each, i) => sameBlock(each, other.blocks[i]))
    );
  }

  /** Up to `limit` members in rising order, the first `start` left out. */
  page(start: number, limit: number): Uint32Array {
    const wanted = Math.max(0, Math.min(limit, this.size - start));
    const members = new Uint32Array(wanted);
    let skip = start;
    let at = 0;
    for (const { key, container, size } of this.blocks) {
      if (at === wanted) break;
      if (skip < size) at += copyMembers(container, { rank: skip, limit: wanted - at, base: key * BLOCK }, members, at);
      skip = Math.max(0, skip - size);
    }
    return members;
  }

  /** All members in rising order. */
  toArray(): Uint32Array {
    return this.page(0, this.size);
  }

  *[Symbol.iterator](): Generator<number> {
    for (const { key, container, size } of this.blocks) {
      const members = new Uint32Array(size);
      copyMembers(container, { rank: 0, limit: size, base: key * BLOCK }, members, 0);
      yield* members;
    }
  }

  /** What it takes in memory, roughly, in bytes. */
  get bytes(): number {
    return this.blocks.reduce((total, each) => total + each.container.byteLength + 64, 64);
  }

  #combine(operation: Operation, other: Bitmap): Bitmap {
    const result: Block[] = [];
    let i = 0;
    let j = 0;
    while (i < this.blocks.length || j < other.blocks.length) {
      const a = this.blocks[i];
      const b = other.blocks[j];
      const order = (a?.key ?? BLOCK) - (b?.key ?? BLOCK);
      if (order <= 0) i++;
      if (order >= 0) j++;
      if (order === 0 && a !== undefined && b !== undefined) result.push(...block(a.key, combineShared(operation, a, b)));
      else if (order < 0 && a !== undefined && operation !== 'and') result.push(a);
      else if (order > 0 && b !== undefined && (operation === 'or' || operation === 'xor')) result.push(b);
    }
    return new Bitmap(result);
  }
}

function combineShared(operation: Operation, a: Block, b: Block): Sized | null {
  // The same block in both: common where bitmaps come from one another.
  if (a.container === b.container) return operation === 'and' || operation === 'or' ? a : null;
  return combine(operation, a, b);
}

function block(key: number, sized: Sized | null): Block[] {
  return sized === null ? [] : [{ key, container: sized.container, size: sized.size }];
}

function ofLows(lows: readonly number[]): Sized | null {
  if (lows.length > 1024) {
    const bits = new Uint32Array(WORDS);
    for (const low of lows) setBit(bits, low);
    return ofBits(bits);
  }
  return ofList(Uint16Array.from(new Set(lows)).toSorted());
}

function sameBlock(a: Block, b: Block | undefined): boolean {
  return b !== undefined && a.key === b.key && a.size === b.size && sameContainer(a.container, b.container);
}

function sameContainer(a: Container, b: Container): boolean {
  if (a === b) return true;
  if (isList(a) !== isList(b)) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
