/** The JSON forms of mapping files, lowered to the one tree of expressions. */
import { lowerCondition } from './condition.ts';
import type { Columns } from './language/columns.ts';
import type { Term } from './language/term.ts';
import { call, literal } from './language/term.ts';
import type { TimeFormat, Translation } from './language/functions/forms.ts';
import type { Json } from './reader.ts';
import { arrayAt, invalid, objectAt, textAt } from './reader.ts';
import { columnTerm, expressionTerm } from './sources.ts';
import { timeParser } from './time-format.ts';
import { show } from './values.ts';

const FORMS =
  'Forms: "column", {"column"}, {"constant"}, {"expression"}, {"template"}, {"add"|"subtract"|"multiply"|"divide"}, {"absolute"}, {"lower"|"upper"|"trim"}, {"if", "yes", "no"}.';

const OPTIONS = ['values', 'otherwise', 'format', 'zone', 'round'];

type Lower = (json: Json, columns: Columns, where: string) => Term;

const LOWERERS: Readonly<Record<string, Lower>> = {
  column: (json, columns, where) => columnTerm(textAt(json['column'], where), columns, where),
  constant: (json) => literal(json['constant']),
  expression: (json, columns, where) => expressionTerm(textAt(json['expression'], where), columns, where),
  template: (json, columns, where) => template(textAt(json['template'], where), columns, where),
  add: arithmetic('add', '+'),
  subtract: arithmetic('subtract', '-'),
  multiply: arithmetic('multiply', '*'),
  divide: arithmetic('divide', '/'),
  absolute: (json, columns, where) => call('abs', call('number', lowerForm(json['absolute'], columns, where))),
  lower: (json, columns, where) => call('lower', lowerForm(json['lower'], columns, where)),
  upper: (json, columns, where) => call('upper', lowerForm(json['upper'], columns, where)),
  trim: (json, columns, where) => call('trim', lowerForm(json['trim'], columns, where)),
  if: choice,
};

/** Lowers a form; text alone names a column. Throws ImportError. */
export function lowerForm(json: unknown, columns: Columns, where: string): Term {
  if (typeof json === 'string') return columnTerm(json, columns, where);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return invalid(where, `${show(json)} is no expression`, FORMS);
  const form = Object.keys(LOWERERS).find((name) => name in json);
  const lower = form === undefined ? undefined : LOWERERS[form];
  if (form === undefined || lower === undefined) return invalid(where, `${show(json)} is no expression`, FORMS);
  const expression = objectAt(json, where, [form, ...(form === 'if' ? ['yes', 'no'] : []), ...OPTIONS]);
  return withOptions(lower(expression, columns, where), expression, where);
}

/** A table of values, a format of times, or rounding, applied to the result. */
function withOptions(term: Term, json: Json, where: string): Term {
  let result = term;
  if (json['values'] !== undefined) result = call('translate', result, literal(translation(json, where)));
  if (json['format'] !== undefined || json['zone'] !== undefined) result = call('time', result, literal(timeFormat(json, where)));
  const digits = json['round'];
  if (digits === undefined) return result;
  if (typeof digits !== 'number') return invalid(where, '"round" must be a number of digits', 'For example 2 for cents.');
  return call('round', call('number', result), literal(digits));
}

function translation(json: Json, where: string): Translation {
  const values = new Map(Object.entries(objectAt(json['values'], where, Object.keys(json['values'] ?? {}))));
  return { values, keep: !('otherwise' in json), otherwise: json['otherwise'] ?? undefined };
}

function timeFormat(json: Json, where: string): TimeFormat {
  const format = json['format'] === undefined ? 'iso' : textAt(json['format'], where);
  return { format, parse: timeParser(format, json['zone'] === undefined ? null : textAt(json['zone'], where), where) };
}

function arithmetic(name: string, operator: string): Lower {
  return (json, columns, where) => {
    const [first, ...others] = arrayAt(json[name], where).map((operand, index) =>
      typeof operand === 'number' ? literal(operand) : call('number', lowerForm(operand, columns, `${where}.${name}[${index}]`)),
    );
    if (first === undefined || others.length === 0)
      return invalid(where, `"${name}" needs two or more operands`, `For example {"${name}": ["quantity", "price"]}.`);
    return others.reduce((left, right) => call(operator, left, right), first);
  };
}

/** Nothing when a column in it is empty. `{line}` is the line of the record, unless a column has that name. */
function template(text: string, columns: Columns, where: string): Term {
  const pieces = text.split(/\{([^{}]+)\}/);
  return call('template', ...pieces.map((piece, index) => (index % 2 === 0 ? literal(piece) : part(piece, columns, where))));
}

function part(name: string, columns: Columns, where: string): Term {
  if (name !== 'line') return columnTerm(name, columns, where);
  const line: Term = { kind: 'line' };
  if (columns.names !== null) return columns.names.includes(name) ? columnTerm(name, columns, where) : line;
  return call('??', columnTerm(name, columns, where), line);
}

function choice(json: Json, columns: Columns, where: string): Term {
  const test = lowerCondition(json['if'], columns, `${where}.if`);
  const yes = lowerForm(json['yes'], columns, `${where}.yes`);
  return call('iif', test, yes, json['no'] === undefined ? literal(null) : lowerForm(json['no'], columns, `${where}.no`));
}
