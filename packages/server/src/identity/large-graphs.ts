/**
 * Identities that hang together, and the large ones of such graphs kept in memory: people are sorted anew with each portion of
 * records, and to read a hundred thousand identities each time, because all of them used one tablet, takes seconds.
 */
import type { Edge, Vertex } from './partition.ts';
import { newestFirst } from './partition.ts';

/** Vertices and edges that hang together. Grows; nothing is ever taken away. */
export class Graph {
  readonly vertices = new Map<number, Vertex>();
  /** The profiles that have them. */
  readonly owners = new Map<number, number>();
  readonly #edges = new Map<string, { readonly a: number; readonly b: number; last: number }>();
  /** As they were asked for last, so that little is left to sort when a few have come since. */
  #sorted: Edge[] = [];

  /** The newest first. */
  get edges(): readonly Edge[] {
    this.#sorted = this.#sorted.toSorted(newestFirst((number) => this.vertices.get(number)));
    return this.#sorted;
  }

  /** @param last when both were seen together last, epoch milliseconds */
  link(one: number, other: number, last: number): void {
    const [a, b] = one < other ? [one, other] : [other, one];
    const key = `${a} ${b}`;
    const known = this.#edges.get(key);
    const edge = known ?? { a, b, last };
    edge.last = last;
    if (known !== undefined) return;
    this.#edges.set(key, edge);
    this.#sorted.push(edge);
  }

  /** Both together; neither is to be used afterwards. */
  joined(other: Graph): Graph {
    if (other.vertices.size > this.vertices.size) return other.joined(this);
    for (const [number, vertex] of other.vertices) this.vertices.set(number, vertex);
    for (const [number, owner] of other.owners) this.owners.set(number, owner);
    for (const { a, b, last } of other.#sorted) this.link(a, b, last);
    return this;
  }
}

/** Identities of a graph that is worth keeping; a smaller one is read in milliseconds. */
const LARGE = 500;
/** Identities kept in all; at about 400 bytes each with their edges. */
const MOST = 500_000;

export class LargeGraphs {
  /** By each of their vertices. */
  readonly #graphs = new Map<number, Graph>();
  readonly #least: number;

  /** @param least identities of a graph that is kept */
  constructor(least = LARGE) {
    this.#least = least;
  }

  /** The graph of an identity, which is then not kept any more. */
  take(number: number): Graph | undefined {
    const graph = this.#graphs.get(number);
    if (graph !== undefined) for (const vertex of graph.vertices.keys()) this.#graphs.delete(vertex);
    return graph;
  }

  keep(graph: Graph): void {
    if (graph.vertices.size < this.#least || graph.vertices.size > MOST) return;
    if (this.#graphs.size + graph.vertices.size > MOST) this.clear();
    for (const number of graph.vertices.keys()) this.#graphs.set(number, graph);
  }

  clear(): void {
    this.#graphs.clear();
  }
}
