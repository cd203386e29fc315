/** A graph of identities → people. No storage: the same vertices, edges and rules make the same people, in whatever order they came. */

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
  const byNumber = new Map(vertices.map((vertex) => [vertex.number, vertex]));
  const groups = new Map(vertices.map((vertex) => [vertex.number, [vertex]]));
  const ordered = unique.size === 0 ? edges : inOrder(edges, byNumber);
  for (const { a, b } of ordered) {
    const [one, other] = [groups.get(a), groups.get(b)];
    if (one === undefined || other === undefined || one === other || clash(one, other, unique)) continue;
    const [larger, smaller] = one.length >= other.length ? [one, other] : [other, one];
    larger.push(...smaller);
    for (const { number } of smaller) groups.set(number, larger);
  }
  return [...new Set(groups.values())];
}

function clash(one: readonly Vertex[], other: readonly Vertex[], unique: ReadonlySet<string>): boolean {
  if (unique.size === 0) return false;
  const taken = new Set(one.map(({ namespace }) => namespace).filter((namespace) => unique.has(namespace)));
  return other.some(({ namespace }) => taken.has(namespace));
}

/** The newest first, of one time the more telling, of those by their names: numbers are given in the order of arrival. */
function inOrder(edges: readonly Edge[], vertices: ReadonlyMap<number, Vertex>): readonly Edge[] {
  const ends = edges.flatMap((edge) => {
    const [one, other] = [vertices.get(edge.a), vertices.get(edge.b)];
    if (one === undefined || other === undefined) return [];
    const [first, second] = byName(one, other) < 0 ? [one, other] : [other, one];
    return [{ edge, first, second, rank: one.rank + other.rank }];
  });
  const sorted = ends.toSorted(
    (one, other) =>
      other.edge.last - one.edge.last || one.rank - other.rank || byName(one.first, other.first) || byName(one.second, other.second),
  );
  return sorted.map(({ edge }) => edge);
}

function byName(one: Vertex, other: Vertex): number {
  return compare(one.namespace, other.namespace) || compare(one.id, other.id);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
