/** Sets of audiences at the edge. Single ones are compared with the reference evaluator in packages/server/test/segmentation/edge.test.ts. */
import { expect, it } from 'vitest';
import { EdgeSets, edgePlans, needLookups, PlansMismatch, StateMismatch } from '../src/index.ts';
import type { DataObject, EdgePlans } from '../src/index.ts';
import { event, NOW, planFor } from './support/schema.ts';

const set = (rules: Readonly<Record<string, string>>): EdgePlans =>
  edgePlans(
    Object.entries(rules).map(([key, text]) => ({ key, plan: planFor(text), names: [{ namespace: 'ups', id: key }] })),
    'UTC',
  );

it('a set asks for members of those before it, each seeing the person its own way', () => {
  const sets = new EdgeSets([
    set({ gold: 'level = "gold"', buyer: 'xEvent[eventType = "buy"]' }),
    set({ both: 'inSegment("gold") and inSegment("buyer")', own: 'level = "iron" and not inSegment("elsewhere")' }),
  ]);
  const known = sets.project(
    [
      { record: { level: 'gold' }, events: [] },
      { record: { level: 'iron' }, events: [] },
    ],
    NOW,
  );
  const inside = (events: readonly DataObject[], attributes: DataObject = {}) => [
    ...sets.memberships(known, { now: NOW, events, attributes }),
  ];
  expect(inside([])).toEqual(['gold', 'own']);
  expect(inside([event('buy')])).toEqual(['gold', 'buyer', 'both', 'own']);
  const elsewhere = { segmentMembership: { ups: { elsewhere: { status: 'realized' } } } };
  expect(inside([event('buy')], elsewhere)).toEqual(['gold', 'buyer', 'both']);
  // What was in hand is not kept.
  expect(inside([])).toEqual(['gold', 'own']);
  expect([...sets.memberships(null, { now: NOW })]).toEqual([]);
});

it('keeps of a person no more than its rules need', () => {
  const sets = new EdgeSets([
    set({ gold: 'level = "gold"', often: 'xEvent[eventType = "buy" and timestamp occurs <= 7 days before now].count() >= 2' }),
  ]);
  const record = { level: 'gold', personalEmail: { address: 'a@example.com' } };
  const events = [event('buy', { days: 1 }), event('buy', { days: 40 }), event('search', {}, { search: { terms: 'secret' } })];
  const written = JSON.stringify(sets.write(sets.project([{ record, events }], NOW)));
  expect(written).toContain('gold');
  expect(written).not.toMatch(/example|secret|buy-40/);
});

it('knows which audiences need records of lookup entities, and those that ask for them', () => {
  const plans = set({ plain: 'level = "gold"', asks: 'inSegment("uses") or vip', uses: 'level = "x"' });
  const uses = Object.keys(planFor('level = "x"').leaves)[0] ?? '';
  const key = {
    op: 'field',
    object: { op: 'variable', id: 0, type: { kind: 'object', fields: {} } },
    name: 'level',
    type: { kind: 'string' },
  } as const;
  const test = { op: 'known', value: { op: 'lookup', entity: 'e', key, type: { kind: 'object', fields: {} } } } as const;
  const looking: EdgePlans = { ...plans, leaves: { ...plans.leaves, [uses]: { kind: 'general', test } } };
  expect([...needLookups([plans])]).toEqual([]);
  expect([...needLookups([looking])].toSorted()).toEqual(['asks', 'uses']);
  expect([...needLookups([looking, set({ later: 'inSegment("asks")', free: 'vip' })])].toSorted()).toEqual(['asks', 'later', 'uses']);
});

it('refuses plans and projections that are not its own', () => {
  const [one, other] = [set({ a: 'level = "gold"' }), set({ a: 'level = "iron"' })];
  const written = new EdgeSets([one]).write(new EdgeSets([one]).project([], NOW));
  expect(() => new EdgeSets([other]).read(written)).toThrow(StateMismatch);
  expect(() => new EdgeSets([{ ...one, version: 99 as 1 }])).toThrow(PlansMismatch);
});
