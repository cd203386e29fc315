/**
 * Reads expressions of Data Prep: fields, functions, the operators and literals of JEXL. Statements, assignments and
 * loops are left out: an expression always ends, and takes no longer than its text and the record are.
 */
import type { Problem, Span } from '@kindred/pql';
import { nearest } from '@kindred/pql';
import type { Columns } from './columns.ts';
import { checkArguments, checkColumns } from './check.ts';
import { functionNamed, functionNames } from './functions/index.ts';
import { syntaxOf } from './functions/function.ts';
import type { MappingFunction } from './functions/function.ts';
import { ExpressionError, mistake, tokensOf } from './lexer.ts';
import type { Token } from './lexer.ts';
import { parsePath } from './path.ts';
import { call, EVERY, literal } from './term.ts';
import type { FieldTerm, Step, Term } from './term.ts';

export interface ParsedExpression {
  /** Null when there are errors. */
  readonly term: Term | null;
  readonly problems: readonly Problem[];
}

/** As long as Data Prep allows. */
export const LONGEST_EXPRESSION = 4096;
const DEEPEST = 100;

/** @param columns what the fields are looked up in; null when that is not known */
export function parseExpression(text: string, columns: Columns | null): ParsedExpression {
  try {
    if (text.length > LONGEST_EXPRESSION) {
      const span = { from: LONGEST_EXPRESSION, to: text.length };
      mistake('text-too-long', span, `The expression is longer than ${LONGEST_EXPRESSION} characters.`, 'Split it into several mappings.');
    }
    const parser = new Parser(tokensOf(text));
    const term = parser.whole();
    const problems = [...parser.problems, ...(columns === null ? [] : checkColumns(term, columns))];
    return { term: problems.length === 0 ? term : null, problems };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { term: null, problems: [error.problem] };
  }
}

const RESERVED = new Set(
  'new mod or break var lt for false while eq gt div not null continue else and ne true le if ge return do function empty size'.split(' '),
);

/** Sign or word → operator, from the loosest to the tightest binding. */
const LEVELS: readonly Readonly<Record<string, string>>[] = [
  { '||': '||', or: '||' },
  { '&&': '&&', and: '&&' },
  { '==': '==', eq: '==', '!=': '!=', ne: '!=', '=~': '=~', '!~': '!~' },
  { '<': '<', lt: '<', '<=': '<=', le: '<=', '>': '>', gt: '>', '>=': '>=', ge: '>=' },
  { '+': '+', '-': '-' },
  { '*': '*', '/': '/', div: '/', '%': '%', mod: '%' },
];

const CONSTANTS: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };

class Parser {
  readonly problems: Problem[] = [];
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Term {
    const first = this.#token;
    if (first.kind === 'end') mistake('empty-query', first.span, 'The expression is empty.', 'To set no value write nullify().');
    const term = this.#expression();
    const { kind, text, span } = this.#token;
    if (kind === 'end') return term;
    if (text === ')' || text === ']' || text === '}') return mistake('unmatched-bracket', span, `This ${text} was never opened.`);
    return mistake('missing-operator', span, `There is no operator before ${text}.`, 'To join texts: concat(a, b).');
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #next(): Token {
    const token = this.#token;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  #take(text: string): boolean {
    const { kind, text: found } = this.#token;
    if (kind !== 'operator' || found !== text) return false;
    this.#at++;
    return true;
  }

  #close(bracket: string, opened: Span): Token {
    const token = this.#token;
    if (this.#take(bracket)) return token;
    if (token.kind === 'end') return mistake('unclosed-bracket', opened, `This bracket is never closed.`, `Add ${bracket}.`);
    return mistake('unexpected-token', token.span, `${token.text || 'This'} has no place here.`, `${bracket} or a comma would have.`);
  }

  #expression(): Term {
    if (++this.#depth > DEEPEST) mistake('nesting-too-deep', this.#token.span, `Expressions are nested more than ${DEEPEST} deep.`);
    const term = this.#choice();
    this.#depth--;
    return term;
  }

  #choice(): Term {
    const test = this.#level(0);
    if (this.#take('?:')) return call('?:', test, this.#expression());
    if (this.#take('??')) return call('??', test, this.#expression());
    if (!this.#take('?')) return test;
    const yes = this.#expression();
    if (!this.#take(':')) mistake('unexpected-token', this.#token.span, 'A choice has two sides.', 'Write test ? yes : no.');
    return call('?', test, yes, this.#expression());
  }

  #level(index: number): Term {
    const level = LEVELS[index];
    if (level === undefined) return this.#unary();
    let left = this.#level(index + 1);
    for (;;) {
      const { kind, text } = this.#token;
      const operator = (kind === 'operator' || kind === 'name') && Object.hasOwn(level, text) ? level[text] : undefined;
      if (operator === undefined) return left;
      const { span } = this.#next();
      left = this.#binary(operator, left, this.#level(index + 1), span);
    }
  }

  #binary(operator: string, left: Term, right: Term, span: Span): Term {
    if (operator === '!~') return call('!', this.#binary('=~', left, right, span));
    if (operator !== '=~') return call(operator, left, right);
    if (right.kind === 'list') return call('in', left, right);
    return this.#checked('=~', [left, right], [span, span]);
  }

  #unary(): Term {
    const { kind, text } = this.#token;
    const sign = kind === 'operator' && (text === '!' || text === '-');
    const word = kind === 'name' && (text === 'not' || text === 'empty' || text === 'size') && !this.#callFollows();
    if (!sign && !word) return this.#postfix();
    this.#next();
    if (++this.#depth > DEEPEST) mistake('nesting-too-deep', this.#token.span, `Expressions are nested more than ${DEEPEST} deep.`);
    const operand = this.#unary();
    this.#depth--;
    if (text === '-')
      return operand.kind === 'literal' && typeof operand.value === 'number' ? literal(-operand.value) : call('negate', operand);
    return call(text === 'not' ? '!' : text, operand);
  }

  #callFollows(): boolean {
    const { kind, text } = this.#tokens[this.#at + 1] ?? this.#token;
    return kind === 'operator' && text === '(' && this.#token.text !== 'not';
  }

  #postfix(): Term {
    let term = this.#primary();
    for (;;) {
      const { span } = this.#token;
      if (this.#take('.') || this.#take('?.')) term = this.#member(term);
      else if (this.#take('[')) term = this.#index(term, span);
      else return term;
    }
  }

  #member(of: Term): Term {
    const token = this.#next();
    const { text, span } = token;
    if (token.kind === 'operator' && text === '*') return below(of, EVERY, '*', span);
    if (token.kind === 'number' && /^\d+$/.test(text)) return below(of, token.value, text, span);
    if (token.kind !== 'name' && token.kind !== 'braced') {
      return mistake('unexpected-token', span, 'After a dot stands a name.', 'Other names are written ${…}.');
    }
    if (token.kind === 'name' && this.#token.kind === 'operator' && this.#token.text === '(') return this.#method(of, token);
    return below(of, text.replaceAll(/\\([^])/g, '$1'), text, span);
  }

  #method(of: Term, { text, span }: Token): Term {
    const found = functionNamed(text);
    if (found !== undefined && !found.method) {
      const hint = `Write ${text}(…) with the value as its first argument.`;
      this.#say('unknown-function', span, `${text} is not written after its value.`, hint);
    }
    return this.#call(text, span, [[of, span]]);
  }

  #index(of: Term, opened: Span): Term {
    if (this.#take('*')) {
      this.#close(']', opened);
      return below(of, EVERY, '[*]', opened);
    }
    const key = this.#expression();
    this.#close(']', opened);
    if (key.kind !== 'literal') return call('get', of, key);
    const step = typeof key.value === 'number' ? key.value : String(key.value);
    return below(of, step, `[${step}]`, opened);
  }

  #primary(): Term {
    const token = this.#next();
    const { text, span } = token;
    switch (token.kind) {
      case 'number':
        return literal(token.value);
      case 'text':
        return literal(text);
      case 'braced':
        return fieldOf(text, span);
      case 'name':
        return this.#name(text, span);
      case 'operator':
        return this.#bracket(text, span);
      case 'end':
        return mistake('missing-expression', span, 'A value is missing at the end.');
    }
  }

  #name(text: string, span: Span): Term {
    if (this.#token.kind === 'operator' && this.#token.text === '(') return this.#call(text, span, []);
    if (Object.hasOwn(CONSTANTS, text)) return literal(CONSTANTS[text]);
    if (RESERVED.has(text))
      return mistake('unexpected-token', span, `${text} is a word of the language.`, `A field of that name is written \${${text}}.`);
    return { kind: 'field', path: [text], written: text, span };
  }

  #bracket(text: string, span: Span): Term {
    if (text === '(') {
      const term = this.#expression();
      this.#close(')', span);
      return term;
    }
    if (text === '[') return { kind: 'list', items: this.#items(']', span).map(([item]) => item) };
    if (text === '{') return { kind: 'object', entries: this.#entries(span) };
    return mistake('missing-expression', span, `A value is missing before ${text}.`);
  }

  #items(close: string, opened: Span): readonly (readonly [Term, Span])[] {
    const items: (readonly [Term, Span])[] = [];
    if (this.#take(close)) return items;
    do {
      const { from } = this.#token.span;
      const item = this.#expression();
      items.push([item, { from, to: this.#tokens[this.#at - 1]?.span.to ?? from }]);
    } while (this.#take(','));
    this.#close(close, opened);
    return items;
  }

  #entries(opened: Span): readonly (readonly [string, Term])[] {
    const entries: (readonly [string, Term])[] = [];
    if (this.#take('}')) return entries;
    do {
      const { kind, text, span } = this.#next();
      if (kind !== 'text' && kind !== 'name' && kind !== 'number')
        mistake('unexpected-token', span, 'An object has names in it.', 'Write {"name": value}.');
      if (!this.#take(':'))
        mistake('unexpected-token', this.#token.span, 'After a name of an object stands a colon.', 'Write {"name": value}.');
      entries.push([text, this.#expression()]);
    } while (this.#take(','));
    this.#close('}', opened);
    return entries;
  }

  #call(name: string, span: Span, before: readonly (readonly [Term, Span])[]): Term {
    const opened = this.#next().span;
    const given = [...before, ...this.#items(')', opened)];
    const [args, spans] = [given.map(([term]) => term), given.map(([, of]) => of)];
    const found = functionNamed(name);
    if (found === undefined) {
      const near = nearest(name, functionNames());
      this.#say(
        'unknown-function',
        span,
        `There is no function ${name}.`,
        near === null ? 'See: kindred mapping functions.' : `Did you mean ${near}?`,
      );
      return literal(null);
    }
    if (!fits(found, args.length)) {
      this.#say('wrong-argument-count', span, `${name} does not take ${args.length} arguments.`, `Write ${syntaxOf(found)}.`);
      return literal(null);
    }
    return this.#checked(name, name === 'contains_key' || name === 'is_set' ? args.map(pathOf) : args, spans);
  }

  #checked(name: string, args: readonly Term[], spans: readonly Span[]): Term {
    this.problems.push(...checkArguments(name, args, spans));
    return call(name, ...args);
  }

  #say(code: Problem['code'], span: Span, message: string, hint: string): void {
    this.problems.push({ code, severity: 'error', span, message, hint });
  }
}

function fits({ params }: MappingFunction, count: number): boolean {
  const least = params.filter((param) => param.optional !== true).length;
  return count >= least && (count <= params.length || params.at(-1)?.many === true);
}

/** A text that says where to look. A column that is not there is no mistake: that is the question. */
function pathOf(term: Term): Term {
  return term.kind === 'literal' && typeof term.value === 'string' ? fieldOf(term.value, null) : term;
}

/** `${…}`: what is inside is a path, or else one name. */
export function fieldOf(text: string, span: Span | null): FieldTerm {
  return { kind: 'field', path: parsePath(text) ?? [text], written: text, span };
}

function below(of: Term, step: Step, written: string, span: Span): Term {
  if (of.kind === 'within') return { ...of, path: [...of.path, step] };
  if (of.kind !== 'field') return { kind: 'within', of, path: [step] };
  const joined = written.startsWith('[') ? of.written + written : `${of.written}.${written}`;
  return { ...of, path: [...of.path, step], written: joined, span: { from: of.span?.from ?? span.from, to: span.to } };
}
