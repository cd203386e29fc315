/** An evaluation of everybody and those who were decided while it ran. */
import { expect, test } from 'vitest';
import { Bitmap } from '../../src/segmentation/index.ts';
import { Meanwhile } from '../../src/segmentation/meanwhile.ts';

const found = Bitmap.of([1, 2, 3]);
const told = Bitmap.of([3, 4, 5]);
const members = (meanwhile: Meanwhile, version = 1): number[] => [...meanwhile.membersOf('a', version, { found, told })];
const audiences = new Map([['a', 1]]);

test('those who were decided are where they were told to be, the others where they were found', () => {
  const meanwhile = new Meanwhile();
  expect(members(meanwhile)).toEqual([1, 2, 3]);
  meanwhile.note({ audiences, people: Bitmap.of([1]) });
  meanwhile.note({ audiences, people: Bitmap.of([4]) });
  meanwhile.note({ audiences: new Map([['b', 1]]), people: Bitmap.of([2]) });
  expect(members(meanwhile)).toEqual([2, 3, 4]);
  meanwhile.noteForgotten(Bitmap.of([3, 4]));
  expect(members(meanwhile)).toEqual([2]);
});

test('what was decided by another version of the rule says nothing', () => {
  const meanwhile = new Meanwhile();
  meanwhile.note({ audiences, people: null });
  expect(members(meanwhile)).toEqual([3, 4, 5]);
  expect(members(meanwhile, 2)).toEqual([1, 2, 3]);
});
