/** What the server says of the rule as it stands: problems, sentence, the exact size of every node, some members. */
import { routes, serverEvents } from '@kindred/contract';
import type { Member, PqlCheck } from '@kindred/contract';
import { findNode, funnelOf, loadText, nodeAt, nodesOfTree, sizingOf } from '@kindred/pql';
import type { NodeId, Sizing } from '@kindred/pql';
import { useEffect, useMemo, useReducer } from 'react';
import { call } from '../api/session.ts';
import { toError } from '../api/use-resource.ts';
import type { Draft } from './use-draft-history.ts';

const QUIET_MS = 150;

export interface NodeSize {
  /** Profiles for which the node itself holds, before it is excluded. */
  readonly size: number;
  /** How many more its container would have without it; null: it takes none away by itself, or that is not known. */
  readonly removes: number | null;
}

export interface NodeProblem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

export interface Total {
  readonly exact: boolean;
  readonly size: number;
  readonly universe: number;
  readonly tookMs: number;
  readonly evaluatedAt?: string;
  readonly revision?: number;
  readonly low?: number;
  readonly high?: number;
}

export interface Live {
  readonly check: PqlCheck | undefined;
  /** The text that was checked. */
  readonly checked: string | undefined;
  readonly sizes: ReadonlyMap<NodeId, NodeSize>;
  /** People who reach a step of a sequence. */
  readonly funnel: ReadonlyMap<NodeId, number>;
  readonly total: Total | undefined;
  readonly members: readonly Member[] | undefined;
  /** The sizes are of the rule as it stands. */
  readonly current: boolean;
  readonly working: boolean;
  readonly error: Error | undefined;
  readonly problems: ReadonlyMap<NodeId, readonly NodeProblem[]>;
  /** Asks once more. */
  readonly retry: () => void;
}

const NOTHING: Omit<Live, 'retry'> = {
  check: undefined,
  checked: undefined,
  sizes: new Map(),
  funnel: new Map(),
  total: undefined,
  members: undefined,
  current: false,
  working: false,
  error: undefined,
  problems: new Map(),
};

type Known = Omit<Live, 'retry'>;
type Tell = (news: Partial<Known>) => void;

export interface LiveOptions {
  /** The data state; the sizes are counted again when it changes. */
  readonly revision: number | undefined;
  /** By which profiles are seen; null: the default one. */
  readonly mergePolicyId: string | null;
}

export function useLive(draft: Draft, { revision, mergePolicyId }: LiveOptions): Live {
  const [live, merge] = useReducer((old: Known, news: Partial<Known>): Known => ({ ...old, ...news }), NOTHING);
  const [attempt, retry] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const controller = new AbortController();
    const tell: Tell = (news) => {
      if (!controller.signal.aborted) merge(news);
    };
    const empty = draft.text.trim() === '';
    tell({ current: false, working: !empty, error: undefined });
    if (empty) {
      tell({ ...NOTHING, checked: '' });
      return undefined;
    }
    const timer = setTimeout(() => void ask({ draft, mergePolicyId, signal: controller.signal }, tell), QUIET_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [draft, revision, mergePolicyId, attempt]);
  return useMemo(() => ({ ...live, retry }), [live]);
}

interface Question {
  readonly draft: Draft;
  readonly mergePolicyId: string | null;
  readonly signal: AbortSignal;
}

async function ask(question: Question, tell: Tell): Promise<void> {
  const { draft, signal } = question;
  try {
    const check = await call(routes.checkPql, { body: { pql: draft.text }, signal });
    const sizing = sizingOf(draft.root);
    const countable = check.ok && !draft.broken && sizing.pql !== '';
    tell({ check, checked: draft.text, problems: problemsByNode(draft, check), working: countable });
    if (!countable) return;
    await Promise.all([askSizes(sizing, question, tell), askFunnels(question, tell)]);
    tell({ working: false });
  } catch (error) {
    tell({ error: toError(error), working: false });
  }
}

interface NodeEvent {
  readonly path: string;
  readonly size: number;
  readonly removes?: number;
}

/** Closing the connection, as the next edit does, stops the work in the engine. */
async function askSizes(sizing: Sizing, question: Question, tell: Tell): Promise<void> {
  const { signal } = question;
  const response = await call(routes.streamLongEstimate, { body: bodyOf(sizing.pql, question), signal });
  const byPath = new Map<string, { readonly size: number; readonly removes: number | null }>();
  for await (const { event, data } of serverEvents(response)) {
    if (event === 'node') {
      const { path, size, removes = null } = data as NodeEvent;
      byPath.set(path, { size, removes });
    } else if (event === 'estimate') {
      const total = data as Total;
      if (total.exact) byPath.set('', { size: total.size, removes: null });
      tell({ total, current: total.exact, sizes: sizesOf(sizing, byPath) });
    } else if (event === 'sample') {
      const { members } = data as { readonly members: readonly Member[] };
      tell({ members });
    } else if (event === 'error') {
      throw new Error((data as { readonly message: string }).message);
    }
  }
}

function sizesOf({ places }: Sizing, byPath: ReadonlyMap<string, NodeSize>): ReadonlyMap<NodeId, NodeSize> {
  const sizes = new Map<NodeId, NodeSize>();
  for (const [id, { own, term }] of places) {
    const size = byPath.get(own)?.size;
    if (size !== undefined) sizes.set(id, { size, removes: byPath.get(term)?.removes ?? null });
  }
  return sizes;
}

/** Nobody reaches a step that must not happen. */
async function askFunnels(question: Question, tell: Tell): Promise<void> {
  const sequences = [...nodesOfTree(question.draft.root)].flatMap((node) => (node.kind === 'sequence' && !node.off ? [node] : []));
  const asked = sequences.flatMap((sequence) =>
    funnelOf(sequence).flatMap((pql, index) => {
      const step = sequence.steps[index];
      return step === undefined || step.negated ? [] : [sizeOf(step.id, pql, question)];
    }),
  );
  const funnel = new Map(await Promise.all(asked));
  tell({ funnel });
}

async function sizeOf(id: NodeId, pql: string, question: Question): Promise<readonly [NodeId, number]> {
  return [id, (await call(routes.estimatePql, { body: bodyOf(pql, question), signal: question.signal })).size];
}

function bodyOf(pql: string, { mergePolicyId }: Question) {
  return { pql, ...(mergePolicyId !== null && { mergePolicyId }) };
}

/** Messages at the smallest node that each is about. */
function problemsByNode({ text, root }: Draft, { problems }: PqlCheck): ReadonlyMap<NodeId, readonly NodeProblem[]> {
  const spans = loadText(text, root)?.spans;
  const found = new Map<NodeId, readonly NodeProblem[]>();
  if (spans === undefined) return found;
  for (const { span, severity, message } of problems) {
    const id = nodeAt(spans, span);
    const at = id !== null && findNode(root, id) !== null ? id : root.id;
    found.set(at, [...(found.get(at) ?? []), { severity, message }]);
  }
  return found;
}
