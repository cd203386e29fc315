import { Invalid, show } from '../../values.ts';
import { define } from './function.ts';
import { integer, number, optional, text } from './params.ts';

const family = 'Type conversion';

/** Larger whole numbers have neighbours that look the same. */
function exact(name: string, value: number): number | Invalid {
  const whole = Math.trunc(value);
  return Number.isSafeInteger(whole)
    ? whole
    : new Invalid(`${name}: ${show(value)} is larger than 2^53 - 1 and would lose digits; keep it as text`);
}

const whole = (name: string, doc: string, example: readonly [string, number]) =>
  define({
    name,
    family,
    params: [number('STRING')],
    returns: 'integer',
    doc,
    examples: [[`${name}(${JSON.stringify(example[0])})`, example[1]]],
    call: ([value]) => exact(name, value),
  });

export const conversionFunctions = [
  whole('to_bigint', 'A whole number up to 2^53 − 1; a fraction is cut off.', ['1000000.34', 1_000_000]),
  define({
    name: 'to_decimal',
    family,
    params: [number('STRING')],
    returns: 'number',
    doc: 'A number.',
    examples: [['to_decimal("20.5")', 20.5]],
    call: ([value]) => value,
  }),
  define({
    name: 'to_float',
    family,
    params: [number('STRING')],
    returns: 'number',
    doc: 'A number of 7 digits, as a float of 32 bits keeps them.',
    examples: [['to_float("12.3456")', 12.3456]],
    call: ([value]) => Number(Math.fround(value).toPrecision(7)),
  }),
  whole('to_integer', 'A whole number; a fraction is cut off.', ['12', 12]),
  define({
    name: 'json_to_object',
    family,
    params: [text('STRING')],
    returns: 'any',
    doc: 'What a text of JSON says.',
    examples: [['json_to_object(info).firstName', 'John', { info: '{"firstName": "John", "lastName": "Doe"}' }]],
    call: ([input]) => {
      try {
        return JSON.parse(input) as unknown;
      } catch {
        return new Invalid(`json_to_object: ${show(input)} is no JSON`);
      }
    },
  }),
  define({
    name: 'abs',
    family: 'Number',
    params: [number('NUMBER')],
    returns: 'number',
    doc: 'A number without its sign.',
    own: true,
    examples: [['abs(-3.5)', 3.5]],
    call: ([value]) => Math.abs(value),
  }),
  define({
    name: 'round',
    family: 'Number',
    params: [number('NUMBER'), optional(integer('DIGITS'))],
    returns: 'number',
    doc: 'A number rounded to so many digits, 0 without DIGITS.',
    own: true,
    examples: [
      ['round(7.654, 2)', 7.65],
      ['round(2.5)', 3],
    ],
    call: ([value, digits = 0]) => {
      const unit = 10 ** digits;
      return Math.round(value * unit) / unit;
    },
  }),
];
