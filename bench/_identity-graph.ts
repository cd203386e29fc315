/** People, their identities and what came together, without storage. */
import type { Edge, Vertex } from '../packages/server/src/identity/partition.ts';

/** Identities that a person has on average. */
const MEAN = 4;

export interface IdentityGraph {
  readonly vertices: readonly Vertex[];
  readonly edges: readonly Edge[];
}

/**
 * A customer number, an e-mail address, and one to three cookies for each person; every fiftieth cookie is on a device that the next person uses as well.
 *
 * @param size identities, about
 */
export function identityGraph(size: number): IdentityGraph {
  const vertices: Vertex[] = [];
  const edges: Edge[] = [];
  const add = (namespace: string, rank: number, staying: number): number => {
    const number = vertices.length;
    vertices.push({ number, namespace, id: `${namespace}-${number}`, rank, staying });
    return number;
  };
  let shared: number | null = null;
  for (let person = 0; person < size / MEAN; person++) {
    const customer = add('CRMID', 0, 3);
    edges.push({ a: customer, b: add('Email', 1, 3), last: person });
    if (shared !== null) edges.push({ a: shared, b: customer, last: person });
    shared = null;
    for (let device = 0; device <= person % 3; device++) {
      const cookie = add('ECID', 3, 1);
      edges.push({ a: customer, b: cookie, last: person + device });
      if (cookie % 50 === 0) shared = cookie;
    }
  }
  return { vertices, edges };
}
