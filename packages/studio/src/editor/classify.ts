/** What each piece of a query is, for colouring: the language's own lexer, so that colours never disagree with the parser. */
import { tokenize } from '@kindred/pql';
import type { Token } from '@kindred/pql';

export type Shade = 'keyword' | 'time' | 'function' | 'field' | 'string' | 'number' | 'operator' | 'label';

export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly shade: Shade;
}

const KEYWORDS = new Set([
  'and',
  'or',
  'not',
  'in',
  'notin',
  'select',
  'from',
  'where',
  'exists',
  'some',
  'forall',
  'over',
  'let',
  'if',
  'like',
  'matches',
  'occurs',
  'true',
  'false',
  'this',
  'chain',
  'what',
  'when',
  'count',
]);
const TIME_WORDS = new Set(['now', 'today', 'yesterday', 'tomorrow', 'before', 'after', 'between', 'on', 'last', 'next', ...unitWords()]);

function unitWords(): readonly string[] {
  const plain = ['millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'year', 'decade'];
  return [...plain, ...plain.map((unit) => `${unit}s`), 'century', 'centuries', 'millennium', 'millennia'];
}

/** The coloured pieces of a text in order; what is not listed (spaces, dots, brackets) keeps the plain colour. */
export function classify(text: string): readonly Piece[] {
  const { tokens } = tokenize(text);
  const pieces: Piece[] = [];
  tokens.forEach((token, index) => {
    const shade = shadeOf(token, tokens[index - 1], tokens[index + 1]);
    if (shade !== null && token.span.to > token.span.from) pieces.push({ from: token.span.from, to: token.span.to, shade });
  });
  return pieces;
}

function shadeOf(token: Token, before: Token | undefined, after: Token | undefined): Shade | null {
  switch (token.kind) {
    case 'string':
      return 'string';
    case 'integer':
    case 'double':
      return 'number';
    case 'context':
      return 'label';
    case 'symbol':
      return /^[.,:()[\]{}]$/.test(token.text) ? null : 'operator';
    case 'name':
      return nameShade(token.text, before?.text, after?.text);
    case 'end':
      return null;
    default:
      return token.kind satisfies never;
  }
}

function nameShade(name: string, before: string | undefined, after: string | undefined): Shade {
  const called = after === '(';
  if (before === '.') return called ? 'function' : 'field';
  const lower = name.toLowerCase();
  if (KEYWORDS.has(lower) && (called || lower !== 'count')) return 'keyword';
  if (TIME_WORDS.has(lower) && !called && after !== '.') return 'time';
  if (called) return 'function';
  return after === ':' ? 'label' : 'field';
}
