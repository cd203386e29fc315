/** Why a profile is in or out of an audience: the plan as a tree of answers, with the events and values behind them. */
import { Evaluator } from './evaluate/index.ts';
import type { Data, DataObject } from './evaluate/values.ts';
import { testOfLeaf, testOfSelection } from './plan/leaf-test.ts';
import type { EventSelection, Leaf, Logic, Plan } from './plan.ts';
import { rewriteTest, rewriteValue } from './terms.ts';
import type { Rewrite } from './terms.ts';
import type { Test, Value } from './term.ts';
import { JOINING } from './rule-words.ts';
import { parseTime } from './time.ts';
import { Passing } from './until.ts';
import type { PassingContext } from './until.ts';
import { leafText, pathText } from './words.ts';

export type Evidence =
  | { readonly kind: 'event'; readonly id: string | null; readonly timestamp: string | null; readonly eventType: string | null }
  | { readonly kind: 'value'; readonly path: string; readonly value: Data };

export interface WhyNode {
  readonly holds: boolean;
  readonly label: string;
  readonly kind: 'and' | 'or' | 'not' | 'constant' | Leaf['kind'];
  /** Newest events first, at most `MAX_EVIDENCE`. Of a negation: what breaks it. */
  readonly evidence: readonly Evidence[];
  /** Epoch ms, when time alone would turn it if nothing happens; null: never. */
  readonly until: number | null;
  /** False: it does not turn before `until`, and maybe not then. */
  readonly exact: boolean;
  readonly children: readonly WhyNode[];
}

export const MAX_EVIDENCE = 50;

export function why(plan: Plan, document: DataObject, context: PassingContext): WhyNode {
  return new Explainer(plan, document, context).node(plan.root);
}

class Explainer {
  readonly #plan: Plan;
  readonly #document: DataObject;
  readonly #evaluator: Evaluator;
  readonly #passing: Passing;
  readonly #now: number;

  constructor(plan: Plan, document: DataObject, context: PassingContext) {
    this.#plan = plan;
    this.#document = document;
    this.#evaluator = new Evaluator(document, context);
    this.#passing = new Passing(plan, document, context);
    this.#now = context.now;
  }

  node(logic: Logic): WhyNode {
    const { holds, until, exact } = this.#passing.span(logic, this.#now);
    const answer = { holds, until: until === Infinity ? null : until, exact };
    switch (logic.op) {
      case 'constant':
        return { ...answer, label: logic.value ? 'always' : 'never', kind: 'constant', evidence: [], children: [] };
      case 'leaf':
        return { ...answer, ...this.#leaf(this.#plan.leaves[logic.hash]) };
      case 'not': {
        const child = this.node(logic.term);
        return { ...answer, label: JOINING.not, kind: 'not', evidence: child.holds ? child.evidence : [], children: [child] };
      }
      default:
        return { ...answer, label: JOINING[logic.op], kind: logic.op, evidence: [], children: logic.terms.map((term) => this.node(term)) };
    }
  }

  #leaf(leaf: Leaf | undefined): Pick<WhyNode, 'label' | 'kind' | 'evidence' | 'children'> {
    if (leaf === undefined) throw new Error('bug: a plan names a leaf that it does not hold');
    return { label: leafText(leaf), kind: leaf.kind, evidence: this.#evidence(leaf, testOfLeaf(leaf)), children: [] };
  }

  #evidence(leaf: Leaf, test: Test): readonly Evidence[] {
    switch (leaf.kind) {
      case 'audience':
        return [];
      case 'event':
        return eventEvidence(this.#chosen(leaf.selection));
      case 'sequence': {
        const match = test.op === 'sequence' ? this.#evaluator.match(test, new Map([[0, this.#document]])) : null;
        // Without a match, the events that got furthest: those of the first step.
        const first = leaf.steps.find((step) => !step.negated);
        if (match !== null) return eventEvidence([...match.values()]);
        return first === undefined ? [] : eventEvidence(this.#chosen(first.selection));
      }
      case 'attribute':
      case 'general':
        return this.#values(test);
      default:
        return leaf satisfies never;
    }
  }

  #chosen(selection: EventSelection): readonly Data[] {
    const events = this.#document['xEvent'];
    const test = testOfSelection(selection);
    return Array.isArray(events) ? events.filter((event: Data) => this.#evaluator.test(test, new Map([[selection.variable, event]]))) : [];
  }

  /** The profile's fields that a test reads, each once. */
  #values(test: Test): readonly Evidence[] {
    const found = new Map<string, Evidence>();
    const rewrite: Rewrite = {
      test: (part) => rewriteTest(part, rewrite),
      value: (part) => {
        if (!isProfilePath(part)) return rewriteValue(part, rewrite);
        const path = pathText(part);
        if (path !== 'xEvent') found.set(path, { kind: 'value', path, value: this.#evaluator.value(part, new Map([[0, this.#document]])) });
        return part;
      },
    };
    rewrite.test(test);
    return [...found.values()].slice(0, MAX_EVIDENCE);
  }
}

/** A path from the profile by fields and literal keys. */
function isProfilePath(value: Value): boolean {
  if (value.op === 'field') return (value.object.op === 'variable' && value.object.id === 0) || isProfilePath(value.object);
  return value.op === 'entry' && value.key.op === 'literal' && isProfilePath(value.map);
}

function eventEvidence(events: readonly Data[]): readonly Evidence[] {
  const objects = events.filter((event): event is DataObject => typeof event === 'object' && event !== null && !Array.isArray(event));
  const timed = objects.map((event) => ({ event, time: parseTime(event['timestamp'] ?? null) ?? -Infinity }));
  return timed
    .toSorted((a, b) => b.time - a.time)
    .slice(0, MAX_EVIDENCE)
    .map(({ event, time }) => ({
      kind: 'event',
      id: text(event['_id']),
      timestamp: time === -Infinity ? null : new Date(time).toISOString(),
      eventType: text(event['eventType']),
    }));
}

const text = (data: Data | undefined): string | null => (typeof data === 'string' ? data : null);
