/**
 * Scalars brought to a form, by the rules of the language, and what strict places take: a number where a number must be.
 */
import type { Value } from '@kindred/pql';
import { partOf } from './pack.ts';
import type { Form, Mixed, Scalar, Scope, Shape } from './shape.ts';
import { NULL } from './shape.ts';
import { quoted, SPACE, timeOfText } from './time-text.ts';

/** The largest distance from 1970 that JavaScript has dates for, ms. */
export const FARTHEST_TIME = 8_640_000_000_000_000;

const plainOf = (shape: Shape): Scalar | Mixed => (shape.shape === 'scalar' || shape.shape === 'mixed' ? shape : NULL);

/** A value where one of a form must be: null if it is of another one. A time is a number too. */
export function strictly(form: 'string' | 'number' | 'boolean', value: Value, scope: Scope): Scalar {
  return strictlyOf(form, scope.compiler.shape(value, scope));
}

export function strictlyOf(form: 'string' | 'number' | 'boolean', shape: Shape): Scalar {
  return partOf(plainOf(shape), form);
}

/** A value brought to a form; null if it cannot be. */
export function brought(form: Form, value: Value, scope: Scope): Scalar {
  return broughtOf(form, scope.compiler.shape(value, scope));
}

export function broughtOf(form: Form, shape: Shape): Scalar {
  const plain = plainOf(shape);
  if (plain.shape === 'scalar') return converted(form, plain);
  const parts = Object.values(plain.parts)
    .map((part) => converted(form, part))
    .filter((part) => part.form !== null);
  const [first, ...others] = parts;
  if (first === undefined || others.length === 0) return first ?? NULL;
  return { shape: 'scalar', form, sql: `coalesce(${parts.map(({ sql }) => sql).join(', ')})`, nullable: true };
}

function converted(form: Form, scalar: Scalar): Scalar {
  if (scalar.form === form || scalar.form === null) return scalar;
  const sql = CONVERSIONS[`${scalar.form} ${form}`]?.(scalar.sql);
  return sql === undefined ? NULL : { shape: 'scalar', form, sql, nullable: true };
}

/** Those that there are, `from to`. */
const CONVERSIONS: Readonly<Record<string, (sql: string) => string>> = {
  'number string': numberText,
  'time string': (sql) => `toString(${sql})`,
  'boolean string': (sql) => `if(${sql}, 'true', 'false')`,
  'string number': numberOfText,
  'time number': (sql) => `toFloat64(${sql})`,
  'string boolean': (sql) => `transform(${sql}, ['true', 'false'], [toNullable(1), toNullable(0)], NULL)`,
  'number time': (sql) => `arrayMap(x -> if(abs(x) <= ${FARTHEST_TIME}, toInt64(trunc(x)), NULL), [${sql}])[1]`,
  'string time': timeOfText,
};

/** As JavaScript writes numbers. */
function numberText(sql: string): string {
  return `replaceRegexpOne(toString(${sql} + 0.), 'e(\\\\d)', 'e+\\\\1')`;
}

/** As JavaScript reads decimal numbers. */
function numberOfText(sql: string): string {
  const pattern = `^${SPACE}*([+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)${SPACE}*$`;
  return `ifNotFinite(toFloat64OrNull(extract(${sql}, ${quoted(pattern)})), NULL)`;
}
