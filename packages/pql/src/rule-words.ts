/** A whole rule in words: how its parts are joined, each part a sentence. */
import type { Logic, Plan } from './plan.ts';
import { leafText } from './words.ts';

export interface RuleWords {
  readonly op: Logic['op'];
  /** What the node says; of a joining node the words that stand over its parts. */
  readonly text: string;
  readonly parts: readonly RuleWords[];
}

/** The words that stand over the parts of a node. */
export const JOINING = { and: 'all of', or: 'any of', not: 'not' } as const;

export function ruleWords(plan: Plan): RuleWords {
  const words = (logic: Logic): RuleWords => {
    switch (logic.op) {
      case 'constant':
        return { op: 'constant', text: logic.value ? 'everybody' : 'nobody', parts: [] };
      case 'leaf': {
        const leaf = plan.leaves[logic.hash];
        if (leaf === undefined) throw new Error('bug: a plan names a leaf that it does not hold');
        return { op: 'leaf', text: leafText(leaf), parts: [] };
      }
      case 'not':
        return { op: 'not', text: JOINING.not, parts: [words(logic.term)] };
      default:
        return { op: logic.op, text: JOINING[logic.op], parts: logic.terms.map(words) };
    }
  };
  return words(plan.root);
}
