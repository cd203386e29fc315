/** Text → syntax tree. Reports several problems in one run; whatever could be read is in the tree. */
import { childrenOf } from '../ast.ts';
import type { Expr } from '../ast.ts';
import { MAX_PROBLEMS, problem } from '../problems.ts';
import type { Problem, Span } from '../problems.ts';
import { Cursor, LEVEL, MAX_NESTING, NestingTooDeep, TooManyProblems } from './cursor.ts';
import { parsingOf } from './expression.ts';
import { tokenize } from './lexer.ts';

/** In UTF-16 units. */
export const MAX_TEXT_LENGTH = 1_048_576;

export interface Parsed {
  /** Null when nothing could be read; after problems a tree with `missing` nodes. */
  readonly ast: Expr | null;
  readonly problems: readonly Problem[];
}

export function parse(text: string): Parsed {
  if (text.length > MAX_TEXT_LENGTH) {
    return failed(
      problem('text-too-long', { from: 0, to: 1 }, `The text has ${text.length} characters; at most ${MAX_TEXT_LENGTH} are read.`),
    );
  }
  const { tokens, problems } = tokenize(text);
  if (tokens.length === 1) {
    const empty = problem('empty-query', { from: 0, to: text.length }, 'The query is empty.', {
      hint: 'For example: person.name.firstName = "Ada"',
    });
    return { ast: null, problems: problems.length > 0 ? problems : [empty] };
  }
  const cursor = new Cursor(tokens);
  try {
    const ast = wholeText(cursor);
    if (isTooDeep(ast)) return failed(tooDeep(ast.span));
    return { ast, problems: [...problems, ...cursor.problems].toSorted((a, b) => a.span.from - b.span.from) };
  } catch (error) {
    if (error instanceof NestingTooDeep) return failed(tooDeep(error.span));
    if (error instanceof TooManyProblems)
      return {
        ast: null,
        problems: [...problems, ...cursor.problems].toSorted((a, b) => a.span.from - b.span.from).slice(0, MAX_PROBLEMS),
      };
    throw error;
  }
}

const failed = (reason: Problem): Parsed => ({ ast: null, problems: [reason] });

function tooDeep(span: Span): Problem {
  return problem('nesting-too-deep', span, `Expressions are nested more than ${MAX_NESTING} deep.`, {
    hint: 'Split the rule into several audiences and join them with inSegment(…).',
  });
}

/** Reads to the end; what follows the first expression is reported, and read too for its own problems. */
function wholeText(cursor: Cursor): Expr {
  const { expression } = parsingOf(cursor);
  const first = expression(LEVEL.open);
  const terms = [first];
  while (cursor.peek().kind !== 'end') {
    const token = cursor.peek();
    if (token.kind === 'symbol' && ')]}'.includes(token.text)) {
      cursor.report('unmatched-bracket', token.span, `This \`${token.text}\` closes nothing.`, { fix: { span: token.span, text: '' } });
      cursor.take();
      continue;
    }
    if (token.kind === 'symbol') {
      cursor.report('unexpected-token', token.span, `\`${token.text}\` cannot stand here.`);
      cursor.take();
      continue;
    }
    cursor.report('missing-operator', token.span, `Expected an operator before ${cursor.found()}.`, isHint(token.text));
    terms.push(expression(LEVEL.open));
    if (cursor.peek() === token) cursor.take();
  }
  return terms.length === 1 ? first : { kind: 'logic', operator: 'and', terms, span: cursor.since(first.span.from) };
}

function isHint(word: string): { readonly hint: string } {
  return {
    hint:
      word.toLowerCase() === 'is'
        ? 'For presence write field.isNull() or field.isNotNull(); for equality write =.'
        : 'Join two conditions with `and` or `or`.',
  };
}

/** Left-deep trees (`1 + 1 + 1 …`) take no recursion to read but would take it everywhere else. */
export function isTooDeep(ast: Expr): boolean {
  const waiting: { readonly expr: Expr; readonly depth: number }[] = [{ expr: ast, depth: 1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.depth > MAX_NESTING) return true;
    for (const expr of childrenOf(next.expr)) waiting.push({ expr, depth: next.depth + 1 });
  }
  return false;
}
