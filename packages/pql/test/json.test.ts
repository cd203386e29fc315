/** pql/json both ways. */
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromJson, functionCatalogue, parse, print, readQuery, textToJson, toJson } from '../src/index.ts';
import { arbitraryAst, withoutSpans } from './support/arbitrary-ast.ts';

const manual = readFileSync(new URL('../../../docs/pql.md', import.meta.url), 'utf8');

/** Blocks of queries, the examples of functions, and every other piece of the manual that reads as a query. */
const EXAMPLES: readonly string[] = [
  ...manual
    .matchAll(/^```(\w*)\n([^]*?)^```$/gm)
    .filter(([, language]) => language === '')
    .flatMap(([, , block = '']) => (block.includes('\nand ') ? [block] : block.trim().split('\n'))),
  ...functionCatalogue.map(({ example }) => example),
  ...manual.matchAll(/`([^`\n]+)`/g).map(([, piece = '']) => piece.replaceAll('…', 'a')),
].filter((text) => parse(text).problems.length === 0);

const profile = { nodeType: 'parameterReference', position: 1 };
const lookup = (fieldName: string, object?: unknown) => ({ nodeType: 'fieldLookup', fieldName, ...(object !== undefined && { object }) });
const path = (...names: readonly string[]) => names.reduce<unknown>((object, name) => lookup(name, object), profile);
const apply = (fnName: string, ...params: readonly unknown[]) => ({ nodeType: 'fnApply', fnName, params });
const literal = (literalType: string, value: unknown) => ({ nodeType: 'literal', literalType, value });
const variable = (varName: string) => ({ nodeType: 'varRef', varName });

function textOf(json: unknown): string {
  const { ast, problems } = fromJson(json);
  expect(problems).toEqual([]);
  return print(ast ?? expect.fail());
}

describe('text to json to text', () => {
  it('is the identity for every tree that the grammar can spell', () => {
    fc.assert(
      fc.property(arbitraryAst, (tree) => {
        const text = print(tree);
        const ast = parse(text).ast ?? expect.fail();
        const json: unknown = JSON.parse(JSON.stringify(toJson(ast)));
        const back = fromJson(json);
        expect(back.problems, text).toEqual([]);
        expect(withoutSpans(back.ast), text).toEqual(withoutSpans(ast));
        expect(print(back.ast ?? expect.fail())).toBe(text);
      }),
      { numRuns: 5000 },
    );
  });

  it('is the identity for the examples of the manual', () => {
    expect(EXAMPLES.length).toBeGreaterThan(2 * functionCatalogue.length + 30);
    for (const text of EXAMPLES) {
      const ast = parse(text).ast ?? expect.fail(text);
      expect(withoutSpans(fromJson(toJson(ast)).ast), text).toEqual(withoutSpans(ast));
    }
  });

  it.each([
    'min > 3 and last = 4 and profile.in = 5 and $1.x = profile.y',
    'xEvent[price > $1.minSpend and price > profile.minSpend and price > ^.minSpend]',
    '(P) => P.visits = 7 and visits = P.visits',
    'exists X from xEvent where X.visits = visits and visits = X.price, visits from X.items where visits.price > 3',
    'let n = visits in n > -6 and n < -6.0 and n != - -0',
    'a.exists(X.from(b)) and x.in(y) and x.like("a") and select(x) and a.Exists(b) and a.sum(b) and date(1)',
    'not.x = 1',
  ])('keeps %s as it is', (text) => {
    const ast = parse(text).ast ?? expect.fail();
    expect(withoutSpans(fromJson(JSON.parse(JSON.stringify(toJson(ast)))).ast)).toEqual(withoutSpans(ast));
  });
});

describe('the current dialect', () => {
  it('writes the documented nodes', () => {
    expect(textToJson('loyalty.points > 40').json).toEqual(apply('>', path('loyalty', 'points'), literal('Integer', 40)));
    expect(textToJson('a.equals("x", false) and b in ["y"] and c').json).toEqual(
      apply(
        'and',
        apply('equals', path('a'), literal('String', 'x'), literal('Boolean', false)),
        apply('in', path('b'), literal('List', [literal('String', 'y')])),
        path('c'),
      ),
    );
  });

  it('writes what has no public form by one scheme', () => {
    expect(textToJson('xEvent[price > ^.min]').json).toEqual(
      apply('filter', path('xEvent'), apply('>', lookup('price'), lookup('min', variable('^')))),
    );
    expect(textToJson('exists X from xEvent where X.a').json).toEqual(
      apply('exists', apply('from', variable('X'), path('xEvent'), lookup('a', variable('X')))),
    );
    expect(textToJson('t occurs <= 3 days before now').json).toEqual(
      apply('occurs', path('t'), apply('before', literal('String', '<='), literal('Integer', 3), literal('String', 'day'), apply('now'))),
    );
    expect(textToJson('chain(xEvent, timestamp, [A: WHAT(a) COUNT(2)])').json).toEqual(
      apply(
        'chain',
        path('xEvent'),
        literal('String', 'timestamp'),
        apply('step', literal('String', 'A'), apply('WHAT', lookup('a')), apply('COUNT', literal('Integer', 2))),
      ),
    );
  });

  it('keeps the profile inside of a filter the profile', () => {
    expect(textOf(apply('filter', path('xEvent'), apply('>', lookup('price'), path('minSpend'))))).toBe('xEvent[price > $1.minSpend]');
    expect(textOf(apply('=', path('today'), literal('Integer', 1)))).toBe('$1.today = 1');
  });
});

describe('older dialects', () => {
  const xdm = literal('XDMObject', 'profile');
  const event = (field: string) => lookup(field, variable('X'));
  const declared = (more: object) => ({ nodeType: 'varDecl', varName: 'X', ...more });
  const buys = apply('=', event('eventType'), literal('string', 'buy'));
  const events = apply('modelInstances', literal('String', '_xdm.context.experienceevent'));
  it.each([
    [apply('=', lookup('age', xdm), literal('integer', '30')), 'age = 30'],
    [apply('<', lookup('age', lookup('person', xdm)), literal('Double', '-2.5')), 'person.age < -2.5'],
    [{ nodeType: 'select', variables: [declared({ from: events, where: buys })] }, 'select X from xEvent where X.eventType = "buy"'],
    [{ nodeType: 'quantification', quantifier: 'some', variables: [declared({ range: path('xEvent') })] }, 'exists X from xEvent'],
    [
      { nodeType: 'quantification', quantifier: 'some', variables: { nodeType: 'set', variables: [declared({ from: events }), buys] } },
      'exists X from xEvent where X.eventType = "buy"',
    ],
    [
      { nodeType: 'set', variables: [path('vip'), declared({ from: events }), buys] },
      'vip and (exists X from xEvent where X.eventType = "buy")',
    ],
    [
      {
        nodeType: 'fnApply',
        function: { nodeType: 'fnCreate', params: [{ varName: 'n' }], body: apply('>', variable('n'), literal('Integer', 1)) },
        params: [path('visits')],
      },
      'let n = visits in n > 1',
    ],
    [
      {
        nodeType: 'fnApply',
        fnName: 'map',
        function: { nodeType: 'fnCreate', params: [{ varName: 'n' }], body: event('x') },
        params: [path('xs')],
      },
      null,
    ],
  ])('reads %j', (json, text) => {
    if (text === null) expect(fromJson(json).problems).toMatchObject([{ code: 'bad-json', path: '/params/1/body/object/varName' }]);
    else expect(textOf(json)).toBe(text);
  });

  it('reads row filters of flows, without object and literalType', () => {
    const filter = apply(
      'and',
      apply('in', lookup('city'), { nodeType: 'literal', value: ['Rome', 'Bonn'] }),
      apply('NOT', apply('isNull', lookup('age'))),
      apply('like', lookup('name'), { nodeType: 'literal', value: 'A%' }),
      apply('>=', lookup('age'), { nodeType: 'literal', value: 18 }),
    );
    expect(textOf(filter)).toBe('city in ["Rome", "Bonn"] and not (age.isNull()) and name like "A%" and age >= 18');
  });
});

describe('broken json', () => {
  it.each([
    [null, ''],
    [[], ''],
    [{}, '/nodeType'],
    [{ nodeType: 'varDecl' }, '/nodeType'],
    [apply('and'), ''],
    [apply('=', path('a')), ''],
    [apply('=', path('a'), { nodeType: 'literal', literalType: 'Date', value: 1 }), '/params/1/literalType'],
    [apply('=', path('a'), literal('Integer', 'x')), '/params/1/value'],
    [apply('=', path('a'), literal('Integer', 2 ** 60)), '/params/1/value'],
    [apply('=', path('a-b'), literal('Integer', 1)), '/params/0/fieldName'],
    [apply('not', variable('X')), '/params/0/varName'],
    [{ nodeType: 'parameterReference', position: -1 }, '/position'],
    [{ nodeType: 'fnApply', fnName: 'a b', params: [path('a')] }, '/fnName'],
    [{ nodeType: 'fnApply', fnName: 'and', params: 3 }, '/params'],
    [{ nodeType: 'fnApply' }, '/fnName'],
    [apply('chain', path('xEvent'), literal('String', 'timestamp'), apply('step', literal('String', 'A'))), '/params/2'],
    [
      apply('occurs', path('a'), apply('before', literal('String', '~'), literal('Integer', 1), literal('String', 'day'), apply('now'))),
      '/params/1',
    ],
    [{ nodeType: 'quantification', quantifier: 'most', variables: [] }, '/quantifier'],
    [apply('last', literal('String', 'moon')), '/params/0'],
    [apply('exists', apply('from', variable('X'))), '/params/0'],
    [apply('object', literal('String', 'a')), ''],
  ])('%j is a problem at %s', (json, place) => {
    const { ast, problems } = fromJson(json);
    expect(ast).toBeNull();
    expect(problems[0]).toMatchObject({ severity: 'error', path: place, message: expect.stringMatching(/\(at .+\)$/) });
  });

  it('is reported in all its places, up to a bound', () => {
    expect(fromJson(apply('or', ...Array.from({ length: 3 }, () => ({})))).problems).toHaveLength(3);
    expect(fromJson(apply('or', ...Array.from({ length: 3000 }, () => ({})))).problems).toHaveLength(50);
  });

  it.each(['not', 'chain', 'step', 'set', 'object', 'select', 'literal', 'fnCreate', 'exists', 'let', 'occurs'])(
    'is bounded in depth: %s',
    (form) => {
      let json: unknown = path('a');
      for (let depth = 0; depth < 20_000; depth++) {
        if (form === 'set' || form === 'select')
          json = {
            nodeType: form,
            variables: form === 'set' ? { nodeType: 'set', variables: [json] } : [{ nodeType: 'varDecl', varName: 'X', from: json }],
          };
        else if (form === 'literal') json = { nodeType: 'literal', value: [json] };
        else if (form === 'fnCreate')
          json = { nodeType: 'fnApply', function: { nodeType: 'fnCreate', params: [{ varName: 'x' }], body: json }, params: [path('a')] };
        else if (form === 'let') json = apply('let', path('a'), { nodeType: 'fnCreate', params: [{ varName: 'x' }], body: json });
        else if (form === 'exists') json = apply('exists', apply('from', variable('X'), json));
        else if (form === 'chain') json = apply('chain', path('xEvent'), 'timestamp', apply('step', 'A', json));
        else if (form === 'occurs') json = apply('occurs', path('t'), apply('on', json));
        else json = apply(form, 'k', json);
      }
      const { ast, problems } = fromJson(json);
      expect(ast).toBeNull();
      expect(problems.length).toBeGreaterThan(0);
    },
  );

  it('never throws, whatever the JSON', () => {
    const names = fc.constantFrom(
      'literal',
      'fnApply',
      'fieldLookup',
      'varRef',
      'set',
      'select',
      'fnCreate',
      'and',
      'chain',
      'step',
      'from',
      'X',
      'exists',
      'List',
      1,
      null,
    );
    const keys = fc.constantFrom(
      'nodeType',
      'params',
      'fnName',
      'value',
      'literalType',
      'varName',
      'variables',
      'object',
      'fieldName',
      'body',
      'function',
    );
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'medium' },
        names,
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(keys, tie('any'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(any, (json) => {
        const { ast, problems } = fromJson(json);
        expect(ast === null).toBe(problems.length > 0);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('readQuery', () => {
  const json = JSON.stringify(apply('=', path('a'), literal('Integer', 1)));
  it.each([
    [json, 'pql/json', 'pql/json', 'a = 1'],
    [json, 'pql/text', 'pql/json', 'a = 1'],
    ['a = 1', 'pql/json', 'pql/text', 'a = 1'],
    ['a = 1', 'pql/text', 'pql/text', 'a = 1'],
    ['{ "a": b }.a = 1', 'pql/text', 'pql/text', '{ "a": b }.a = 1'],
  ] as const)('takes %s said to be %s for %s', (value, said, format, text) => {
    expect(readQuery(value, said)).toEqual({ format, text, problems: [] });
  });

  it('tells broken JSON', () => {
    expect(readQuery('{"nodeType": ', 'pql/json')).toMatchObject({
      format: 'pql/json',
      text: null,
      problems: [{ code: 'bad-json', path: '' }],
    });
    expect(readQuery(JSON.stringify(lookup('and')), 'pql/json')).toMatchObject({
      text: null,
      problems: [{ code: 'missing-expression', path: '' }],
    });
    expect(readQuery('{}', 'pql/json')).toMatchObject({ text: null, problems: [{ path: '/nodeType' }] });
  });
});
