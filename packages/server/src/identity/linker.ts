/** Puts records into the graph: numbers their identities, links them, and keeps every identity with the person that the rules make it. */
import type { GraphStore, Link } from './graph-store.ts';
import type { Identity, SeenPerson } from './identity.ts';
import type { LargeGraphs } from './large-graphs.ts';
import { Graph } from './large-graphs.ts';
import type { FindNamespace, LinkingRules } from './linking-rules.ts';
import { LARGEST_GRAPH, linksPeople, rankOf, stayingOf } from './linking-rules.ts';
import type { Vertex } from './partition.ts';
import { peopleOf } from './partition.ts';

/** An identity that belongs to a profile now, and maybe to another one before. */
export interface Assigned {
  readonly number: number;
  readonly profile: number;
  /** Null: it is new. */
  readonly before: number | null;
}

export interface LinkerOptions {
  readonly store: GraphStore;
  /** Of the state before this transaction, by the same rules; to be cleared when it fails. */
  readonly large: LargeGraphs;
  readonly rules: LinkingRules;
  readonly find: FindNamespace;
}

/** Two identities in one record. */
interface Sighting {
  /** Epoch milliseconds. */
  readonly first: number;
  readonly last: number;
  readonly dataset: string;
}

export interface Arrival {
  readonly dataset: string;
  /**
   * What records are filed under: profile records under their primary identity, events under the one that counts most, so that what
   * somebody did on a shared device stays with them when the device goes to another person.
   */
  readonly filing: 'primary' | 'priority';
}

/** Under which identity records are filed, and which others it came together with. */
export interface Filed {
  readonly number: number;
  /** All identities of the records that link people, in their order, for records that other rules may file elsewhere; else none. */
  readonly together: readonly { readonly number: number; readonly namespace: string }[];
}

/** One for each transaction. */
export class Linker {
  readonly assigned: Assigned[] = [];
  /** Identities that were known, and came as primary ones for the first time. */
  readonly renamed: number[] = [];
  readonly #options: LinkerOptions;
  readonly #unique: ReadonlySet<string>;
  /** Identities whose graphs have changed. */
  readonly #touched = new Set<number>();
  /** Links that are new, or were seen later than before. */
  readonly #news: (readonly [one: number, other: number, last: number])[] = [];

  constructor(options: LinkerOptions) {
    this.#options = options;
    this.#unique = new Set(options.rules.unique);
  }

  add(person: SeenPerson, { dataset, filing }: Arrival): Filed {
    const { primary, others, first, last } = person;
    const { store, find } = this.#options;
    const number = store.number(primary, true);
    if (store.makePrimary(number)) this.renamed.push(number);
    const linked = linksPeople(primary.namespace, find) ? others.filter(({ namespace }) => linksPeople(namespace, find)) : [];
    const isNew = !this.#touched.has(number) && store.ownerOf(number) === undefined;
    if (isNew && linked.length === 0) this.#give(number, store.newProfile());
    if (linked.length === 0) return { number, together: [] };
    if (isNew) this.#touched.add(number);
    const together = new Map([[number, primary], ...linked.map((identity) => [this.#numberOf(identity), identity] as const)]);
    const numbers = [...together.keys()];
    for (const [index, one] of numbers.entries())
      for (const other of numbers.slice(index + 1)) this.#see(one, other, { first, last, dataset });
    if (filing === 'primary') return { number, together: [] };
    const all = [...together].map(([each, { namespace }]) => ({ number: each, namespace }));
    return { number: this.#most(all), together: all };
  }

  /** The number of the identity that counts most; of equal ones the first. */
  #most(all: Filed['together']): number {
    const { rules, find } = this.#options;
    const rank = (namespace: string): number => rankOf(namespace, rules, find);
    return all.reduce((best, other) => (rank(other.namespace) < rank(best.namespace) ? other : best)).number;
  }

  /** Sorts the graphs that have changed into people anew. Gives the identities in them. */
  settle(): ReadonlySet<number> {
    const done = new Set<number>();
    const graphs: Graph[] = [];
    for (const number of this.#touched) {
      if (done.has(number)) continue;
      const graph = this.#graphOf(number);
      for (const vertex of graph.vertices.keys()) done.add(vertex);
      graphs.push(graph);
    }
    // Links removed by hand make several graphs of one: the largest keeps the profile.
    const taken = new Set<number>();
    for (const graph of graphs.toSorted((one, other) => other.vertices.size - one.vertices.size)) {
      const people = peopleOf([...graph.vertices.values()], graph.edges, { unique: this.#unique, largest: LARGEST_GRAPH });
      this.#assign(people, graph.owners, taken);
      this.#options.large.keep(graph);
    }
    this.#touched.clear();
    this.#news.length = 0;
    return done;
  }

  /** Has the graph of an identity sorted anew. */
  touch(number: number): void {
    this.#touched.add(number);
  }

  #numberOf(identity: Identity): number {
    const { store } = this.#options;
    const number = store.number(identity, false);
    if (store.ownerOf(number) === undefined) this.#touched.add(number);
    return number;
  }

  #see(one: number, other: number, seen: Sighting): void {
    const { store } = this.#options;
    const known = store.link(one, other);
    if (known === undefined) return this.#seeNew(one, other, seen);
    const link = seenAgain(known, seen);
    if (link === known) return;
    store.setLink(one, other, link);
    this.#news.push([one, other, link.last]);
    // With rules, which links count depends on when they were seen.
    if (this.#unique.size > 0) this.#touched.add(one);
  }

  #seeNew(one: number, other: number, seen: Sighting): void {
    const { store } = this.#options;
    const removed = store.removedLink(one, other);
    if (removed !== undefined) {
      // What was removed by hand stays so; it is only known when it was seen.
      const link = seenAgain(removed, seen);
      if (link !== removed) store.setRemovedLink(one, other, link);
      return;
    }
    store.setLink(one, other, { first: seen.first, last: seen.last, datasets: [seen.dataset] });
    this.#news.push([one, other, seen.last]);
    this.#touched.add(one);
  }

  /** All that hangs together with an identity. */
  #graphOf(start: number): Graph {
    const { store, large } = this.#options;
    let graph = new Graph();
    const reached = [start];
    for (const number of reached) {
      if (graph.vertices.has(number)) continue;
      const kept = large.take(number);
      if (kept === undefined) {
        graph.vertices.set(number, this.#vertex(number));
        const owner = store.ownerOf(number);
        if (owner !== undefined) graph.owners.set(number, owner);
        for (const [other, { last }] of store.linksOf(number)) {
          graph.link(number, other, last);
          reached.push(other);
        }
        continue;
      }
      graph = graph.joined(kept);
      for (const [one, other, last] of this.#news) {
        if (!graph.vertices.has(one) && !graph.vertices.has(other)) continue;
        graph.link(one, other, last);
        reached.push(one, other);
      }
    }
    return graph;
  }

  #vertex(number: number): Vertex {
    const { store, rules, find } = this.#options;
    const { namespace, id } = store.identityOf(number) ?? { namespace: '', id: '' };
    return { number, namespace, id, rank: rankOf(namespace, rules, find), staying: stayingOf(namespace, find) };
  }

  /**
   * Gives each person the profile that most of its identities have; of equal ones the older.
   *
   * @param taken profiles that others have already; grows
   */
  #assign(people: readonly (readonly Vertex[])[], owners: Map<number, number>, taken: Set<number>): void {
    const byNumber = people.map((person) => person.toSorted((one, other) => one.number - other.number));
    for (const person of byNumber.toSorted((one, other) => other.length - one.length || (one[0]?.number ?? 0) - (other[0]?.number ?? 0))) {
      const votes = new Map<number, number>();
      for (const { number } of person) {
        const owner = owners.get(number);
        if (owner !== undefined && !taken.has(owner)) votes.set(owner, (votes.get(owner) ?? 0) + 1);
      }
      const [best] = [...votes].toSorted(([one, some], [other, more]) => more - some || one - other);
      const profile = best?.[0] ?? this.#options.store.newProfile();
      taken.add(profile);
      for (const { number } of person) {
        if (owners.get(number) !== profile) this.#give(number, profile);
        owners.set(number, profile);
      }
    }
  }

  #give(number: number, profile: number): void {
    const { store } = this.#options;
    const before = store.ownerOf(number) ?? null;
    if (before === profile) return;
    store.setOwner(number, profile);
    if (before !== null && store.isGone(before)) store.setSuccessor(before, profile);
    this.assigned.push({ number, profile, before });
  }
}

/** The same link when that tells nothing new. */
function seenAgain<L extends Link>(link: L, { first, last, dataset }: Sighting): L {
  const isNew = !link.datasets.includes(dataset);
  if (!isNew && first >= link.first && last <= link.last) return link;
  const datasets = isNew ? [...link.datasets, dataset].toSorted() : link.datasets;
  return { ...link, first: Math.min(first, link.first), last: Math.max(last, link.last), datasets };
}
