import type { Evaluate } from '../../values.ts';
import { Invalid } from '../../values.ts';
import { define, defineLazy } from './function.ts';
import { absent, any, boolean, list, many } from './params.ts';

const family = 'Array';

/** One array alone stands for its members. */
function membersOf(given: readonly unknown[]): readonly unknown[] {
  return given.length === 1 && Array.isArray(given[0]) ? (given[0] as readonly unknown[]) : given;
}

const upsert = (name: string, what: string) =>
  define({
    name,
    family,
    params: [list('ARRAY'), many({ ...any('VALUES'), optional: true })],
    returns: 'array',
    doc: `${what} while a record is inserted, which is all that imports do, the array as it is.`,
    examples: [[`${name}([123, 456])`, [123, 456]]],
    call: ([array]) => array,
  });

export const arrayFunctions = [
  defineLazy({
    name: 'coalesce',
    family,
    params: [many(any('INPUT'))],
    returns: 'any',
    doc: 'The first argument, or the first member of one array, that has a value. Those after it are not evaluated.',
    examples: [['coalesce(null, null, null, "first", null, "second")', 'first']],
    compile: coalesce,
  }),
  define({
    name: 'first',
    family,
    params: [many(any('INPUT'))],
    nulls: true,
    returns: 'any',
    doc: 'The first argument, or the first member of one array.',
    examples: [
      ['first("1", "2", "3")', '1'],
      ['first(items).sku', 'A', { items: [{ sku: 'A' }, { sku: 'B' }] }],
    ],
    call: ([input]) => membersOf(input)[0],
  }),
  define({
    name: 'last',
    family,
    params: [many(any('INPUT'))],
    nulls: true,
    returns: 'any',
    doc: 'The last argument, or the last member of one array.',
    examples: [['last("1", "2", "3")', '3']],
    call: ([input]) => membersOf(input).at(-1),
  }),
  define({
    name: 'add_to_array',
    family,
    params: [list('ARRAY'), many(any('VALUES'))],
    nulls: true,
    returns: 'array',
    doc: 'An array with further members at its end.',
    examples: [["add_to_array(['a', 'b'], 'c', 'd')", ['a', 'b', 'c', 'd']]],
    call: ([array, values]) => [...(absent(array) ? [] : array), ...values.filter((each) => !absent(each))],
  }),
  define({
    name: 'join_arrays',
    family,
    params: [many(list('ARRAY'))],
    nulls: true,
    returns: 'array',
    doc: 'Arrays one after the other.',
    examples: [["join_arrays(['a', 'b'], ['c'], ['d', 'e'])", ['a', 'b', 'c', 'd', 'e']]],
    call: ([arrays]) => arrays.flatMap((array) => array ?? []),
  }),
  define({
    name: 'to_array',
    family,
    params: [boolean('INCLUDE_NULLS'), many({ ...any('VALUES'), optional: true })],
    nulls: true,
    returns: 'array',
    doc: 'An array of the arguments; with false without those that have no value.',
    examples: [
      ['to_array(false, 1, null, 2, 3)', [1, 2, 3]],
      ['to_array(true, 1, null)', [1, null]],
    ],
    call: ([nulls, values]) => (nulls ? values.map((each) => each ?? null) : values.filter((each) => !absent(each))),
  }),
  upsert('upsert_array_append', 'Adds an array to the one of the profile in an update;'),
  upsert('upsert_array_replace', 'Replaces the array of the profile in an update;'),
];

function coalesce(args: readonly Evaluate[]): Evaluate {
  const [only] = args;
  if (args.length === 1 && only !== undefined) {
    return (record, line) => {
      const value = only(record, line);
      return Array.isArray(value) ? (value.find((each) => !absent(each)) as unknown) : value;
    };
  }
  return (record, line) => {
    for (const evaluate of args) {
      const value = evaluate(record, line);
      if (value instanceof Invalid || !absent(value)) return value;
    }
    return undefined;
  };
}
