import { expect, test } from 'vitest';
import { nearest } from '../src/index.ts';

test.each([
  ['fristName', ['firstName', 'lastName'], 'firstName'],
  ['SKU', ['sku', 'name'], 'sku'],
  ['banana', ['firstName'], null],
])('the name nearest to %s in %j is %s', (name, known, found) => {
  expect(nearest(name, known)).toBe(found);
});
