/**
 * Identities sorted into people from scratch: in memory, as a change of the rules does it from LMDB, and from records. The peers do less: a
 * union-find over whole numbers is the limit; the graph library finds what hangs together and knows no rules and no largest person.
 * BENCH_IDENTITIES sets the number of identities.
 */
import { UndirectedGraph } from 'graphology';
import { connectedComponents } from 'graphology-components';
import { Identities } from '../packages/server/src/identity/index.ts';
import type { SeenPerson } from '../packages/server/src/identity/index.ts';
import { peopleOf } from '../packages/server/src/identity/partition.ts';
import type { IdentityGraph } from './_identity-graph.ts';
import { identityGraph } from './_identity-graph.ts';
import { measure, median, row, sizeSetting } from './_measure.ts';
import type { Row, RunOptions } from './_measure.ts';
import { inFolder, withStores } from './_stores.ts';

const RUNS = 5;
const LARGEST = 50;

async function run({ note }: RunOptions): Promise<readonly Row[]> {
  const graph = identityGraph(sizeSetting('BENCH_IDENTITIES', 200_000));
  const { length: identities } = graph.vertices;
  note(`${identities} identities, ${graph.edges.length} links; median of ${RUNS}`);
  const rows: Row[] = [];
  const limit = await speed(identities, () => unionFind(graph));
  const library = await speed(identities, () => connectedByLibrary(graph));
  for (const unique of [[], ['CRMID']]) {
    const ours = await speed(identities, () => peopleOf(graph.vertices, graph.edges, { unique: new Set(unique), largest: LARGEST }).length);
    const facts = {
      case: `in memory, ${unique.length === 0 ? 'no rules' : 'one customer number each'}`,
      metric: 'speed of a core',
      unit: 'identities/s',
    };
    rows.push(row({ ...facts, value: ours, peer: 'union-find over whole numbers', peerValue: limit }));
    rows.push(row({ ...facts, value: ours, peer: 'graphology', peerValue: library }));
  }
  rows.push(...(await stored(graph, { note, limit })));
  return rows;
}

/** Identities in a second of processor time. */
async function speed(identities: number, work: () => number): Promise<number> {
  const costs: number[] = [];
  for (let time = 0; time < RUNS; time++) costs.push((await measure(() => Promise.resolve(void work()))).cpu);
  return (identities / median(costs)) * 1000;
}

/** How many groups there are. */
function unionFind({ vertices, edges }: IdentityGraph): number {
  const parents = Int32Array.from(vertices, (_, place) => place);
  const root = (from: number): number => {
    let at = from;
    while (parents[at] !== at) at = parents[at] = parents[parents[at]!]!;
    return at;
  };
  for (const { a, b } of edges) parents[root(a)] = root(b);
  return parents.reduce((groups, parent, place) => groups + (parent === place ? 1 : 0), 0);
}

function connectedByLibrary({ vertices, edges }: IdentityGraph): number {
  const graph = new UndirectedGraph();
  for (const { number } of vertices) graph.addNode(number);
  for (const { a, b } of edges) graph.mergeEdge(a, b);
  return connectedComponents(graph).length;
}

/** With the graph in LMDB: from records, and anew from what is stored. */
async function stored(
  { vertices, edges }: IdentityGraph,
  { note, limit }: RunOptions & { readonly limit: number },
): Promise<readonly Row[]> {
  const people = edges.map(({ a, b, last }): SeenPerson => ({ primary: vertices[a]!, others: [vertices[b]!], first: last, last }));
  return await inFolder((folder) =>
    withStores(folder, async ({ stores }) => {
      const identities = await Identities.open(stores.lmdb, stores.clickhouse);
      const rows: Row[] = [];
      for (const [name, work] of [
        [
          'from records, into LMDB and ClickHouse',
          async () => void (await identities.resolve(people, { dataset: 'web', filing: 'primary' })),
        ],
        ['anew from LMDB, nothing changes', async () => await identities.relink(identities.rules)],
        ['anew from LMDB, one customer number each', async () => await identities.relink({ unique: ['CRMID'], priority: [] })],
      ] as const) {
        note(name);
        const { cpu, wall } = await measure(work);
        const facts = { case: name, unit: 'identities/s', peer: 'union-find over whole numbers', peerValue: limit };
        rows.push(row({ ...facts, metric: 'speed of a core', value: (vertices.length / cpu) * 1000 }));
        rows.push(row({ ...facts, metric: 'speed', value: (vertices.length / wall) * 1000 }));
      }
      return rows;
    }),
  );
}

export default { name: 'identity', describe: 'identities sorted into people from scratch, against a union-find and a graph library', run };
