/** People who are kept in memory: looked for together, forgotten when something changes of them, no more than there is room for. */
import { expect, it } from 'vitest';
import { Hot } from '../../src/segmentation/edge/hot.ts';

/** Loads are answered when they are told to be. */
function opened(most = 100) {
  const loads: { readonly profiles: readonly number[]; readonly answer: (found: readonly (readonly [number, string])[]) => void }[] = [];
  const load = async (profiles: readonly number[]): Promise<ReadonlyMap<number, string>> =>
    await new Promise((resolve) => loads.push({ profiles: [...profiles], answer: (found) => resolve(new Map(found)) }));
  return { loads, hot: new Hot<string>({ load, weightOf: (found) => found.length, most }) };
}
/** At once for who is kept, so some are no promises. */
const all = async (found: readonly ReturnType<Hot<string>['get']>[]) => await Promise.all(found.map(async (each) => await each));
const turn = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

it('looks once for who is wanted at the same time, and for the next while they are looked for', async () => {
  const { loads, hot } = opened();
  const first = [hot.get(1), hot.get(2), hot.get(1)];
  await turn();
  const second = [hot.get(3), hot.get(4)];
  await turn();
  expect(loads.map(({ profiles }) => profiles)).toEqual([[1, 2]]);
  loads[0]?.answer([[1, 'one']]);
  expect(await all(first)).toEqual(['one', null, 'one']);
  await turn();
  expect(loads[1]?.profiles).toEqual([3, 4]);
  loads[1]?.answer([
    [3, 'three'],
    [4, 'four'],
  ]);
  expect(await all(second)).toEqual(['three', 'four']);
  expect([hot.get(1), hot.get(3)]).toEqual(['one', 'three']);
  expect(loads).toHaveLength(2);
});

it('does not keep what changed while it was read, and whoever asks after the change has it read anew', async () => {
  const { loads, hot } = opened();
  const before = hot.get(1);
  await turn();
  hot.forget([1]);
  const after = hot.get(1);
  loads[0]?.answer([[1, 'old']]);
  expect(await before).toBe('old');
  await turn();
  loads[1]?.answer([[1, 'new']]);
  expect(await after).toBe('new');
  expect(hot.get(1)).toBe('new');
  hot.forget(null);
  expect(hot.size).toBe(0);
  const again = hot.get(1);
  await turn();
  loads[2]?.answer([[1, 'newer']]);
  expect(await again).toBe('newer');
});

it('lets go of who came longest ago', async () => {
  const { loads, hot } = opened(8);
  for (const [at, profile] of [1, 2].entries()) {
    const found = hot.get(profile);
    await turn();
    loads[at]?.answer([[profile, 'xxxx']]);
    await found;
  }
  expect(hot.get(1)).toBe('xxxx');
  const third = hot.get(3);
  await turn();
  loads[2]?.answer([[3, 'xxxx']]);
  await third;
  expect(hot.size).toBe(2);
  expect([hot.get(1), hot.get(3)]).toEqual(['xxxx', 'xxxx']);
  expect(hot.get(2)).toBeInstanceOf(Promise);
});

it('tells a failure to who asked, and tries again for the next', async () => {
  let failing = true;
  const load = async (): Promise<ReadonlyMap<number, string>> => {
    if (failing) throw new Error('away');
    return new Map([[1, 'one']]);
  };
  const hot = new Hot<string>({ load, weightOf: () => 1, most: 10 });
  await expect(hot.get(1)).rejects.toThrow('away');
  failing = false;
  expect(await hot.get(1)).toBe('one');
});
