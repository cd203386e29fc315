/** What is said of drift. */
import { expect, test } from 'vitest';
import { Summary } from '../../src/customer-ai/score/summary.ts';

const feature = (code: string, psi: number, ordinary: number) => ({ code, label: code, psi, ordinary });

test('a feature that moves no more than it did between cut-offs of training is fine, and the worst comes first', () => {
  const features = [feature('season', 0.9, 1), feature('some', 0.2, 0.05), feature('none', 0.02, 0), feature('far', 0.3, 0.1)];
  const { drift, scoreDrift } = new Summary().finish({ features: [...features, feature('unknown', Number.NaN, 0)], scores: 0.26 });
  expect(drift.map(({ code, state }) => [code, state])).toEqual([
    ['far', 'alert'],
    ['some', 'warn'],
    ['season', 'fine'],
    ['none', 'fine'],
  ]);
  expect(scoreDrift).toEqual({ psi: 0.26, state: 'alert' });
  expect(new Summary().finish({ features: [], scores: null })).toMatchObject({ drift: [], scoreDrift: null });
});
