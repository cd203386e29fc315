/** The audiences that one is connected with, step by step in both directions, and the fields that its own rule reads. */
import { routes } from '@kindred/contract';
import type { Audience } from '@kindred/contract';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import type { Resource } from '../api/use-resource.ts';

export interface ConnectedAudience extends Pick<Audience, 'id' | 'name' | 'lifecycleState'> {
  readonly kind: 'audience';
  /** Steps away: below zero it is used, above zero it uses. */
  readonly depth: number;
}

export interface ConnectedField {
  readonly kind: 'field';
  readonly id: string;
  /** Dotted, without `xEvent` in front. */
  readonly name: string;
  readonly ofEvents: boolean;
  readonly depth: -1;
}

export type Connected = ConnectedAudience | ConnectedField;

export interface Connections {
  readonly nodes: readonly Connected[];
  /** From what is used to what uses it. */
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  /** Nothing was left out. */
  readonly whole: boolean;
}

/** Audiences and fields drawn at most. */
const MOST = 60;
const MOST_FIELDS = 20;

export function useConnections({ id, name, lifecycleState, version }: Audience): Resource<Connections> {
  return useResource(`connections/${id}`, (signal) => walk({ kind: 'audience', id, name, lifecycleState, depth: 0 }, signal), {
    refreshOn: version,
  });
}

async function walk(start: ConnectedAudience, signal: AbortSignal): Promise<Connections> {
  const nodes = new Map([[start.id, start]]);
  const edges = new Map<string, { readonly from: string; readonly to: string }>();
  const waiting = [start];
  const fields: ConnectedField[] = [];
  let whole = true;
  for (let node = waiting.shift(); node !== undefined; node = waiting.shift()) {
    const { id, depth } = node;
    const relations = await call(routes.listRelations, { params: { id }, signal });
    if (node === start) fields.push(...relations.fields.slice(0, MOST_FIELDS).map(fieldOf));
    whole &&= node !== start || relations.fields.length <= MOST_FIELDS;
    const { dependencies, dependents } = relations;
    // From the middle both ways; from there on only further away.
    const used = depth <= 0 ? dependencies.map((each) => ({ kind: 'audience', ...each, depth: depth - 1 }) as const) : [];
    const users = depth >= 0 ? dependents.map((each) => ({ kind: 'audience', ...each, depth: depth + 1 }) as const) : [];
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
  const reads = fields.map((field) => ({ from: field.id, to: start.id }));
  return { nodes: [...nodes.values(), ...fields], edges: [...edges.values(), ...reads], whole };
}

const EVENTS = 'xEvent.';

function fieldOf(path: string): ConnectedField {
  const ofEvents = path.startsWith(EVENTS);
  return { kind: 'field', id: `field ${path}`, name: ofEvents ? path.slice(EVENTS.length) : path, ofEvents, depth: -1 };
}
