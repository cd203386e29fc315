import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile, evaluate, format, parse, planOf, print, testOfLeaf, why } from '../src/index.ts';
import type { DataObject, EvaluationContext, Logic, Plan } from '../src/index.ts';
import { arbitraryProfile, arbitraryQuery } from './support/arbitrary-query.ts';
import { NOW, planFor, schema } from './support/schema.ts';

function logicHolds(plan: Plan, logic: Logic, document: DataObject, context: EvaluationContext): boolean {
  switch (logic.op) {
    case 'constant':
      return logic.value;
    case 'leaf': {
      const leaf = plan.leaves[logic.hash];
      return leaf !== undefined && evaluate(testOfLeaf(leaf), document, context);
    }
    case 'not':
      return !logicHolds(plan, logic.term, document, context);
    case 'and':
      return logic.terms.every((term) => logicHolds(plan, term, document, context));
    case 'or':
      return logic.terms.some((term) => logicHolds(plan, term, document, context));
    default:
      return logic satisfies never;
  }
}

const context = fc.record({
  now: fc.constantFrom(NOW, Date.UTC(2024, 2, 14)),
  zone: fc.constantFrom('UTC', 'UTC', 'America/New_York', 'Asia/Kolkata'),
});

describe('a plan', () => {
  it('answers as the whole query does, from its leaves', () => {
    fc.assert(
      fc.property(arbitraryQuery, fc.array(arbitraryProfile, { minLength: 5, maxLength: 8 }), context, (text, documents, moment) => {
        const plan = planFor(text);
        for (const document of documents) {
          expect(logicHolds(plan, plan.root, document, moment), `${text}\n${JSON.stringify(document)}`).toBe(
            evaluate(plan.test, document, moment),
          );
        }
      }),
      { numRuns: 4000 },
    );
  });

  it('has event leaves that are never true for a profile without events', () => {
    fc.assert(
      fc.property(arbitraryQuery, arbitraryProfile, context, (text, document, moment) => {
        const leaves = Object.values(planFor(text).leaves).filter((leaf) => leaf.kind === 'event');
        for (const leaf of leaves) expect(evaluate(testOfLeaf(leaf), { ...document, xEvent: [] }, moment), text).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('survives JSON, planning its own leaves again, and printing its text', () => {
    fc.assert(
      fc.property(arbitraryQuery, (text) => {
        const plan = planFor(text);
        expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
        for (const [hash, leaf] of Object.entries(plan.leaves)) {
          const again = planOf(testOfLeaf(leaf));
          expect(again.root, `${text}\n${JSON.stringify(leaf)}\n${JSON.stringify(again.leaves)}`).toEqual({ op: 'leaf', hash });
        }
        const { ast } = parse(text);
        expect(ast === null ? null : compile(print(ast), schema).plan?.root).toEqual(plan.root);
        expect(compile(format(text), schema).plan?.root).toEqual(plan.root);
      }),
      { numRuns: 1000 },
    );
  });

  it('is explained by a tree whose root says what the query says', () => {
    fc.assert(
      fc.property(arbitraryQuery, arbitraryProfile, context, (text, document, moment) => {
        const plan = planFor(text);
        expect(why(plan, document, moment).holds, text).toBe(evaluate(plan.test, document, moment));
      }),
      { numRuns: 1000 },
    );
  });
});
