/** The Pratt parser: operands, postfix forms and operators by level. */
import type { BinaryOperator, Declaration, Expr, ObjectEntry, TimeWord } from '../ast.ts';
import { callInfo, callName, methodInfo, methodName } from '../functions.ts';
import type { Span } from '../problems.ts';
import { chainExpression } from './chain.ts';
import { LEVEL } from './cursor.ts';
import type { Cursor, Parsing } from './cursor.ts';
import { timeSpec, unitOf } from './time.ts';

/** Words that cannot begin a value: an operator or clause word there means that a value is missing. */
const OPERATOR_WORDS: ReadonlySet<string> = new Set(['and', 'or', 'in', 'notin', 'like', 'matches', 'occurs', 'where', 'from']);
const TIME_WORDS: ReadonlySet<string> = new Set(['now', 'today', 'yesterday', 'tomorrow']);
const QUANTIFIERS: Readonly<Record<string, 'select' | 'exists' | 'forall'>> = {
  select: 'select',
  exists: 'exists',
  some: 'exists',
  forall: 'forall',
};
const AGGREGATES: Readonly<Record<string, 'sum' | 'average' | 'min' | 'max'>> = { sum: 'sum', average: 'average', min: 'min', max: 'max' };
const WORD_OPERATORS: Readonly<Record<string, BinaryOperator>> = { in: 'in', notin: 'notIn', like: 'like', matches: 'matches' };
const SYMBOL_OPERATORS: Readonly<Record<string, number>> = {
  '=': LEVEL.comparison,
  '!=': LEVEL.comparison,
  '<': LEVEL.comparison,
  '<=': LEVEL.comparison,
  '>': LEVEL.comparison,
  '>=': LEVEL.comparison,
  '+': LEVEL.sum,
  '-': LEVEL.sum,
  '*': LEVEL.product,
  '/': LEVEL.product,
  '%': LEVEL.product,
};

export function parsingOf(cursor: Cursor): Parsing {
  const parsing: Parsing = { cursor, expression: (level) => cursor.deeper(() => expressionAt(parsing, level)) };
  return parsing;
}

interface Infix {
  readonly operator: BinaryOperator | 'and' | 'or' | 'occurs';
  readonly level: number;
}

function infixAt(cursor: Cursor): Infix | null {
  const token = cursor.peek();
  if (token.kind === 'symbol') {
    const level = SYMBOL_OPERATORS[token.text];
    return level === undefined ? null : { operator: token.text as BinaryOperator, level };
  }
  if (token.kind !== 'name') return null;
  const word = token.text.toLowerCase();
  if (word === 'and' || word === 'or') return { operator: word, level: LEVEL[word] };
  if (word === 'occurs') return { operator: word, level: LEVEL.comparison };
  if (word === 'in' && !cursor.inIsMembership) return null;
  if (word === 'not' && cursor.atWord('in', 1) && cursor.inIsMembership) return { operator: 'notIn', level: LEVEL.comparison };
  const operator = WORD_OPERATORS[word];
  return operator === undefined ? null : { operator, level: LEVEL.comparison };
}

function expressionAt(parsing: Parsing, level: number): Expr {
  const { cursor } = parsing;
  const start = cursor.peek().span.from;
  let left = prefix(parsing);
  let compared = false;
  for (;;) {
    const infix = infixAt(cursor);
    if (infix === null || infix.level < level) return left;
    const comparison = infix.level === LEVEL.comparison;
    if (comparison && compared) {
      cursor.report('chained-comparison', cursor.here(), 'Comparisons cannot be chained.', {
        hint: 'Join two comparisons with `and`, or use parentheses.',
      });
    }
    compared ||= comparison;
    left = infixFrom(parsing, { left, start, infix });
  }
}

function infixFrom(parsing: Parsing, { left, start, infix }: { readonly left: Expr; readonly start: number; readonly infix: Infix }): Expr {
  const { cursor, expression } = parsing;
  const { operator, level } = infix;
  if (operator === 'and' || operator === 'or') {
    const terms = [left];
    while (cursor.takeWord(operator) !== null) terms.push(expression(level + 1));
    return { kind: 'logic', operator, terms, span: cursor.since(start) };
  }
  if (cursor.atWord('not')) reportNotIn(cursor);
  cursor.take();
  if (operator === 'occurs') return { kind: 'occurs', value: left, time: timeSpec(parsing), span: cursor.since(start) };
  const bracketed = cursor.atSymbol('(');
  const operand = expression(level + 1);
  // `in ("a", "b")` is a list, and so is `in ("a")`.
  const right = bracketed && (operator === 'in' || operator === 'notIn') ? listOfOne(operand) : operand;
  return { kind: 'binary', operator, left, right, span: cursor.since(start) };
}

const listOfOne = (expr: Expr): Expr =>
  expr.kind === 'string' || expr.kind === 'integer' || expr.kind === 'double' ? { kind: 'array', items: [expr], span: expr.span } : expr;

function reportNotIn(cursor: Cursor): void {
  const span = { from: cursor.take().span.from, to: cursor.peek().span.to };
  cursor.report('wrong-operator', span, '`not in` is not an operator here. Did you mean `notIn`?', { fix: { span, text: 'notIn' } });
}

function prefix(parsing: Parsing): Expr {
  const { cursor, expression } = parsing;
  const { span, kind, text } = cursor.peek();
  if (cursor.atSymbol('!') || (cursor.atWord('not') && !cursor.atSymbol('.', 1))) {
    cursor.take();
    return { kind: 'not', operand: expression(LEVEL.not), span: cursor.since(span.from) };
  }
  if (cursor.takeSymbol('-') !== null) return { kind: 'negative', operand: expression(LEVEL.negative), span: cursor.since(span.from) };
  if (kind === 'name') {
    const special = wordForm(parsing, text.toLowerCase());
    if (special !== null) return special;
  }
  return postfix(parsing, primary(parsing), span.from);
}

/** The forms that begin with a word and extend as far right as they can; null when the word is a plain name here. */
function wordForm(parsing: Parsing, word: string): Expr | null {
  const { cursor, expression } = parsing;
  const start = cursor.peek().span.from;
  const quantifier = QUANTIFIERS[word];
  if (quantifier !== undefined && cursor.peek(1).kind === 'name' && !startsOperator(cursor, 1)) {
    cursor.take();
    return { kind: quantifier, declarations: declarations(parsing), span: cursor.since(start) };
  }
  const fn = AGGREGATES[word];
  if (fn !== undefined && startsOperand(cursor, 1) && !isPlainCall(cursor)) return prefixAggregate(parsing, fn);
  if (word !== 'let' || cursor.peek(1).kind !== 'name' || !cursor.atSymbol('=', 2)) return null;
  cursor.take();
  const name = cursor.take().text;
  cursor.take();
  const value = cursor.inside(() => expression(LEVEL.open), false);
  if (cursor.takeWord('in') === null)
    cursor.report('unexpected-token', cursor.here(), `Expected \`in\` before ${cursor.found()}.`, {
      hint: 'let NAME = value in expression',
    });
  return { kind: 'let', name, value, body: expression(LEVEL.open), span: cursor.since(start) };
}

const startsOperator = (cursor: Cursor, ahead: number): boolean => OPERATOR_WORDS.has(cursor.peek(ahead).text.toLowerCase());

function startsOperand(cursor: Cursor, ahead: number): boolean {
  const token = cursor.peek(ahead);
  if (token.kind === 'name') return !startsOperator(cursor, ahead);
  if (token.kind === 'symbol') return ['(', '^', '$'].includes(token.text);
  return token.kind !== 'end';
}

/** `sum(list)`, unlike `sum (X.a) over X from list`. */
const isPlainCall = (cursor: Cursor): boolean => cursor.atSymbol('(', 1) && !cursor.saysOver(1);

function prefixAggregate(parsing: Parsing, fn: 'sum' | 'average' | 'min' | 'max'): Expr {
  const { cursor, expression } = parsing;
  const start = cursor.take().span.from;
  if (cursor.peek().kind === 'name' && cursor.atWord('from', 1)) {
    return { kind: 'aggregate', fn, value: null, declarations: [declaration(parsing)], span: cursor.since(start) };
  }
  const value = expression(LEVEL.sum);
  if (cursor.takeWord('over') === null) {
    cursor.report('unexpected-token', cursor.here(), `Expected \`over\` before ${cursor.found()}.`, {
      hint: `${fn} EXPRESSION over X from LIST where CONDITION`,
    });
    return { kind: 'aggregate', fn, value, declarations: [], span: cursor.since(start) };
  }
  return { kind: 'aggregate', fn, value, declarations: declarations(parsing), span: cursor.since(start) };
}

function declarations(parsing: Parsing): readonly Declaration[] {
  const { cursor } = parsing;
  const found = [declaration(parsing)];
  // A comma may also end an argument; it goes on only when another `X from` follows.
  while (cursor.atSymbol(',') && cursor.peek(1).kind === 'name' && cursor.atWord('from', 2)) {
    cursor.take();
    found.push(declaration(parsing));
  }
  return found;
}

function declaration(parsing: Parsing): Declaration {
  const { cursor, expression } = parsing;
  const token = cursor.peek();
  if (token.kind === 'name') cursor.take();
  else
    cursor.report('unexpected-token', cursor.here(), `Expected a variable name, found ${cursor.found()}.`, {
      hint: 'X from LIST where CONDITION',
    });
  if (cursor.takeWord('from') === null)
    cursor.report('unexpected-token', cursor.here(), `Expected \`from\` before ${cursor.found()}.`, {
      hint: `${token.text} from LIST where CONDITION`,
    });
  const from = expression(LEVEL.or);
  const where = cursor.takeWord('where') !== null || cursor.takeSymbol(':') !== null ? expression(LEVEL.or) : null;
  return { variable: token.text, variableSpan: token.span, from, where, span: cursor.since(token.span.from) };
}

function primary(parsing: Parsing): Expr {
  const { cursor } = parsing;
  const token = cursor.peek();
  switch (token.kind) {
    case 'string':
      cursor.take();
      return { kind: 'string', value: token.text, span: token.span };
    case 'integer':
    case 'double':
      cursor.take();
      return { kind: token.kind, value: Number(token.text), span: token.span };
    case 'context': {
      cursor.take();
      const [, schema = token.text, version] = /^(.*?)(?:;version=(\d+))?$/.exec(token.text) ?? [];
      return { kind: 'context', schema, version: version === undefined ? null : Number(version), span: token.span };
    }
    case 'name':
      return wordOrName(parsing);
    case 'symbol':
      return symbolPrimary(parsing);
    case 'end':
      return cursor.missing('Expected a value, found the end of the text.');
    default:
      return token.kind satisfies never;
  }
}

function wordOrName(parsing: Parsing): Expr {
  const { cursor } = parsing;
  const { text, span } = cursor.peek();
  const word = text.toLowerCase();
  const called = cursor.atSymbol('(', 1);
  if (OPERATOR_WORDS.has(word) && !called) {
    return cursor.missing(`Expected a value before \`${text}\`.`, {
      hint: `\`${text}\` is a reserved word; a field of that name is written profile.${text}.`,
    });
  }
  if (called && word === 'chain') return chainExpression(parsing);
  if (called && word === 'if') return ifExpression(parsing);
  cursor.take();
  if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true', span };
  if (called) return callOf({ name: text, nameSpan: span }, args(parsing), cursor.since(span.from));
  if (TIME_WORDS.has(word)) return { kind: 'timeWord', word: word as TimeWord, span };
  if (word === 'this' || word === 'last' || word === 'next') {
    const next = cursor.peek();
    const unit = next.kind === 'name' ? unitOf(next.text) : null;
    if (unit !== null) {
      cursor.take();
      return { kind: 'calendar', which: word, unit, span: cursor.since(span.from) };
    }
    if (word === 'this') return { kind: 'this', span };
  }
  return { kind: 'name', name: text, up: 0, span };
}

/** `count(list)` is `list.count()`: the functions of a value may be called by name too, as personalisation does. */
function callOf({ name, nameSpan }: { readonly name: string; readonly nameSpan: Span }, given: readonly Expr[], span: Span): Expr {
  const [receiver, ...rest] = given;
  const method = methodName(name);
  if (receiver === undefined || receiver.kind === 'lambda' || callInfo(callName(name)) !== null || methodInfo(method) === null)
    return { kind: 'call', name: callName(name), nameSpan, args: given, span };
  return { kind: 'method', receiver, name: method, nameSpan, args: rest, span };
}

function ifExpression(parsing: Parsing): Expr {
  const { cursor } = parsing;
  const span = cursor.take().span;
  const found = args(parsing);
  const whole = cursor.since(span.from);
  const [condition, yes, no] = found;
  if (found.length === 3 && condition !== undefined && yes !== undefined && no !== undefined)
    return { kind: 'if', condition, yes, no, span: whole };
  cursor.report('wrong-argument-count', whole, `if needs three parts, found ${found.length}.`, { hint: 'if(condition, value, otherwise)' });
  return { kind: 'missing', span: whole };
}

function symbolPrimary(parsing: Parsing): Expr {
  const { cursor, expression } = parsing;
  const token = cursor.peek();
  const start = token.span.from;
  switch (token.text) {
    case '(':
      return isLambda(cursor) ? lambda(parsing) : parenthesised(parsing);
    case '[': {
      cursor.take();
      const items = cursor.inside(() => list(parsing, ']'));
      cursor.close(token);
      return { kind: 'array', items, span: cursor.since(start) };
    }
    case '{': {
      cursor.take();
      const entries = cursor.inside(() => objectEntries(parsing));
      cursor.close(token);
      return { kind: 'object', entries, span: cursor.since(start) };
    }
    case '^':
      return upName(cursor);
    case '$': {
      cursor.take();
      if (cursor.peek().kind === 'integer') return { kind: 'parameter', position: Number(cursor.take().text), span: cursor.since(start) };
      return cursor.missing(`Expected a parameter number after \`$\`, found ${cursor.found()}.`, { hint: '$1 is the profile.' });
    }
    case ')':
    case ']':
    case '}':
    case ',':
    case ':': {
      return cursor.missing(`Expected a value before \`${token.text}\`.`);
    }
    default: {
      const missing = cursor.missing(`Expected a value, found \`${token.text}\`.`);
      cursor.take();
      // `> 5` without a left side: read on, so that the right side is checked too.
      return SYMBOL_OPERATORS[token.text] === undefined ? missing : (expression(LEVEL.sum), missing);
    }
  }
}

function parenthesised(parsing: Parsing): Expr {
  const { cursor } = parsing;
  const open = cursor.take();
  const items = cursor.inside(() => list(parsing, ')'));
  const [only] = items;
  const empty = only === undefined ? cursor.missing('Expected a value between the parentheses.') : null;
  cursor.close(open);
  if (empty !== null) return empty;
  return only !== undefined && items.length === 1 ? only : { kind: 'array', items, span: cursor.since(open.span.from) };
}

function isLambda(cursor: Cursor): boolean {
  let ahead = 1;
  while (cursor.peek(ahead).kind === 'name') {
    if (cursor.atSymbol(')', ahead + 1)) return cursor.atSymbol('=>', ahead + 2);
    if (!cursor.atSymbol(',', ahead + 1)) return false;
    ahead += 2;
  }
  return false;
}

function lambda(parsing: Parsing): Expr {
  const { cursor, expression } = parsing;
  const start = cursor.take().span.from;
  const parameters: string[] = [];
  do parameters.push(cursor.take().text);
  while (cursor.takeSymbol(',') !== null);
  cursor.takeSymbol(')');
  cursor.takeSymbol('=>');
  return { kind: 'lambda', parameters, body: expression(LEVEL.open), span: cursor.since(start) };
}

/** Expressions up to the closer, which is left; a comma before it is forgiven. */
function list(parsing: Parsing, closer: string): readonly Expr[] {
  const { cursor, expression } = parsing;
  const items: Expr[] = [];
  if (cursor.atSymbol(closer)) return items;
  do items.push(expression(LEVEL.open));
  while (cursor.takeSymbol(',') !== null && !cursor.atSymbol(closer));
  return items;
}

function args(parsing: Parsing): readonly Expr[] {
  const { cursor } = parsing;
  const open = cursor.take();
  const found = cursor.inside(() => list(parsing, ')'));
  cursor.close(open);
  return found;
}

function objectEntries(parsing: Parsing): readonly ObjectEntry[] {
  const { cursor, expression } = parsing;
  const entries: ObjectEntry[] = [];
  if (cursor.atSymbol('}')) return entries;
  do {
    const key = cursor.peek();
    if (key.kind === 'string' || key.kind === 'name') cursor.take();
    else
      cursor.report('unexpected-token', cursor.here(), `Expected a key in quotes, found ${cursor.found()}.`, { hint: '{ "key": value }' });
    if (cursor.takeSymbol(':') === null)
      cursor.report('unexpected-token', cursor.here(), `Expected \`:\` before ${cursor.found()}.`, { hint: '{ "key": value }' });
    const value = expression(LEVEL.open);
    entries.push({ key: key.text, value, span: cursor.since(key.span.from) });
  } while (cursor.takeSymbol(',') !== null && !cursor.atSymbol('}'));
  return entries;
}

function upName(cursor: Cursor): Expr {
  const start = cursor.peek().span.from;
  let up = 0;
  while (cursor.takeSymbol('^') !== null) up++;
  cursor.takeSymbol('.');
  const token = cursor.peek();
  if (token.kind !== 'name')
    return cursor.missing(`Expected a field name after \`^\`, found ${cursor.found()}.`, {
      hint: '^.field reads a field one filter level up.',
    });
  cursor.take();
  return { kind: 'name', name: token.text, up, span: cursor.since(start) };
}

function postfix(parsing: Parsing, first: Expr, start: number): Expr {
  const { cursor, expression } = parsing;
  let left = first;
  for (;;) {
    if (cursor.takeSymbol('.') !== null) {
      left = member(parsing, left, start);
    } else if (cursor.atSymbol('[')) {
      const open = cursor.take();
      const where = cursor.inside(() => expression(LEVEL.open));
      cursor.close(open);
      left = { kind: 'filter', list: left, where, span: cursor.since(start) };
    } else {
      return left;
    }
  }
}

function member(parsing: Parsing, left: Expr, start: number): Expr {
  const { cursor } = parsing;
  const token = cursor.peek();
  if (token.kind !== 'name') {
    const nameSpan: Span = cursor.here();
    cursor.report('unexpected-token', nameSpan, `Expected a field or function name after \`.\`, found ${cursor.found()}.`);
    return { kind: 'missing', span: cursor.since(start) };
  }
  cursor.take();
  if (!cursor.atSymbol('(')) return { kind: 'field', object: left, name: token.text, nameSpan: token.span, span: cursor.since(start) };
  const found = args(parsing);
  return { kind: 'method', receiver: left, name: methodName(token.text), nameSpan: token.span, args: found, span: cursor.since(start) };
}
