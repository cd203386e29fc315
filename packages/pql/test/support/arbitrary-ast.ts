/** Random syntax trees: everything the grammar can spell, spans empty. */
import * as fc from 'fast-check';
import type { ChainStep, Declaration, Expr, TimeSpec } from '../../src/ast.ts';

const span = { from: 0, to: 0 };
const UNITS = ['millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'year', 'decade', 'century', 'millennium'] as const;
const ident = fc.constantFrom('a', 'b', 'xEvent', 'Order', 'Item', '_acme', 'x1', 'price$', 'größe', 'timestamp');
const field = fc.oneof(ident, fc.constantFrom('in', 'from', 'chain', 'and', 'last', 'true'));
const unit = fc.constantFrom(...UNITS);
const direction = fc.constantFrom('before', 'after', 'from');
const comparison = fc.constantFrom('=', '!=', '<', '<=', '>', '>=');
const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(arbitrary, { minLength: 1, maxLength: 3 });

export const { expr: arbitraryAst } = fc.letrec<{ expr: Expr; time: TimeSpec; step: ChainStep; declaration: Declaration }>((tie) => {
  const expr = tie('expr');
  const node = <T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Expr> =>
    fc.record(shape).map((record) => ({ ...record, span }) as unknown as Expr);
  const constant = fc.constant;
  const leaf = fc.oneof(
    node({
      kind: constant('string'),
      value: fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '\n', '“', "it's", '\\d+')),
    }),
    node({ kind: constant('integer'), value: fc.maxSafeNat() }),
    node({ kind: constant('double'), value: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map(Math.abs) }),
    node({ kind: constant('boolean'), value: fc.boolean() }),
    node({ kind: constant('name'), name: ident, up: fc.nat(2) }),
    node({ kind: constant('parameter'), position: fc.nat(9) }),
    node({ kind: constant('this') }),
    node({ kind: constant('context'), schema: constant('https://ns.example/x'), version: nullable(fc.nat(9)) }),
    node({ kind: constant('timeWord'), word: fc.constantFrom('now', 'today', 'yesterday', 'tomorrow') }),
    node({ kind: constant('calendar'), which: fc.constantFrom('this', 'last', 'next'), unit }),
  );
  const lambda = node({ kind: constant('lambda'), parameters: some(ident), body: expr });
  const args = fc.array(fc.oneof({ weight: 4, arbitrary: expr }, { weight: 1, arbitrary: lambda }), { maxLength: 3 });
  const declarations = some(tie('declaration'));
  return {
    expr: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      node({ kind: constant('array'), items: fc.array(expr, { maxLength: 3 }) }),
      node({
        kind: constant('object'),
        entries: fc.array(fc.record({ key: fc.string(), value: expr, span: constant(span) }), { maxLength: 2 }),
      }),
      node({ kind: constant('field'), object: expr, name: field, nameSpan: constant(span) }),
      node({ kind: constant('method'), receiver: expr, name: field, nameSpan: constant(span), args }),
      node({ kind: constant('call'), name: fc.constantFrom('date', 'inSegment', 'stringCompare', 'a'), nameSpan: constant(span), args }),
      node({ kind: constant('filter'), list: expr, where: expr }),
      lambda,
      node({ kind: constant('let'), name: ident, value: expr, body: expr }),
      node({ kind: constant('if'), condition: expr, yes: expr, no: expr }),
      node({ kind: fc.constantFrom('select', 'exists', 'forall'), declarations }),
      node({ kind: constant('aggregate'), fn: fc.constantFrom('sum', 'average', 'min', 'max'), value: expr, declarations }),
      node({
        kind: constant('aggregate'),
        fn: fc.constantFrom('sum', 'average', 'min', 'max'),
        value: constant(null),
        declarations: tie('declaration').map((each) => [each]),
      }),
      node({ kind: constant('negative'), operand: expr }),
      node({ kind: constant('not'), operand: expr }),
      node({ kind: constant('logic'), operator: fc.constantFrom('and', 'or'), terms: fc.array(expr, { minLength: 2, maxLength: 3 }) }),
      node({
        kind: constant('binary'),
        operator: fc.constantFrom('+', '-', '*', '/', '%', '=', '!=', '<', '<=', '>', '>=', 'in', 'notIn', 'like', 'matches'),
        left: expr,
        right: expr,
      }),
      node({ kind: constant('occurs'), value: expr, time: tie('time') }),
      node({ kind: constant('chain'), events: expr, orderBy: ident, orderBySpan: constant(span), steps: some(tie('step')) }),
    ),
    time: fc.oneof(
      fc.record({
        kind: constant('distance' as const),
        comparison,
        amount: fc.nat(),
        unit,
        direction,
        reference: expr,
        span: constant(span),
      }) as fc.Arbitrary<TimeSpec>,
      fc.record({ kind: constant('relative' as const), direction, reference: expr, span: constant(span) }) as fc.Arbitrary<TimeSpec>,
      fc.record({ kind: constant('between' as const), first: expr, last: expr, span: constant(span) }),
      fc.record({ kind: constant('on' as const), reference: expr, span: constant(span) }),
    ),
    step: fc
      .record({
        label: ident,
        labelSpan: constant(span),
        negated: fc.boolean(),
        what: expr,
        when: fc.array(tie('time'), { maxLength: 2 }),
        count: nullable(fc.integer({ min: 1, max: 9 })),
        where: nullable(expr),
        span: constant(span),
      })
      .map((step) => (step.negated ? { ...step, count: null } : step)),
    declaration: fc.record({ variable: ident, variableSpan: constant(span), from: expr, where: nullable(expr), span: constant(span) }),
  };
});

/** The tree with every span emptied. */
export function withoutSpans<T>(tree: T): T {
  return JSON.parse(JSON.stringify(tree, (key, value: unknown) => (key === 'span' || key.endsWith('Span') ? span : value))) as T;
}
