import { expect, test } from 'vitest';
import type { UnionSchema } from '../src/index.ts';
import { compile, ruleWords } from '../src/index.ts';

const schema: UnionSchema = {
  profile: { kind: 'object', fields: { tier: { type: { kind: 'string' } } } },
  event: { kind: 'object', fields: { eventType: { type: { kind: 'string' } }, timestamp: { type: { kind: 'datetime' } } } },
};

test('a rule in words keeps how its parts are joined, negations included', () => {
  const { plan } = compile('tier = "gold" and not (xEvent[eventType = "commerce.purchases"])', schema);
  expect(plan && ruleWords(plan)).toEqual({
    op: 'and',
    text: 'all of',
    parts: [
      { op: 'leaf', text: 'tier is "gold"', parts: [] },
      { op: 'not', text: 'not', parts: [{ op: 'leaf', text: 'at least 1 event of type "commerce.purchases"', parts: [] }] },
    ],
  });
});

test('a rule that asks nothing says so', () => {
  const { plan } = compile('true', schema);
  expect(plan && ruleWords(plan)).toEqual({ op: 'constant', text: 'everybody', parts: [] });
});
