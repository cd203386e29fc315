/** Rules on their way between places and audiences: kept in the browser, as PQL for other programs too. */
import { common, container, scopeAt, treeText } from '@kindred/pql';
import type { Container, RuleNode, TreeNode } from '@kindred/pql';

const KEY = 'kindred.builder.clipboard';

export interface Copied {
  readonly node: RuleNode;
  /** Where it belongs; see `scopeAt`. */
  readonly scope: string;
}

export function copyNode(root: Container, node: TreeNode, parent: string): void {
  const rule = asRule(node);
  const scope = node.kind === 'step' ? 'profile' : scopeAt(root, parent);
  localStorage.setItem(KEY, JSON.stringify({ node: rule, scope } satisfies Copied));
  void navigator.clipboard?.writeText(treeText(container('n0', [rule]))).catch(() => undefined);
}

function asRule(node: TreeNode): RuleNode {
  if (node.kind !== 'step') return node;
  const { id, types, where, time, negated, count } = node;
  return { kind: 'event', ...common(id), exclude: negated, types, where, time, measure: { kind: 'count', how: 'atLeast', count } };
}

export function copied(): Copied | null {
  const text = localStorage.getItem(KEY);
  return text === null ? null : (JSON.parse(text) as Copied);
}
