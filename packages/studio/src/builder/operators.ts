/** Operators by type, and the test that a rule begins with. */
import type { FieldTest, Operand, Scalar, TextFunction, Type } from '@kindred/pql';
import { memberType } from './field-type.ts';
import { inLast } from './time-kinds.ts';

export interface Operator {
  readonly key: string;
  readonly label: string;
  /** The test with this operator, keeping what fits of the one before. */
  readonly apply: (test: FieldTest) => FieldTest;
}

const TEXTS: readonly (readonly [TextFunction, string])[] = [
  ['equals', 'equals'],
  ['notEqualTo', 'does not equal'],
  ['startsWith', 'starts with'],
  ['doesNotStartWith', 'does not start with'],
  ['endsWith', 'ends with'],
  ['doesNotEndWith', 'does not end with'],
  ['contains', 'contains'],
  ['doesNotContain', 'does not contain'],
];

const COMPARISONS = [
  ['=', 'equals'],
  ['!=', 'does not equal'],
  ['>', 'is greater than'],
  ['>=', 'is greater than or equal to'],
  ['<', 'is less than'],
  ['<=', 'is less than or equal to'],
] as const;

export function valuesOf(test: FieldTest): readonly Scalar[] {
  if (test.op === 'text' || test.op === 'in' || test.op === 'list') return test.values;
  if (test.op === 'pattern') return [test.pattern];
  return test.op === 'compare' && test.operand.kind === 'value' ? [test.operand.value] : [];
}

const text = (fn: TextFunction, label: string): Operator => ({
  key: `text ${fn}`,
  label,
  apply: (test) => {
    const values = valuesOf(test).map(String);
    return { op: 'text', fn, values: values.length === 0 ? [''] : values, caseSensitive: test.op === 'text' && test.caseSensitive };
  },
});

const compare = (comparison: (typeof COMPARISONS)[number][0], label: string, initial: Scalar): Operator => ({
  key: `compare ${comparison}`,
  label,
  apply: (test) => ({ op: 'compare', comparison, operand: operandOf(test, initial) }),
});

function operandOf(test: FieldTest, initial: Scalar): Operand {
  if (test.op === 'compare') return test.operand;
  const [value] = valuesOf(test);
  return { kind: 'value', value: typeof value === typeof initial && value !== undefined ? value : initial };
}

const member = (negated: boolean): Operator => ({
  key: negated ? 'notIn' : 'in',
  label: negated ? 'is none of' : 'is one of',
  apply: (test) => ({ op: 'in', negated, values: valuesOf(test).filter((value) => value !== '') }),
});

const list = (fn: 'includes' | 'intersects' | 'subsetOf' | 'supersetOf', label: string): Operator => ({
  key: `list ${fn}`,
  label,
  apply: (test) => ({ op: 'list', fn, values: fn === 'includes' ? [valuesOf(test)[0] ?? ''] : valuesOf(test) }),
});

const pattern = (fn: 'like' | 'matches', label: string): Operator => ({
  key: `pattern ${fn}`,
  label,
  apply: (test) => ({ op: 'pattern', fn, pattern: String(valuesOf(test)[0] ?? '') }),
});

const fixed = (op: 'exists' | 'missing' | 'holds', label: string): Operator => ({ key: op, label, apply: () => ({ op }) });
const PRESENCE = [fixed('exists', 'exists'), fixed('missing', 'does not exist')];
const TEXT_OPERATORS = [...TEXTS.map(([fn, label]) => text(fn, label)), pattern('like', 'is like'), pattern('matches', 'matches')];
const LISTS = [
  list('intersects', 'has any of'),
  list('supersetOf', 'has all of'),
  list('subsetOf', 'has only'),
  list('includes', 'includes'),
];

const truth = (value: boolean): Operator => ({
  key: `is ${String(value)}`,
  label: value ? 'is true' : 'is false',
  apply: () => ({ op: 'compare', comparison: '=', operand: { kind: 'value', value } }),
});
const field = (comparison: '=' | '!=', label: string): Operator => ({
  key: `compare ${comparison}`,
  label,
  apply: (test) => ({
    op: 'compare',
    comparison,
    operand: test.op === 'compare' ? test.operand : { kind: 'field', of: 'own', path: ['field'] },
  }),
});

const occurs: Operator = {
  key: 'time',
  label: 'occurs',
  apply: (test) => (test.op === 'time' ? test : { op: 'time', time: inLast(30, 'day') }),
};

/** Of the values of a type; `exists` always comes last. */
export function operatorsFor(type: Type): readonly Operator[] {
  switch (type.kind) {
    case 'integer':
    case 'number':
      return [...COMPARISONS.map(([comparison, label]) => compare(comparison, label, 0)), member(false), member(true), ...PRESENCE];
    case 'boolean':
      return [truth(true), truth(false), ...PRESENCE];
    case 'date':
    case 'datetime':
      return [occurs, ...COMPARISONS.map(([comparison, label]) => compare(comparison, label, '')), ...PRESENCE];
    case 'string':
      return [
        ...TEXT_OPERATORS,
        member(false),
        member(true),
        field('=', 'equals the field'),
        field('!=', 'differs from the field'),
        ...PRESENCE,
      ];
    case 'array':
      return [...operatorsFor(memberType(type)).filter(({ key }) => key !== 'exists' && key !== 'missing'), ...LISTS, ...PRESENCE];
    case 'object':
    case 'map':
      return PRESENCE;
    default:
      return [
        ...TEXT_OPERATORS,
        ...COMPARISONS.map(([comparison, label]) => compare(comparison, label, 0)),
        member(false),
        member(true),
        occurs,
        truth(true),
        truth(false),
        ...LISTS,
        ...PRESENCE,
      ].filter(({ key }, index, all) => all.findIndex((other) => other.key === key) === index);
  }
}

export function operatorKey(test: FieldTest): string {
  switch (test.op) {
    case 'text':
    case 'list':
    case 'pattern':
      return `${test.op} ${test.fn}`;
    case 'compare':
      return test.comparison === '=' && test.operand.kind === 'value' && typeof test.operand.value === 'boolean'
        ? `is ${String(test.operand.value)}`
        : `compare ${test.comparison}`;
    case 'in':
      return test.negated ? 'notIn' : 'in';
    default:
      return test.op;
  }
}

const OTHERS: readonly Operator[] = [fixed('holds', 'is true or there')];

/** The operators of a type, and the one that a rule has although its type would not offer it. */
export function operatorsWith(type: Type, test: FieldTest): readonly Operator[] {
  const offered = operatorsFor(type);
  const key = operatorKey(test);
  if (offered.some((operator) => operator.key === key)) return offered;
  const known = [...OTHERS, ...operatorsFor({ kind: 'unknown' })].find((operator) => operator.key === key);
  return [...offered, known ?? { key, label: key, apply: (same) => same }];
}

export function initialTest(type: Type): FieldTest {
  const [first] = operatorsFor(type);
  return first === undefined ? { op: 'exists' } : first.apply({ op: 'exists' });
}
