/** The audiences that one is connected with, step by step in both directions. */
import { routes } from '@kindred/contract';
import type { Audience } from '@kindred/contract';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import type { Resource } from '../api/use-resource.ts';

export interface Connected extends Pick<Audience, 'id' | 'name' | 'lifecycleState'> {
  /** Steps away: below zero it is used, above zero it uses. */
  readonly depth: number;
}

export interface Connections {
  readonly nodes: readonly Connected[];
  /** From what is used to what uses it. */
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  /** Nothing was left out. */
  readonly whole: boolean;
}

/** Audiences drawn at most. */
const MOST = 60;

export function useConnections({ id, name, lifecycleState, version }: Audience): Resource<Connections> {
  return useResource(`connections/${id}`, (signal) => walk({ id, name, lifecycleState, depth: 0 }, signal), { refreshOn: version });
}

async function walk(start: Connected, signal: AbortSignal): Promise<Connections> {
  const nodes = new Map([[start.id, start]]);
  const edges = new Map<string, { readonly from: string; readonly to: string }>();
  const waiting = [start];
  let whole = true;
  for (let node = waiting.shift(); node !== undefined; node = waiting.shift()) {
    const { id, depth } = node;
    const { dependencies, dependents } = await call(routes.listRelations, { params: { id }, signal });
    // From the middle both ways; from there on only further away.
    const used = depth <= 0 ? dependencies.map((each) => ({ ...each, depth: depth - 1 })) : [];
    const users = depth >= 0 ? dependents.map((each) => ({ ...each, depth: depth + 1 })) : [];
    for (const next of [...used, ...users]) {
      if (!nodes.has(next.id) && nodes.size >= MOST) {
        whole = false;
        continue;
      }
      const edge = next.depth < depth ? { from: next.id, to: id } : { from: id, to: next.id };
      edges.set(`${edge.from} ${edge.to}`, edge);
      if (nodes.has(next.id)) continue;
      nodes.set(next.id, next);
      waiting.push(next);
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()], whole };
}
