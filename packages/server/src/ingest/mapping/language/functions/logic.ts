import type { Evaluate } from '../../values.ts';
import { Invalid, toBoolean } from '../../values.ts';
import { equal, ordered } from '../equality.ts';
import { define, defineLazy } from './function.ts';
import { absent, any, boolean, many, optional } from './params.ts';

const family = 'Logic';

/** Nothing is false. */
export function truth(value: unknown): boolean | Invalid {
  return value instanceof Invalid ? value : absent(value) ? false : toBoolean(value);
}

/** Evaluates only the side that is wanted. */
export function choose([test, yes, no]: readonly Evaluate[]): Evaluate {
  return (record, line) => {
    const holds = truth(test?.(record, line));
    return holds instanceof Invalid ? holds : (holds ? yes : no)?.(record, line);
  };
}

function decode([key, ...options]: readonly Evaluate[]): Evaluate {
  return (record, line) => {
    const wanted = key?.(record, line);
    if (wanted instanceof Invalid) return wanted;
    for (let index = 0; index + 1 < options.length; index += 2) {
      const option = options[index]?.(record, line);
      if (option instanceof Invalid) return option;
      if (!absent(option) && equal(option, wanted)) return options[index + 1]?.(record, line);
    }
    return options.length % 2 === 1 ? options.at(-1)?.(record, line) : undefined;
  };
}

const extreme = (name: string, doc: string, result: number, better: (order: number) => boolean) =>
  define({
    name,
    family: 'Number',
    params: [many(any('OPTIONS'))],
    nulls: true,
    returns: 'any',
    doc: `${doc} of the arguments, or of the members of one array: numbers and their texts as numbers, dates by time, other texts by letters. What has no value is left out.`,
    examples: [
      [`${name}(3, 1, 4)`, result],
      [`${name}(prices)`, result, { prices: ['3', '1', '4'] }],
    ],
    call: ([options]) => {
      const values = options.length === 1 && Array.isArray(options[0]) ? (options[0] as readonly unknown[]) : options;
      let best: unknown;
      for (const value of values.filter((each) => !absent(each))) {
        const order = best === undefined ? null : ordered(value, best);
        if (order instanceof Invalid) return order;
        if (order === null || better(order)) best = value;
      }
      return typeof best === 'string' && best.trim() !== '' && !Number.isNaN(Number(best)) ? Number(best) : best;
    },
  });

export const logicFunctions = [
  defineLazy({
    name: 'iif',
    family,
    params: [boolean('EXPRESSION'), any('TRUE_VALUE'), any('FALSE_VALUE')],
    returns: 'any',
    doc: 'One value or the other; only that one is evaluated. No value counts as false.',
    examples: [
      ['iif("s".equalsIgnoreCase("S"), "True", "False")', 'True'],
      ['iif(get_keys(order).size() > 1, "many", "few")', 'many', { order: { a: 1, b: 2 } }],
    ],
    compile: choose,
  }),
  defineLazy({
    name: 'decode',
    family,
    params: [any('KEY'), any('OPTION'), any('VALUE'), optional(many(any('OPTIONS')))],
    returns: 'any',
    doc: 'The value after the option that equals KEY; the last argument when none does and it stands alone, otherwise nothing.',
    examples: [
      ['decode(stateCode, "ca", "California", "pa", "Pennsylvania", "N/A")', 'California', { stateCode: 'ca' }],
      ['decode(stateCode, "ca", "California", "pa", "Pennsylvania", "N/A")', 'N/A', { stateCode: 'wy' }],
    ],
    compile: decode,
  }),
  define({
    name: 'nvl',
    family,
    params: [any('INPUT'), any('DEFAULT')],
    nulls: true,
    returns: 'any',
    doc: 'INPUT, or DEFAULT when it has no value.',
    own: true,
    examples: [['nvl(country, "DE")', 'DE', {}]],
    call: ([input, otherwise]) => input ?? otherwise,
  }),
  extreme('min', 'The smallest', 1, (order) => order < 0),
  extreme('max', 'The largest', 4, (order) => order > 0),
];
