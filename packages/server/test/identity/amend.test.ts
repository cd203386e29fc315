/** Links removed by hand: they stay removed whatever comes, and people are what hangs together without them. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { amend, requireLinks } from '../../src/identity/amend.ts';
import { GraphStore } from '../../src/identity/graph-store.ts';
import type { Identity } from '../../src/identity/index.ts';
import { AmendError, Namespaces } from '../../src/identity/index.ts';
import { LargeGraphs } from '../../src/identity/large-graphs.ts';
import { Linker } from '../../src/identity/linker.ts';
import { openLmdb } from '../../src/store/index.ts';
import { temporaryFolder } from '../support/processes.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const identity = (id: string): Identity => ({ namespace: 'CRMID', id });
type Pair = readonly [string, string];

const pair = fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...NAMES)).filter(([one, other]) => one !== other);
/** What happens: a record with two identities, or a link removed or brought back. */
const step = fc.record({ kind: fc.constantFrom('record', 'record', 'remove', 'restore'), pair });

it('people are what hangs together by the links that are not removed', { timeout: 60_000 }, async () => {
  const namespaces = new Namespaces();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const folder = temporaryFolder('kindred-amend');
      const lmdb = openLmdb(folder.path);
      const store = new GraphStore(lmdb);
      const large = new LargeGraphs(3);
      const change = (work: (linker: Linker) => void): void =>
        store.transaction(() => {
          const linker = new Linker({ store, large, rules: { unique: [], priority: [] }, find: (code) => namespaces.find(code) });
          work(linker);
          linker.settle();
        });
      const state = new Map<string, 'linked' | 'removed'>();
      for (const { kind, pair: ends } of steps) {
        const key = ends.toSorted().join(' ');
        const [one, other] = ends.map(identity) as [Identity, Identity];
        if (kind === 'record') {
          const person = { primary: one, others: [other], first: 0, last: 0 };
          change((linker) => void linker.add(person, { dataset: 'web', filing: 'primary' }));
          if (!state.has(key)) state.set(key, 'linked');
          continue;
        }
        const [amendment, from, to] =
          kind === 'remove' ? (['remove', 'linked', 'removed'] as const) : (['restore', 'removed', 'linked'] as const);
        if (state.get(key) !== from) {
          expect(() => requireLinks(store, amendment, { identity: one, from: other })).toThrow(AmendError);
          continue;
        }
        const links = requireLinks(store, amendment, { identity: one, from: other });
        large.clear();
        change((linker) => amend(store, linker, links, { amendment, now: 0 }));
        state.set(key, to);
      }
      const pairs = [...state].filter(([, is]) => is === 'linked').map(([key]) => key.split(' ') as unknown as Pair);
      expect(peopleIn(store)).toEqual(components(new Set([...state.keys()].flatMap((key) => key.split(' '))), pairs));
      await lmdb.close();
      folder.remove();
    }),
    { numRuns: 60 },
  );
});

function peopleIn(store: GraphStore): string[] {
  const people = new Map<number, string[]>();
  for (const name of NAMES) {
    const number = store.numberOf(identity(name));
    if (number === undefined) continue;
    const owner = store.ownerOf(number) ?? -1;
    people.set(owner, [...(people.get(owner) ?? []), name]);
  }
  return [...people.values()].map((names) => names.join(' ')).toSorted();
}

/** The obvious way. */
function components(names: ReadonlySet<string>, pairs: readonly Pair[]): string[] {
  let groups = [...names].map((name) => new Set([name]));
  for (const [one, other] of pairs) {
    const joined = groups.filter((group) => group.has(one) || group.has(other));
    groups = [...groups.filter((group) => !joined.includes(group)), joined.reduce((all, group) => all.union(group))];
  }
  return groups.map((group) => [...group].toSorted().join(' ')).toSorted();
}

it('who is forgotten leaves no removed link behind', async () => {
  const folder = temporaryFolder('kindred-amend');
  const lmdb = openLmdb(folder.path);
  const store = new GraphStore(lmdb);
  const change = (work: (linker: Linker) => void): void =>
    store.transaction(() => {
      const options = { store, large: new LargeGraphs(), rules: { unique: [], priority: [] }, find: () => undefined };
      const linker = new Linker(options);
      work(linker);
      linker.settle();
    });
  const [one, other] = [identity('a'), identity('b')];
  const person = { primary: one, others: [other], first: 0, last: 0 };
  change((linker) => void linker.add(person, { dataset: 'web', filing: 'primary' }));
  const links = requireLinks(store, 'remove', { identity: one, from: other });
  change((linker) => amend(store, linker, links, { amendment: 'remove', now: 0 }));
  expect([...store.removedLinks()]).toHaveLength(1);
  store.transaction(() => store.forget(store.ownerOf(store.numberOf(other) ?? -1) ?? -1));
  expect([...store.removedLinks()]).toEqual([]);
  await lmdb.close();
  folder.remove();
});
