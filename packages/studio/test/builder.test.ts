import { apply, findNode, loadText, treeText } from '@kindred/pql';
import type { Container, TimeRule, Type } from '@kindred/pql';
import { describe, expect, it } from 'vitest';
import { dropCommand, fits, placeFor } from '../src/builder/places.ts';
import { leafPaths, parsePath, pathText, titleOf, typeOf } from '../src/builder/field-type.ts';
import { splitList } from '../src/ui/split-list.ts';
import { initialTest, operatorKey, operatorsFor, operatorsWith } from '../src/builder/operators.ts';
import { nodeFor } from '../src/builder/parts.ts';
import { ALLOWS_IGNORED_YEAR, TIME_KINDS, timeFields, timeRuleOf } from '../src/builder/time-kinds.ts';
import { draftOf, reduce } from '../src/builder/use-draft-history.ts';
import { startHistory } from '@kindred/pql';

const TODAY = '2026-11-26';

function rule(text: string): Container {
  const root = loadText(text)?.root;
  if (root === undefined) throw new Error(text);
  return root;
}

function timeOf(text: string): TimeRule {
  const [only] = rule(`signup occurs ${text}`).children;
  if (only?.kind !== 'attribute' || only.test.op !== 'time') throw new Error(text);
  return only.test.time;
}

describe('time rules', () => {
  it.each(TIME_KINDS.map(([kind]) => kind))('%s is told by its own rule, and keeps its fields', (kind) => {
    const fields = {
      ...timeFields(null, TODAY),
      kind,
      amount: 12,
      nearer: 3,
      first: '2026-02-03',
      last: '2026-04-05',
      period: '2025-02',
      around: 'date' as const,
    };
    const made = timeRuleOf(fields);
    if (made === null) throw new Error('no rule');
    expect(timeFields(made, TODAY).kind).toBe(kind);
    expect(timeRuleOf(timeFields(made, TODAY))).toEqual(made);
  });

  it.each([...ALLOWS_IGNORED_YEAR])('%s can ignore the year', (kind) => {
    const made = timeRuleOf({ ...timeFields(null, TODAY), kind, ignoreYear: true, first: '2026-12-20', last: '2026-01-06' });
    if (made === null) throw new Error('no rule');
    expect(['anniversary', 'season']).toContain(made.kind);
    expect(timeFields(made, TODAY)).toMatchObject({ kind, ignoreYear: true });
    expect(timeRuleOf(timeFields(made, TODAY))).toEqual(made);
  });

  it.each([
    ['<= 30 days before now', { kind: 'inLast', amount: 30, unit: 'day' }],
    ['this month', { kind: 'thisMonth' }],
    ['between date(2024, 2, 1) and date(2024, 2, 29)', { kind: 'during', period: '2024-02' }],
    ['between date(2024, 1, 1) and date(2024, 12, 31)', { kind: 'during', period: '2024' }],
    ['between date(2024, 2, 1) and date(2024, 2, 28)', { kind: 'between', first: '2024-02-01', last: '2024-02-28' }],
    ['= 3 days before today', { kind: 'other' }],
    ['last week', { kind: 'other' }],
  ])('%s is %o', (text, expected) => {
    expect(timeFields(timeOf(text), TODAY)).toMatchObject(expected);
  });
});

describe('paths', () => {
  const fields = {
    loyalty: { type: { kind: 'object', fields: { tier: { type: { kind: 'string', enum: ['gold'] } } } } },
    carts: { type: { kind: 'array', items: { kind: 'object', fields: { priceTotal: { type: { kind: 'number' } } } } } },
    prefs: { type: { kind: 'map', values: { kind: 'string' } }, title: 'Preferences' },
  } as const;

  it('have types; below a list every value counts', () => {
    expect(typeOf(fields, ['loyalty', 'tier']).kind).toBe('string');
    expect(typeOf(fields, ['carts', 'priceTotal'])).toEqual({ kind: 'array', items: { kind: 'number' } });
    expect(typeOf(fields, ['prefs', { key: 'lang' }]).kind).toBe('string');
    expect(typeOf(fields, ['nowhere', 'at', 'all']).kind).toBe('unknown');
    expect(leafPaths(fields)).toEqual(['loyalty.tier', 'carts.priceTotal', 'prefs']);
  });

  it('are called by titles, or by their names in words', () => {
    expect(titleOf(fields, ['carts', 'priceTotal'])).toBe('Price Total');
    expect(titleOf(fields, ['prefs', { key: 'lang' }])).toBe('Preferences “lang”');
  });

  it('are read as they are written', () => {
    for (const path of [
      ['a', 'b'],
      ['a', { key: 'x "y"' }, 'c'],
    ] as const)
      expect(parsePath(pathText(path), [])).toEqual({ of: 'own', path });
    expect(parsePath('profile.a.b', ['C0'])).toEqual({ of: 'profile', path: ['a', 'b'] });
    expect(parsePath('C0.a', ['C0'])).toEqual({ of: { step: 'C0' }, path: ['a'] });
    expect(parsePath('C0.a', [])).toEqual({ of: 'own', path: ['C0', 'a'] });
    for (const text of ['', 'a.', '1a', 'a b', '["x"]']) expect(parsePath(text, []), text).toBeNull();
  });
});

describe('operators', () => {
  const types: readonly Type[] = [
    { kind: 'string' },
    { kind: 'number' },
    { kind: 'integer' },
    { kind: 'boolean' },
    { kind: 'date' },
    { kind: 'datetime' },
    { kind: 'map', values: { kind: 'string' } },
    { kind: 'array', items: { kind: 'string' } },
    { kind: 'unknown' },
  ];

  it.each(types)('of $kind give tests that are told by them', (type) => {
    const start = initialTest(type);
    for (const operator of operatorsFor(type)) expect(operatorKey(operator.apply(start)), operator.label).toBe(operator.key);
  });

  it.each(types)('of $kind show also what a rule has that they would not offer', (type) => {
    for (const operator of operatorsFor({ kind: 'unknown' })) {
      const test = operator.apply({ op: 'exists' });
      expect(operatorsWith(type, test).map(({ key }) => key)).toContain(operatorKey(test));
    }
  });
});

describe('a pasted list', () => {
  it.each([
    ['a\nb\r\nc', ['a', 'b', 'c']],
    ['a, b;c\td', ['a', 'b', 'c', 'd']],
    ['"Smith, Ada"\n"say ""hi"""', ['Smith, Ada', 'say "hi"']],
    [' \n , ', []],
    ['one value', ['one value']],
  ])('%j is %j', (text, values) => {
    expect(splitList(text)).toEqual(values);
  });
});

describe('places', () => {
  const root = rule('vip = true and xEvent[eventType = "view"]');
  const [vip, view] = root.children;
  const channel = { kind: 'eventField', path: ['channel'], type: { kind: 'string' }, title: 'Channel' } as const;
  const tier = { kind: 'attribute', path: ['tier'], type: { kind: 'string' }, title: 'Tier' } as const;

  it('take what fits, and nothing else', () => {
    if (view?.kind !== 'event' || vip === undefined) throw new Error('the rule looks different');
    const inEvent = { parent: view.where.id, index: 0 };
    expect(fits(root, { kind: 'part', part: channel }, inEvent)).toBe(true);
    expect(fits(root, { kind: 'part', part: tier }, inEvent)).toBe(false);
    expect(fits(root, { kind: 'node', id: vip.id, title: '' }, inEvent)).toBe(false);
    const command = dropCommand(root, { kind: 'part', part: channel }, inEvent);
    expect(command && treeText(apply(root, command))).toContain('xEvent[eventType = "view" and channel.equals("", false)]');
  });

  it('of a press are beside what is selected: in an event its fields, elsewhere an event of their own', () => {
    if (view === undefined || vip === undefined) throw new Error('the rule looks different');
    const inside = placeFor(root, view.id, channel);
    expect(inside && findNode(root, inside.at.parent)?.kind).toBe('container');
    expect(inside?.node.kind).toBe('attribute');
    expect(placeFor(root, vip.id, channel)?.node.kind).toBe('event');
    expect(placeFor(root, vip.id, tier)?.at).toEqual({ parent: root.id, index: 1 });
    expect(placeFor(root, null, tier)?.at).toEqual({ parent: root.id, index: 2 });
    expect(nodeFor(tier, 'steps')).toBeNull();
  });
});

describe('the draft', () => {
  it('is one rule as picture and text, and keeps the picture while the text is broken', () => {
    let history = startHistory(draftOf('vip = true'));
    history = reduce(history, { type: 'text', text: 'vip = ', run: 'typing' });
    expect(history.present).toMatchObject({ broken: true, text: 'vip = ' });
    expect(treeText(history.present.root)).toBe('vip = true');
    history = reduce(history, { type: 'command', command: { type: 'remove', ids: history.present.root.children.map(({ id }) => id) } });
    expect(history.present.text, 'a broken text is not overwritten by the picture').toBe('vip = ');
    history = reduce(history, { type: 'text', text: 'vip = false', run: 'typing' });
    expect(history.present).toMatchObject({ broken: false });
    history = reduce(history, { type: 'undo' });
    expect(history.present.text, 'typing is one step').toBe('vip = true');
    expect(reduce(history, { type: 'redo' }).present.text).toBe('vip = false');
  });

  it('of text that never parsed is an empty picture beside it', () => {
    expect(draftOf('((')).toMatchObject({ broken: true, text: '((' });
    expect(draftOf('((').root.children).toEqual([]);
  });
});
