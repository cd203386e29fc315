/** Cuts the text of an expression into tokens. Offsets are UTF-16, as in JavaScript strings. */
import type { Problem, ProblemCode, Span } from '@kindred/pql';

export type Token =
  | { readonly kind: 'name' | 'operator' | 'braced' | 'text'; readonly text: string; readonly span: Span }
  | { readonly kind: 'number'; readonly text: string; readonly value: number; readonly span: Span }
  | { readonly kind: 'end'; readonly text: ''; readonly span: Span };

/** Ends the reading of a text at its first mistake. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Throws ExpressionError. */
export function mistake(code: ProblemCode, span: Span, message: string, hint?: string): never {
  throw new ExpressionError({ code, severity: 'error', span, message, ...(hint !== undefined && { hint }) });
}

const OPERATORS = ['==', '!=', '<=', '>=', '=~', '!~', '&&', '||', '??', '?:', '?.', ...'()[]{},.?:+-*/%<>!'.split('')];
const SPACE = /\s+/y;
const NAME = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[lLdDfFhHbB]?/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', "'": "'", '\\': '\\' };

/** The last token is the end. Throws ExpressionError. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (expression: RegExp): string | null => {
    expression.lastIndex = at;
    return expression.exec(text)?.[0] ?? null;
  };
  while ((at += match(SPACE)?.length ?? 0) < text.length) {
    const token = tokenAt(text, at, match);
    tokens.push(token);
    at = token.span.to;
  }
  return [...tokens, { kind: 'end', text: '', span: { from: at, to: at } }];
}

function tokenAt(text: string, from: number, match: (expression: RegExp) => string | null): Token {
  if (text.startsWith('${', from)) return braced(text, from);
  const name = match(NAME);
  if (name !== null) return { kind: 'name', text: name, span: { from, to: from + name.length } };
  const number = match(NUMBER);
  if (number !== null) {
    const value = Number(number.replace(/[lLdDfFhHbB]$/, ''));
    return { kind: 'number', text: number, value, span: { from, to: from + number.length } };
  }
  const character = text.charAt(from);
  if (character === '"' || character === "'") return quoted(text, from, character);
  const operator = OPERATORS.find((each) => text.startsWith(each, from));
  const span = { from, to: from + (operator?.length ?? 1) };
  if (operator !== undefined) return { kind: 'operator', text: operator, span };
  if (character === '=') return mistake('wrong-operator', span, 'A single = compares nothing.', 'Write == to compare.');
  return mistake('unknown-character', span, `${JSON.stringify(character)} means nothing here.`, 'Fields with such names: ${…}.');
}

/** `${First Name}`; what is inside is a path. */
function braced(text: string, from: number): Token {
  let to = from + 2;
  while (to < text.length && text.charAt(to) !== '}') to += text.charAt(to) === '\\' ? 2 : 1;
  if (to >= text.length) return mistake('unclosed-bracket', { from, to: from + 2 }, 'The ${ is never closed.', 'Add }.');
  return { kind: 'braced', text: text.slice(from + 2, to), span: { from, to: to + 1 } };
}

/** A backslash before any other character stays what it is, so that regular expressions can be written as they are. */
function quoted(text: string, from: number, quote: string): Token {
  let value = '';
  for (let at = from + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === quote) return { kind: 'text', text: value, span: { from, to: at + 1 } };
    if (character !== '\\') {
      value += character;
      continue;
    }
    const code = /^u([0-9a-fA-F]{4})/.exec(text.slice(at + 1, at + 6))?.[1];
    if (code !== undefined) [value, at] = [value + String.fromCharCode(Number.parseInt(code, 16)), at + 5];
    else value += ESCAPES[text.charAt(++at)] ?? `\\${text.charAt(at)}`;
  }
  return mistake('unclosed-string', { from, to: from + 1 }, 'The text has no closing quote.', `Add ${quote} at its end.`);
}
