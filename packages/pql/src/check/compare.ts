/** Comparisons: the common form of both sides, coercion of literals, any member of a list. */
import { nearest } from '../nearest.ts';
import type { Span } from '../problems.ts';
import type { Comparison, Test, Value } from '../term.ts';
import { parseTime } from '../time.ts';
import { aType, BOOLEAN, DATE, DATETIME, formOf, NUMBER, STRING } from '../types.ts';
import type { Form } from '../types.ts';
import { both, itemType, never, nothing, testValue, variable } from './context.ts';
import type { Checker } from './context.ts';
import { field } from './names.ts';

/** A checked operand and where it stands. */
export interface Operand {
  readonly value: Value;
  readonly span: Span;
}

/**
 * True when any member satisfies `test`, which must be false for null. Looks through projections and filters, so
 * that a path through events becomes a test on one event.
 */
export function anyMember(checker: Checker, list: Value, test: (item: Value) => Test): Test {
  if (list.op === 'map') {
    const where = list.flatten && list.body.type.kind === 'array' ? anyMember(checker, list.body, test) : test(list.body);
    return { op: 'some', list: list.list, variable: list.variable, where };
  }
  if (list.op === 'filter') {
    const item = variable(list.variable, itemType(list));
    return { op: 'some', list: list.list, variable: list.variable, where: both(list.where, test(item)) };
  }
  const id = checker.fresh();
  return { op: 'some', list, variable: id, where: test(variable(id, itemType(list))) };
}

/** Applies a test that is false for null to a value, or to any member when it is a list. */
export function anyOf(checker: Checker, value: Value, test: (item: Value) => Test): Test {
  return value.type.kind === 'array' ? anyMember(checker, value, (item) => anyOf(checker, item, test)) : test(value);
}

export function compareOperands(checker: Checker, comparison: Comparison, left: Operand, right: Operand): Test {
  if (left.value === nothing || right.value === nothing) return never;
  const lists = [left.value.type.kind === 'array', right.value.type.kind === 'array'];
  if (lists[0] === true && lists[1] === true) return compareLists(checker, comparison, left, right);
  if (lists[0] === true) return anyMember(checker, left.value, (value) => compareOperands(checker, comparison, { ...left, value }, right));
  if (lists[1] === true) return anyMember(checker, right.value, (value) => compareOperands(checker, comparison, left, { ...right, value }));
  if (left.value.type.kind === 'object' && right.value.type.kind === 'object') return compareObjects(checker, comparison, left, right);
  const as = commonForm(left, right);
  if (as === null) return reportBadTime(checker, left, right) ? never : mismatch(checker, comparison, left, right);
  const ordering = comparison !== '=' && comparison !== '!=';
  const form = as === 'any' ? (ordering ? 'number' : 'string') : as;
  if (ordering && (form === 'string' || form === 'boolean')) return unordered(checker, comparison, left, right);
  warnOutsideList(checker, left.value, right);
  warnOutsideList(checker, right.value, left);
  return { op: 'compare', comparison, as: form, left: coerce(left.value, form), right: coerce(right.value, form) };
}

function compareLists(checker: Checker, comparison: Comparison, left: Operand, right: Operand): Test {
  if (comparison !== '=' && comparison !== '!=') {
    checker.report('wrong-type', { from: left.span.from, to: right.span.to }, `Two lists cannot be ordered with \`${comparison}\`.`, {
      hint: 'Compare a number made of each, such as .count() or .max().',
    });
    return never;
  }
  const list = coerceList(checker, right, left.value);
  return list === null ? never : { op: 'compare', comparison, as: 'list', left: left.value, right: list };
}

/** Objects are the same when their `_id` is. */
function compareObjects(checker: Checker, comparison: Comparison, left: Operand, right: Operand): Test {
  const known = [left, right].every(({ value }) => value.type.kind === 'object' && Object.hasOwn(value.type.fields, '_id'));
  if (!known) return mismatch(checker, comparison, left, right);
  const [leftId, rightId] = [left, right].map(({ value, span }) => ({ value: field(checker, value, { name: '_id', span }), span }));
  return leftId === undefined || rightId === undefined ? never : compareOperands(checker, comparison, leftId, rightId);
}

function mismatch(checker: Checker, comparison: string, left: Operand, right: Operand): Test {
  const span = { from: left.span.from, to: right.span.to };
  const [leftType, rightType] = [left, right].map(({ value }) => aType(value.type));
  const hint = [left, right].some(({ value }) => value.type.kind === 'object')
    ? 'Compare one of the fields of the object.'
    : literalHint(left, right);
  checker.report('wrong-type', span, `\`${comparison}\` cannot compare ${leftType} with ${rightType}.`, hint === null ? {} : { hint });
  return never;
}

function literalHint(left: Operand, right: Operand): string | null {
  if (right.value.op !== 'literal') return null;
  switch (formOf(left.value.type)) {
    case 'number':
      return `Write a number, not ${JSON.stringify(right.value.value)}.`;
    case 'boolean':
      return 'Write true or false.';
    case 'time':
      return 'Write a timestamp such as "2024-02-29T10:00:00Z", or use `occurs`.';
    default:
      return null;
  }
}

function unordered(checker: Checker, comparison: Comparison, left: Operand, right: Operand): Test {
  const kind = (formOf(left.value.type) === null ? right : left).value.type;
  checker.report(
    'wrong-type',
    { from: left.span.from, to: right.span.to },
    `\`${comparison}\` orders numbers and times, and this is ${aType(kind)}.`,
    {
      hint: kind.kind === 'string' ? 'Strings can be tested with =, in, contains, startsWith, endsWith, like, matches.' : 'Use = or !=.',
    },
  );
  return never;
}

/** The form both sides can be brought to: the left one's if possible. 'any' when nothing is known about either. */
function commonForm(left: Operand, right: Operand): Form | 'any' | null {
  const forms = [left, right].map(({ value }) => formOf(value.type));
  const [leftForm = null, rightForm = null] = forms;
  const unknown = [left, right].map(({ value }) => value.type.kind === 'unknown');
  if (unknown[0] === true && unknown[1] === true) return 'any';
  if (unknown[0] === true) return rightForm;
  if (unknown[1] === true) return leftForm;
  if (leftForm === null || rightForm === null) return null;
  if (leftForm === rightForm) return leftForm;
  if (coercible(right.value, leftForm)) return leftForm;
  if (coercible(left.value, rightForm)) return rightForm;
  return null;
}

/** A text compared with a time is meant as one; says so when it is none. */
function reportBadTime(checker: Checker, left: Operand, right: Operand): boolean {
  const [time, other] = formOf(left.value.type) === 'time' ? [left, right] : [right, left];
  if (formOf(time.value.type) !== 'time' || other.value.op !== 'literal' || typeof other.value.value !== 'string') return false;
  checker.report('bad-date', other.span, `${JSON.stringify(other.value.value)} is not a timestamp.`, {
    hint: 'Write "2024-02-29" or "2024-02-29T10:00:00+01:00", or use `occurs` with words such as yesterday.',
  });
  return true;
}

/** True when a value of another form can stand for one of `form`: literals that spell one, and stored timestamps. */
function coercible(value: Value, form: Form): boolean {
  const from = formOf(value.type);
  // Timestamps may be kept as epoch milliseconds or as ISO text.
  if (form === 'time' && value.op !== 'literal') return from === 'number' || from === 'string';
  return value.op === 'literal' && coerceLiteral(value.value, form) !== null;
}

/** A value in the given form; literals are converted now, fields by the back end (`as`). */
export function coerce(value: Value, form: Form): Value {
  if (value.op !== 'literal' || value.value === null || formOf(value.type) === form) return value;
  return coerceLiteral(value.value, form) ?? value;
}

function coerceLiteral(value: string | number | boolean | null, form: Form): Value | null {
  switch (form) {
    case 'string':
      return value === null ? null : { op: 'literal', value: String(value), type: STRING };
    case 'number':
      return typeof value === 'string' && /^\s*-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?\s*$/.test(value)
        ? { op: 'literal', value: Number(value), type: NUMBER }
        : null;
    case 'boolean':
      return value === 'true' || value === 'false' ? { op: 'literal', value: value === 'true', type: BOOLEAN } : null;
    case 'time': {
      const time = typeof value === 'boolean' ? null : parseTime(value);
      return time === null
        ? null
        : { op: 'literal', value: time, type: typeof value === 'string' && !value.includes('T') ? DATE : DATETIME };
    }
    default:
      return form satisfies never;
  }
}

/** A list whose members are of the form that `like` (a value or a list) has. Null after a problem. */
export function coerceList(checker: Checker, { value, span }: Operand, like: Value): Value | null {
  const wanted = like.type.kind === 'array' ? like.type.items : like.type;
  const form = formOf(wanted);
  const items = itemType(value);
  if (value.op === 'list' && form !== null) {
    const bad = value.items.find(
      (item) => item !== nothing && item.type.kind !== 'unknown' && formOf(item.type) !== form && !coercible(item, form),
    );
    if (bad !== undefined) {
      checker.report('wrong-type', span, `This list holds ${aType(bad.type)}, and its members are compared with ${aType(wanted)}.`);
      return null;
    }
    for (const item of value.items)
      warnOutsideList(checker, like.type.kind === 'array' ? { ...like, type: wanted } : like, { value: item, span });
    return { ...value, items: value.items.map((item) => coerce(item, form)), type: { kind: 'array', items: wanted } };
  }
  if (form === null || items.kind === 'unknown' || formOf(items) === form) return value;
  checker.report('wrong-type', span, `This is ${aType(value.type)}, and it is compared with ${aType(wanted)}.`);
  return null;
}

/** `value in list`; any member when the value is a list itself. */
export function memberOf(checker: Checker, negated: boolean, left: Operand, right: Operand): Test {
  if (left.value === nothing || right.value === nothing) return never;
  const { type } = right.value;
  if (type.kind !== 'array' && type.kind !== 'unknown') {
    checker.report(
      'wrong-type',
      right.span,
      `\`${negated ? 'notIn' : 'in'}\` needs a list on its right side, and this is ${aType(type)}.`,
      listHint(right),
    );
    return never;
  }
  return anyOf(checker, left.value, (value) => {
    if (value.type.kind === 'object' || value.type.kind === 'map') {
      checker.report('wrong-type', left.span, `This is ${aType(value.type)}, and it cannot be a member of a list of simple values.`);
      return never;
    }
    const list = coerceList(checker, right, value);
    return list === null ? never : { op: 'member', negated, value, list };
  });
}

function listHint({ value, span }: Operand): { readonly hint?: string; readonly fix?: { readonly span: Span; readonly text: string } } {
  if (value.op !== 'literal') return {};
  const text = `[${JSON.stringify(value.value)}]`;
  return { hint: `Write ${text}.`, fix: { span, text } };
}

/** Warns when a literal is not one of the values that the schema allows. */
export function warnOutsideList(checker: Checker, { type }: Value, { value, span }: Operand): void {
  if (type.kind !== 'string' || type.enum === undefined || value.op !== 'literal' || typeof value.value !== 'string') return;
  if (type.enum.includes(value.value)) return;
  const near = nearest(value.value, type.enum);
  checker.report('value-not-in-list', span, `The field never has the value ${JSON.stringify(value.value)}.`, {
    hint: near === null ? `Allowed: ${type.enum.slice(0, 10).join(', ')}.` : `Did you mean ${JSON.stringify(near)}?`,
  });
}

/** A value in a Boolean place. */
export function truth(value: Value): Test {
  if (value.op === 'test') return value.test;
  switch (value.type.kind) {
    case 'boolean':
      return { op: 'holds', value };
    case 'unknown':
      // Without a schema: known and not false, which is the rule of every type taken together.
      return both(
        { op: 'known', value },
        { op: 'not', term: { op: 'compare', comparison: '=', as: 'boolean', left: value, right: testValue(never) } },
      );
    default:
      return { op: 'known', value };
  }
}
