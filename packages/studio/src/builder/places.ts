/** Where things can be put, by dragging and by pressing. */
import { canBeStep, canMove, findNode, parentOf, scopeAt, slotOf } from '@kindred/pql';
import type { Command, Container, NodeId, RuleNode, Slot, TreeNode } from '@kindred/pql';
import type { Dragged } from './builder-context.ts';
import { nodeFor } from './parts.ts';
import type { Part } from './parts.ts';

/** Whether what is dragged can be put there. */
export function fits(root: Container, dragged: Dragged, at: Slot): boolean {
  if (dragged.kind === 'node') return canMove(root, dragged.id, at);
  return nodeFor(dragged.part, scopeAt(root, at.parent)) !== null;
}

/** Whether what is dragged can be the step after a card. */
export function canFollow(root: Container, dragged: Dragged, target: TreeNode): boolean {
  const node = dragged.kind === 'node' ? findNode(root, dragged.id) : nodeFor(dragged.part, 'steps');
  if (node === null || node.id === target.id || !canBeStep(node)) return false;
  return target.kind === 'sequence' || canBeStep(target);
}

export function dropCommand(root: Container, dragged: Dragged, at: Slot): Command | null {
  if (dragged.kind === 'node') return { type: 'move', id: dragged.id, at };
  const node = nodeFor(dragged.part, scopeAt(root, at.parent));
  return node && { type: 'insert', at, node };
}

/** Where a click in the palette puts a part: after what is selected, or at the end. */
export function placeFor(root: Container, selected: NodeId | null, part: Part): { readonly at: Slot; readonly node: RuleNode } | null {
  for (let id: NodeId | null = selected; id !== null; id = parentOf(root, id)?.id ?? null) {
    const place = placeBeside(root, id, part);
    if (place !== null) return place;
  }
  const node = nodeFor(part, 'profile');
  return node && { at: { parent: root.id, index: root.children.length }, node };
}

function placeBeside(root: Container, id: NodeId, part: Part): { readonly at: Slot; readonly node: RuleNode } | null {
  const node = findNode(root, id);
  const inside = node?.kind === 'event' || node?.kind === 'step' || node?.kind === 'items' ? node.where : node;
  if (inside?.kind === 'container') {
    const made = nodeFor(part, scopeAt(root, inside.id));
    if (made !== null) return { at: { parent: inside.id, index: inside.children.length }, node: made };
  }
  if (inside?.kind === 'sequence') {
    const made = nodeFor(part, 'steps');
    if (made !== null) return { at: { parent: inside.id, index: inside.steps.length }, node: made };
  }
  const slot = slotOf(root, id);
  const made = slot && nodeFor(part, scopeAt(root, slot.parent));
  return slot && made && { at: { parent: slot.parent, index: slot.index + 1 }, node: made };
}
