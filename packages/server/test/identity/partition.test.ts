/** A graph of identities → people: rules, sizes, and that the order of arrival makes no difference. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Edge, Vertex } from '../../src/identity/partition.ts';
import { GraphStore } from '../../src/identity/graph-store.ts';
import type { SeenPerson } from '../../src/identity/index.ts';
import { Namespaces } from '../../src/identity/index.ts';
import { LargeGraphs } from '../../src/identity/large-graphs.ts';
import { Linker } from '../../src/identity/linker.ts';
import { partition, peopleOf, staying } from '../../src/identity/partition.ts';
import { openLmdb } from '../../src/store/index.ts';
import { temporaryFolder } from '../support/processes.ts';

const byText = (a: string, b: string): number => (a < b ? -1 : 1);

/** `e…` e-mail addresses, `c…` customers, `d…` devices. */
const KINDS = {
  c: { namespace: 'CRMID', rank: 0, staying: 3 },
  e: { namespace: 'Email', rank: 1, staying: 3 },
  d: { namespace: 'ECID', rank: 3, staying: 1 },
} as const;
type Kind = keyof typeof KINDS;

function graph(names: readonly string[], links: readonly (readonly [string, string, number])[]): { vertices: Vertex[]; edges: Edge[] } {
  const number = (name: string): number => names.indexOf(name);
  return {
    vertices: names.map((name) => ({ number: number(name), id: name, ...KINDS[name[0] as Kind] })),
    edges: links.map(([a, b, last]) => ({ a: Math.min(number(a), number(b)), b: Math.max(number(a), number(b)), last })),
  };
}

function people(names: readonly string[], links: readonly (readonly [string, string, number])[], ...unique: string[]): string[] {
  const { vertices, edges } = graph(names, links);
  const found = partition(vertices, edges, new Set(unique)).map((person) => person.map(({ number }) => names[number] ?? ''));
  return found.map((person) => person.toSorted(byText).join(' ')).toSorted(byText);
}

describe('people', () => {
  it('are what hangs together', () => {
    expect(
      people(
        ['c1', 'e1', 'd1', 'c2', 'd2'],
        [
          ['c1', 'e1', 1],
          ['e1', 'd1', 2],
          ['c2', 'd2', 1],
        ],
      ),
    ).toEqual(['c1 d1 e1', 'c2 d2']);
  });

  it('have one identity of a unique namespace: a shared device is with whoever was seen on it last', () => {
    const names = ['c1', 'c2', 'd1'];
    expect(
      people(
        names,
        [
          ['c1', 'd1', 1],
          ['c2', 'd1', 2],
        ],
        'CRMID',
      ),
    ).toEqual(['c1', 'c2 d1']);
    expect(
      people(
        names,
        [
          ['c1', 'd1', 3],
          ['c2', 'd1', 2],
        ],
        'CRMID',
      ),
    ).toEqual(['c1 d1', 'c2']);
    expect(
      people(names, [
        ['c1', 'd1', 1],
        ['c2', 'd1', 2],
      ]),
    ).toEqual(['c1 c2 d1']);
  });

  it('of links of one time the more telling counts', () => {
    expect(
      people(
        ['c1', 'c2', 'e1', 'd1'],
        [
          ['c1', 'e1', 5],
          ['e1', 'd1', 5],
          ['c2', 'd1', 5],
        ],
        'CRMID',
      ),
    ).toEqual(['c1 e1', 'c2 d1']);
  });

  it('keep the most telling of too many identities, of these the ones seen last', () => {
    const { vertices, edges } = graph(
      ['c1', 'd1', 'd2', 'd3', 'e1'],
      [
        ['c1', 'd1', 9],
        ['c1', 'd2', 7],
        ['c1', 'd3', 8],
        ['c1', 'e1', 1],
      ],
    );
    const numbers = staying(vertices, edges, 3).map(({ number }) => number);
    expect(numbers.toSorted((a, b) => a - b)).toEqual([0, 1, 4]);
  });

  it('do not depend on the order in which links came', () => {
    const names = ['c1', 'c2', 'c3', 'e1', 'e2', 'd1', 'd2', 'd3'];
    const name = fc.constantFrom(...names);
    const link = fc.tuple(name, name, fc.integer({ min: 0, max: 3 })).filter(([a, b]) => a !== b);
    const links = fc.uniqueArray(link, { maxLength: 14, selector: ([a, b]) => [a, b].toSorted().join() });
    fc.assert(
      fc.property(
        links.chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length }))),
        fc.subarray(['CRMID', 'Email', 'ECID']),
        ([some, shuffled], unique) => {
          expect(people(names.toReversed(), shuffled, ...unique)).toEqual(people(names, some, ...unique));
        },
      ),
    );
  });
});

describe('people that are too large', () => {
  const shared = Array.from({ length: 60 }, (_, index) => `c${index}`);
  const { vertices, edges } = graph(
    ['d1', ...shared],
    shared.map((customer, index) => [customer, 'd1', index]),
  );

  it('keep those that tell most and were seen last; the others are on their own', () => {
    const found = peopleOf(vertices, edges, { unique: new Set(), largest: 50 });
    const sizes = found.map((person) => person.length).toSorted((one, other) => other - one);
    // The device leaves first, and with it everything that held them together.
    expect(sizes).toEqual(Array.from({ length: 61 }, () => 1));
  });

  it('are counted by person, not by what hangs together: a shared device has one customer', () => {
    const found = peopleOf(vertices, edges, { unique: new Set(['CRMID']), largest: 50 });
    const largest = found.find((person) => person.length > 1);
    expect(largest?.map(({ id }) => id).toSorted(byText)).toEqual(['c59', 'd1']);
    expect(found).toHaveLength(60);
  });
});

/** Records, each a customer with devices, cut into portions: the graph in its store must not remember the cuts. */
it('people depend on the records, also where there are too many, whatever their order and portions', { timeout: 120_000 }, async () => {
  const record = fc.record({
    customer: fc.integer({ min: 0, max: 30 }),
    devices: fc.uniqueArray(fc.integer({ min: 0, max: 80 }), { minLength: 1, maxLength: 4 }),
    time: fc.integer({ min: 0, max: 9 }),
  });
  const unique = fc.constantFrom<readonly string[]>([], ['CRMID']);
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 40, maxLength: 60 }),
      fc.infiniteStream(fc.nat()),
      fc.integer({ min: 1, max: 6 }),
      unique,
      async (records, random, size, rules) => {
        const seen = records.map(({ customer, devices, time }): SeenPerson => ({
          primary: { namespace: 'CRMID', id: `c${customer}` },
          others: devices.map((device) => ({ namespace: 'ECID', id: `d${device}` })),
          first: time,
          last: time,
        }));
        const shuffled = seen
          .map((person) => ({ person, at: random.next().value as number }))
          .toSorted((one, other) => one.at - other.at)
          .map(({ person }) => person);
        expect(await peopleIn(shuffled, size, rules)).toEqual(await peopleIn(seen, seen.length, rules));
      },
    ),
    { numRuns: 25, seed: 20261126 },
  );
});

it.each([1000, 60])('three thousand customers on one tablet are three thousand people, in portions of %i', async (portion) => {
  const seen = Array.from({ length: 3000 }, (_, index): SeenPerson => {
    const [primary, mail] = [`c${index}`, `e${index}`];
    const others = [
      { namespace: 'Email', id: mail },
      { namespace: 'ECID', id: 'tablet' },
    ];
    // The last of them is not the newest.
    return { primary: { namespace: 'CRMID', id: primary }, others, first: 0, last: (index * 7) % 3000 };
  });
  const found = await peopleIn(seen, portion, ['CRMID']);
  expect(found).toHaveLength(3000);
  expect(found.filter((person) => person.includes('tablet'))).toEqual(['c857 e857 tablet']);
});

async function peopleIn(seen: readonly SeenPerson[], portion: number, unique: readonly string[]): Promise<readonly string[]> {
  const folder = temporaryFolder('kindred-graph');
  const lmdb = openLmdb(folder.path);
  const store = new GraphStore(lmdb);
  const namespaces = new Namespaces();
  const numbers = new Set<number>();
  // Graphs of a handful are large here.
  const large = new LargeGraphs(5);
  for (let from = 0; from < seen.length; from += portion) {
    store.transaction(() => {
      const linker = new Linker({ store, large, rules: { unique, priority: [] }, find: (code) => namespaces.find(code) });
      for (const person of seen.slice(from, from + portion)) linker.add(person, { dataset: 'web', filing: 'priority' });
      linker.settle();
      for (const { number } of linker.assigned) numbers.add(number);
    });
  }
  const members = new Map<number, string[]>();
  for (const number of numbers) {
    const owner = store.ownerOf(number) ?? -1;
    members.set(owner, [...(members.get(owner) ?? []), store.identityOf(number)?.id ?? '']);
  }
  await lmdb.close();
  folder.remove();
  return [...members.values()].map((ids) => ids.toSorted(byText).join(' ')).toSorted(byText);
}
