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

/** Why a link joins nobody. */
export type Reason = 'unique-namespace' | 'too-many-identities' | 'removed-by-hand';

/** Links with identities of other people. */
export interface OutsideLinks {
  readonly total: number;
  /** The newest first; not all, when there are many. */
  readonly links: readonly (PersonLink & { readonly reason: Reason })[];
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

/**
 * What hangs together with a person and is not one with it.
 *
 * @param unique codes of namespaces of which a person has one identity at most
 * @param most links in the answer
 */
export function outsideLinks(
  store: GraphStore,
  profile: number,
  { unique, most }: { unique: ReadonlySet<string>; most: number },
): OutsideLinks {
  const members = store.membersOf(profile);
  const own = new Set(members);
  const found = members.flatMap((number) => [
    ...store.linksOf(number).map(([other, link]) => ({ number, other, link, removed: false })),
    ...store.removedLinksOf(number).map(([other, link]) => ({ number, other, link, removed: true })),
  ]);
  // A removed link shows once, though both its ends may be of this person.
  const outside = found.filter(({ number, other, removed }) => (removed && number < other) || !own.has(other));
  const taken = uniqueOf(store, profile, unique);
  const links = outside
    .toSorted((one, other) => other.link.last - one.link.last)
    .slice(0, most)
    .flatMap(({ number, other, link: { first, last, datasets }, removed }) => {
      const [one, two] = [number, other].flatMap((end) => named(store, end).map(([, identity]) => identity));
      if (one === undefined || two === undefined) return [];
      const clashes = (): boolean => !taken.isDisjointFrom(uniqueOf(store, store.ownerOf(other) ?? -1, unique));
      const reason = removed ? 'removed-by-hand' : clashes() ? 'unique-namespace' : 'too-many-identities';
      return [{ one, other: two, first, last, datasets, reason } as const];
    });
  return { total: outside.length, links };
}

/** The unique namespaces that a person has an identity of. */
function uniqueOf(store: GraphStore, profile: number, unique: ReadonlySet<string>): ReadonlySet<string> {
  if (unique.size === 0) return new Set();
  return new Set(store.membersOf(profile).flatMap((number) => named(store, number).map(([, { namespace }]) => namespace))).intersection(
    unique,
  );
}
