/**
 * The part of Lucene's query syntax that search takes: terms, `field: term`, AND OR NOT, + and -, parentheses, phrases,
 * `*` and `?`, fuzzy `~0` to `~2`, and regular expressions between slashes, which run in linear time.
 */

import { compilePattern, patternProblem } from '@kindred/pql';

/** A document as search sees it: texts by field. */
export type SearchDocument = Readonly<Record<string, string>>;

/** Whether a document is found. */
export type Matcher = (document: SearchDocument) => boolean;

/** What is wrong with a search text. */
export class LuceneError extends Error {
  override readonly name = 'LuceneError';
}

/** Terms that a text may have, and how deep its parentheses may go. */
const MOST_TERMS = 100;
const DEEPEST = 20;

type Token =
  | { readonly kind: 'term'; readonly text: string; readonly fuzzy: number | null; readonly plain: boolean }
  | { readonly kind: 'phrase'; readonly text: string }
  | { readonly kind: 'pattern'; readonly text: string }
  | { readonly kind: 'field'; readonly text: string }
  | { readonly kind: 'and' | 'or' | 'not' | 'plus' | 'open' | 'close' };

const LEXEME =
  /\s*(?:(\()|(\))|(\+)|([-!])|(&&|AND\b)|(\|\||OR\b)|(NOT\b)|"((?:[^"\\]|\\.)*)"(?:~\d+)?|\/((?:[^/\\]|\\.)+)\/|([A-Za-z]\w*):\s*|((?:[^\s()"+\-!&|/~\\:]|\\.|(?<=[^\s(])[-+/])+)(?:~([0-2])?)?)/uy;

/** Compiles a search text. Throws LuceneError. An empty text finds everything. */
export function compileSearch(text: string): Matcher {
  const tokens = tokenize(text);
  if (tokens.length === 0) return () => true;
  return new Reader(tokens).read();
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  LEXEME.lastIndex = 0;
  while (LEXEME.lastIndex < trimmed.length) {
    const at = LEXEME.lastIndex;
    const match = LEXEME.exec(trimmed);
    if (match === null) throw new LuceneError(`The search text is not understood from character ${at + 1}.`);
    tokens.push(tokenOf(match));
    if (tokens.length > MOST_TERMS) throw new LuceneError(`The search text has more than ${MOST_TERMS} parts.`);
  }
  return tokens;
}

function tokenOf(match: RegExpExecArray): Token {
  const [lexeme, open, close, plus, minus, and, or, not, phrase, pattern, field, term = '', fuzzy] = match;
  if (open !== undefined) return { kind: 'open' };
  if (close !== undefined) return { kind: 'close' };
  if (plus !== undefined) return { kind: 'plus' };
  if (and !== undefined) return { kind: 'and' };
  if (or !== undefined) return { kind: 'or' };
  if (minus !== undefined || not !== undefined) return { kind: 'not' };
  if (phrase !== undefined) return { kind: 'phrase', text: unescaped(phrase) };
  if (pattern !== undefined) return { kind: 'pattern', text: pattern.replaceAll('\\/', '/') };
  if (field !== undefined) return { kind: 'field', text: field };
  const edits = lexeme.includes('~') ? Number(fuzzy ?? 2) : null;
  return { kind: 'term', text: term, fuzzy: edits, plain: !/(?<!\\)[*?]/.test(term) };
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/gsu, '$1');
}

/** OR binds weakest; terms side by side are an OR, as Lucene has it, unless one of them must be there. */
class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  read(): Matcher {
    const matcher = this.#clauses(null);
    if (this.#at < this.#tokens.length) throw new LuceneError('The search text closes a parenthesis that it does not open.');
    return matcher;
  }

  #clauses(field: string | null): Matcher {
    const groups: Matcher[] = [];
    const required: Matcher[] = [];
    const forbidden: Matcher[] = [];
    while (this.#at < this.#tokens.length && this.#peek() !== 'close') {
      if (this.#peek() === 'or') this.#at++;
      else if (this.#peek() === 'plus') required.push((this.#at++, this.#conjunction(field)));
      else if (this.#peek() === 'not') forbidden.push((this.#at++, this.#conjunction(field)));
      else groups.push(this.#conjunction(field));
    }
    if (groups.length + required.length + forbidden.length === 0) throw new LuceneError('A part of the search text is empty.');
    return (document) =>
      required.every((each) => each(document)) &&
      !forbidden.some((each) => each(document)) &&
      (groups.length === 0 || required.length > 0 || groups.some((each) => each(document)));
  }

  #conjunction(field: string | null): Matcher {
    const terms = [this.#unary(field)];
    while (this.#peek() === 'and') {
      this.#at++;
      terms.push(this.#unary(field));
    }
    return (document) => terms.every((each) => each(document));
  }

  #unary(field: string | null): Matcher {
    const token = this.#tokens[this.#at++];
    switch (token?.kind) {
      case 'not': {
        const inner = this.#unary(field);
        return (document) => !inner(document);
      }
      case 'plus':
        return this.#unary(field);
      case 'field':
        return this.#unary(token.text);
      case 'open':
        return this.#group(field);
      case 'phrase':
        return inFields(field, containing(token.text));
      case 'pattern':
        return inFields(field, patternOf(token.text));
      case 'term':
        return inFields(field, termOf(token));
      default:
        throw new LuceneError('The search text ends where a term should be.');
    }
  }

  #group(field: string | null): Matcher {
    if (++this.#depth > DEEPEST) throw new LuceneError('The parentheses of the search text are too deep.');
    const inner = this.#clauses(field);
    if (this.#peek() !== 'close') throw new LuceneError('The search text opens a parenthesis that it does not close.');
    this.#at++;
    this.#depth--;
    return inner;
  }

  #peek(): Token['kind'] | undefined {
    return this.#tokens[this.#at]?.kind;
  }
}

/** Names people give the fields. */
const ALIASES: Readonly<Record<string, string>> = { name: 'segmentName', description: 'segmentDescription', id: 'segmentId' };
/** Where terms without a field are looked for. */
const SEARCHED = ['segmentName', 'segmentDescription', 'folderLocation'];

type TextMatcher = (text: string) => boolean;

function inFields(field: string | null, matches: TextMatcher): Matcher {
  const fields = field === null ? SEARCHED : [ALIASES[field] ?? field];
  return (document) => fields.some((name) => matches(document[name] ?? ''));
}

function containing(text: string): TextMatcher {
  const wanted = text.toLowerCase();
  return (value) => value.toLowerCase().includes(wanted);
}

/** Must fit a whole text or a whole word. */
function patternOf(pattern: string): TextMatcher {
  const problem = patternProblem(pattern);
  if (problem !== null) throw new LuceneError(`${problem.message} ${problem.hint}`);
  const { test } = compilePattern(`^(?i:${pattern})$`);
  return (value) => test(value) || words(value).some((word) => test(word));
}

function termOf({ text, fuzzy, plain }: Extract<Token, { kind: 'term' }>): TextMatcher {
  const wanted = unescaped(text).toLowerCase();
  if (fuzzy !== null) return (value) => words(value).some((word) => withinEdits(word, wanted, fuzzy));
  if (!plain) {
    const pieces = text.toLowerCase().match(/\\.|[*?]|[^\\*?]+/gsu) ?? [];
    return (value) => [value.toLowerCase(), ...words(value)].some((word) => matchesWildcards(word, pieces));
  }
  return (value) =>
    words(value).includes(wanted) || value.toLowerCase() === wanted || (/\W/u.test(wanted) && value.toLowerCase().includes(wanted));
}

function words(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}

/** Greedy with one place to come back to: linear in word times pattern. */
function matchesWildcards(word: string, pieces: readonly string[]): boolean {
  const pattern = pieces.flatMap((piece) =>
    piece.startsWith('\\')
      ? [{ char: piece.slice(1) }]
      : Array.from(piece).map((char) => (char === '*' || char === '?' ? { any: char } : { char })),
  );
  let [at, place, star, back] = [0, 0, -1, 0];
  while (at < word.length) {
    const piece = pattern[place];
    if (piece !== undefined && ('any' in piece ? piece.any === '?' : piece.char === word[at])) [at, place] = [at + 1, place + 1];
    else if (piece !== undefined && 'any' in piece) [star, back, place] = [place, at, place + 1];
    else if (star >= 0) [place, back, at] = [star + 1, back + 1, back + 1];
    else return false;
  }
  return pattern.slice(place).every((piece) => 'any' in piece && piece.any === '*');
}

/** Whether so many insertions, deletions and replacements of characters make the one word the other. */
function withinEdits(a: string, b: string, most: number): boolean {
  if (Math.abs(a.length - b.length) > most) return false;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, char] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      next.push(Math.min((row[j] ?? 0) + (char === other ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return (row[b.length] ?? Infinity) <= most;
}
