/**
 * Randomness is an argument everywhere in this room. A `Random` is a stream of numbers; `hashed` is a number of its own for each
 * place (row, tree), which does not depend on the order in which places are visited nor on the thread that asks.
 */

/** Gives numbers in [0, 1). */
export type Random = () => number;

/** The same stream for the same seed on every machine (SplitMix32 with a Weyl step). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    return mix(state) / 4294967296;
  };
}

/** A number in [0, 1) for a place. */
export function hashed(seed: number, one: number, other = 0): number {
  return mix(mix(mix(seed >>> 0) ^ (one >>> 0)) ^ (Math.imul(other, 0x9e3779b9) >>> 0)) / 4294967296;
}

/** A bijection of 32 bits that looks random. */
function mix(value: number): number {
  let bits = (value + 0x9e3779b9) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return (bits ^ (bits >>> 15)) >>> 0;
}
