/** Text → tokens. Never fails: what it cannot read it reports and passes over. */
import { MAX_PROBLEMS, problem } from '../problems.ts';
import type { Problem, Span } from '../problems.ts';

export type TokenKind = 'name' | 'string' | 'integer' | 'double' | 'context' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** The text as the grammar sees it: for strings the unescaped value, for symbols the right spelling. */
  readonly text: string;
  readonly span: Span;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  readonly problems: readonly Problem[];
}

const WRONG_OPERATORS: Readonly<Record<string, string>> = {
  '===': '=',
  '!==': '!=',
  '==': '=',
  '<>': '!=',
  '&&': 'and',
  '||': 'or',
  '≠': '!=',
  '≤': '<=',
  '≥': '>=',
};
const SYMBOL = /===|!==|==|<>|&&|\|\||!=|<=|>=|=>|[=<>!+\-*/%^.,:()[\]{}$≠≤≥]/uy;
const NAME = /[\p{L}_][\p{L}\p{M}\p{N}_$]*/uy;
const NUMBER = /(?:\d+(?:\.\d+)?|\.\d+)(?:[Ee][+-]?\d+)?/y;
const SPACE = /\s+/uy;
const CONTEXT = /@\{[^}\n]*\}/y;
/** Opening quote → the quotes that may close it. Word processors put typographic pairs. */
const QUOTES: Readonly<Record<string, string>> = { '"': '"', "'": "'", '“': '”“"', '”': '”“"', '„': '”“"', '‘': "’‘'", '’': "’‘'" };
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', '\\': '\\', '"': '"', "'": "'", '/': '/' };

class Lexer {
  readonly tokens: Token[] = [];
  readonly problems: Problem[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): Tokens {
    while (this.#at < this.#text.length) this.#next();
    this.tokens.push({ kind: 'end', text: '', span: { from: this.#at, to: this.#at } });
    return { tokens: this.tokens, problems: this.problems };
  }

  #next(): void {
    const start = this.#at;
    if (this.#take(SPACE) !== null) return;
    const name = this.#take(NAME);
    if (name !== null) return this.#push('name', name, start);
    const number = this.#take(NUMBER);
    if (number !== null) return this.#number(number, start);
    const quote = this.#text[start] ?? '';
    if (quote in QUOTES) return this.#string(quote);
    const context = this.#take(CONTEXT);
    if (context !== null) return this.#push('context', context.slice(2, -1), start);
    const symbol = this.#take(SYMBOL);
    if (symbol !== null) return this.#symbol(symbol, start);
    this.#unknown();
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return null;
    this.#at += found.length;
    return found;
  }

  #push(kind: TokenKind, text: string, start: number): void {
    this.tokens.push({ kind, text, span: { from: start, to: this.#at } });
  }

  #report(found: Problem): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(found);
  }

  #number(text: string, start: number): void {
    const integer = /^\d+$/.test(text);
    this.#push(integer ? 'integer' : 'double', text, start);
    const value = Number(text);
    if (Number.isFinite(value) && (!integer || Number.isSafeInteger(value))) return;
    this.#report(
      problem('number-out-of-range', { from: start, to: this.#at }, `The number ${text} is too large.`, {
        hint: integer ? 'Whole numbers go up to 9007199254740991. An identifier belongs in quotes.' : 'Numbers go up to about 1.8E308.',
      }),
    );
  }

  #symbol(text: string, start: number): void {
    const right = WRONG_OPERATORS[text];
    const span = { from: start, to: this.#at };
    if (right === undefined) return this.#push('symbol', text, start);
    this.#push(/\w/.test(right) ? 'name' : 'symbol', right, start);
    const message = `\`${text}\` is not an operator here. Did you mean \`${right}\`?`;
    this.#report(problem('wrong-operator', span, message, { fix: { span, text: right } }));
  }

  #string(quote: string): void {
    const start = this.#at;
    const closers = QUOTES[quote] ?? quote;
    let value = '';
    this.#at++;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || char === '\n' || char === '\r') break;
      this.#at++;
      if (closers.includes(char)) return this.#push('string', value, start);
      value += char === '\\' ? this.#escape() : char;
    }
    this.#push('string', value, start);
    this.#report(
      problem('unclosed-string', { from: start, to: start + 1 }, 'This string is never closed.', {
        hint: `Add a closing ${quote} on the same line; a line break inside a string is written \\n.`,
      }),
    );
  }

  /** Reads what follows a backslash. */
  #escape(): string {
    const start = this.#at - 1;
    const unicode = /u([0-9a-fA-F]{4})/y;
    unicode.lastIndex = this.#at;
    const code = unicode.exec(this.#text)?.[1];
    if (code !== undefined) {
      this.#at += 5;
      return String.fromCharCode(Number.parseInt(code, 16));
    }
    const char = this.#text[this.#at];
    if (char === undefined || char === '\n' || char === '\r') return '';
    this.#at++;
    const plain = ESCAPES[char];
    if (plain !== undefined) return plain;
    this.#report(
      problem('unknown-escape', { from: start, to: this.#at }, `\`\\${char}\` is not an escape sequence.`, {
        hint: `A backslash itself is written twice: \\\\${char}.`,
        fix: { span: { from: start, to: start + 1 }, text: '\\\\' },
      }),
    );
    return `\\${char}`;
  }

  #unknown(): void {
    const start = this.#at;
    const char = String.fromCodePoint(this.#text.codePointAt(start) ?? 0);
    this.#at += char.length;
    const last = this.problems.at(-1);
    // A run of strange characters is one problem, not one each.
    if (last?.code === 'unknown-character' && last.span.to === start) {
      this.problems[this.problems.length - 1] = { ...last, span: { from: last.span.from, to: this.#at } };
      return;
    }
    const context = char === '@' ? { hint: 'A context reference is written @{name}.' } : {};
    this.#report(problem('unknown-character', { from: start, to: this.#at }, `The character \`${char}\` has no meaning here.`, context));
  }
}

export function tokenize(text: string): Tokens {
  return new Lexer(text).run();
}
