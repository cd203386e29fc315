import { Invalid, show, toText } from '../../values.ts';
import { define } from './function.ts';
import { absent, any, isObject, many, object, optional, text } from './params.ts';
import type { Fields } from './params.ts';
import { set } from './url.ts';

const family = 'Object';

/** Names and values one after the other. */
function pairs(name: string, given: readonly unknown[]): readonly (readonly [string, unknown])[] | Invalid {
  if (given.length % 2 !== 0) return new Invalid(`${name}: names and values come in pairs, found ${given.length} arguments`);
  const found: [string, unknown][] = [];
  for (let index = 0; index < given.length; index += 2) {
    const key = absent(given[index]) ? new Invalid(`${name}: a name has no value`) : toText(given[index]);
    if (key instanceof Invalid) return key;
    found.push([key, given[index + 1]]);
  }
  return found;
}

/** Without the ones that have no value. */
function objectOf(entries: readonly (readonly [string, unknown])[] | Invalid): Fields | Invalid {
  if (entries instanceof Invalid) return entries;
  const result: Record<string, unknown> = {};
  for (const [key, value] of entries) if (!absent(value)) set(result, key, value);
  return result;
}

function parsePairs(input: string, between: string | undefined, after: string | undefined): readonly (readonly [string, string])[] {
  const [value, field] = [between === undefined || between === '' ? ':' : between, after === undefined || after === '' ? ',' : after];
  return input.split(field).flatMap((pair) => {
    const at = pair.indexOf(value);
    return at === -1 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + value.length).trim()] as const];
  });
}

/** One array of as many objects as the longest array has members. */
function zipped(entries: readonly (readonly [string, unknown])[] | Invalid): readonly unknown[] | Invalid {
  if (entries instanceof Invalid) return entries;
  const wrong = entries.find(([, value]) => !absent(value) && !Array.isArray(value));
  if (wrong !== undefined) return new Invalid(`arrays_to_objects, ${wrong[0]}: expected an array, found ${show(wrong[1])}`);
  const columns = entries.map(([key, value]) => [key, (value ?? []) as readonly unknown[]] as const);
  const length = Math.max(0, ...columns.map(([, values]) => values.length));
  return Array.from({ length }, (_, index) => objectOf(columns.map(([key, values]) => [key, values[index]] as const)));
}

/** What some key, or each of some, stands for. */
function keysOf(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? (given as readonly unknown[]) : [given];
}

const own = (from: Fields, key: unknown): unknown => (Object.hasOwn(from, String(key)) ? from[String(key)] : undefined);

export const objectFunctions = [
  define({
    name: 'size_of',
    aliases: ['size', 'length'],
    family,
    params: [any('INPUT')],
    returns: 'integer',
    doc: 'How many members an array, fields an object, or characters a text has.',
    method: true,
    examples: [
      ['size_of([1, 2, 3, 4])', 4],
      ['get_keys({"a": 1, "b": 2}).size()', 2],
    ],
    call: ([input]) => {
      if (Array.isArray(input)) return input.length;
      if (isObject(input)) return Object.keys(input).length;
      const whole = toText(input);
      return whole instanceof Invalid ? whole : whole.length;
    },
  }),
  define({
    name: 'is_empty',
    aliases: ['empty', 'isEmpty'],
    family,
    params: [any('INPUT')],
    nulls: true,
    returns: 'boolean',
    doc: 'Whether there is nothing: no value, an array or object without members, empty text.',
    method: true,
    examples: [
      ['is_empty([1, null, 2, 3])', false],
      ['is_empty(coupon)', true, { coupon: '' }],
    ],
    call: ([input]) =>
      absent(input) || input === '' || (Array.isArray(input) && input.length === 0) || (isObject(input) && Object.keys(input).length === 0),
  }),
  define({
    name: 'arrays_to_objects',
    aliases: ['arrays_to_object'],
    family,
    params: [many(any('INPUT'))],
    nulls: true,
    returns: 'array',
    doc: 'An array of objects from names and arrays: the first members make the first object, and so on.',
    examples: [
      [
        String.raw`arrays_to_objects('sku', explode("id1|id2", '\\|'), 'price', [22.5, 14.35])`,
        [
          { sku: 'id1', price: 22.5 },
          { sku: 'id2', price: 14.35 },
        ],
      ],
    ],
    call: ([input]) => zipped(pairs('arrays_to_objects', input)),
  }),
  define({
    name: 'to_object',
    family,
    params: [many(any('INPUT'))],
    nulls: true,
    returns: 'object',
    doc: 'An object from names and values. What has no value is left out.',
    examples: [['to_object("firstName", "John", "lastName", "Doe")', { firstName: 'John', lastName: 'Doe' }]],
    call: ([input]) => objectOf(pairs('to_object', input)),
  }),
  define({
    name: 'str_to_object',
    family,
    params: [text('STRING'), optional(text('VALUE_DELIMITER')), optional(text('FIELD_DELIMITER'))],
    returns: 'object',
    doc: 'An object from text; default delimiters : and ,. Names and values are trimmed; a piece without a delimiter is left out.',
    examples: [
      [
        'str_to_object("firstName=John,lastName=Doe,phone=123 456 7890", "=", ",")',
        { firstName: 'John', lastName: 'Doe', phone: '123 456 7890' },
      ],
      ['str_to_object("firstName - John ; lastName - ; phone - 123 456 7890", "-", ";").get("firstName")', 'John'],
    ],
    call: ([input, between, after]) => objectOf(parsePairs(input, between, after).filter(([, value]) => value !== '')),
  }),
  define({
    name: 'contains_key',
    aliases: ['is_set'],
    family,
    params: [any('INPUT')],
    nulls: true,
    returns: 'boolean',
    doc: 'Whether the record has a value at a path, which is written as text.',
    examples: [['contains_key("evars.evar.field1")', true, { evars: { evar: { field1: 'x' } } }]],
    call: ([input]) => !absent(input),
  }),
  define({
    name: 'nullify',
    family,
    params: [],
    returns: 'any',
    doc: 'No value: the field is not set.',
    examples: [['nullify()', null]],
    call: () => undefined,
  }),
  define({
    name: 'get_keys',
    family,
    params: [object('OBJECT')],
    returns: 'array',
    doc: 'The names of the fields of an object.',
    examples: [['get_keys({"book1": "Pride and Prejudice", "book2": "1984"})', ['book1', 'book2']]],
    call: ([from]) => Object.keys(from),
  }),
  define({
    name: 'get_values',
    family,
    params: [text('STRING'), text('KEY'), optional(text('VALUE_DELIMITER')), optional(text('FIELD_DELIMITER'))],
    returns: 'text',
    doc: 'The value of a key in text of keys and values; default delimiters : and ,.',
    examples: [['get_values("firstName - John , lastName - Cena , phone - 555 420 8692", "firstName", "-", ",")', 'John']],
    call: ([input, key, between, after]) => parsePairs(input, between, after).find(([name]) => name === key)?.[1],
  }),
  define({
    name: 'get',
    family,
    params: [any('OBJECT'), any('KEY')],
    returns: 'any',
    doc: 'A field of an object by its name, or a member of an array by its place from 0.',
    method: true,
    examples: [
      ['{"a": 1}.get("a")', 1],
      ['["x", "y"].get(1)', 'y'],
    ],
    call: ([from, key]) =>
      typeof from === 'object' && from !== null ? own(from as Fields, key) : new Invalid(`get: expected an object, found ${show(from)}`),
  }),
  define({
    name: 'map_get_values',
    family,
    params: [object('MAP'), any('KEY')],
    returns: 'any',
    doc: 'The value of a key; of an array of keys the array of the values that there are.',
    examples: [
      ['map_get_values(book, "author")', 'Neil Gaiman', { book: { author: 'Neil Gaiman', price: 17.99 } }],
      ['map_get_values({"a": 1, "b": 2}, ["b", "a"])', [2, 1]],
    ],
    call: ([from, key]) => (Array.isArray(key) ? keysOf(key).flatMap((each) => own(from, each) ?? []) : own(from, key)),
  }),
  define({
    name: 'map_has_keys',
    family,
    params: [object('MAP'), any('KEY')],
    returns: 'boolean',
    doc: 'Whether there is a key, or one of an array of keys.',
    examples: [['map_has_keys({"a": 1}, ["x", "a"])', true]],
    call: ([from, key]) => keysOf(key).some((each) => Object.hasOwn(from, String(each))),
  }),
  define({
    name: 'add_to_map',
    family,
    params: [many(object('MAP'))],
    nulls: true,
    returns: 'object',
    doc: 'One object from several. Of a key that comes again the first value stays.',
    examples: [['add_to_map({"a": 1}, {"a": 2, "b": 3})', { a: 1, b: 3 }]],
    call: ([maps]) => objectOf(maps.toReversed().flatMap((map) => Object.entries(map ?? {}))),
  }),
  define({
    name: 'object_to_map',
    family,
    params: [many(any('INPUT'))],
    nulls: true,
    returns: 'object',
    doc: 'A map from names and values, from an object, or from an array of objects and the name of the field that is their key.',
    examples: [
      ['object_to_map("a", 1, "b", 2)', { a: 1, b: 2 }],
      ['object_to_map(items, "sku")', { A: { sku: 'A', n: 1 } }, { items: [{ sku: 'A', n: 1 }] }],
    ],
    call: ([input]) => mapOf(input),
  }),
];

function mapOf(input: readonly unknown[]): Fields | Invalid | undefined {
  const [first, key] = input;
  if (absent(first)) return undefined;
  if (input.length === 1 && isObject(first)) return first;
  if (!Array.isArray(first)) return objectOf(pairs('object_to_map', input));
  return objectOf(
    (first as readonly unknown[]).flatMap((each) => {
      const name = isObject(each) ? own(each, key) : undefined;
      return absent(name) ? [] : [[typeof name === 'string' ? name : JSON.stringify(name), each] as const];
    }),
  );
}
