/** Checked test → plan: logic over hash-consed leaves. */
import { hash128 } from '../hash.ts';
import { PLAN_VERSION } from '../plan.ts';
import type { EventSelection, Leaf, LeafHash, Logic, Plan } from '../plan.ts';
import type { Test } from '../term.ts';
import { ordering, Renumbering, stableJson } from './canonical.ts';
import { eventForm, otherLeaf } from './leaves.ts';
import { normalise } from './normalise.ts';

/** The plan of a checked test. Pure: equal tests give equal plans, equal leaves of any queries equal hashes. */
export function planOf(test: Test): Plan {
  const leaves: Record<LeafHash, Leaf> = {};
  const keep = (leaf: Leaf): Logic => {
    const canonical = canonicalLeaf(leaf);
    const hash = leafHash(canonical);
    leaves[hash] = canonical;
    return { op: 'leaf', hash };
  };
  const logic = (part: Test): Logic => {
    switch (part.op) {
      case 'constant':
        return part;
      case 'and':
      case 'or':
        return { op: part.op, terms: part.terms.map(logic) };
      case 'not':
        return { op: 'not', term: logic(part.term) };
      default: {
        const form = eventForm(part);
        if (form === null) return keep(otherLeaf(part));
        if ('constant' in form) return { op: 'constant', value: form.constant };
        return form.negated ? { op: 'not', term: keep(form.leaf) } : keep(form.leaf);
      }
    }
  };
  return { version: PLAN_VERSION, root: simplifyLogic(logic(normalise(test))), leaves, test };
}

/** The hash of a canonical leaf: 32 hexadecimal digits. */
export function leafHash(leaf: Leaf): LeafHash {
  return hash128(stableJson(leaf));
}

/** Leaves can turn out constant or doubly negated after the test was normalised. */
function simplifyLogic(logic: Logic): Logic {
  switch (logic.op) {
    case 'leaf':
    case 'constant':
      return logic;
    case 'not': {
      const term = simplifyLogic(logic.term);
      if (term.op === 'constant') return { op: 'constant', value: !term.value };
      return term.op === 'not' ? term.term : { op: 'not', term };
    }
    default:
      return simplifyTerms(logic.op, logic.terms.map(simplifyLogic));
  }
}

function simplifyTerms(op: 'and' | 'or', terms: readonly Logic[]): Logic {
  const neutral = op === 'and';
  const unique = new Map<string, Logic>();
  for (const term of terms.flatMap((each) => (each.op === op ? each.terms : [each]))) {
    if (term.op === 'constant' && term.value !== neutral) return term;
    if (term.op !== 'constant') unique.set(stableJson(term), term);
  }
  const kept = [...unique.values()];
  const [first] = kept;
  if (first === undefined) return { op: 'constant', value: neutral };
  return kept.length === 1 ? first : { op, terms: kept };
}

function canonicalLeaf(leaf: Leaf): Leaf {
  const names = new Renumbering();
  switch (leaf.kind) {
    case 'audience':
      return leaf;
    case 'attribute':
    case 'general':
      return { kind: leaf.kind, test: names.rewrite(new Map()).test(ordering([]).test(leaf.test)) };
    case 'event': {
      const { variable } = leaf.selection;
      const bound = new Map([[variable, names.fresh()]]);
      const selection = canonicalSelection(leaf.selection, names, bound);
      const value = leaf.value === null ? null : names.rewrite(bound).value(ordering([variable]).value(leaf.value));
      return { ...leaf, selection, value };
    }
    case 'sequence': {
      const bound = new Map(leaf.steps.map((step) => [step.selection.variable, names.fresh()] as const));
      const free = [...bound.keys()];
      const steps = leaf.steps.map((step) => ({
        ...step,
        selection: canonicalSelection(step.selection, names, bound),
        relation: names.rewrite(bound).test(ordering(free).test(step.relation)),
      }));
      return { kind: 'sequence', steps };
    }
    default:
      return leaf satisfies never;
  }
}

function canonicalSelection(selection: EventSelection, names: Renumbering, bound: ReadonlyMap<number, number>): EventSelection {
  const where = names.rewrite(bound).test(ordering([...bound.keys()]).test(selection.where));
  return { ...selection, variable: bound.get(selection.variable) ?? selection.variable, where };
}
