/** A graph of identities → people. No storage: the same vertices, edges and rules make the same people, in whatever order they came. */
import { BitSets, DisjointSets } from './disjoint-sets.ts';

export interface Vertex {
  readonly number: number;
  readonly namespace: string;
  readonly id: string;
  /** The smaller, the more it counts. */
  readonly rank: number;
  /** The smaller, the sooner it leaves a graph that is too large. */
  readonly staying: number;
}

export interface Edge {
  readonly a: number;
  readonly b: number;
  /** When both were seen together last, epoch milliseconds. */
  readonly last: number;
}

/** Vertices that stay when there are more than `most`: those that tell most, of these the ones seen last. */
export function staying(vertices: readonly Vertex[], edges: readonly Edge[], most: number): readonly Vertex[] {
  if (vertices.length <= most) return vertices;
  const last = new Map<number, number>();
  for (const edge of edges) for (const end of [edge.a, edge.b]) last.set(end, Math.max(last.get(end) ?? -Infinity, edge.last));
  const seen = ({ number }: Vertex): number => last.get(number) ?? -Infinity;
  const sorted = vertices.toSorted((one, other) => other.staying - one.staying || seen(other) - seen(one) || byName(one, other));
  return sorted.slice(0, most);
}

export interface PeopleRules {
  /** Codes of namespaces of which a person has one identity at most. */
  readonly unique: ReadonlySet<string>;
  /** Identities that a person has at most. */
  readonly largest: number;
}

/** The people of a graph; who has too many identities keeps those that tell most, and each of the others is a person of its own. */
export function peopleOf(
  vertices: readonly Vertex[],
  edges: readonly Edge[],
  { unique, largest }: PeopleRules,
): readonly (readonly Vertex[])[] {
  return partition(vertices, edges, unique).flatMap((person) => {
    if (person.length <= largest) return [person];
    const kept = staying(person, between(person, edges), largest);
    const inside = new Set(kept);
    // Somebody who leaves may have been all that held the others together.
    const people = partition(kept, between(kept, edges), unique);
    return [...people, ...person.filter((vertex) => !inside.has(vertex)).map((vertex) => [vertex])];
  });
}

/** The edges that have both their ends among these. */
export function between(vertices: readonly Vertex[], edges: readonly Edge[]): readonly Edge[] {
  const numbers = new Set(vertices.map(({ number }) => number));
  return edges.filter(({ a, b }) => numbers.has(a) && numbers.has(b));
}

/**
 * The people of a graph of any size. Edges are added one by one, the newest first, of one time the more telling first; one that would
 * bring two identities of a unique namespace together is left out. So a device belongs to whoever was seen on it last.
 */
export function partition(
  vertices: readonly Vertex[],
  edges: readonly Edge[],
  unique: ReadonlySet<string>,
): readonly (readonly Vertex[])[] {
  const groups = new Groups(vertices, unique);
  const sorted = unique.size === 0 ? edges : edges.toSorted(newestFirst((number) => groups.vertex(number)));
  for (const { a, b } of sorted) groups.join(a, b);
  return groups.all();
}

/** Vertices in groups that grow together. */
class Groups {
  readonly #vertices: readonly Vertex[];
  readonly #places = new Map<number, number>();
  readonly #sets: DisjointSets;
  /** The unique namespaces in the group, by the place of its root. */
  readonly #taken: BitSets;

  constructor(vertices: readonly Vertex[], unique: ReadonlySet<string>) {
    this.#vertices = vertices;
    this.#sets = new DisjointSets(vertices.length);
    this.#taken = new BitSets(vertices.length, unique);
    for (const [place, { number, namespace }] of vertices.entries()) {
      this.#places.set(number, place);
      this.#taken.add(place, namespace);
    }
  }

  vertex(number: number): Vertex | undefined {
    return this.#vertices[this.#places.get(number) ?? -1];
  }

  /** Unless both have an identity of one unique namespace, or one of the two is not here. */
  join(a: number, b: number): void {
    const [one, other] = [this.#places.get(a), this.#places.get(b)];
    if (one === undefined || other === undefined) return;
    const [first, second] = [this.#sets.root(one), this.#sets.root(other)];
    if (first === second || this.#taken.overlap(first, second)) return;
    const root = this.#sets.join(first, second);
    this.#taken.addAll(root, root === first ? second : first);
  }

  all(): readonly (readonly Vertex[])[] {
    const groups = new Map<number, Vertex[]>();
    for (const [place, vertex] of this.#vertices.entries()) {
      const root = this.#sets.root(place);
      const group = groups.get(root);
      if (group === undefined) groups.set(root, [vertex]);
      else group.push(vertex);
    }
    return [...groups.values()];
  }
}

/** The newest first, of one time the more telling, of those by their names: numbers are given in the order of arrival. */
export function newestFirst(vertexOf: (number: number) => Vertex | undefined): (one: Edge, other: Edge) => number {
  const ends = ({ a, b }: Edge): readonly [Vertex, Vertex] | null => {
    const [one, other] = [vertexOf(a), vertexOf(b)];
    if (one === undefined || other === undefined) return null;
    return byName(one, other) < 0 ? [one, other] : [other, one];
  };
  const tie = (one: Edge, other: Edge): number => {
    const [these, those] = [ends(one), ends(other)];
    if (these === null || those === null) return 0;
    const rank = these[0].rank + these[1].rank - those[0].rank - those[1].rank;
    return rank || byName(these[0], those[0]) || byName(these[1], those[1]);
  };
  return (one, other) => other.last - one.last || tie(one, other);
}

function byName(one: Vertex, other: Vertex): number {
  return compare(one.namespace, other.namespace) || compare(one.id, other.id);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
