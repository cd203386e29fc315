/** A picture read anew gets the ids of the one it takes the place of, so that focus and open parts stay where they are. */
import type { Container, NodeId, TreeNode } from './tree.ts';
import { childrenOfNode, rebuild, withoutIds } from './walk.ts';

export interface Reused {
  readonly tree: Container;
  /** New id → the id it has now. */
  readonly names: ReadonlyMap<NodeId, NodeId>;
}

export function reuseIds(now: Container, before: Container): Reused {
  const names = new Map<NodeId, NodeId>();
  const kept = new Map<NodeId, TreeNode>();
  pair(now, before, { names, kept });
  const tree = rebuild(now, (node) => kept.get(node.id) ?? { ...node, id: names.get(node.id) ?? node.id });
  return { tree, names };
}

interface Pairs {
  readonly names: Map<NodeId, NodeId>;
  /** New id → the node before that says the same, to stay as it is. */
  readonly kept: Map<NodeId, TreeNode>;
}

/** Equal ones are paired first, then those of one kind in their order. */
function pair(now: TreeNode, before: TreeNode, pairs: Pairs): void {
  pairs.names.set(now.id, before.id);
  const left = new Map(childrenOfNode(before).map((child) => [child, contents(child)]));
  const unpaired: TreeNode[] = [];
  for (const child of childrenOfNode(now)) {
    const text = contents(child);
    const equal = [...left].find(([, each]) => each === text)?.[0];
    if (equal === undefined) {
      unpaired.push(child);
      continue;
    }
    pairs.kept.set(child.id, equal);
    take(child, equal);
  }
  for (const child of unpaired) {
    const alike = [...left.keys()].find(({ kind }) => kind === child.kind);
    if (alike !== undefined) take(child, alike);
  }

  function take(child: TreeNode, partner: TreeNode): void {
    left.delete(partner);
    pair(child, partner, pairs);
  }
}

const contents = (node: TreeNode): string => JSON.stringify(withoutIds(node));
