/** The parts of a query with their sizes, as the API shows them. */
import type { Result, Routes } from '@kindred/contract';
import type { EstimatedNodes, SizedNode } from '../segmentation/index.ts';

type NodesBody = Result<Routes['estimateNodes']>;

export function nodesBody({ nodes, estimate }: EstimatedNodes): NodesBody {
  const { universe, tookMs, revision } = estimate;
  return { root: nodeBody(nodes.root), universe, tookMs, revision, evaluatedAt: estimate.evaluatedAt.toISOString() };
}

function nodeBody({ span, parts, ...node }: SizedNode): NodesBody['root'] {
  return { ...node, span: { ...span }, parts: parts.map(nodeBody) };
}
