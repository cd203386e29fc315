/** The conditions of a mapping file, lowered to the one tree: tests of one column, joined by all, any and not. */
import { patternProblem } from '@kindred/pql';
import type { Columns } from './language/columns.ts';
import { call, literal } from './language/term.ts';
import type { Term } from './language/term.ts';
import type { Json } from './reader.ts';
import { arrayAt, invalid, objectAt, textAt } from './reader.ts';
import { columnTerm } from './sources.ts';
import { Invalid, toText } from './values.ts';

const TESTS = ['equals', 'in', 'startsWith', 'endsWith', 'contains', 'matches', 'lessThan', 'greaterThan', 'empty'] as const;

const HINT = `For example {"column": "invoice", "startsWith": "C"}. Tests: ${TESTS.join(', ')}; or {"all"|"any": […]}, {"not": …}.`;

/** Throws ImportError. */
export function lowerCondition(json: unknown, columns: Columns, where: string): Term {
  const condition = objectAt(json, where, ['column', 'all', 'any', 'not', ...TESTS]);
  if (condition['not'] !== undefined) return call('!', lowerCondition(condition['not'], columns, `${where}.not`));
  for (const joint of ['all', 'any'] as const) {
    if (condition[joint] === undefined) continue;
    const parts = arrayAt(condition[joint], where).map((part, index) => lowerCondition(part, columns, `${where}.${joint}[${index}]`));
    return joint === 'all' ? call('&&', ...parts) : call('||', ...parts);
  }
  const column = columnTerm(textAt(condition['column'], `${where}.column`), columns, where);
  const tests = TESTS.filter((name) => name in condition).map((name) => lowerTest(name, column, condition, where));
  return tests.length === 0 ? invalid(where, 'there is no test', HINT) : call('&&', ...tests);
}

function lowerTest(name: (typeof TESTS)[number], column: Term, json: Json, where: string): Term {
  const operand = json[name];
  switch (name) {
    case 'equals':
      return call('same_text', column, literal(text(operand)));
    case 'in':
      return call('one_of', column, literal(new Set(arrayAt(operand, where).map(text))));
    case 'startsWith':
    case 'endsWith':
    case 'contains':
      return call(name, call('??', column, literal('')), literal(textAt(operand, where)));
    case 'matches':
      return call('finds', call('??', column, literal('')), literal(patternAt(operand, where)));
    case 'lessThan':
    case 'greaterThan':
      if (typeof operand !== 'number') return invalid(where, `"${name}" needs a number`, HINT);
      return call(name === 'lessThan' ? '<' : '>', call('number_or_nothing', column), literal(operand));
    case 'empty':
      return operand === true ? call('is_empty', column) : call('!', call('is_empty', column));
  }
}

function patternAt(operand: unknown, where: string): string {
  const pattern = textAt(operand, where);
  const problem = patternProblem(pattern);
  return problem === null ? pattern : invalid(where, `${JSON.stringify(pattern)}: ${problem.message}`, problem.hint);
}

function text(value: unknown): string {
  const result = toText(value);
  return result instanceof Invalid ? '' : result;
}
