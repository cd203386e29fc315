/** What only the JSON forms of mapping files need. */
import { compilePattern } from '@kindred/pql';
import { Invalid, show, toNumber, toText } from '../../values.ts';
import { define } from './function.ts';
import { absent, any, many, text } from './params.ts';
import type { Param } from './function.ts';

const common = { family: null, examples: [], doc: '' } as const;

/** Made while the mapping is compiled. */
const made = <T>(name: string): Param<T> => ({ name, type: 'any', read: (value) => value as T });

export const formFunctions = [
  define({
    ...common,
    name: 'template',
    params: [many(text('PART'))],
    returns: 'text',
    call: ([parts]) => parts.join(''),
  }),
  define({
    ...common,
    name: 'number_or_nothing',
    params: [any('VALUE')],
    returns: 'number',
    call: ([value]) => {
      const given = toNumber(value);
      return given instanceof Invalid ? undefined : given;
    },
  }),
  define({
    ...common,
    name: 'number',
    params: [any('VALUE')],
    returns: 'number',
    call: ([value]) => (value === '' ? undefined : toNumber(value)),
  }),
  define({
    ...common,
    name: 'one_of',
    params: [any('VALUE'), made<ReadonlySet<string>>('VALUES')],
    returns: 'boolean',
    call: ([value, allowed]) => {
      const key = toText(value);
      return typeof key === 'string' && allowed.has(key);
    },
  }),
  define({
    ...common,
    name: 'finds',
    params: [text('VALUE'), text('REGEX')],
    returns: 'boolean',
    call: ([value, pattern]) => compilePattern(pattern).test(value),
  }),
  define({
    ...common,
    name: 'translate',
    params: [any('VALUE'), made<Translation>('TABLE')],
    returns: 'any',
    call: ([value, { values, keep, otherwise }]) => {
      if (value === '') return undefined;
      const key = toText(value);
      if (key instanceof Invalid) return key;
      return values.has(key) ? values.get(key) : keep ? value : otherwise;
    },
  }),
  define({
    ...common,
    name: 'time',
    params: [any('VALUE'), made<TimeFormat>('FORMAT')],
    returns: 'date',
    call: ([value, { format, parse }]) => {
      const instant = parse(value);
      return Number.isNaN(instant) ? new Invalid(`expected a time in the format ${format}, found ${show(value)}`) : new Date(instant);
    },
  }),
  define({
    ...common,
    name: 'same_text',
    params: [any('VALUE'), text('TEXT')],
    returns: 'boolean',
    call: ([value, wanted]) => !absent(value) && toText(value) === wanted,
  }),
];

export interface Translation {
  readonly values: ReadonlyMap<string, unknown>;
  /** Values that are not listed stay as they are. */
  readonly keep: boolean;
  readonly otherwise: unknown;
}

export interface TimeFormat {
  readonly format: string;
  /** NaN for a value that is no such time. */
  readonly parse: (value: unknown) => number;
}
