/** A graph of identities → people: rules, sizes, and that the order of arrival makes no difference. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Edge, Vertex } from '../../src/identity/partition.ts';
import { partition, staying } from '../../src/identity/partition.ts';

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
