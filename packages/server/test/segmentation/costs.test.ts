/** When it is cheaper to evaluate everybody than to decide about people one by one. */
import { expect, test } from 'vitest';
import { Costs } from '../../src/segmentation/live/costs.ts';

test('far more people with a state than without are decided one by one, and a whole import of them is not', () => {
  const costs = new Costs();
  for (let time = 0; time < 50; time++) {
    costs.evaluated(1000);
    costs.decided(150, 1000, 0);
    costs.decided(1050, 0, 2000);
  }
  expect([costs.isDearer({}), costs.isDearer({ cold: 2000 }), costs.isDearer({ cold: 20_000 })]).toEqual([false, false, true]);
  expect([costs.isDearer({ hot: 20_000 }), costs.isDearer({ hot: 100_000 })]).toEqual([false, true]);
});

test('the more audiences people come into and leave, the fewer are decided at a time', () => {
  const costs = new Costs();
  for (let time = 0; time < 50; time++) costs.turned(200, 100);
  expect(costs.together).toBe(100_000);
  for (let time = 0; time < 50; time++) costs.turned(200, 4000);
  expect(costs.together).toBe(2500);
  for (let time = 0; time < 50; time++) costs.turned(1, 1_000_000);
  expect(costs.together).toBe(1000);
});
