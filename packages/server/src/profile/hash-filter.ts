/**
 * A set of 64-bit hashes that may take one for known that is not (some in a million), and never one for new that is known: a Bloom
 * filter of blocks of one cache line. See Putze, Sanders and Singler, "Cache-, hash- and space-efficient Bloom filters", 2007.
 */

/** Words of 32 bits in a block; a hash sets one bit in each. */
const WORDS = 16;
/** Two in five bits are set when a layer is full. */
const HASHES_PER_BLOCK = WORDS;
const SMALLEST = 1 << 16;

/** As many hashes as it was made for; more go into another layer. */
class Layer {
  readonly capacity: number;
  size = 0;
  readonly #words: Uint32Array;
  /** Blocks less one: a power of two less one. */
  readonly #last: number;

  constructor(capacity: number) {
    this.capacity = capacity;
    const blocks = capacity / HASHES_PER_BLOCK;
    this.#words = new Uint32Array(blocks * WORDS);
    this.#last = blocks - 1;
  }

  get bytes(): number {
    return this.#words.byteLength;
  }

  has(low: number, high: number): boolean {
    let at = (high & this.#last) * WORDS;
    let bits = low;
    for (const end = at + WORDS; at < end; at++) {
      bits = next(bits);
      if (((this.#words[at] as number) & (1 << (bits >>> 27))) === 0) return false;
    }
    return true;
  }

  add(low: number, high: number): void {
    let at = (high & this.#last) * WORDS;
    let bits = low;
    for (const end = at + WORDS; at < end; at++) {
      bits = next(bits);
      this.#words[at] = (this.#words[at] as number) | (1 << (bits >>> 27));
    }
    this.size++;
  }
}

/** A generator of the upper bits (Numerical Recipes' constants), begun with a hash. */
function next(bits: number): number {
  return (Math.imul(bits, 1_664_525) + 1_013_904_223) | 0;
}

export class HashFilter {
  readonly #layers: Layer[] = [];

  /** @param expected how many hashes it has room for at first, 4 bytes each */
  constructor(expected: number) {
    this.#layers.push(new Layer(Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(Math.max(1, expected))))));
  }

  /** How many hashes it has. */
  get size(): number {
    return this.#layers.reduce((total, { size }) => total + size, 0);
  }

  get bytes(): number {
    return this.#layers.reduce((total, { bytes }) => total + bytes, 0);
  }

  /** Adds a hash of two halves. Gives whether it may have been there. */
  add(low: number, high: number): boolean {
    if (this.#layers.some((layer) => layer.has(low, high))) return true;
    let last = this.#layers.at(-1) as Layer;
    if (last.size >= last.capacity) this.#layers.push((last = new Layer(last.capacity * 2)));
    last.add(low, high);
    return false;
  }
}
