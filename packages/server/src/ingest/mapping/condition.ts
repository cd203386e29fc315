/** The conditions of a mapping: tests of one column, joined by all, any and not. */
import type { FindColumn } from './expression.ts';
import type { Json } from './reader.ts';
import { arrayAt, invalid, objectAt, textAt } from './reader.ts';
import { Invalid, toNumber, toText } from './values.ts';

export type Holds = (record: unknown, line: number) => boolean;

type Test = (value: unknown) => boolean;

const TESTS = ['equals', 'in', 'startsWith', 'endsWith', 'contains', 'matches', 'lessThan', 'greaterThan', 'empty'] as const;

const HINT = `For example {"column": "invoice", "startsWith": "C"}. Tests: ${TESTS.join(', ')}; or {"all"|"any": […]}, {"not": …}.`;

/** Compiles a condition. Throws ImportError. */
export function compileCondition(json: unknown, find: FindColumn, where: string): Holds {
  const condition = objectAt(json, where, ['column', 'all', 'any', 'not', ...TESTS]);
  if (condition['not'] !== undefined) {
    const holds = compileCondition(condition['not'], find, `${where}.not`);
    return (record, line) => !holds(record, line);
  }
  for (const joint of ['all', 'any'] as const) {
    if (condition[joint] === undefined) continue;
    const parts = arrayAt(condition[joint], where).map((part, index) => compileCondition(part, find, `${where}.${joint}[${index}]`));
    return joint === 'all'
      ? (record, line) => parts.every((holds) => holds(record, line))
      : (record, line) => parts.some((holds) => holds(record, line));
  }
  const column = find(textAt(condition['column'], `${where}.column`), where);
  const tests = TESTS.filter((name) => name in condition).map((name) => compileTest(name, condition, where));
  if (tests.length === 0) return invalid(where, 'there is no test', HINT);
  return (record, line) => {
    const value = column(record, line);
    return tests.every((test) => test(value));
  };
}

function compileTest(name: (typeof TESTS)[number], json: Json, where: string): Test {
  const operand = json[name];
  switch (name) {
    case 'equals':
      return (value) => value !== undefined && text(value) === text(operand);
    case 'in': {
      const allowed = new Set(arrayAt(operand, where).map(text));
      return (value) => value !== undefined && allowed.has(text(value));
    }
    case 'startsWith':
    case 'endsWith':
    case 'contains': {
      const part = textAt(operand, where);
      if (name === 'startsWith') return (value) => text(value).startsWith(part);
      if (name === 'endsWith') return (value) => text(value).endsWith(part);
      return (value) => text(value).includes(part);
    }
    case 'matches': {
      const expression = expressionOf(textAt(operand, where), where);
      return (value) => expression.test(text(value));
    }
    case 'lessThan':
    case 'greaterThan': {
      if (typeof operand !== 'number') return invalid(where, `"${name}" needs a number`, HINT);
      return (value) => compare(value, operand, name);
    }
    case 'empty':
      return (value) => (value === undefined) === (operand === true);
  }
}

function compare(value: unknown, operand: number, name: 'lessThan' | 'greaterThan'): boolean {
  const number = value === undefined ? NaN : toNumber(value);
  if (number instanceof Invalid) return false;
  return name === 'lessThan' ? number < operand : number > operand;
}

function expressionOf(source: string, where: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch (error) {
    return invalid(where, (error as Error).message, 'Write a regular expression as JavaScript does, without slashes.');
  }
}

function text(value: unknown): string {
  const result = toText(value);
  return result instanceof Invalid ? '' : result;
}
