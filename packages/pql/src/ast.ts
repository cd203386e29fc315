/**
 * The syntax tree: what the text says, before any name is looked up. Plain readonly JSON; every node has its span.
 * Parentheses leave no node; `some` is `exists`; `("a", "b")` is an array.
 */
import type { Span } from './problems.ts';
import type { AggregateFunction, Comparison, TimeUnit } from './term.ts';

export type { Span } from './problems.ts';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
export type BinaryOperator = ArithmeticOperator | Comparison | 'in' | 'notIn' | 'like' | 'matches';
export type TimeWord = 'now' | 'today' | 'yesterday' | 'tomorrow';
export type PrefixAggregate = Exclude<AggregateFunction, 'count'>;

export type Literal =
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  | { readonly kind: 'integer' | 'double'; readonly value: number; readonly span: Span }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly span: Span };

export type Expr =
  | Literal
  | { readonly kind: 'array'; readonly items: readonly Expr[]; readonly span: Span }
  | { readonly kind: 'object'; readonly entries: readonly ObjectEntry[]; readonly span: Span }
  /** The first name of a path; `up` counts the carets before it. */
  | { readonly kind: 'name'; readonly name: string; readonly up: number; readonly span: Span }
  /** `$1`, counted from 1. */
  | { readonly kind: 'parameter'; readonly position: number; readonly span: Span }
  | { readonly kind: 'this'; readonly span: Span }
  | { readonly kind: 'context'; readonly schema: string; readonly version: number | null; readonly span: Span }
  | { readonly kind: 'field'; readonly object: Expr; readonly name: string; readonly nameSpan: Span; readonly span: Span }
  | {
      readonly kind: 'method';
      readonly receiver: Expr;
      readonly name: string;
      readonly nameSpan: Span;
      readonly args: readonly Expr[];
      readonly span: Span;
    }
  | { readonly kind: 'call'; readonly name: string; readonly nameSpan: Span; readonly args: readonly Expr[]; readonly span: Span }
  | { readonly kind: 'filter'; readonly list: Expr; readonly where: Expr; readonly span: Span }
  | { readonly kind: 'lambda'; readonly parameters: readonly string[]; readonly body: Expr; readonly span: Span }
  | { readonly kind: 'let'; readonly name: string; readonly value: Expr; readonly body: Expr; readonly span: Span }
  | { readonly kind: 'if'; readonly condition: Expr; readonly yes: Expr; readonly no: Expr; readonly span: Span }
  | { readonly kind: 'select' | 'exists' | 'forall'; readonly declarations: readonly Declaration[]; readonly span: Span }
  /** `sum EXPR over V from A`; without EXPR the one variable itself is aggregated. */
  | {
      readonly kind: 'aggregate';
      readonly fn: PrefixAggregate;
      readonly value: Expr | null;
      readonly declarations: readonly Declaration[];
      readonly span: Span;
    }
  | { readonly kind: 'negative'; readonly operand: Expr; readonly span: Span }
  | { readonly kind: 'not'; readonly operand: Expr; readonly span: Span }
  | { readonly kind: 'logic'; readonly operator: 'and' | 'or'; readonly terms: readonly Expr[]; readonly span: Span }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expr; readonly right: Expr; readonly span: Span }
  | { readonly kind: 'occurs'; readonly value: Expr; readonly time: TimeSpec; readonly span: Span }
  | { readonly kind: 'timeWord'; readonly word: TimeWord; readonly span: Span }
  | { readonly kind: 'calendar'; readonly which: 'this' | 'last' | 'next'; readonly unit: TimeUnit; readonly span: Span }
  | {
      readonly kind: 'chain';
      readonly events: Expr;
      readonly orderBy: string;
      readonly orderBySpan: Span;
      readonly steps: readonly ChainStep[];
      readonly span: Span;
    }
  /** Stands where a value is missing from broken text; a problem has been reported. */
  | { readonly kind: 'missing'; readonly span: Span };

export interface ObjectEntry {
  readonly key: string;
  readonly value: Expr;
  readonly span: Span;
}

export interface Declaration {
  readonly variable: string;
  readonly variableSpan: Span;
  readonly from: Expr;
  readonly where: Expr | null;
  readonly span: Span;
}

export type TimeSpec =
  | {
      readonly kind: 'distance';
      readonly comparison: Comparison;
      readonly amount: number;
      readonly unit: TimeUnit;
      readonly direction: 'before' | 'after' | 'from';
      readonly reference: Expr;
      readonly span: Span;
    }
  | { readonly kind: 'relative'; readonly direction: 'before' | 'after' | 'from'; readonly reference: Expr; readonly span: Span }
  | { readonly kind: 'between'; readonly first: Expr; readonly last: Expr; readonly span: Span }
  | { readonly kind: 'on'; readonly reference: Expr; readonly span: Span };

export interface ChainStep {
  readonly label: string;
  readonly labelSpan: Span;
  readonly negated: boolean;
  readonly what: Expr | null;
  readonly when: readonly TimeSpec[];
  readonly count: number | null;
  readonly where: Expr | null;
  readonly span: Span;
}

/** The expressions directly below, in the order of the text. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'string':
    case 'integer':
    case 'double':
    case 'boolean':
    case 'name':
    case 'parameter':
    case 'this':
    case 'context':
    case 'timeWord':
    case 'calendar':
    case 'missing':
      return [];
    case 'array':
      return expr.items;
    case 'object':
      return expr.entries.map((entry) => entry.value);
    case 'field':
      return [expr.object];
    case 'method':
      return [expr.receiver, ...expr.args];
    case 'call':
      return expr.args;
    case 'filter':
      return [expr.list, expr.where];
    case 'lambda':
      return [expr.body];
    case 'let':
      return [expr.value, expr.body];
    case 'if':
      return [expr.condition, expr.yes, expr.no];
    case 'select':
    case 'exists':
    case 'forall':
      return declared(expr.declarations);
    case 'aggregate':
      return [...present(expr.value), ...declared(expr.declarations)];
    case 'negative':
    case 'not':
      return [expr.operand];
    case 'logic':
      return expr.terms;
    case 'binary':
      return [expr.left, expr.right];
    case 'occurs':
      return [expr.value, ...timeParts(expr.time)];
    case 'chain':
      return [expr.events, ...expr.steps.flatMap(stepParts)];
    default:
      return expr satisfies never;
  }
}

const present = (expr: Expr | null): readonly Expr[] => (expr === null ? [] : [expr]);
const declared = (declarations: readonly Declaration[]): readonly Expr[] =>
  declarations.flatMap((each) => [each.from, ...present(each.where)]);
const timeParts = (time: TimeSpec): readonly Expr[] => (time.kind === 'between' ? [time.first, time.last] : [time.reference]);
const stepParts = (step: ChainStep): readonly Expr[] => [...present(step.what), ...step.when.flatMap(timeParts), ...present(step.where)];
