/** Edits of compositions without a screen. */
import type { CompositionBody } from '@kindred/contract';
import { startHistory } from '@kindred/pql';
import { expect, test } from 'vitest';
import { evenly, reduce, withOthers, withPath, withSplit } from '../src/compose/edits.ts';

const body: CompositionBody = {
  audience: { kind: 'audiences', merge: 'union', ids: ['a'] },
  exclude: [],
  rank: { by: 'points', order: 'descending', limit: 10 },
  split: null,
  paths: [{ key: 'all', name: 'Spring' }],
};

test('a split takes the place of a ranking; the first path keeps its key, and its audience, over splits and back', () => {
  const halves = withSplit(body, { by: 'percentage' }, 'b');
  expect(halves).toMatchObject({ rank: null, split: { by: 'percentage' } });
  expect(halves.paths).toEqual([
    { key: 'all', name: 'Spring', percent: 50 },
    { key: 'b', name: 'Spring 2', percent: 50 },
  ]);
  const byCity = withSplit(halves, { by: 'attribute', attribute: 'city' }, 'c');
  expect(byCity.paths).toEqual([
    { key: 'all', name: 'Spring', values: [] },
    { key: 'b', name: 'Spring 2' },
  ]);
  expect(withSplit(byCity, null, 'd').paths).toEqual([{ key: 'all', name: 'Spring' }]);
});

test('even shares add up to the whole, however many there are', () => {
  for (let count = 1; count <= 100; count++) {
    const paths = evenly(Array.from({ length: count }, (_, index) => ({ key: String(index), name: String(index) })));
    expect(paths.reduce((sum, { percent = 0 }) => sum + Math.round(percent * 100), 0)).toBe(10_000);
  }
});

test('another path has what is left, and stands before the one for other profiles, which comes and goes', () => {
  const shares = withPath({ ...withSplit(body, { by: 'percentage' }, 'b'), paths: [{ key: 'all', name: 'A', percent: 66.67 }] }, 'b');
  expect(shares.paths.at(-1)).toMatchObject({ key: 'b', percent: 33.33 });
  const byCity = withPath(withSplit(body, { by: 'attribute', attribute: 'city' }, 'b'), 'c');
  expect(byCity.paths.map(({ key, values }) => [key, values])).toEqual([
    ['all', []],
    ['c', []],
    ['b', undefined],
  ]);
  expect(withOthers(byCity, false, 'd').paths.map(({ key }) => key)).toEqual(['all', 'c']);
  expect(withOthers(withOthers(byCity, false, 'd'), true, 'd').paths.at(-1)).toEqual({ key: 'd', name: 'Spring: others' });
});

test('edits are undone one by one, typing as a whole', () => {
  const draft = { name: 'Spring', description: '', body };
  const typed = ['S', 'Su', 'Summer'].reduce(
    (now, name) => reduce(now, { type: 'change', news: { name }, run: 'name' }),
    startHistory(draft),
  );
  const ranked = reduce(typed, { type: 'change', news: { body: { ...body, rank: null } } });
  const once = reduce(ranked, { type: 'undo' });
  expect(once.present).toMatchObject({ name: 'Summer', body });
  expect(reduce(once, { type: 'undo' }).present).toBe(draft);
  expect(reduce(once, { type: 'redo' }).present.body.rank).toBeNull();
});
