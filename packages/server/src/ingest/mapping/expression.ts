/** The expressions of a mapping, compiled into functions once: columns, constants, templates, sums and choices. */
import { compileCondition } from './condition.ts';
import type { Json } from './reader.ts';
import { arrayAt, invalid, objectAt, textAt } from './reader.ts';
import { timeParser } from './time-format.ts';
import type { Evaluate } from './values.ts';
import { Invalid, show, toNumber, toText } from './values.ts';

/** Finds a column of the source. Throws ImportError when there is none. */
export type FindColumn = (name: string, where: string) => Evaluate;

const FORMS =
  'Forms: "column", {"column"}, {"constant"}, {"template"}, {"add"|"subtract"|"multiply"|"divide"}, {"absolute"}, {"lower"|"upper"|"trim"}, {"if", "yes", "no"}.';

const OPTIONS = ['values', 'otherwise', 'format', 'zone', 'round'];

type Compile = (json: Json, find: FindColumn, where: string) => Evaluate;

const COMPILERS: Readonly<Record<string, Compile>> = {
  column: (json, find, where) => find(textAt(json['column'], where), where),
  constant: (json) => {
    const constant = json['constant'];
    return () => constant;
  },
  template: (json, find, where) => template(textAt(json['template'], where), find, where),
  add: arithmetic('add', (left, right) => left + right),
  subtract: arithmetic('subtract', (left, right) => left - right),
  multiply: arithmetic('multiply', (left, right) => left * right),
  divide: arithmetic('divide', (left, right) => left / right),
  absolute: (json, find, where) => numeric(compileExpression(json['absolute'], find, where), Math.abs),
  lower: textual('lower', (text) => text.toLowerCase()),
  upper: textual('upper', (text) => text.toUpperCase()),
  trim: textual('trim', (text) => text.trim()),
  if: choice,
};

/** Compiles an expression; text alone names a column. Throws ImportError. */
export function compileExpression(json: unknown, find: FindColumn, where: string): Evaluate {
  if (typeof json === 'string') return find(json, where);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return invalid(where, `${show(json)} is no expression`, FORMS);
  const form = Object.keys(COMPILERS).find((name) => name in json);
  const compile = form === undefined ? undefined : COMPILERS[form];
  if (form === undefined || compile === undefined) return invalid(where, `${show(json)} is no expression`, FORMS);
  const expression = objectAt(json, where, [form, ...(form === 'if' ? ['yes', 'no'] : []), ...OPTIONS]);
  return withOptions(compile(expression, find, where), expression, where);
}

/** A table of values, a format of times, or rounding, applied to the result. */
function withOptions(evaluate: Evaluate, json: Json, where: string): Evaluate {
  let result = evaluate;
  if (json['values'] !== undefined) result = translate(result, json, where);
  if (json['format'] !== undefined || json['zone'] !== undefined) result = timed(result, json, where);
  const digits = json['round'];
  if (digits === undefined) return result;
  if (typeof digits !== 'number') return invalid(where, '"round" must be a number of digits', 'For example 2 for cents.');
  const unit = 10 ** digits;
  return numeric(result, (value) => Math.round(value * unit) / unit);
}

function translate(evaluate: Evaluate, json: Json, where: string): Evaluate {
  const values = new Map(Object.entries(objectAt(json['values'], where, Object.keys(json['values'] ?? {}))));
  const keep = !('otherwise' in json);
  const otherwise = json['otherwise'] ?? undefined;
  return (record, line) => {
    const value = evaluate(record, line);
    if (value === undefined || value instanceof Invalid) return value;
    const key = toText(value);
    if (key instanceof Invalid) return key;
    return values.has(key) ? (values.get(key) ?? undefined) : keep ? value : otherwise;
  };
}

function timed(evaluate: Evaluate, json: Json, where: string): Evaluate {
  const format = json['format'] === undefined ? 'iso' : textAt(json['format'], where);
  const parse = timeParser(format, json['zone'] === undefined ? null : textAt(json['zone'], where), where);
  return (record, line) => {
    const value = evaluate(record, line);
    if (value === undefined || value instanceof Invalid) return value;
    const instant = parse(value);
    return Number.isNaN(instant) ? new Invalid(`expected a time in the format ${format}, found ${show(value)}`) : new Date(instant);
  };
}

function arithmetic(name: string, combine: (left: number, right: number) => number): Compile {
  return (json, find, where) => {
    const [first, ...others] = arrayAt(json[name], where).map((operand, index) =>
      typeof operand === 'number' ? () => operand : compileExpression(operand, find, `${where}.${name}[${index}]`),
    );
    if (first === undefined || others.length === 0)
      return invalid(where, `"${name}" needs two or more operands`, `For example {"${name}": ["quantity", "price"]}.`);
    return (record, line) => {
      let result = number(first(record, line));
      for (const other of others) {
        if (typeof result !== 'number') return result;
        const right = number(other(record, line));
        result = typeof right === 'number' ? combine(result, right) : right;
      }
      return result;
    };
  };
}

function number(value: unknown): number | Invalid | undefined {
  return value === undefined || value instanceof Invalid ? value : toNumber(value);
}

function numeric(evaluate: Evaluate, change: (value: number) => number): Evaluate {
  return (record, line) => {
    const value = number(evaluate(record, line));
    return typeof value === 'number' ? change(value) : value;
  };
}

function textual(name: string, change: (text: string) => string): Compile {
  return (json, find, where) => {
    const evaluate = compileExpression(json[name], find, where);
    return (record, line) => {
      const value = evaluate(record, line);
      const text = value === undefined || value instanceof Invalid ? value : toText(value);
      return typeof text === 'string' ? change(text) || undefined : text;
    };
  };
}

/** Nothing when a column in it is empty. `{line}` is the line of the record, unless a column has that name. */
function template(text: string, find: FindColumn, where: string): Evaluate {
  const pieces = text.split(/\{([^{}]+)\}/);
  const parts = pieces.map((piece, index): Evaluate => (index % 2 === 0 ? () => piece : part(piece, find, where)));
  return (record, line) => {
    let result = '';
    for (const evaluate of parts) {
      const value = evaluate(record, line);
      const piece = value === undefined || value instanceof Invalid ? value : toText(value);
      if (typeof piece !== 'string') return piece;
      result += piece;
    }
    return result;
  };
}

function part(name: string, find: FindColumn, where: string): Evaluate {
  if (name !== 'line') return find(name, where);
  try {
    return find(name, where);
  } catch {
    return (_, line) => line;
  }
}

function choice(json: Json, find: FindColumn, where: string): Evaluate {
  const holds = compileCondition(json['if'], find, `${where}.if`);
  const yes = compileExpression(json['yes'], find, `${where}.yes`);
  const no = json['no'] === undefined ? () => undefined : compileExpression(json['no'], find, `${where}.no`);
  return (record, line) => (holds(record, line) ? yes(record, line) : no(record, line));
}
