/** One person as a graph: the identities, and which of them came together when. */
import type { GraphStore } from './graph-store.ts';
import type { Identity } from './identity.ts';

export interface PersonGraph {
  readonly identities: readonly SeenIdentity[];
  readonly links: readonly PersonLink[];
}

export interface SeenIdentity extends Identity {
  /** When it came together with another one last, epoch milliseconds; null: never. */
  readonly last: number | null;
}

export interface PersonLink {
  readonly one: Identity;
  readonly other: Identity;
  /** Epoch milliseconds. */
  readonly first: number;
  readonly last: number;
  readonly datasets: readonly string[];
}

export function personGraph(store: GraphStore, profile: number): PersonGraph {
  const members = new Map(store.membersOf(profile).flatMap((number) => named(store, number)));
  const links: PersonLink[] = [];
  const last = new Map<number, number>();
  for (const [number, one] of members) {
    for (const [number2, link] of store.linksOf(number)) {
      const other = members.get(number2);
      if (other === undefined) continue;
      last.set(number, Math.max(last.get(number) ?? -Infinity, link.last));
      if (number < number2) links.push({ one, other, ...link });
    }
  }
  const identities = [...members].map(([number, identity]) => ({ ...identity, last: last.get(number) ?? null }));
  return { identities, links };
}

function named(store: GraphStore, number: number): readonly (readonly [number, Identity])[] {
  const found = store.identityOf(number);
  return found === undefined ? [] : [[number, { namespace: found.namespace, id: found.id }]];
}
