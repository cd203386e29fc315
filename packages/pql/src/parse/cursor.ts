/** The place in the token stream, with what every part of the parser needs: looking, taking, complaining, recovering. */
import type { Expr } from '../ast.ts';
import { MAX_PROBLEMS, problem } from '../problems.ts';
import type { Problem, ProblemCode, ProblemExtra, Span } from '../problems.ts';
import type { Token } from './lexer.ts';

/** Far above what people write, far below what overflows the stack of a browser in any pass over the tree. */
export const MAX_NESTING = 250;

/** How tightly an operator binds; an operand is read "at a level": everything that binds at least as tightly. */
export const LEVEL = { open: 0, or: 1, and: 2, not: 3, comparison: 4, sum: 5, product: 6, negative: 7, postfix: 8 } as const;

/** Thrown inside the parser only, to leave a text that is nested too deep; `parse` turns it into a problem. */
export class NestingTooDeep extends Error {
  readonly span: Span;
  constructor(span: Span) {
    super('nesting too deep');
    this.span = span;
  }
}

/** Thrown inside the parser only, to leave a text that is no query at all. */
export class TooManyProblems extends Error {}

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

export class Cursor {
  readonly problems: Problem[] = [];
  /** False while the value of a `let` is read, where a bare `in` ends the value. */
  inIsMembership = true;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #over: Uint8Array | null = null;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(ahead = 0): Token {
    const last = this.#tokens.length - 1;
    const token = this.#tokens[Math.min(this.#at + ahead, last)];
    if (token === undefined) throw new Error('bug: a token stream always has an end token');
    return token;
  }

  take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  /** The span from `start` to the last token taken. */
  since(start: number): Span {
    const last = this.#tokens[this.#at - 1];
    return { from: start, to: Math.max(start, last === undefined ? start : last.span.to) };
  }

  atSymbol(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.text === text;
  }

  /** Keywords are case-insensitive. */
  atWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'name' && token.text.toLowerCase() === word;
  }

  takeSymbol(text: string): Token | null {
    return this.atSymbol(text) ? this.take() : null;
  }

  takeWord(word: string): Token | null {
    return this.atWord(word) ? this.take() : null;
  }

  report(code: ProblemCode, span: Span, message: string, extra: ProblemExtra = {}): void {
    const last = this.problems.at(-1);
    // A second complaint about the same place only hides the first.
    if (last !== undefined && last.span.from === span.from && last.span.to === span.to) return;
    this.problems.push(problem(code, span, message, extra));
    if (this.problems.length >= MAX_PROBLEMS) throw new TooManyProblems();
  }

  /** Whether the word `over` ends the operand that begins `ahead` of here. */
  saysOver(ahead: number): boolean {
    this.#over ??= oversOf(this.#tokens);
    return this.#over[this.#at + ahead] === 1;
  }

  /** Names the next token in messages. */
  found(): string {
    const token = this.peek();
    if (token.kind === 'end') return 'the end of the text';
    return token.kind === 'string' ? `the string ${JSON.stringify(token.text)}` : `\`${token.text}\``;
  }

  /** The span of the next token; at the end of the text, the last character. */
  here(): Span {
    const { span, kind } = this.peek();
    return kind === 'end' && span.from > 0 ? { from: span.from - 1, to: span.from } : span;
  }

  missing(message: string, extra: ProblemExtra = {}): Expr {
    const span = this.here();
    this.report('missing-expression', span, message, extra);
    return { kind: 'missing', span };
  }

  /** Takes the closing bracket; a missing one is blamed on the opening one. */
  close(open: Token): void {
    const closer = CLOSERS[open.text] ?? ')';
    if (this.takeSymbol(closer) !== null) return;
    if (this.peek().kind === 'end') {
      this.report('unclosed-bracket', open.span, `This \`${open.text}\` is never closed.`, { hint: `Add the missing \`${closer}\`.` });
      return;
    }
    if (Object.values(CLOSERS).some((each) => this.atSymbol(each))) {
      this.report('unclosed-bracket', open.span, `This \`${open.text}\` is closed by ${this.found()} instead of \`${closer}\`.`);
      this.take();
      return;
    }
    this.report('unexpected-token', this.here(), `Expected \`${closer}\` before ${this.found()}.`, {
      hint: `It closes the \`${open.text}\` before.`,
    });
    this.#skipTo(closer, open);
  }

  /** Passes over tokens up to the closer of this nesting level, and takes it. */
  #skipTo(closer: string, open: Token): void {
    const nested: string[] = [];
    for (;;) {
      const token = this.take();
      if (token.kind === 'end') {
        this.report('unclosed-bracket', open.span, `This \`${open.text}\` is never closed.`, { hint: `Add the missing \`${closer}\`.` });
        return;
      }
      if (token.kind !== 'symbol') continue;
      const inner = CLOSERS[token.text];
      if (inner !== undefined) nested.push(inner);
      else if (nested.length === 0 && token.text === closer) return;
      else if (token.text === nested.at(-1)) nested.pop();
    }
  }

  /** Reads one nested construct, keeping count of the depth. */
  deeper<Result>(read: () => Result): Result {
    if (++this.#depth > MAX_NESTING) throw new NestingTooDeep(this.here());
    const result = read();
    this.#depth--;
    return result;
  }

  /** Reads inside brackets, where `in` is membership again. */
  inside<Result>(read: () => Result, inIsMembership = true): Result {
    const before = this.inIsMembership;
    this.inIsMembership = inIsMembership;
    const result = read();
    this.inIsMembership = before;
    return result;
  }
}

const OPERAND_ENDS: ReadonlySet<string> = new Set([
  'and',
  'or',
  'in',
  'notin',
  'like',
  'matches',
  'occurs',
  'where',
  'from',
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  ',',
  ':',
]);

/** For every token, whether an operand that begins there is followed by `over`; found from the end in one pass. */
function oversOf(tokens: readonly Token[]): Uint8Array {
  const over = new Uint8Array(tokens.length + 1);
  const outside: number[] = [];
  for (let index = tokens.length - 1; index >= 0; index--) {
    const { kind, text } = tokens[index] ?? { kind: 'end', text: '' };
    const after = over[index + 1] ?? 0;
    if (kind === 'symbol' && ')]}'.includes(text)) outside.push(after);
    else if (kind === 'symbol' && '([{'.includes(text)) over[index] = outside.pop() ?? 0;
    else if (kind === 'end') over[index] = 0;
    // After a dot every word is the name of a field.
    else if (kind !== 'symbol' && (kind !== 'name' || tokens[index - 1]?.text === '.')) over[index] = after;
    else if (text.toLowerCase() === 'over') over[index] = 1;
    // The `over` after another aggregate is its own.
    else if (/^(sum|average|min|max)$/i.test(text) && tokens[index + 1]?.text === '(') over[index] = 0;
    else over[index] = OPERAND_ENDS.has(text.toLowerCase()) ? 0 : after;
  }
  return over;
}

/** What the parts of the parser share: the cursor, and reading an expression at a level. */
export interface Parsing {
  readonly cursor: Cursor;
  readonly expression: (level: number) => Expr;
}
