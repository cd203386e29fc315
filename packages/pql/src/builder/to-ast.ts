/** Picture → syntax. Reading the syntax again gives the same picture, once it is tidy. */
import type { ChainStep, Expr } from '../ast.ts';
import { childrenOf } from '../ast.ts';
import { parse } from '../parse/index.ts';
import {
  arrayExpr,
  binaryExpr,
  booleanExpr,
  callExpr,
  filterExpr,
  letExpr,
  logicExpr,
  methodExpr,
  nameExpr,
  notExpr,
  NOWHERE,
  numberExpr,
  pathExpr,
  scalarExpr,
  stringExpr,
} from './syntax.ts';
import { clockExpr, gapSpec, partExpr, timeExpr, timeSpec } from './to-ast-time.ts';
import type {
  AttributeRule,
  AudienceRule,
  Card,
  Container,
  EventCard,
  FieldTest,
  Join,
  Measure,
  Operand,
  RuleNode,
  Sequence,
  Step,
} from './tree.ts';

/** Null: the rule says nothing. */
export function toAst(root: Container): Expr | null {
  return joined(root);
}

/** The terms of a container joined; null when there are none. */
function joined({ join, children }: Container): Expr | null {
  const terms = termsOf(children, join);
  return terms.length === 0 ? null : logicExpr(join, terms);
}

function termsOf(children: readonly RuleNode[], join: Join): readonly Expr[] {
  return children.flatMap((child) => {
    const expr = nodeExpr(child, join);
    return expr === null ? [] : [expr];
  });
}

/** Null: a container or a sequence without contents. */
function nodeExpr(node: RuleNode, join: Join): Expr | null {
  const core = coreExpr(node);
  if (core === null) return null;
  const counted = node.exclude ? notExpr(core) : core;
  const noted = node.note === '' ? counted : letExpr(noteVariable(counted), stringExpr(node.note), counted);
  return node.off ? offExpr(noted, join) : noted;
}

/** Without effect on what joins it, in the language itself: so nothing is lost on the way through a text. */
const offExpr = (expr: Expr, join: Join): Expr =>
  join === 'and' ? logicExpr('or', [booleanExpr(true), expr]) : logicExpr('and', [booleanExpr(false), expr]);

/** A remark is a variable that nobody reads. */
export function noteVariable(body: Expr): string {
  let name = '_remark';
  while (mentions(body, name)) name += '_';
  return name;
}

/** Whether a name occurs anywhere in an expression. */
export function mentions(expr: Expr, name: string): boolean {
  return (expr.kind === 'name' && expr.name === name) || childrenOf(expr).some((child) => mentions(child, name));
}

function coreExpr(node: RuleNode): Expr | null {
  switch (node.kind) {
    case 'container':
      return joined(node);
    case 'attribute':
      return attributeExpr(node);
    case 'items':
      return methodExpr(pathExpr(node.path), 'exists', [joined(node.where) ?? booleanExpr(true)]);
    case 'event':
      return eventExpr(node);
    case 'sequence':
      return sequenceExpr(node);
    case 'audience':
      return audienceExpr(node);
    case 'code':
      return codeExpr(node.pql);
    default:
      return node satisfies never;
  }
}

function codeExpr(pql: string): Expr {
  const { ast } = parse(pql);
  if (ast === null) throw new Error(`bug: a code rule that does not parse: ${pql}`);
  return ast;
}

function attributeExpr({ path, part, test }: AttributeRule): Expr {
  const field = pathExpr(path);
  return testExpr(part === null ? field : partExpr(field, part), test);
}

function testExpr(value: Expr, test: FieldTest): Expr {
  switch (test.op) {
    case 'exists':
      return methodExpr(value, 'isNotNull');
    case 'missing':
      return methodExpr(value, 'isNull');
    case 'holds':
      return value;
    case 'text':
      return textExpr(value, test);
    case 'compare':
      return binaryExpr(value, test.comparison, operandExpr(test.operand));
    case 'in':
      return binaryExpr(value, test.negated ? 'notIn' : 'in', arrayExpr(test.values.map(scalarExpr)));
    case 'list': {
      const values = test.values.map(scalarExpr);
      return methodExpr(value, test.fn, test.fn === 'includes' ? values.slice(0, 1) : [arrayExpr(values)]);
    }
    case 'pattern':
      return methodExpr(value, test.fn, [stringExpr(test.pattern)]);
    case 'time':
      return timeExpr(value, test.time);
    default:
      return test satisfies never;
  }
}

function textExpr(value: Expr, { fn, values, caseSensitive }: Extract<FieldTest, { readonly op: 'text' }>): Expr {
  const [only = ''] = values;
  if (values.length > 1) {
    return callExpr('stringCompare', [stringExpr(fn), value, arrayExpr(values.map(stringExpr)), booleanExpr(caseSensitive)]);
  }
  return methodExpr(value, fn, [stringExpr(only), ...(caseSensitive ? [] : [booleanExpr(false)])]);
}

function operandExpr(operand: Operand): Expr {
  switch (operand.kind) {
    case 'value':
      return scalarExpr(operand.value);
    case 'clock':
      return clockExpr(operand.part);
    case 'field':
      if (operand.of === 'own') return pathExpr(operand.path);
      return pathExpr(operand.path, nameExpr(operand.of === 'profile' ? 'profile' : operand.of.step));
    default:
      return operand satisfies never;
  }
}

function audienceExpr({ namespace, audience }: AudienceRule): Expr {
  if (namespace === 'ups') return callExpr('inSegment', [stringExpr(audience)]);
  const membership = pathExpr(['segmentMembership', { key: namespace }, { key: audience }, 'status']);
  return binaryExpr(membership, 'in', arrayExpr([stringExpr('realized'), stringExpr('existing')]));
}

/** What an event must be, term by term; `when` when its time is said here too. */
function cardTerms({ types, where, time }: Card, when: 'with time' | 'without time'): readonly Expr[] {
  const conditions = where.join === 'and' ? termsOf(where.children, 'and') : present(joined(where));
  return [...typeTerms(types), ...conditions, ...(time !== null && when === 'with time' ? [timeExpr(nameExpr('timestamp'), time)] : [])];
}

const present = (expr: Expr | null): readonly Expr[] => (expr === null ? [] : [expr]);

function typeTerms({ values, anyCase }: Card['types']): readonly Expr[] {
  if (values.length === 0) return [];
  const field = nameExpr('eventType');
  if (anyCase) return [textExpr(field, { op: 'text', fn: 'equals', values, caseSensitive: false })];
  const [only = ''] = values;
  if (values.length === 1) return [binaryExpr(field, '=', stringExpr(only))];
  return [binaryExpr(field, 'in', arrayExpr(values.map(stringExpr)))];
}

function eventsExpr(terms: readonly Expr[]): Expr {
  const events = nameExpr('xEvent');
  return terms.length === 0 ? events : filterExpr(events, logicExpr('and', terms));
}

function eventExpr(card: EventCard): Expr {
  if (card.measure.kind === 'all') {
    const fulfilled = joined(card.where) ?? booleanExpr(true);
    const others = eventsExpr([...cardTerms({ ...card, where: { ...card.where, children: [] } }, 'with time'), notExpr(fulfilled)]);
    return binaryExpr(methodExpr(others, 'count'), '<', numberExpr(1));
  }
  return measured(eventsExpr(cardTerms(card, 'with time')), card.measure);
}

const COUNT_OPERATORS = { atLeast: '>=', atMost: '<=', exactly: '=' } as const;

function measured(events: Expr, measure: Exclude<Measure, { readonly kind: 'all' }>): Expr {
  switch (measure.kind) {
    case 'count':
      if (measure.how === 'atLeast' && measure.count === 1) return events;
      return binaryExpr(methodExpr(events, 'count'), COUNT_OPERATORS[measure.how], numberExpr(measure.count));
    case 'between': {
      const n = nameExpr('n');
      const bounds = [binaryExpr(n, '>=', numberExpr(measure.from)), binaryExpr(n, '<=', numberExpr(measure.to))];
      return letExpr('n', methodExpr(events, 'count'), logicExpr('and', bounds));
    }
    case 'aggregate': {
      const { fn, path, comparison, value } = measure;
      const number =
        fn === 'distinct' ? methodExpr(methodExpr(pathExpr(path, events), 'distinct'), 'count') : methodExpr(events, fn, [pathExpr(path)]);
      return binaryExpr(number, comparison, numberExpr(value));
    }
    default:
      return measure satisfies never;
  }
}

function sequenceExpr({ steps }: Sequence): Expr | null {
  if (steps.length === 0) return null;
  return {
    kind: 'chain',
    events: nameExpr('xEvent'),
    orderBy: 'timestamp',
    orderBySpan: NOWHERE,
    steps: steps.map(stepExpr),
    span: NOWHERE,
  };
}

function stepExpr(step: Step): ChainStep {
  const { label, negated, count, gaps, time } = step;
  const spans = time?.kind === 'span' ? [time.span] : time?.kind === 'both' ? time.spans : [];
  const terms = cardTerms(step, spans.length > 0 ? 'without time' : 'with time');
  return {
    label,
    labelSpan: NOWHERE,
    negated,
    what: terms.length === 0 ? booleanExpr(true) : logicExpr('and', terms),
    when: [...spans.map(timeSpec), ...gaps.map(gapSpec)],
    count: count === 1 || negated ? null : count,
    where: null,
    span: NOWHERE,
  };
}
