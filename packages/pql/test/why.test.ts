import { describe, expect, it } from 'vitest';
import { why } from '../src/index.ts';
import type { DataObject, WhyNode } from '../src/index.ts';
import { event, planFor, utc } from './support/schema.ts';

const explain = (text: string, document: DataObject): WhyNode => why(planFor(text), document, utc);
const ids = (node: WhyNode | undefined): readonly (string | null)[] =>
  (node?.evidence ?? []).map((each) => (each.kind === 'event' ? each.id : each.path));

const SNEAKERS = `xEvent[eventType = "search" and search.terms.contains("running shoes", false) and timestamp occurs <= 30 days before now]
  and not (xEvent[eventType = "buy" and timestamp occurs <= 30 days before now])`;

describe('why', () => {
  const searched = event('search', { days: 3 }, { search: { terms: 'Running shoes 42' } });
  const earlier = event('search', { days: 9 }, { search: { terms: 'running shoes' } });
  const bought = event('buy', { days: 1 });

  it('shows the events that put a profile in, newest first', () => {
    const node = explain(SNEAKERS, { xEvent: [earlier, searched, event('search', { days: 40 }, { search: { terms: 'running shoes' } })] });
    expect([node.holds, node.kind, node.label]).toEqual([true, 'and', 'all of']);
    expect(node.children.map((child) => [child.holds, child.kind])).toEqual([
      [true, 'event'],
      [true, 'not'],
    ]);
    expect(ids(node.children[0])).toEqual(['search-3-0-0', 'search-9-0-0']);
    expect(ids(node.children[1])).toEqual([]);
    expect(node.children[0]?.evidence[0]).toEqual({
      kind: 'event',
      id: 'search-3-0-0',
      timestamp: '2024-03-11T15:09:26.535Z',
      eventType: 'search',
    });
  });

  it('shows the events that break a negation', () => {
    const node = explain(SNEAKERS, { xEvent: [searched, bought] });
    expect(node.holds).toBe(false);
    expect([node.children[1]?.holds, ids(node.children[1])]).toEqual([false, ['buy-1-0-0']]);
  });

  it('shows how far a count has come', () => {
    const node = explain('xEvent[eventType = "buy"].count() >= 3', { xEvent: [bought, searched] });
    expect([node.holds, node.label, ids(node)]).toEqual([false, 'at least 3 events of type "buy"', ['buy-1-0-0']]);
  });

  it('shows the events of a sequence, or those of its first step', () => {
    const text = 'chain(xEvent, timestamp, [A: WHAT(eventType = "search"), B: WHAT(eventType = "buy")])';
    expect(ids(explain(text, { xEvent: [searched, bought] }))).toEqual(['buy-1-0-0', 'search-3-0-0']);
    expect(ids(explain(text, { xEvent: [searched] }))).toEqual(['search-3-0-0']);
  });

  it('shows the values that a test of attributes reads', () => {
    const node = explain('level = "gold" or visits > 3 and prefs.get("email").on', { level: 'iron', prefs: { email: { on: true } } });
    expect(node.holds).toBe(false);
    expect(node.children[0]?.evidence).toEqual([{ kind: 'value', path: 'level', value: 'iron' }]);
    const [visits, on] = node.children[1]?.children ?? [];
    expect(visits?.evidence).toEqual([{ kind: 'value', path: 'visits', value: null }]);
    expect(on?.evidence).toEqual([{ kind: 'value', path: 'prefs["email"].on', value: true }]);
  });

  it('shows constants and audiences', () => {
    expect(explain('true', {})).toEqual({
      holds: true,
      until: null,
      exact: true,
      label: 'always',
      kind: 'constant',
      evidence: [],
      children: [],
    });
    expect(explain('inSegment("a")', { segmentMembership: { ups: { a: { status: 'realized' } } } }).holds).toBe(true);
    expect(why(planFor('inSegment("a")'), {}, { ...utc, isMember: () => true }).holds).toBe(true);
  });
});
