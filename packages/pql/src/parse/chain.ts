/** `chain(xEvent, timestamp, [LABEL: WHAT(…) WHEN(…) COUNT(n) WHERE(…), …])`. */
import type { ChainStep, Expr, TimeSpec } from '../ast.ts';
import type { Span } from '../problems.ts';
import { LEVEL } from './cursor.ts';
import type { Cursor, Parsing } from './cursor.ts';
import type { Token } from './lexer.ts';
import { timeSpec, wholeNumber } from './time.ts';

interface Clauses {
  what: Expr | null;
  negated: boolean;
  when: TimeSpec[];
  count: number | null;
  where: Expr | null;
}

const CLAUSES = ['what', 'when', 'count', 'where'] as const;
const SHAPE = 'A step is LABEL: WHAT(condition) and, if needed, WHEN(time), COUNT(n), WHERE(condition).';

/** Reads a chain; the cursor stands on the word `chain`. */
export function chainExpression(parsing: Parsing): Expr {
  const { cursor, expression } = parsing;
  const start = cursor.take().span.from;
  const open = cursor.take();
  return cursor.inside(() => {
    const events = expression(LEVEL.open);
    comma(cursor);
    const [orderBy, orderBySpan] = orderingField(cursor);
    comma(cursor);
    const steps = stepList(parsing);
    cursor.close(open);
    return { kind: 'chain', events, orderBy, orderBySpan, steps, span: cursor.since(start) };
  });
}

function comma(cursor: Cursor): void {
  if (cursor.takeSymbol(',') === null)
    cursor.report('unexpected-token', cursor.here(), `Expected \`,\` before ${cursor.found()}.`, {
      hint: 'chain(xEvent, timestamp, [steps])',
    });
}

function orderingField(cursor: Cursor): readonly [string, Span] {
  const token = cursor.peek();
  if (token.kind === 'name') {
    cursor.take();
    return [token.text, token.span];
  }
  cursor.report('bad-chain-step', cursor.here(), `Expected the field that orders the events, found ${cursor.found()}.`, {
    hint: 'chain(xEvent, timestamp, [steps])',
  });
  return ['timestamp', token.span];
}

function stepList(parsing: Parsing): readonly ChainStep[] {
  const { cursor } = parsing;
  const open = cursor.takeSymbol('[');
  if (open === null) {
    cursor.report('bad-chain-step', cursor.here(), `Expected \`[\` and the steps, found ${cursor.found()}.`, { hint: SHAPE });
    return [];
  }
  const steps: ChainStep[] = [];
  if (cursor.atSymbol(']')) cursor.report('bad-chain-step', cursor.here(), 'A chain needs at least one step.', { hint: SHAPE });
  else
    do steps.push(chainStep(parsing));
    while (cursor.takeSymbol(',') !== null && !cursor.atSymbol(']'));
  cursor.close(open);
  return steps;
}

function chainStep(parsing: Parsing): ChainStep {
  const { cursor } = parsing;
  const labelToken = cursor.peek();
  const start = labelToken.span.from;
  let label = 'C0';
  if (labelToken.kind === 'name' && cursor.atSymbol(':', 1)) {
    label = cursor.take().text;
    cursor.take();
  } else {
    cursor.report('bad-chain-step', cursor.here(), `Expected a step label and \`:\`, found ${cursor.found()}.`, { hint: SHAPE });
    if (labelToken.kind === 'name' && !isClause(cursor)) label = cursor.take().text;
  }
  const clauses: Clauses = { what: null, negated: false, when: [], count: null, where: null };
  while (clause(parsing, clauses));
  const span = cursor.since(start);
  if (clauses.what === null)
    cursor.report('bad-chain-step', span.to > span.from ? span : cursor.here(), `The step ${label} has no WHAT(condition).`, {
      hint: SHAPE,
    });
  if (clauses.negated && clauses.count !== null)
    cursor.report('bad-chain-step', span, 'A negated step cannot have COUNT: it demands that there is no such event.');
  return { label, labelSpan: labelToken.span, ...clauses, span };
}

const isClause = (cursor: Cursor, ahead = 0): boolean =>
  CLAUSES.some((each) => cursor.atWord(each, ahead) && cursor.atSymbol('(', ahead + 1));

/** Reads one clause into `clauses`; false when there is none. */
function clause(parsing: Parsing, clauses: Clauses): boolean {
  const { cursor, expression } = parsing;
  if ((cursor.atWord('not') || cursor.atSymbol('!')) && isClause(cursor, 1)) {
    cursor.take();
    clauses.negated = true;
    if (!cursor.atWord('what'))
      cursor.report('bad-chain-step', cursor.here(), 'Only WHAT(…) can be negated.', { hint: 'Write NOT WHAT(condition).' });
  }
  if (!isClause(cursor)) return false;
  const name = cursor.take();
  const open = cursor.take();
  cursor.inside(() => {
    switch (name.text.toLowerCase()) {
      case 'what':
        clauses.what = once(cursor, name, clauses.what, expression(LEVEL.open));
        break;
      case 'where':
        clauses.where = once(cursor, name, clauses.where, expression(LEVEL.open));
        break;
      case 'count':
        clauses.count = once(cursor, name, clauses.count, eventCount(cursor));
        break;
      default:
        do clauses.when.push(timeSpec(parsing));
        while (cursor.takeWord('and') !== null);
    }
    cursor.close(open);
  });
  return true;
}

function eventCount(cursor: Cursor): number {
  const span = cursor.here();
  const count = wholeNumber(cursor, 'bad-chain-step', 'of events');
  if (count < 1)
    cursor.report('bad-chain-step', span, 'COUNT needs at least 1.', { hint: 'For "no such event", write NOT WHAT(condition).' });
  return Math.max(1, count);
}

function once<Part>(cursor: Cursor, name: Token, before: Part | null, now: Part): Part {
  if (before !== null) cursor.report('bad-chain-step', name.span, `This step has two ${name.text.toUpperCase()} clauses.`);
  return now;
}
