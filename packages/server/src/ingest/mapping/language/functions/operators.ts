/** What the signs of the language do. */
import type { Evaluate } from '../../values.ts';
import { Invalid, show, toNumber, toText } from '../../values.ts';
import { equal, ordered } from '../equality.ts';
import { define, defineLazy } from './function.ts';
import { choose, truth } from './logic.ts';
import { any, boolean, absent, list, number, text } from './params.ts';
import { checkPattern, withPattern } from './regex.ts';

const family = null;
const common = { family, examples: [] } as const;

const arithmetic = (name: string, doc: string, run: (left: number, right: number) => number) =>
  define({ ...common, name, params: [number('LEFT'), number('RIGHT')], returns: 'number', doc, call: ([left, right]) => run(left, right) });

const comparison = (name: string, doc: string, holds: (order: number) => boolean) =>
  define({
    ...common,
    name,
    params: [any('LEFT'), any('RIGHT')],
    nulls: true,
    returns: 'boolean',
    doc,
    call: ([left, right]) => {
      if (absent(left) || absent(right)) return false;
      const order = ordered(left, right);
      return order instanceof Invalid ? order : holds(order);
    },
  });

/** Stops at the first side that decides. */
const joint = (name: string, doc: string, deciding: boolean) =>
  defineLazy({
    ...common,
    name,
    params: [boolean('LEFT'), boolean('RIGHT')],
    returns: 'boolean',
    doc,
    compile: (args) => (record, line) => {
      for (const evaluate of args) {
        const value = truth(evaluate(record, line));
        if (value !== !deciding) return value;
      }
      return !deciding;
    },
  });

/** Two texts that are no numbers are joined. */
function plus(left: unknown, right: unknown): unknown {
  const [one, other] = [toNumber(left), toNumber(right)];
  if (typeof one === 'number' && typeof other === 'number') return one + other;
  const [head, tail] = [toText(left), toText(right)];
  if (head instanceof Invalid || tail instanceof Invalid) return new Invalid(`+: ${show(left)} and ${show(right)} cannot be added`);
  return head + tail;
}

function otherwise([first, second]: readonly Evaluate[], enough: (value: unknown) => boolean | Invalid): Evaluate {
  return (record, line) => {
    const value = first?.(record, line);
    const keep = value instanceof Invalid || enough(value);
    return keep instanceof Invalid ? keep : keep ? value : second?.(record, line);
  };
}

const binary = [any('LEFT'), any('RIGHT')] as const;

export const operatorFunctions = [
  define({
    ...common,
    name: '+',
    params: binary,
    returns: 'any',
    doc: 'Adds numbers and their texts; joins other texts.',
    call: ([left, right]) => plus(left, right),
  }),
  arithmetic('-', 'Subtracts.', (left, right) => left - right),
  arithmetic('*', 'Multiplies.', (left, right) => left * right),
  arithmetic('/', 'Divides; by 0 is an error of the record. Also div.', (left, right) => left / right),
  arithmetic('%', 'The remainder of a division. Also mod.', (left, right) => left % right),
  define({
    ...common,
    name: 'negate',
    params: [number('NUMBER')],
    returns: 'number',
    doc: 'The sign before a number.',
    call: ([value]) => -value,
  }),
  define({
    ...common,
    name: '==',
    params: binary,
    nulls: true,
    returns: 'boolean',
    doc: 'Equal, where "3" equals 3. Also eq.',
    call: ([left, right]) => equal(left, right),
  }),
  define({
    ...common,
    name: '!=',
    params: binary,
    nulls: true,
    returns: 'boolean',
    doc: 'Not equal. Also ne.',
    call: ([left, right]) => !equal(left, right),
  }),
  comparison('<', 'Less. What has no value is never less or greater. Also lt.', (order) => order < 0),
  comparison('<=', 'Less or equal. Also le.', (order) => order <= 0),
  comparison('>', 'Greater. Also gt.', (order) => order > 0),
  comparison('>=', 'Greater or equal. Also ge.', (order) => order >= 0),
  joint('&&', 'Both; the right side is evaluated only when the left one is true. Also and.', false),
  joint('||', 'One of both; the right side is evaluated only when the left one is false. Also or.', true),
  defineLazy({
    ...common,
    name: '!',
    params: [boolean('VALUE')],
    returns: 'boolean',
    doc: 'Not; what has no value counts as false. Also not.',
    compile:
      ([evaluate]) =>
      (record, line) => {
        const value = truth(evaluate?.(record, line));
        return value instanceof Invalid ? value : !value;
      },
  }),
  defineLazy({
    ...common,
    name: '?',
    params: [boolean('TEST'), any('YES'), any('NO')],
    returns: 'any',
    doc: 'a ? b : c, as iif.',
    compile: choose,
  }),
  defineLazy({
    ...common,
    name: '?:',
    params: binary,
    returns: 'any',
    doc: 'The left side, or the right one when it is false or has no value.',
    compile: (args) => otherwise(args, truthOrValue),
  }),
  defineLazy({
    ...common,
    name: '??',
    params: binary,
    returns: 'any',
    doc: 'The left side, or the right one when it has no value.',
    compile: (args) => otherwise(args, (value) => !absent(value)),
  }),
  define({
    ...common,
    name: 'in',
    params: [any('VALUE'), list('VALUES')],
    nulls: true,
    returns: 'boolean',
    doc: 'Whether a value is one of an array.',
    call: ([value, values]) => !absent(value) && (values ?? []).some((each) => equal(each, value)),
  }),
  define({
    ...common,
    name: '=~',
    params: [text('TEXT'), text('REGEX')],
    nulls: true,
    returns: 'boolean',
    doc: 'Whether a regular expression matches the whole text; with an array on the right whether it has the value.',
    check: checkPattern(1),
    call: ([input, pattern]) =>
      absent(input) || absent(pattern) ? false : withPattern(String.raw`\A(?:${pattern})\z`, ({ test }) => test(input)),
  }),
];

const truthOrValue = (value: unknown): boolean => !absent(value) && value !== false && value !== '';
