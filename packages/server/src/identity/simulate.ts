/** What rules would make of some records, without storing anything. */
import type { Identity } from './identity.ts';
import type { FindNamespace, LinkingRules } from './linking-rules.ts';
import { LARGEST_GRAPH, linksPeople, rankOf, stayingOf } from './linking-rules.ts';
import type { Edge, Vertex } from './partition.ts';
import { peopleOf } from './partition.ts';

export interface SimulatedRecord {
  readonly identities: readonly Identity[];
  /** Epoch milliseconds. */
  readonly time: number;
}

export interface SimulatedPerson {
  /** The one that counts most first. */
  readonly identities: readonly Identity[];
}

/** People in the order in which their first identities come. */
export function simulate(records: readonly SimulatedRecord[], rules: LinkingRules, find: FindNamespace): readonly SimulatedPerson[] {
  const vertices = new Map<string, Vertex>();
  const edges = new Map<string, Edge>();
  const numberOf = ({ namespace, id }: Identity): number => {
    const key = `${namespace}\0${id}`;
    const known = vertices.get(key);
    if (known !== undefined) return known.number;
    const vertex = { number: vertices.size, namespace, id, rank: rankOf(namespace, rules, find), staying: stayingOf(namespace, find) };
    vertices.set(key, vertex);
    return vertex.number;
  };
  for (const { identities, time } of records) {
    const numbers = identities.map((identity) => ({ number: numberOf(identity), links: linksPeople(identity.namespace, find) }));
    const linked = [...new Set(numbers.filter(({ links }) => links).map(({ number }) => number))];
    for (const [index, one] of linked.entries()) {
      for (const other of linked.slice(index + 1)) {
        const [a, b] = one < other ? [one, other] : [other, one];
        const last = Math.max(time, edges.get(`${a} ${b}`)?.last ?? -Infinity);
        edges.set(`${a} ${b}`, { a, b, last });
      }
    }
  }
  const people = peopleOf([...vertices.values()], [...edges.values()], { unique: new Set(rules.unique), largest: LARGEST_GRAPH });
  const first = (person: readonly Vertex[]): number => Math.min(...person.map(({ number }) => number));
  return people
    .toSorted((one, other) => first(one) - first(other))
    .map((person) => ({
      identities: person
        .toSorted((one, other) => one.rank - other.rank || one.number - other.number)
        .map(({ namespace, id }) => ({ namespace, id })),
    }));
}
