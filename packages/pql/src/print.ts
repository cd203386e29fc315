/** Syntax tree → canonical text. Reading the text gives the same tree again, spans aside. */
import type { ChainStep, Declaration, Expr, TimeSpec } from './ast.ts';
import type { TimeUnit } from './term.ts';

/** Binding strength of a node's text, on the levels of the parser (`LEVEL` in parse/cursor.ts). */
function strength(expr: Expr): number {
  switch (expr.kind) {
    case 'lambda':
    case 'let':
    case 'select':
    case 'exists':
    case 'forall':
    case 'aggregate':
      return 0;
    case 'logic':
      return expr.operator === 'or' ? 1 : 2;
    case 'not':
      return 3;
    case 'occurs':
      return 4;
    case 'binary':
      return binaryStrength(expr.operator);
    case 'negative':
      return 7;
    // `this month` would swallow no dot, but reads better in parentheses before one.
    case 'calendar':
      return 7;
    default:
      return 9;
  }
}

function binaryStrength(operator: string): number {
  if (operator === '+' || operator === '-') return 5;
  return operator === '*' || operator === '/' || operator === '%' ? 6 : 4;
}

/** The text of a string literal, quotes included. */
export const quote = (text: string): string => JSON.stringify(text);

const PLURALS: Partial<Record<TimeUnit, string>> = { century: 'centuries', millennium: 'millennia' };
export const unitText = (amount: number, unit: TimeUnit): string => (amount === 1 ? unit : (PLURALS[unit] ?? `${unit}s`));

/** Text of a tree on one line. */
export function print(expr: Expr): string {
  return at(expr, 0);
}

/** Text for a place that needs at least the given strength; parentheses where the node is weaker. */
export function at(expr: Expr, level: number): string {
  const text = bare(expr);
  return strength(expr) < level ? `(${text})` : text;
}

function bare(expr: Expr): string {
  switch (expr.kind) {
    case 'string':
      return quote(expr.value);
    case 'integer':
      return String(expr.value);
    case 'double':
      return doubleText(expr.value);
    case 'boolean':
      return String(expr.value);
    case 'array':
      return `[${expr.items.map((item) => at(item, 1)).join(', ')}]`;
    case 'object':
      return expr.entries.length === 0
        ? '{}'
        : `{ ${expr.entries.map((entry) => `${quote(entry.key)}: ${at(entry.value, 1)}`).join(', ')} }`;
    case 'name':
      return expr.up === 0 ? expr.name : `${'^'.repeat(expr.up)}.${expr.name}`;
    case 'parameter':
      return `$${expr.position}`;
    case 'this':
      return 'this';
    case 'context':
      return `@{${expr.schema}${expr.version === null ? '' : `;version=${expr.version}`}}`;
    case 'field':
      return `${at(expr.object, 8)}.${expr.name}`;
    case 'method':
      return `${at(expr.receiver, 8)}.${expr.name}(${args(expr.args)})`;
    case 'call':
      return `${expr.name}(${args(expr.args)})`;
    case 'filter':
      return `${at(expr.list, 8)}[${at(expr.where, 0)}]`;
    default:
      return compound(expr);
  }
}

type Atom =
  | 'string'
  | 'integer'
  | 'double'
  | 'boolean'
  | 'array'
  | 'object'
  | 'name'
  | 'parameter'
  | 'this'
  | 'context'
  | 'field'
  | 'method'
  | 'call'
  | 'filter';

function compound(expr: Exclude<Expr, { readonly kind: Atom | 'integer' | 'double' }>): string {
  switch (expr.kind) {
    case 'lambda':
      return `(${expr.parameters.join(', ')}) => ${at(expr.body, 0)}`;
    // The value is read up to a bare `in`, so anything that could hold one is parenthesised.
    case 'let':
      return `let ${expr.name} = ${at(expr.value, 5)} in ${at(expr.body, 0)}`;
    case 'if':
      return `if(${args([expr.condition, expr.yes, expr.no])})`;
    case 'select':
    case 'exists':
    case 'forall':
      return `${expr.kind} ${declarationList(expr.declarations)}`;
    case 'aggregate':
      return `${expr.fn} ${expr.value === null ? '' : `${aggregatedText(expr.value)} over `}${declarationList(expr.declarations)}`;
    case 'negative':
      return `-${at(expr.operand, 8)}`;
    case 'not':
      return `not (${at(expr.operand, 0)})`;
    case 'logic':
      return expr.terms.map((term) => at(term, strength(expr) + 1)).join(` ${expr.operator} `);
    case 'binary':
      return binaryText(expr);
    case 'occurs':
      return `${at(expr.value, 5)} occurs ${timeText(expr.time)}`;
    case 'timeWord':
      return expr.word;
    case 'calendar':
      return `${expr.which} ${expr.unit}`;
    case 'chain':
      return `chain(${at(expr.events, 1)}, ${expr.orderBy}, [${expr.steps.map(stepText).join(', ')}])`;
    case 'missing':
      return '?';
    default:
      return expr satisfies never;
  }
}

/** `sum [1] over` would read as a filter on a field `sum`. */
function aggregatedText(value: Expr): string {
  const text = at(value, 8);
  return /^[[{]/.test(text) ? `(${text})` : text;
}

function binaryText({ operator, left, right }: Extract<Expr, { readonly kind: 'binary' }>): string {
  const level = binaryStrength(operator);
  // Comparisons do not associate; arithmetic associates to the left.
  return `${at(left, level === 4 ? 5 : level)} ${operator} ${at(right, level + 1)}`;
}

function args(list: readonly Expr[]): string {
  // A lambda may stand bare as an argument; the other open forms get parentheses for the reader's sake.
  return list.map((each) => (each.kind === 'lambda' ? at(each, 0) : at(each, 1))).join(', ');
}

function doubleText(value: number): string {
  const text = String(value);
  return /^\d+$/.test(text) ? `${text}.0` : text;
}

function declarationList(declarations: readonly Declaration[]): string {
  return declarations
    .map((each) => `${each.variable} from ${at(each.from, 1)}${each.where === null ? '' : ` where ${at(each.where, 1)}`}`)
    .join(', ');
}

export function timeText(time: TimeSpec): string {
  switch (time.kind) {
    case 'distance':
      return `${time.comparison} ${time.amount} ${unitText(time.amount, time.unit)} ${time.direction} ${at(time.reference, 5)}`;
    case 'relative':
      return `${time.direction} ${at(time.reference, 5)}`;
    case 'between':
      return `between ${at(time.first, 5)} and ${at(time.last, 5)}`;
    case 'on':
      return `on ${at(time.reference, 5)}`;
    default:
      return time satisfies never;
  }
}

export function stepText(step: ChainStep): string {
  const parts = [
    ...(step.what === null ? [] : [`${step.negated ? 'NOT ' : ''}WHAT(${at(step.what, 0)})`]),
    ...(step.when.length === 0 ? [] : [`WHEN(${step.when.map(timeText).join(' and ')})`]),
    ...(step.count === null ? [] : [`COUNT(${step.count})`]),
    ...(step.where === null ? [] : [`WHERE(${at(step.where, 0)})`]),
  ];
  return `${step.label}: ${parts.join(' ')}`;
}
