/** A part of all profiles, chosen by a hash of their ordinals: no part of the data is in it more than another. */
import { literal } from '../../store/index.ts';
import type { Lens } from '../lens.ts';

/** Profiles in a sample, roughly; half as many or twice as many happens. */
const SIZE = 25_000;

/** Every how many profiles one is taken, a power of two, so that a growing population keeps its sample for long; 1: all. */
export function samplingStep(universe: number): number {
  return universe < 4 * SIZE ? 1 : 2 ** Math.floor(Math.log2(universe / SIZE));
}

/** @param seed chooses another sample of the same size */
export function samplingLens(step: number, seed: number, profiles: Lens['profiles']): Lens {
  const chosen = `sipHash64(profile, ${literal(seed)}) % ${literal(step)} = 0`;
  return { filters: { events: chosen, profiles: chosen, identities: chosen }, profiles };
}
