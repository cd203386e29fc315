/** Who is one person already: found in two walks over the whole graph, so that sorting everybody anew costs little where little changes. */
import { BitSets, DisjointSets } from './disjoint-sets.ts';
import type { GraphStore } from './graph-store.ts';
import type { PeopleRules } from './partition.ts';

/** Identities read at once: some ten milliseconds. */
const SLICE = 32_768;
const NOBODY = 0xffff_ffff;

/**
 * Tells of an identity whether its person is right as it is: all that hangs together has one profile, is not too large, and has at most one
 * identity of each unique namespace. Of the others nothing is known. Right as long as nobody changes the graph.
 */
export async function settledIdentities(store: GraphStore, { unique, largest }: PeopleRules): Promise<(number: number) => boolean> {
  const { count } = store;
  const sets = new DisjointSets(count);
  await inSlices(count, (from, to) => {
    for (const [one, other] of store.linksBetween(from, to)) {
      const [first, second] = [sets.root(one), sets.root(other)];
      if (first !== second) sets.join(first, second);
    }
  });
  /** By the root of what hangs together. */
  const [owners, taken, open] = [new Uint32Array(count).fill(NOBODY), new BitSets(count, unique), new Uint8Array(count)];
  await inSlices(count, (from, to) => {
    for (const [number, owner] of store.ownersBetween(from, to)) {
      const root = sets.root(number);
      if (owners[root] === NOBODY) owners[root] = owner;
      else if (owners[root] !== owner) open[root] = 1;
      if (sets.size(root) > largest) open[root] = 1;
    }
    if (unique.size === 0) return;
    for (const [number, namespace] of store.namespacesBetween(from, to)) {
      const root = sets.root(number);
      if (taken.add(root, namespace)) open[root] = 1;
    }
  });
  return (number) => number < count && open[sets.root(number)] === 0;
}

async function inSlices(count: number, work: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < count; from += SLICE) {
    work(from, Math.min(count, from + SLICE));
    await new Promise(setImmediate);
  }
}
