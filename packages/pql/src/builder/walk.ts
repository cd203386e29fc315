/** Finding, counting and replacing nodes of a rule. */
import type { Container, NodeId, RuleNode, TreeNode } from './tree.ts';

/** The nodes directly below, in the order of the picture. Conditions of a card are one container below it. */
export function childrenOfNode(node: TreeNode): readonly TreeNode[] {
  switch (node.kind) {
    case 'container':
      return node.children;
    case 'event':
    case 'items':
    case 'step':
      return [node.where];
    case 'sequence':
      return node.steps;
    case 'attribute':
    case 'audience':
    case 'code':
      return [];
    default:
      return node satisfies never;
  }
}

/** The node with other nodes below, of the same kinds as before. */
function withChildren<N extends TreeNode>(node: N, children: readonly TreeNode[]): N {
  switch (node.kind) {
    case 'container':
      return { ...node, children: children as readonly RuleNode[] };
    case 'sequence':
      return { ...node, steps: children };
    case 'event':
    case 'items':
    case 'step':
      return { ...node, where: children[0] };
    default:
      return node;
  }
}

/** All nodes, parents first. */
export function* nodesOfTree(node: TreeNode): Generator<TreeNode> {
  yield node;
  for (const child of childrenOfNode(node)) yield* nodesOfTree(child);
}

/** Null: there is no such node. */
export function findNode(root: TreeNode, id: NodeId): TreeNode | null {
  for (const node of nodesOfTree(root)) if (node.id === id) return node;
  return null;
}

/** From the root to the node, both included; empty: there is no such node. */
export function wayTo(root: TreeNode, id: NodeId): readonly TreeNode[] {
  if (root.id === id) return [root];
  for (const child of childrenOfNode(root)) {
    const way = wayTo(child, id);
    if (way.length > 0) return [root, ...way];
  }
  return [];
}

/** Every node made anew, children first; nodes that come back unchanged keep their place in memory. */
export function rebuild<N extends TreeNode>(node: N, change: (node: TreeNode) => TreeNode): N {
  const before = childrenOfNode(node);
  const after = before.map((child) => rebuild(child, change));
  const same = after.every((child, index) => child === before[index]);
  return change(same ? node : withChildren(node, after)) as N;
}

/** The tree with one node replaced. The same tree when there is no such node. */
export function replaceNode(root: Container, id: NodeId, change: (node: TreeNode) => TreeNode): Container {
  return rebuild(root, (node) => (node.id === id ? change(node) : node));
}

/** Makes ids that do not occur in a tree: `n1`, `n2`, … */
export function minter(root: TreeNode | null): () => NodeId {
  let last = 0;
  if (root !== null)
    for (const { id } of nodesOfTree(root)) {
      const number = /^n(\d+)$/.exec(id)?.[1];
      if (number !== undefined) last = Math.max(last, Number(number));
    }
  return () => `n${(last += 1)}`;
}

/** A copy with ids of its own. */
export function withNewIds<N extends TreeNode>(node: N, mint: () => NodeId): N {
  return rebuild(node, (each) => ({ ...each, id: mint() }));
}

/** The tree with ids that tell nothing, so that two trees can be compared. */
export function withoutIds<N extends TreeNode>(node: N): N {
  return rebuild(node, (each) => ({ ...each, id: '' }));
}
