/** Disjoint sets of whole numbers from 0 on, which grow together by the size of their trees. */

export class DisjointSets {
  /** Another one of the set, itself at the root of the tree. */
  readonly #parents: Uint32Array;
  readonly #sizes: Uint32Array;

  /** @param size how many numbers there are, each in a set of its own */
  constructor(size: number) {
    this.#parents = new Uint32Array(size);
    for (let number = 0; number < size; number++) this.#parents[number] = number;
    this.#sizes = new Uint32Array(size).fill(1);
  }

  /** The number that stands for the set, until the set grows. Halves the way for the next time. */
  root(number: number): number {
    let at = number;
    for (let parent = this.#parents[at] ?? at; parent !== at; parent = this.#parents[at] ?? at) {
      const next = this.#parents[parent] ?? parent;
      this.#parents[at] = next;
      at = next;
    }
    return at;
  }

  /** Makes one set of those of two different roots. Gives its root, one of the two. */
  join(one: number, other: number): number {
    const isLarger = (this.#sizes[one] ?? 0) >= (this.#sizes[other] ?? 0);
    const [larger, smaller] = isLarger ? [one, other] : [other, one];
    this.#parents[smaller] = larger;
    this.#sizes[larger] = (this.#sizes[larger] ?? 0) + (this.#sizes[smaller] ?? 0);
    return larger;
  }

  /** How many numbers are in the set of a root. */
  size(root: number): number {
    return this.#sizes[root] ?? 0;
  }
}

/** For each of some whole numbers from 0 on, a set of few codes, a bit for each. */
export class BitSets {
  readonly #words: number;
  readonly #bits: ReadonlyMap<string, number>;
  readonly #taken: Uint32Array;

  constructor(size: number, codes: ReadonlySet<string>) {
    this.#words = Math.ceil(codes.size / WORD);
    this.#bits = new Map([...codes].map((code, bit) => [code, bit]));
    this.#taken = new Uint32Array(size * this.#words);
  }

  /** Gives whether the set had it already. A code that is none of those known changes nothing. */
  add(number: number, code: string): boolean {
    const bit = this.#bits.get(code);
    if (bit === undefined) return false;
    const [at, mask] = [number * this.#words + Math.floor(bit / WORD), 1 << (bit % WORD)];
    const before = this.#taken[at] ?? 0;
    this.#taken[at] = before | mask;
    return (before & mask) !== 0;
  }

  overlap(one: number, other: number): boolean {
    for (let word = 0; word < this.#words; word++) {
      if (((this.#taken[one * this.#words + word] ?? 0) & (this.#taken[other * this.#words + word] ?? 0)) !== 0) return true;
    }
    return false;
  }

  addAll(into: number, from: number): void {
    for (let word = 0; word < this.#words; word++) {
      const at = into * this.#words + word;
      this.#taken[at] = (this.#taken[at] ?? 0) | (this.#taken[from * this.#words + word] ?? 0);
    }
  }
}

/** Bits of a word. */
const WORD = 32;
