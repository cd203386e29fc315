/** Pictures of rules at random, with every kind of node, measure, condition and time. */
import * as fc from 'fast-check';
import type { Container, FieldPath, FieldTest, Measure, Operand, RuleNode, Scalar, Step, TimeRule } from '../../src/builder/tree.ts';
import { container } from '../../src/builder/tree.ts';

const { constant, constantFrom } = fc;
const name = constantFrom('city', 'level', 'points', 'signup', '_acme', 'note', '_remark', 'eventType', 'timestamp', 'channel');
const path: fc.Arbitrary<FieldPath> = fc
  .tuple(name, fc.array(fc.oneof(name, fc.record({ key: constantFrom('lang', 'a b', '"') })), { maxLength: 2 }))
  .map(([first, rest]) => [first, ...rest]);
const namePath: fc.Arbitrary<FieldPath> = fc.tuple(name, fc.array(name, { maxLength: 2 })).map(([first, rest]) => [first, ...rest]);
const text = fc.oneof(constantFrom('gold', '', 'San José', '"quoted"', 'a\\b\n', 'true'), fc.string({ maxLength: 4 }));
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0.5 : value)),
);
const scalar: fc.Arbitrary<Scalar> = fc.oneof(text, number, fc.boolean());
const unit = constantFrom('second', 'minute', 'hour', 'day', 'week', 'month', 'year' as const);
const comparison = constantFrom('=', '!=', '<', '<=', '>', '>=' as const);
const part = constantFrom('year', 'month', 'dayOfMonth' as const);
const amount = fc.nat(100);

const reference = fc.oneof(
  fc.record({ kind: constant('word' as const), word: constantFrom('now', 'today', 'yesterday', 'tomorrow' as const) }),
  fc.record({ kind: constant('calendar' as const), which: constantFrom('this', 'last', 'next' as const), unit }),
  fc.record({
    kind: constant('date' as const),
    year: fc.integer({ min: 1990, max: 2030 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
  }),
  fc.record({ kind: constant('instant' as const), text: constant('2024-03-01T00:00:00Z') }),
);
const direction = constantFrom('before', 'after' as const);
const span = fc.oneof(
  fc.record({ kind: constant('distance' as const), comparison, amount, unit, direction, reference }),
  fc.record({ kind: constant('relative' as const), direction, reference }),
  fc.record({ kind: constant('between' as const), first: reference, last: reference }),
  fc.record({ kind: constant('on' as const), reference }),
);
const dayOfYear = fc.record({ month: fc.integer({ min: 1, max: 12 }), day: fc.integer({ min: 1, max: 28 }) });
export const arbitraryTime: fc.Arbitrary<TimeRule> = fc.oneof(
  fc.record({ kind: constant('span' as const), span }),
  fc.record({ kind: constant('both' as const), spans: fc.tuple(span, span) }),
  fc.record({ kind: constant('around' as const), amount, unit, reference }),
  fc.record({ kind: constant('anniversary' as const), of: fc.oneof(constantFrom('today', 'yesterday' as const), dayOfYear) }),
  fc.record({ kind: constant('season' as const), first: dayOfYear, last: dayOfYear }),
);

const textFunction = constantFrom(
  ...(['equals', 'notEqualTo', 'startsWith', 'doesNotStartWith', 'endsWith', 'doesNotEndWith', 'contains', 'doesNotContain'] as const),
);

function tests(operand: fc.Arbitrary<Operand>): fc.Arbitrary<FieldTest> {
  return fc.oneof(
    fc.record({ op: constantFrom('exists', 'missing', 'holds' as const) }),
    fc.record({
      op: constant('text' as const),
      fn: textFunction,
      values: fc.array(text, { minLength: 1, maxLength: 3 }),
      caseSensitive: fc.boolean(),
    }),
    fc.record({ op: constant('compare' as const), comparison, operand }),
    fc.record({ op: constant('in' as const), negated: fc.boolean(), values: fc.array(scalar, { maxLength: 3 }) }),
    fc.record({
      op: constant('list' as const),
      fn: constantFrom('intersects', 'subsetOf', 'supersetOf' as const),
      values: fc.array(scalar, { maxLength: 3 }),
    }),
    fc.record({ op: constant('list' as const), fn: constant('includes' as const), values: fc.tuple(scalar) }),
    fc.record({ op: constant('pattern' as const), fn: constantFrom('like', 'matches' as const), pattern: text }),
    fc.record({ op: constant('time' as const), time: arbitraryTime }),
  );
}

type Where = 'profile' | 'event' | 'item';

function operands(where: Where, labels: readonly string[]): fc.Arbitrary<Operand> {
  const field = (of: 'own' | 'profile' | { readonly step: string }): fc.Arbitrary<Operand> =>
    fc.record({ kind: constant('field' as const), of: constant(of), path });
  return fc.oneof(
    fc.record({ kind: constant('value' as const), value: scalar }),
    fc.record({ kind: constant('clock' as const), part }),
    field('own'),
    ...(where === 'profile' ? [] : [field('profile')]),
    ...labels.map((label) => field({ step: label })),
  );
}

let ids = 0;
const id = constant(null).map(() => `n${(ids += 1)}`);
const common = {
  id,
  exclude: fc.boolean(),
  off: fc.boolean(),
  note: fc.oneof({ weight: 4, arbitrary: constant('') }, { weight: 1, arbitrary: text }),
};
const code = constantFrom(
  'a + 1 > b',
  'xEvent.groupBy(channel).map((K, G) => G.count()).max() > 3',
  '@{https://ns.example/x}.a = 1',
  'carts.topN(total, 1).head().sku = 5',
);

const attribute = (where: Where, labels: readonly string[]): fc.Arbitrary<RuleNode> =>
  fc.record({
    kind: constant('attribute' as const),
    ...common,
    path,
    part: fc.option(part, { nil: null }),
    test: tests(operands(where, labels)),
  });
const codeRule: fc.Arbitrary<RuleNode> = fc.record({ kind: constant('code' as const), ...common, pql: code });

function conditions(where: Where, labels: readonly string[], depth: number): fc.Arbitrary<Container> {
  const rule: fc.Arbitrary<RuleNode> =
    depth === 0
      ? attribute(where, labels)
      : fc.oneof(
          { weight: 6, arbitrary: attribute(where, labels) },
          { weight: 1, arbitrary: codeRule },
          { weight: 1, arbitrary: group(where, labels, depth - 1) },
          {
            weight: 1,
            arbitrary: fc.record({
              kind: constant('items' as const),
              ...common,
              path,
              where: conditions('item', labels, 0).filter(({ children }) => children.length > 0),
            }),
          },
        );
  return fc
    .tuple(id, fc.array(rule, { maxLength: 3 }), constantFrom('and', 'or' as const))
    .map(([own, children, join]) => container(own, children, join));
}

function group(where: Where, labels: readonly string[], depth: number): fc.Arbitrary<RuleNode> {
  return fc.tuple(fc.record(common), conditions(where, labels, depth)).map(([own, inside]): RuleNode => ({ ...inside, ...own }));
}

const types = fc
  .record({ values: fc.uniqueArray(constantFrom('view', 'buy', 'cart'), { maxLength: 2 }), anyCase: fc.boolean() })
  .map((given) => (given.values.length === 0 ? { ...given, anyCase: false } : given));
const card = (labels: readonly string[]) => ({
  types,
  where: conditions('event', labels, 1),
  time: fc.option(arbitraryTime, { nil: null }),
});
const measure: fc.Arbitrary<Measure> = fc.oneof(
  fc.record({ kind: constant('count' as const), how: constantFrom('atLeast', 'atMost', 'exactly' as const), count: fc.nat(9) }),
  fc.record({ kind: constant('between' as const), from: fc.nat(9), to: fc.nat(9) }),
  constant({ kind: 'all' as const }),
  fc.record({
    kind: constant('aggregate' as const),
    fn: constantFrom('sum', 'average', 'min', 'max' as const),
    path,
    comparison,
    value: number,
  }),
  fc.record({ kind: constant('aggregate' as const), fn: constant('distinct' as const), path: namePath, comparison, value: number }),
);
const event: fc.Arbitrary<RuleNode> = fc.record({ kind: constant('event' as const), ...common, ...card([]), measure });

function step(index: number): fc.Arbitrary<Step> {
  const labels = Array.from({ length: index }, (_, at) => `C${at}`);
  const gap = fc.record({ comparison: constantFrom('<', '<=', '>', '>=' as const), amount, unit, after: constantFrom(...labels, 'C0') });
  return fc.record({
    kind: constant('step' as const),
    id,
    label: constant(`C${index}`),
    negated: fc.boolean(),
    count: fc.integer({ min: 1, max: 4 }),
    gaps: index === 0 ? constant([]) : fc.array(gap, { maxLength: 2 }),
    ...card(labels),
  });
}

const sequence: fc.Arbitrary<RuleNode> = fc.record({
  kind: constant('sequence' as const),
  ...common,
  steps: fc.integer({ min: 0, max: 3 }).chain((length) => fc.tuple(...Array.from({ length }, (_, index) => step(index)))),
});
const audience: fc.Arbitrary<RuleNode> = fc.record({
  kind: constant('audience' as const),
  ...common,
  namespace: constantFrom('ups', 'AO'),
  audience: constantFrom('6f0c', 'a"b'),
});

const rule = (depth: number): fc.Arbitrary<RuleNode> =>
  fc.oneof(
    { weight: 4, arbitrary: attribute('profile', []) },
    { weight: 3, arbitrary: event },
    { weight: 2, arbitrary: sequence },
    { weight: 1, arbitrary: audience },
    { weight: 1, arbitrary: codeRule },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: constant('items' as const),
        ...common,
        path,
        where: conditions('item', [], 0).filter(({ children }) => children.length > 0),
      }),
    },
    ...(depth === 0
      ? []
      : [{ weight: 2, arbitrary: fc.tuple(fc.record(common), tree(depth - 1)).map(([own, inside]): RuleNode => ({ ...inside, ...own })) }]),
  );
const tree = (depth: number): fc.Arbitrary<Container> =>
  fc
    .tuple(id, fc.array(rule(depth), { maxLength: 4 }), constantFrom('and', 'or' as const))
    .map(([own, children, join]) => container(own, children, join));

/** Rules of a container, and whole pictures; not tidy. */
export const arbitraryNode = rule(1);
export const arbitraryRule = tree(2);
