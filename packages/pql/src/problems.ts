/**
 * What can be wrong with a query, as values: every code in one catalogue, which also makes the manual's table.
 * Positions are UTF-16 offsets into the text, as in JavaScript strings and editors.
 */

/** Half-open range of UTF-16 offsets. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Replaces the span's text; a span of no width inserts. */
export interface Fix {
  readonly span: Span;
  readonly text: string;
}

export type Severity = 'error' | 'warning';

/** Code → severity and meaning. */
export const problemCatalogue = {
  'empty-query': { severity: 'error', meaning: 'The text holds no expression.' },
  'text-too-long': { severity: 'error', meaning: 'The text is longer than 1 MB.' },
  'nesting-too-deep': { severity: 'error', meaning: 'Expressions are nested more than 250 deep.' },
  'unknown-character': { severity: 'error', meaning: 'A character that means nothing in the language.' },
  'unclosed-string': { severity: 'error', meaning: 'A string has no closing quote on its line.' },
  'unknown-escape': { severity: 'error', meaning: 'A backslash in a string is followed by a character it cannot escape.' },
  'number-out-of-range': { severity: 'error', meaning: 'A number cannot be represented exactly enough.' },
  'wrong-operator': { severity: 'error', meaning: 'An operator of another language.' },
  'unexpected-token': { severity: 'error', meaning: 'Something stands where the grammar has no place for it.' },
  'missing-expression': { severity: 'error', meaning: 'A value is missing.' },
  'missing-operator': { severity: 'error', meaning: 'Two values stand side by side without an operator.' },
  'chained-comparison': { severity: 'error', meaning: 'A comparison is compared again (`a < b < c`).' },
  'unclosed-bracket': { severity: 'error', meaning: 'A parenthesis, bracket or brace is never closed.' },
  'unmatched-bracket': { severity: 'error', meaning: 'A closing parenthesis, bracket or brace was never opened.' },
  'bad-time-expression': { severity: 'error', meaning: 'What follows `occurs` or stands in `WHEN(…)` is not a time expression.' },
  'bad-chain-step': { severity: 'error', meaning: 'A step of a chain is not `LABEL: WHAT(…) WHEN(…) COUNT(…) WHERE(…)`.' },
  'unknown-field': { severity: 'error', meaning: 'The schema has no such field here.' },
  'unknown-function': { severity: 'error', meaning: 'There is no function of that name for this value.' },
  'wrong-argument-count': { severity: 'error', meaning: 'A function got too few or too many arguments.' },
  'wrong-type': { severity: 'error', meaning: 'A value has a type that does not fit its place.' },
  'not-constant': { severity: 'error', meaning: 'A literal is needed where an expression stands.' },
  'no-outer-level': { severity: 'error', meaning: '`^` goes up further than there are filters around it.' },
  'unknown-parameter': { severity: 'error', meaning: 'A segment has one parameter, `$1`, the profile.' },
  'duplicate-name': { severity: 'error', meaning: 'Two variables or step labels in one place have the same name.' },
  'bad-label': { severity: 'error', meaning: 'A step label is used where it has no event yet.' },
  'bad-pattern': { severity: 'error', meaning: 'A regular expression is broken or uses what RE2 cannot do.' },
  'bad-date': { severity: 'error', meaning: 'A calendar day or a timestamp that does not exist.' },
  'value-not-in-list': { severity: 'warning', meaning: 'The schema allows only certain values, and this is none of them.' },
  'deprecated-field': { severity: 'warning', meaning: 'The schema marks the field as deprecated.' },
  'never-true': { severity: 'warning', meaning: 'A condition that can never be true, alone or together with others before it.' },
  'always-true': { severity: 'warning', meaning: 'A condition that is always true.' },
  'complex-rule': {
    severity: 'warning',
    meaning: 'More than the Experience Platform recommends: 6 steps, 3 aggregations, 2 levels of lists, 50 conditions.',
  },
  'bad-json': { severity: 'error', meaning: 'A pql/json definition is broken, or has a node of no known form.' },
  'not-supported-yet': { severity: 'error', meaning: 'Valid PQL that this version cannot evaluate.' },
} as const satisfies Record<string, { readonly severity: Severity; readonly meaning: string }>;

export type ProblemCode = keyof typeof problemCatalogue;

export interface Problem {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  /** What to do about it. */
  readonly hint?: string;
  readonly fix?: Fix;
}

export interface ProblemExtra {
  readonly hint?: string;
  readonly fix?: Fix;
}

/** Makes a problem; its severity comes from the catalogue. */
export function problem(code: ProblemCode, span: Span, message: string, extra: ProblemExtra = {}): Problem {
  return { code, severity: problemCatalogue[code].severity, message, span, ...extra };
}

/** True when a list of problems holds an error, not only warnings. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((each) => each.severity === 'error');
}

/** Problems of one kind that are told of one text; more help nobody. */
export const MAX_PROBLEMS = 100;

export interface Position {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units. */
  readonly column: number;
}

/** Line and column of an offset. Offsets beyond the text count as its end. */
export function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, Math.max(0, offset)).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** The problem for a terminal: message, place, the line with a caret line under it, hint. */
export function renderProblem(text: string, { code, severity, message, span, hint }: Problem): string {
  const { line, column } = positionOf(text, span.from);
  const source = text.split(/\r\n|\r|\n/)[line - 1] ?? '';
  const width = Math.max(1, Math.min(span.to - span.from, source.length - column + 1));
  const gutter = String(line);
  // Tabs stay tabs under the line, so the carets stand where the terminal puts the text.
  const indent = source.slice(0, column - 1).replace(/[^\t]/g, ' ');
  const lines = [
    `${severity}[${code}]: ${message}`,
    `${' '.repeat(gutter.length)}--> line ${line}, column ${column}`,
    `${gutter} | ${source}`,
    `${' '.repeat(gutter.length)} | ${indent}${'^'.repeat(width)}`,
  ];
  return (hint === undefined ? lines : [...lines, `${' '.repeat(gutter.length)} = hint: ${hint}`]).join('\n');
}
