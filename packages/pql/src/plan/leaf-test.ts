/** Leaves back to tests: what a leaf means, in the terms of the reference evaluator. */
import type { Bound, EventLeaf, EventSelection, Leaf, SequenceLeaf } from '../plan.ts';
import type { Test, Value } from '../term.ts';
import { INTEGER, NUMBER } from '../types.ts';
import type { Type } from '../xdm.ts';
import { holdsFor } from './leaves.ts';

const EVENT: Type = { kind: 'object', fields: {} };
const EVENTS: Value = {
  op: 'field',
  object: { op: 'variable', id: 0, type: { kind: 'object', fields: {} } },
  name: 'xEvent',
  type: { kind: 'array', items: EVENT },
};

const fieldOf = (variable: number, name: string, type: Type): Value => ({
  op: 'field',
  object: { op: 'variable', id: variable, type: EVENT },
  name,
  type,
});

/** The test that a leaf stands for. */
export function testOfLeaf(leaf: Leaf): Test {
  switch (leaf.kind) {
    case 'attribute':
    case 'general':
      return leaf.test;
    case 'audience':
      return { op: 'audience', namespace: leaf.namespace, id: leaf.id };
    case 'event':
      return eventTest(leaf);
    case 'sequence':
      return sequenceTest(leaf);
    default:
      return leaf satisfies never;
  }
}

/** The condition on one event that a selection stands for, on its variable. */
export function testOfSelection({ variable, eventTypes, window, where }: EventSelection): Test {
  const timestamp = fieldOf(variable, 'timestamp', { kind: 'datetime' });
  const bound = (side: Bound | null, comparison: '>' | '<'): readonly Test[] =>
    side === null
      ? []
      : [{ op: 'compare', comparison: `${comparison}${side.inclusive ? '=' : ''}`, as: 'time', left: timestamp, right: side.at }];
  const types: readonly Test[] = eventTypes === null ? [] : [typeTest(variable, eventTypes)];
  return { op: 'and', terms: [...types, ...bound(window.from, '>'), ...bound(window.to, '<'), where] };
}

function typeTest(variable: number, eventTypes: readonly string[]): Test {
  const items = eventTypes.map((value): Value => ({ op: 'literal', value, type: { kind: 'string' } }));
  return {
    op: 'member',
    negated: false,
    value: fieldOf(variable, 'eventType', { kind: 'string' }),
    list: { op: 'list', items, type: { kind: 'array', items: { kind: 'string' } } },
  };
}

function eventTest({ selection, aggregate, value, comparison, threshold }: EventLeaf): Test {
  const { variable } = selection;
  const chosen: Value = { op: 'filter', list: EVENTS, variable, where: testOfSelection(selection), type: EVENTS.type };
  const list: Value =
    value === null
      ? chosen
      : { op: 'map', list: chosen, variable, body: value, flatten: false, type: { kind: 'array', items: value.type } };
  const number: Value = { op: 'aggregate', fn: aggregate, list, type: aggregate === 'count' ? INTEGER : NUMBER };
  const compare: Test = { op: 'compare', comparison, as: 'number', left: number, right: { op: 'literal', value: threshold, type: NUMBER } };
  const needsEvents = (aggregate === 'count' || aggregate === 'sum') && holdsFor(0, comparison, threshold);
  return needsEvents ? { op: 'and', terms: [{ op: 'known', value: chosen }, compare] } : compare;
}

function sequenceTest({ steps }: SequenceLeaf): Test {
  return {
    op: 'sequence',
    events: EVENTS,
    steps: steps.map(({ selection, negated, count, relation }, index) => ({
      label: `C${index}`,
      variable: selection.variable,
      negated,
      count,
      where: { op: 'and', terms: [testOfSelection(selection), relation] },
    })),
  };
}
