/**
 * A picture without what a text cannot hold: empty groups, groups of one, sequences of one step, two conditions that are
 * one time rule. The meaning stays, and a tidy picture comes back from its text as it was.
 */
import { settledCard, settledConditions } from './card.ts';
import { timeRuleOf } from './from-ast-time.ts';
import { toAst } from './to-ast.ts';
import { isPlain } from './tree.ts';
import type { AttributeRule, Container, EventCard, Operand, RuleNode, Sequence, Step, TreeNode } from './tree.ts';
import { rebuild } from './walk.ts';

export function tidy(root: Container): Container {
  return rebuild(root, tidyNode);
}

/** Children are tidy already. A container that is emptied stays, for its parent to drop. */
function tidyNode(node: TreeNode): TreeNode {
  switch (node.kind) {
    case 'container':
      return tidyContainer(node);
    case 'event':
      return tidyEvent(node);
    case 'sequence':
      return tidySequence(node);
    case 'step':
      return settledCard(node.negated && node.count !== 1 ? { ...node, count: 1 } : node);
    default:
      return node;
  }
}

function tidyContainer(node: Container): Container {
  const kept = node.children.filter(isSomething).map(unwrapped);
  const same = kept.length === node.children.length && kept.every((child, index) => child === node.children[index]);
  return merged(settledConditions(same ? node : { ...node, children: kept }));
}

const isSomething = (node: RuleNode): boolean =>
  (node.kind !== 'container' || node.children.length > 0) && (node.kind !== 'sequence' || node.steps.length > 0);

/** A group of one is that one, unless both have something to say that can be said once only. */
function unwrapped(node: RuleNode): RuleNode {
  const [only] = node.kind === 'container' ? node.children : [];
  if (node.kind !== 'container' || only === undefined || node.children.length > 1) return node;
  if (isPlain(node)) return only;
  if (only.off || (node.exclude && (only.exclude || only.note !== '')) || (node.note !== '' && only.note !== '')) return node;
  return { ...only, exclude: node.exclude || only.exclude, note: node.note === '' ? only.note : node.note, off: node.off };
}

/** Two or three conditions that together are one rule about a time, as they would be read. */
function merged(node: Container): Container {
  const { children } = node;
  if (children.length < 2 || children.length > 3 || !children.every(isTimed)) return node;
  const expr = toAst(node);
  const found = expr && timeRuleOf(expr);
  const [first] = children;
  if (!found || first === undefined) return node;
  const rule: AttributeRule = { ...first, part: null, test: { op: 'time', time: found.rule } };
  return { ...node, join: 'and', children: [rule] };
}

const isTimed = (node: RuleNode): node is AttributeRule =>
  node.kind === 'attribute' && isPlain(node) && (node.test.op === 'time' || node.part !== null);

/** The conditions of "all" are not what the events must be to be looked at. */
const tidyEvent = (node: EventCard): EventCard => (node.measure.kind === 'all' ? node : settledCard(node));

/** Steps speak of earlier ones only, and one step is no sequence. */
export function tidySequence(node: Sequence): RuleNode {
  const steps = node.steps.map((step, index) => withKnownLabels(step, node.steps.slice(0, index)));
  const [only] = steps;
  if (only === undefined || steps.length > 1) return steps.every((step, index) => step === node.steps[index]) ? node : { ...node, steps };
  const { where, types, time, count, negated } = only;
  const { id, off, note } = node;
  const measure = { kind: 'count', how: 'atLeast', count } as const;
  return { kind: 'event', id, off, note, exclude: node.exclude !== negated, types, where, time, measure };
}

function withKnownLabels(step: Step, earlier: readonly Step[]): Step {
  const known = new Set(earlier.map(({ label }) => label));
  const gaps = step.gaps.filter(({ after }) => known.has(after));
  const where = rebuild(step.where, (node) => {
    if (node.kind !== 'attribute' || node.test.op !== 'compare') return node;
    const operand = knownOperand(node.test.operand, known);
    return operand === node.test.operand ? node : { ...node, test: { ...node.test, operand } };
  });
  return where === step.where && gaps.length === step.gaps.length ? step : { ...step, gaps, where };
}

/** The field of a step that is gone becomes the event's own. */
function knownOperand(operand: Operand, known: ReadonlySet<string>): Operand {
  if (operand.kind !== 'field' || typeof operand.of === 'string' || known.has(operand.of.step)) return operand;
  return { ...operand, of: 'own' };
}
