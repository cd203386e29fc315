/** What holds for a profile of which nothing is known, but for leaves that must be asked. */
import { setBit } from './bits.ts';
import type { Network } from './network.ts';
import type { ProfileState } from './state.ts';
import { emptyState } from './state.ts';

export function blankState(network: Network, at: number): ProfileState {
  const blank = emptyState(network, at);
  for (const [number, { holds, askedBy }] of network.audiences.entries()) {
    if (!holds(blank.truths)) continue;
    setBit(blank.members, number, true);
    for (const leaf of askedBy) if (network.leaves[leaf]?.audience === number) setBit(blank.truths, leaf, true);
  }
  return blank;
}
