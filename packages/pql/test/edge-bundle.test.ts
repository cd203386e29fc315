/** The file for browsers and workers: how large it is, and that it answers by itself. */
import { expect, it } from 'vitest';
import { edgeBundle, MOST_KB } from '../../../scripts/edge-bundle.ts';
import { EdgeSets, edgePlans } from '../src/index.ts';
import type { DataObject } from '../src/index.ts';
import * as edge from '../src/edge/index.ts';
import { event, NOW, planFor } from './support/schema.ts';

it('is small, imports nothing, exports the whole entry and answers as the sources do', async () => {
  const { code, size } = await edgeBundle();
  expect(size).toBeLessThan(MOST_KB);
  expect(code).not.toMatch(/\bimport\b\s*[({'"]|\brequire\(/);
  const bundle = (await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)) as typeof edge;
  expect(Object.keys(bundle).toSorted()).toEqual(Object.keys(edge).toSorted());
  const rules = [
    'xEvent[eventType = "buy" and timestamp occurs <= 7 days before now].count() >= 2',
    'level = "gold"',
    'level.matches("^g.ld$")',
  ];
  const plans = edgePlans(
    rules.map((text, at) => ({ key: `a${at}`, plan: planFor(text), names: [] })),
    'UTC',
  );
  const known: DataObject = { level: 'gold' };
  const answers = [EdgeSets, bundle.EdgeSets].map((Sets) => {
    const sets = new Sets([plans]);
    const person = sets.project([{ record: known, events: [event('buy', { days: 3 })] }], NOW);
    return [[], [event('buy', { hours: 1 })]].map((events) => [...sets.memberships(person, { now: NOW, events })]);
  });
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[0]).toEqual([
    ['a1', 'a2'],
    ['a0', 'a1', 'a2'],
  ]);
});
