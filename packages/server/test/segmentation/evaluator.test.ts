/** Plans → members over real tables: levels of audiences, parts of a rule, what changes under an evaluation. */
import { compile } from '@kindred/pql';
import type { Plan } from '@kindred/pql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Evaluator } from '../../src/segmentation/evaluator.ts';
import { testEngine } from './support/leaves.ts';
import { TestPopulation } from './support/people.ts';
import { NOW, schema } from './support/shop.ts';

let population: TestPopulation;
let evaluator: Evaluator;
let everybody: readonly number[];

beforeAll(async () => {
  population = await TestPopulation.open(schema);
  const event = (name: string, eventType: string) => ({ _id: name, timestamp: new Date(NOW - 1000).toISOString(), eventType });
  everybody = await population.add([
    { attributes: { name: 'Ann', vip: true }, events: [event('a', 'view'), event('b', 'buy')] },
    { attributes: { name: 'Ben' }, events: [event('a', 'view')] },
    { attributes: { name: 'Cy', vip: true }, events: [] },
  ]);
  const viewers = { id: 'viewers', name: 'Viewers', plan: planOf('xEvent[eventType = "view"]') };
  const engine = testEngine(population.tables);
  evaluator = new Evaluator({
    engineOf: () => Promise.resolve(engine),
    tables: population.tables,
    find: ({ id }) => Promise.resolve(id === 'viewers' ? viewers : undefined),
  });
});
afterAll(() => population.close());

function planOf(pql: string): Plan {
  const { plan, problems } = compile(pql, schema);
  if (plan === null) throw new Error(JSON.stringify(problems));
  return plan;
}

const names = (ordinals: Iterable<number>): string => [...ordinals].map((ordinal) => 'abc'[everybody.indexOf(ordinal)]).join('');

test('every part of a rule has its members, by its path', async () => {
  const plan = planOf('vip and not (xEvent[eventType = "buy"] or name = "Ben")');
  const { nodes, universe } = await evaluator.evaluateNodes(plan, { now: NOW, zone: 'UTC' });
  expect(names(universe)).toBe('abc');
  expect(Object.fromEntries([...nodes].map(([path, members]) => [path, names(members)]))).toMatchObject({ '': 'c' });
  // Every path leads to a part of the plan, and every part has one.
  const { members } = await evaluator.evaluate([{ id: 'rule', name: 'Rule', plan }], { now: NOW, zone: 'UTC' });
  expect(names(members.get('rule') ?? [])).toBe('c');
  expect([...nodes.values()].map(names).toSorted()).toEqual(['a', 'ab', 'ac', 'b', 'c', 'c'].toSorted());
});

test('a rule about another audience has the members of that audience in its part', async () => {
  const plan = planOf('inSegment("viewers") and vip');
  const { nodes } = await evaluator.evaluateNodes(plan, { now: NOW, zone: 'UTC' });
  expect(names(nodes.get('') ?? [])).toBe('a');
  expect([...nodes.values()].map(names).toSorted()).toEqual(['a', 'ab', 'ac']);
});

test('a rule of one part has the path of the whole only', async () => {
  const { nodes } = await evaluator.evaluateNodes(planOf('vip'), { now: NOW, zone: 'UTC' });
  expect([...nodes].map(([path, members]) => [path, names(members)])).toEqual([['', 'ac']]);
  const constant = await evaluator.evaluateNodes(planOf('true'), { now: NOW, zone: 'UTC' });
  expect(names(constant.nodes.get('') ?? [])).toBe('abc');
});
