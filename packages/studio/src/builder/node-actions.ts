/** What can be done with a node, for its menu and its keys. */
import { findNode, parentOf, scopeAt, slotOf } from '@kindred/pql';
import type { Command, Container, NodeId, TreeNode } from '@kindred/pql';
import { copied, copyNode } from './clipboard.ts';
import { nodeFor } from './parts.ts';

export type NodeAction = 'copy' | 'cut' | 'paste' | 'duplicate' | 'up' | 'down' | 'group' | 'ungroup' | 'exclude' | 'off' | 'remove';

export interface ActionItem {
  readonly action: NodeAction;
  readonly label: string;
  readonly keys: string;
}

export function actionsFor(node: TreeNode): readonly ActionItem[] {
  const rule = node.kind === 'step' ? null : node;
  const item = (action: NodeAction, label: string, keys = ''): ActionItem => ({ action, label, keys });
  return [
    ...(rule === null
      ? [item('exclude', node.kind === 'step' && node.negated ? 'Must happen' : 'Must not happen')]
      : [item('exclude', rule.exclude ? 'Include' : 'Exclude', 'E'), item('off', rule.off ? 'Switch on' : 'Switch off', 'O')]),
    item('duplicate', 'Duplicate', '⌃D'),
    item('copy', 'Copy', '⌃C'),
    item('cut', 'Cut', '⌃X'),
    item('paste', 'Paste after', '⌃V'),
    ...(rule === null ? [] : [item('group', 'Put in a container', '⌃G')]),
    ...(node.kind === 'container' ? [item('ungroup', 'Unwrap container', '⌃⇧G')] : []),
    item('up', 'Move up', '⌥↑'),
    item('down', 'Move down', '⌥↓'),
    item('remove', 'Delete', '⌦'),
  ];
}

/** Null: there is nothing to change. Copying is done here. */
export function commandOf(root: Container, node: TreeNode, action: NodeAction): Command | null {
  const slot = slotOf(root, node.id);
  if (slot === null) return null;
  switch (action) {
    case 'copy':
      copyNode(root, node, slot.parent);
      return null;
    case 'cut':
      copyNode(root, node, slot.parent);
      return { type: 'remove', ids: [node.id] };
    case 'paste': {
      const clip = copied();
      const pasted = clip && nodeFor({ kind: 'rules', ...clip, title: '' }, scopeAt(root, slot.parent));
      return pasted && { type: 'insert', at: { parent: slot.parent, index: slot.index + 1 }, node: pasted };
    }
    case 'duplicate':
      return { type: 'duplicate', id: node.id };
    case 'up':
      return slot.index === 0 ? outOf(root, slot.parent, node, 0) : { type: 'move', id: node.id, at: { ...slot, index: slot.index - 1 } };
    case 'down':
      return { type: 'move', id: node.id, at: { ...slot, index: slot.index + 2 } };
    case 'group':
      return { type: 'group', ids: [node.id] };
    case 'ungroup':
      return { type: 'ungroup', id: node.id };
    case 'exclude':
      return {
        type: 'replace',
        node: node.kind === 'step' ? { ...node, negated: !node.negated, count: 1 } : { ...node, exclude: !node.exclude },
      };
    case 'off':
      return node.kind === 'step' ? null : { type: 'replace', node: { ...node, off: !node.off } };
    case 'remove':
      return { type: 'remove', ids: [node.id] };
    default:
      return action satisfies never;
  }
}

/** What stands beside a node, the next before the one before, then what it is in, from the inside to the outside: where the focus goes when the node goes. */
export function besides(root: Container, id: NodeId): readonly NodeId[] {
  const slot = slotOf(root, id);
  if (slot === null) return [];
  const parent = findNode(root, slot.parent);
  const siblings: readonly TreeNode[] = parent?.kind === 'container' ? parent.children : parent?.kind === 'sequence' ? parent.steps : [];
  const around: NodeId[] = [siblings[slot.index + 1], siblings[slot.index - 1], parent].flatMap((node) => (node ? [node.id] : []));
  for (let outer = parent && parentOf(root, parent.id); outer; outer = parentOf(root, outer.id)) around.push(outer.id);
  return around;
}

/** The first of a container moves out of it, before it. */
function outOf(root: Container, parent: string, node: TreeNode, after: number): Command | null {
  const outer = parentOf(root, parent)?.kind === 'container' ? slotOf(root, parent) : null;
  return outer && { type: 'move', id: node.id, at: { parent: outer.parent, index: outer.index + after } };
}

interface Keys {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** The action of keys pressed on a card itself. */
export function actionOfKeys({ key, ctrlKey, metaKey, altKey, shiftKey }: Keys): NodeAction | null {
  const control = ctrlKey || metaKey;
  if (altKey && !control) return key === 'ArrowUp' ? 'up' : key === 'ArrowDown' ? 'down' : null;
  if (control) return shiftKey && key.toLowerCase() === 'g' ? 'ungroup' : (CONTROL[key.toLowerCase()] ?? null);
  if (key === 'Delete' || key === 'Backspace') return 'remove';
  return key === 'e' ? 'exclude' : key === 'o' ? 'off' : null;
}

const CONTROL: Readonly<Record<string, NodeAction>> = { c: 'copy', x: 'cut', v: 'paste', d: 'duplicate', g: 'group' };
