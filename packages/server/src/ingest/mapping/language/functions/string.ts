import { absent, any, integer, list, many, optional, text } from './params.ts';
import { define, LARGEST_TEXT } from './function.ts';
import { Invalid, toText } from '../../values.ts';
import { equal } from '../equality.ts';

const family = 'String';

const pad = (name: string, doc: string, add: (input: string, count: number, padding: string) => string, result: string) =>
  define({
    name,
    family,
    params: [text('INPUT'), integer('COUNT'), text('PADDING')],
    nulls: true,
    returns: 'text',
    doc: `${doc}; no INPUT counts as empty text, no PADDING as a space.`,
    examples: [[`${name}("bat", 8, "yz")`, result]],
    call: ([input, count, padding]) => {
      if (absent(count)) return undefined;
      if (count > LARGEST_TEXT) return new Invalid(`${name}, COUNT: at most ${LARGEST_TEXT} characters`);
      return add(absent(input) ? '' : input, count, absent(padding) || padding === '' ? ' ' : padding);
    },
  });

const change = (
  name: string,
  aliases: readonly string[],
  doc: string,
  example: readonly [string, string],
  run: (input: string) => string,
) =>
  define({
    name,
    aliases,
    family,
    params: [text('INPUT')],
    returns: 'text',
    doc,
    method: true,
    examples: [[`${name}(${JSON.stringify(example[0])})`, example[1]]],
    call: ([input]) => run(input),
  });

const test = (name: string, doc: string, examples: readonly (readonly [string, boolean])[], run: (one: string, other: string) => boolean) =>
  define({
    name,
    family,
    params: [text('STRING1'), text('STRING2')],
    nulls: true,
    returns: 'boolean',
    doc,
    method: true,
    examples,
    call: ([one, other]) => (absent(one) || absent(other) ? absent(one) && absent(other) : run(one, other)),
  });

export const stringFunctions = [
  define({
    name: 'concat',
    family,
    params: [many(text('STRING'))],
    nulls: true,
    returns: 'text',
    doc: 'The texts one after the other. What has no value is left out; without any there is none.',
    examples: [
      ['concat("Hi, ", "there", "!")', 'Hi, there!'],
      ['concat(first, " ", last)', 'Ada Lovelace', { first: 'Ada', last: 'Lovelace' }],
    ],
    call: ([parts]) => (parts.every(absent) ? undefined : parts.join('')),
  }),
  define({
    name: 'instr',
    family,
    params: [text('INPUT'), text('SUBSTRING'), optional(integer('START_POSITION')), optional(integer('OCCURRENCE'))],
    returns: 'integer',
    doc: 'Where a text stands in another, from 0; -1 when it does not. OCCURRENCE: the how many-th, from 1.',
    examples: [
      ['instr("adobe.com", "com")', 6],
      ['instr("a-b-c", "-", 0, 2)', 3],
      ['instr("a-b-c", "x")', -1],
    ],
    call: ([input, part, start = 0, occurrence = 1]) => {
      let at = input.indexOf(part, start);
      const most = part === '' ? 1 : occurrence;
      for (let count = 1; count < most && at !== -1; count++) at = input.indexOf(part, at + part.length);
      return at;
    },
  }),
  define({
    name: 'replacestr',
    family,
    params: [text('INPUT'), text('TO_FIND'), text('TO_REPLACE')],
    returns: 'text',
    doc: 'Replaces a text everywhere in another; no regular expression.',
    examples: [['replacestr("This is a string re test", "re", "replace")', 'This is a string replace test']],
    call: ([input, find, replacement]) => {
      if (find === '') return input;
      const pieces = input.split(find);
      const length = input.length + (pieces.length - 1) * (replacement.length - find.length);
      return length > LARGEST_TEXT
        ? new Invalid(`replacestr: the text is longer than ${LARGEST_TEXT} characters`)
        : pieces.join(replacement);
    },
  }),
  define({
    name: 'substr',
    family,
    params: [text('INPUT'), integer('START_INDEX'), optional(integer('LENGTH'))],
    returns: 'text',
    doc: 'A part of a text, from a place that is counted from 0; to its end without LENGTH.',
    examples: [
      ['substr("This is a substring test", 7, 8)', ' a subst'],
      ['substr("order-17", 6)', '17'],
    ],
    call: ([input, start, length]) =>
      input.slice(Math.max(0, start), length === undefined ? undefined : Math.max(0, start) + Math.max(0, length)),
  }),
  change('lower', ['lcase', 'toLowerCase'], 'In lower case.', ['HeLLo', 'hello'], (input) => input.toLowerCase()),
  change('upper', ['ucase', 'toUpperCase'], 'In upper case.', ['HeLLo', 'HELLO'], (input) => input.toUpperCase()),
  define({
    name: 'split',
    family,
    params: [text('INPUT'), text('SEPARATOR')],
    returns: 'array',
    doc: 'Cuts a text at each of the characters of SEPARATOR; a backslash there is written twice. Empty parts stay, so that places count.',
    examples: [
      ['split("Hello world", " ")', ['Hello', 'world']],
      ['split("a,b;c", ",;")', ['a', 'b', 'c']],
    ],
    call: ([input, separator]) => {
      const characters = new Set(separator.replaceAll(/\\([^])/g, '$1'));
      if (characters.size === 0) return [input];
      const parts = [''];
      for (const character of input) {
        if (characters.has(character)) parts.push('');
        else parts[parts.length - 1] += character;
      }
      return parts;
    },
  }),
  define({
    name: 'join',
    family,
    params: [text('SEPARATOR'), list('OBJECTS')],
    returns: 'text',
    doc: 'The members of an array as one text. Members without a value are left out.',
    examples: [
      ['join(" ", to_array(true, "Hello", "world"))', 'Hello world'],
      ['join("|", items[*].sku)', 'A|B', { items: [{ sku: 'A' }, { sku: 'B' }] }],
    ],
    call: ([separator, objects]) => {
      const parts = objects.filter((each) => !absent(each)).map(toText);
      const texts = parts.filter((part) => typeof part === 'string');
      return parts.find((part) => part instanceof Invalid) ?? texts.join(separator);
    },
  }),
  pad('lpad', 'Padded on the left to COUNT characters', (input, count, padding) => input.padStart(count, padding), 'yzyzybat'),
  pad('rpad', 'Padded on the right to COUNT characters', (input, count, padding) => input.padEnd(count, padding), 'batyzyzy'),
  define({
    name: 'left',
    family,
    params: [text('STRING'), integer('COUNT')],
    returns: 'text',
    doc: 'The first characters.',
    examples: [['left("abcde", 2)', 'ab']],
    call: ([input, count]) => input.slice(0, Math.max(0, count)),
  }),
  define({
    name: 'right',
    family,
    params: [text('STRING'), integer('COUNT')],
    returns: 'text',
    doc: 'The last characters.',
    examples: [['right("abcde", 2)', 'de']],
    call: ([input, count]) => (count <= 0 ? '' : input.slice(-count)),
  }),
  change('ltrim', [], 'Without white space at its beginning.', [' hello', 'hello'], (input) => input.trimStart()),
  change('rtrim', [], 'Without white space at its end.', ['hello ', 'hello'], (input) => input.trimEnd()),
  change('trim', [], 'Without white space at both ends.', [' hello ', 'hello'], (input) => input.trim()),
  test(
    'equals',
    'Whether two texts are the same, with case. Nothing equals nothing.',
    [['"string1".equals("STRING1")', false]],
    (one, other) => one === other,
  ),
  test(
    'equalsIgnoreCase',
    'Whether two texts are the same but for case.',
    [['"string1".equalsIgnoreCase("STRING1")', true]],
    (one, other) => one.toLowerCase() === other.toLowerCase(),
  ),
  test('startsWith', 'Whether a text begins with another.', [['"C536379".startsWith("C")', true]], (one, other) => one.startsWith(other)),
  test('endsWith', 'Whether a text ends with another.', [['"a.csv".endsWith(".csv")', true]], (one, other) => one.endsWith(other)),
  define({
    name: 'contains',
    family,
    params: [any('WHERE'), any('WHAT')],
    nulls: true,
    returns: 'boolean',
    doc: 'Whether a text has another in it, or an array a member.',
    method: true,
    examples: [
      ['"a@example.org".contains("@")', true],
      ['[1, 2].contains(3)', false],
    ],
    call: ([where, what]) => {
      if (absent(where) || absent(what)) return false;
      if (Array.isArray(where)) return where.some((each) => equal(each, what));
      const [whole, part] = [toText(where), toText(what)];
      if (whole instanceof Invalid) return whole;
      return part instanceof Invalid ? part : whole.includes(part);
    },
  }),
];
