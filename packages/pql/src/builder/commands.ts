/** Edits of a rule, as data. Each gives a new tree; what cannot be done gives the tree as it was. */
import { tidySequence } from './tidy.ts';
import { AT_LEAST_ONE, common, container } from './tree.ts';
import type { Container, EventCard, NodeId, RuleNode, Sequence, Step, TimeRule, TreeNode } from './tree.ts';
import { childrenOfNode, findNode, minter, nodesOfTree, rebuild, replaceNode, wayTo, withNewIds } from './walk.ts';

/** A place among the children of a container, or among the steps of a sequence. */
export interface Slot {
  readonly parent: NodeId;
  readonly index: number;
}

export type Command =
  | { readonly type: 'insert'; readonly at: Slot; readonly node: RuleNode }
  | { readonly type: 'move'; readonly id: NodeId; readonly at: Slot }
  | { readonly type: 'remove'; readonly ids: readonly NodeId[] }
  /** The node takes the place of the one with its id. */
  | { readonly type: 'replace'; readonly node: TreeNode }
  /** Other nodes take the place of one. */
  | { readonly type: 'exchange'; readonly id: NodeId; readonly nodes: readonly RuleNode[] }
  | { readonly type: 'duplicate'; readonly id: NodeId }
  | { readonly type: 'group'; readonly ids: readonly NodeId[] }
  | { readonly type: 'ungroup'; readonly id: NodeId }
  /** Every card and step gets the same time; null: none has one. */
  | { readonly type: 'timeAll'; readonly time: TimeRule | null }
  /** An event card of the rule, or a new one, becomes the step after another card or sequence. */
  | { readonly type: 'then'; readonly next: NodeId | RuleNode; readonly target: NodeId };

export function apply(root: Container, command: Command): Container {
  switch (command.type) {
    case 'insert':
      return settled(inserted(root, command.at, withNewIds(command.node, minter(root))));
    case 'move':
      return move(root, command.id, command.at);
    case 'remove':
      return settled(command.ids.reduce(removed, root));
    case 'replace':
      return settled(replaceNode(root, command.node.id, () => command.node));
    case 'exchange':
      return exchange(root, command.id, command.nodes);
    case 'duplicate':
      return duplicate(root, command.id);
    case 'group':
      return group(root, command.ids);
    case 'ungroup':
      return ungroup(root, command.id);
    case 'timeAll':
      return rebuild(root, (node) => (node.kind === 'event' || node.kind === 'step' ? { ...node, time: command.time } : node));
    case 'then':
      return settled(then(root, command.next, command.target));
    default:
      return command satisfies never;
  }
}

/** Where the bare names of a container's conditions belong: only what belongs there can be put there. */
export function scopeAt(root: Container, parent: NodeId): string {
  let scope = 'profile';
  for (const node of wayTo(root, parent)) {
    if (node.kind === 'event' || node.kind === 'step') scope = 'event';
    else if (node.kind === 'items') scope = `${scope} ${JSON.stringify(node.path)}`;
    else if (node.kind === 'sequence') scope = 'steps';
  }
  return scope;
}

export function parentOf(root: Container, id: NodeId): TreeNode | null {
  return wayTo(root, id).at(-2) ?? null;
}

/** The place of a node; null for the root and for the conditions of a card. */
export function slotOf(root: Container, id: NodeId): Slot | null {
  const parent = parentOf(root, id);
  if (parent === null || (parent.kind !== 'container' && parent.kind !== 'sequence')) return null;
  return { parent: parent.id, index: childrenOfNode(parent).findIndex((child) => child.id === id) };
}

/** Whether a card can be a step: a step is complete with so many events, and it is never off. */
export const canBeStep = (node: TreeNode): node is EventCard =>
  node.kind === 'event' && node.measure.kind === 'count' && node.measure.how === 'atLeast' && !node.off && node.note === '';

/** Whether `move` would do something, other than putting a node where it is. */
export function canMove(root: Container, id: NodeId, at: Slot): boolean {
  const node = findNode(root, id);
  const from = slotOf(root, id);
  if (node === null || from === null || wayTo(root, at.parent).some((each) => each.id === id)) return false;
  if (from.parent === at.parent) return at.index !== from.index && at.index !== from.index + 1;
  const [here, there] = [scopeAt(root, from.parent), scopeAt(root, at.parent)];
  return here === there || (there === 'steps' && canBeStep(node)) || (here === 'steps' && there === 'profile');
}

function move(root: Container, id: NodeId, at: Slot): Container {
  const node = findNode(root, id);
  const from = slotOf(root, id);
  if (node === null || from === null || !canMove(root, id, at)) return root;
  const index = from.parent === at.parent && from.index < at.index ? at.index - 1 : at.index;
  return settled(inserted(removed(root, id), { parent: at.parent, index }, node));
}

function removed(root: Container, id: NodeId): Container {
  return rebuild(root, (node) => {
    if (node.kind === 'container' && node.children.some((child) => child.id === id))
      return { ...node, children: node.children.filter((child) => child.id !== id) };
    if (node.kind === 'sequence' && node.steps.some((step) => step.id === id))
      return { ...node, steps: node.steps.filter((step) => step.id !== id) };
    return node;
  });
}

function inserted(root: Container, { parent, index }: Slot, node: TreeNode): Container {
  return replaceNode(root, parent, (into) => {
    if (into.kind === 'container') {
      const child = node.kind === 'step' ? asEvent(node) : node;
      return { ...into, children: into.children.toSpliced(index, 0, child) };
    }
    if (into.kind !== 'sequence') return into;
    const step = asStep(node, into);
    return step === null ? into : { ...into, steps: into.steps.toSpliced(index, 0, step) };
  });
}

function asEvent({ id, types, where, time, negated, count }: Step): EventCard {
  return { kind: 'event', ...common(id), exclude: negated, types, where, time, measure: { ...AT_LEAST_ONE, count } };
}

/** The first label that no step has. */
function freeLabel({ steps }: Sequence): string {
  const taken = new Set(steps.map(({ label }) => label));
  let number = steps.length;
  while (taken.has(`C${number}`)) number += 1;
  return `C${number}`;
}

function asStep(node: TreeNode, sequence: Sequence): Step | null {
  if (node.kind === 'step') {
    const taken = sequence.steps.some(({ label }) => label === node.label);
    return taken ? { ...node, label: freeLabel(sequence) } : node;
  }
  return canBeStep(node) ? stepOf(node, freeLabel(sequence)) : null;
}

function stepOf({ id, types, where, time, exclude, measure }: EventCard, label: string): Step {
  const count = measure.kind === 'count' && !exclude ? Math.max(1, measure.count) : 1;
  return { kind: 'step', id, label, types, where, time, negated: exclude, count, gaps: [] };
}

function exchange(root: Container, id: NodeId, nodes: readonly RuleNode[]): Container {
  const at = slotOf(root, id);
  if (at === null) return root;
  let tree = removed(root, id);
  const mint = minter(root);
  for (const [index, node] of nodes.entries())
    tree = inserted(tree, { parent: at.parent, index: at.index + index }, withNewIds(node, mint));
  return settled(tree);
}

function duplicate(root: Container, id: NodeId): Container {
  const node = findNode(root, id);
  const at = slotOf(root, id);
  if (node === null || at === null) return root;
  return inserted(root, { parent: at.parent, index: at.index + 1 }, withNewIds(node, minter(root)));
}

function group(root: Container, ids: readonly NodeId[]): Container {
  const slots = ids.map((id) => slotOf(root, id));
  const [first] = slots;
  const parent = first && findNode(root, first.parent);
  if (!first || parent?.kind !== 'container' || slots.some((slot) => slot?.parent !== first.parent)) return root;
  const children = parent.children.filter(({ id }) => ids.includes(id));
  const index = parent.children.findIndex(({ id }) => ids.includes(id));
  const whole = container(minter(root)(), children);
  const rest = parent.children.filter(({ id }) => !ids.includes(id));
  return replaceNode(root, parent.id, () => ({ ...parent, children: rest.toSpliced(index, 0, whole) }));
}

/** The rules of a group move to where it was. */
function ungroup(root: Container, id: NodeId): Container {
  const node = findNode(root, id);
  const at = slotOf(root, id);
  if (node?.kind !== 'container' || at === null) return root;
  return replaceNode(root, at.parent, (parent) =>
    parent.kind === 'container' ? { ...parent, children: parent.children.toSpliced(at.index, 1, ...node.children) } : parent,
  );
}

function then(root: Container, next: NodeId | RuleNode, target: NodeId): Container {
  const mint = minter(root);
  const node = typeof next === 'string' ? findNode(root, next) : withNewIds(next, mint);
  const first = findNode(root, target);
  if (node === null || first === null || node.id === target || !canBeStep(node)) return root;
  const without = removed(root, node.id);
  if (first.kind === 'sequence') return inserted(without, { parent: target, index: first.steps.length }, node);
  if (!canBeStep(first)) return root;
  const steps = [stepOf(first, 'C0'), stepOf(node, 'C1')];
  return replaceNode(without, target, () => ({ kind: 'sequence', ...common(mint()), steps }));
}

/** Sequences of one step become cards; those without steps go. */
function settled(root: Container): Container {
  const settledSteps = rebuild(root, (node) => (node.kind === 'sequence' && node.steps.length === 1 ? tidySequence(node) : node));
  const empty = [...nodesOfTree(settledSteps)].filter((node) => node.kind === 'sequence' && node.steps.length === 0);
  return empty.reduce<Container>((tree, { id }) => removed(tree, id), settledSteps);
}
