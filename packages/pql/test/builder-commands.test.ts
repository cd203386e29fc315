import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  apply,
  canMove,
  commit,
  compile,
  findNode,
  funnelOf,
  loadText,
  nodeAt,
  nodesOfTree,
  parse,
  print,
  redo,
  sizingOf,
  slotOf,
  startHistory,
  tidy,
  toAst,
  treeText,
  undo,
} from '../src/index.ts';
import type { Command, Container, RuleNode, Sequence, Slot } from '../src/index.ts';
import { arbitraryNode, arbitraryRule } from './support/arbitrary-rule.ts';
import { schema } from './support/schema.ts';

function rule(text: string): Container {
  const root = loadText(text)?.root;
  if (root === undefined) throw new Error(text);
  return root;
}

/** A command about nodes of the tree, chosen by numbers. */
function commandFor(root: Container, [kind, first, second, index]: readonly number[], node: RuleNode): Command {
  const nodes = [...nodesOfTree(root)];
  const one = nodes[(first ?? 0) % nodes.length] ?? root;
  const other = nodes[(second ?? 0) % nodes.length] ?? root;
  const at: Slot = { parent: other.id, index: index ?? 0 };
  const commands: readonly Command[] = [
    { type: 'insert', at, node },
    { type: 'move', id: one.id, at },
    { type: 'remove', ids: [one.id] },
    { type: 'exchange', id: one.id, nodes: [node] },
    { type: 'duplicate', id: one.id },
    { type: 'group', ids: [one.id, other.id] },
    { type: 'ungroup', id: one.id },
    { type: 'then', next: one.id, target: other.id },
    { type: 'then', next: node, target: other.id },
    { type: 'timeAll', time: { kind: 'anniversary', of: 'today' } },
    { type: 'replace', node: one.kind === 'container' ? { ...one, join: one.join === 'and' ? 'or' : 'and' } : one },
  ];
  return commands[(kind ?? 0) % commands.length] ?? { type: 'duplicate', id: one.id };
}

const numbers = fc.tuple(fc.nat(10), fc.nat(50), fc.nat(50), fc.nat(4));

describe('any edits', () => {
  it('undone lead back to the start, and redone to the end, by the same states', () => {
    fc.assert(
      fc.property(arbitraryRule, fc.array(fc.tuple(numbers, arbitraryNode), { maxLength: 12 }), (root, edits) => {
        let history = startHistory(root);
        const states = [root];
        for (const [choice, node] of edits) {
          history = commit(history, apply(history.present, commandFor(history.present, choice, node)));
          if (history.present !== states.at(-1)) states.push(history.present);
        }
        for (const state of states.toReversed()) {
          expect(history.present).toBe(state);
          history = undo(history);
        }
        expect(history.present).toBe(root);
        expect(undo(history).present).toBe(root);
        for (const state of states.slice(1)) {
          history = redo(history);
          expect(history.present).toBe(state);
        }
        expect(redo(history).present).toBe(states.at(-1));
      }),
      { numRuns: 1500 },
    );
  });

  it('leave a tree with unique ids that can be written and read', () => {
    fc.assert(
      fc.property(arbitraryRule, fc.array(fc.tuple(numbers, arbitraryNode), { minLength: 1, maxLength: 8 }), (given, edits) => {
        let root = tidy(given);
        for (const [choice, node] of edits) root = apply(root, commandFor(root, choice, node));
        const ids = [...nodesOfTree(root)].map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        const ast = toAst(root);
        const text = ast === null ? '' : print(ast);
        if (text !== '') expect(parse(text).problems, text).toEqual([]);
        for (const node of nodesOfTree(root)) if (node.kind === 'sequence') expect(node.steps.length).toBeGreaterThan(0);
      }),
      { numRuns: 1500 },
    );
  });
});

describe('moving', () => {
  const root = rule('vip = true and (visits > 3 or xEvent[eventType = "view" and channel = "web"]) and xEvent[eventType = "buy"]');
  const [vip, group, buy] = root.children;
  if (vip === undefined || group?.kind !== 'container' || buy === undefined) throw new Error('the rule looks different');
  const view = group.children[1];

  it('goes into a group and out of it', () => {
    const into = apply(root, { type: 'move', id: vip.id, at: { parent: group.id, index: 0 } });
    expect(treeText(into)).toBe(
      '(vip = true or visits > 3 or xEvent[eventType = "view" and channel = "web"])\nand xEvent[eventType = "buy"]',
    );
    expect(treeText(apply(into, { type: 'move', id: vip.id, at: { parent: root.id, index: 0 } }))).toBe(treeText(root));
  });

  it('does not take a group into itself, nor a condition to where its names mean something else', () => {
    expect(canMove(root, group.id, { parent: group.id, index: 0 })).toBe(false);
    if (view?.kind !== 'event') throw new Error('the rule looks different');
    const channel = view.where.children[0];
    expect(channel && canMove(root, channel.id, { parent: root.id, index: 0 })).toBe(false);
    expect(canMove(root, vip.id, { parent: view.where.id, index: 0 })).toBe(false);
    expect(apply(root, { type: 'move', id: vip.id, at: { parent: view.where.id, index: 0 } })).toBe(root);
  });

  it('makes a sequence of two cards, takes a third, reorders, and gives cards back', () => {
    if (view?.kind !== 'event') throw new Error('the rule looks different');
    const pair = apply(root, { type: 'then', next: buy.id, target: view.id });
    expect(treeText(pair)).toContain('C0: WHAT(eventType = "view" and channel = "web"),');
    const sequence = [...nodesOfTree(pair)].find((node) => node.kind === 'sequence') as Sequence;
    const back = apply(pair, { type: 'move', id: sequence.steps[1]?.id ?? '', at: { parent: root.id, index: 2 } });
    expect(treeText(back)).toBe(treeText(root));
    const swapped = apply(pair, { type: 'move', id: sequence.steps[1]?.id ?? '', at: { parent: sequence.id, index: 0 } });
    expect(treeText(swapped).indexOf('"buy"')).toBeLessThan(treeText(swapped).indexOf('"view"'));
  });
});

describe('grouping', () => {
  it('and ungrouping leads back', () => {
    const root = rule('vip = true and visits > 3 and level = "gold"');
    const ids = root.children.slice(1).map(({ id }) => id);
    const grouped = apply(root, { type: 'group', ids });
    expect(treeText(grouped)).toBe('vip = true and (visits > 3 and level = "gold")');
    const whole = grouped.children[1];
    expect(treeText(apply(grouped, { type: 'ungroup', id: whole?.id ?? '' }))).toBe(treeText(root));
  });
});

describe('rules that are off, and remarks', () => {
  it('have no effect and are kept by the text', () => {
    const root = rule('vip = true and visits > 3');
    const [vip, visits] = root.children;
    if (vip === undefined || visits === undefined) throw new Error('the rule looks different');
    const noted = apply(root, { type: 'replace', node: { ...vip, note: 'Chosen by "Ada"' } });
    const off = apply(noted, { type: 'replace', node: { ...visits, off: true } });
    expect(treeText(off)).toBe('(let _remark = "Chosen by \\"Ada\\"" in vip = true) and (true or visits > 3)');
    expect(compile(treeText(off), schema).plan?.root).toEqual(compile('vip = true', schema).plan?.root);
    const again = rule(treeText(off));
    expect(again.children.map(({ note, off: isOff }) => [note, isOff])).toEqual([
      ['Chosen by "Ada"', false],
      ['', true],
    ]);
  });
});

describe('a text changed by hand', () => {
  it('keeps the ids of what stays', () => {
    const before = rule('vip = true and visits > 3 and xEvent[eventType = "buy"]');
    const after = loadText('visits > 4 and vip = true and xEvent[eventType = "buy"].count() >= 2', before)?.root;
    expect(after?.id).toBe(before.id);
    const idOf = (tree: Container | undefined, kind: string, nth: number) => tree?.children.filter((child) => child.kind === kind)[nth]?.id;
    expect(idOf(after, 'attribute', 1)).toBe(idOf(before, 'attribute', 0));
    expect(idOf(after, 'attribute', 0)).toBe(idOf(before, 'attribute', 1));
    expect(idOf(after, 'event', 0)).toBe(idOf(before, 'event', 0));
  });

  it('that does not parse has no picture', () => {
    expect(loadText('vip = ')).toBeNull();
    expect(loadText('  ')?.root.children).toEqual([]);
  });

  it('tells which node a problem is about', () => {
    const text = 'vip = true and (vsits > 3 or level = "gold")';
    const loaded = loadText(text);
    const at = text.indexOf('vsits');
    const id = loaded && nodeAt(loaded.spans, { from: at, to: at + 5 });
    expect(loaded && id && findNode(loaded.root, id)).toMatchObject({ kind: 'attribute', path: ['vsits'] });
  });
});

describe('sizes', () => {
  it('are asked for without what has no effect, and every node finds its own', () => {
    const root = rule(
      'not (vip = true) and (true or visits > 3) and (let _remark = "x" in level = "a" or not (level = "b" and visits > 1))',
    );
    const { pql, places } = sizingOf(root);
    expect(pql).toBe('not (vip = true) and (level = "a" or not (level = "b" and visits > 1))');
    const [vip, visits, group] = root.children;
    expect(places.get(root.id)).toEqual({ own: '', term: '' });
    expect(places.get(vip?.id ?? '')).toEqual({ own: '0.0', term: '0' });
    expect(places.has(visits?.id ?? '')).toBe(false);
    expect(places.get(group?.id ?? '')).toEqual({ own: '1', term: '1' });
    const inner = group?.kind === 'container' ? group.children[1] : undefined;
    expect(places.get(inner?.id ?? '')).toEqual({ own: '1.1.0', term: '1.1' });
    const deepest = inner?.kind === 'container' ? inner.children[1] : undefined;
    expect(places.get(deepest?.id ?? '')).toEqual({ own: '1.1.0.1', term: '1.1.0.1' });
    expect(sizingOf(rule('')).pql).toBe('');
  });

  it('of a sequence are those of its beginnings', () => {
    const text = 'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "buy") WHEN(<= 1 day after A)])';
    const sequence = rule(text).children[0];
    if (sequence?.kind !== 'sequence') throw new Error('the rule looks different');
    expect(funnelOf(sequence)).toEqual(['chain(xEvent, timestamp, [A: WHAT(eventType = "view")])', text]);
    expect(slotOf(rule(text), 'nowhere')).toBeNull();
  });
});
