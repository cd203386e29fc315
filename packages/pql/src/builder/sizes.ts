/** What to ask for the size of every node, and where in the answer each one is. */
import type { Span } from '../ast.ts';
import { print } from '../print.ts';
import { toAst } from './to-ast.ts';
import type { Container, NodeId, RuleNode, Sequence } from './tree.ts';
import { container } from './tree.ts';
import { rebuild } from './walk.ts';

/** Paths of the parts of a query as the estimate names them: indexes from the root, joined by dots. */
export interface SizedPlace {
  /** What the node itself says, before it is excluded. */
  readonly own: string;
  /** What counts in its container. */
  readonly term: string;
}

export interface Sizing {
  /** The rule without what has no effect; '' when it says nothing. */
  readonly pql: string;
  readonly places: ReadonlyMap<NodeId, SizedPlace>;
}

export function sizingOf(root: Container): Sizing {
  const effective = withoutIdle(root);
  const ast = toAst(effective);
  const places = new Map<NodeId, SizedPlace>();
  if (ast === null) return { pql: '', places };
  places.set(root.id, { own: '', term: '' });
  placeChildren(effective, '', places);
  return { pql: print(ast), places };
}

/** Without what is off, remarks, and groups and sequences that say nothing. */
function withoutIdle(root: Container): Container {
  return rebuild(root, (node) => {
    if (node.kind !== 'container') return 'note' in node ? { ...node, note: '' } : node;
    const children = node.children.filter((child) => !child.off && !isEmpty(child));
    return { ...node, note: '', children };
  });
}

const isEmpty = (node: RuleNode): boolean =>
  (node.kind === 'container' && node.children.length === 0) || (node.kind === 'sequence' && node.steps.length === 0);

/** One rule alone is its container. */
function placeChildren({ children }: Container, path: string, places: Map<NodeId, SizedPlace>): void {
  for (const [index, child] of children.entries()) {
    const term = children.length === 1 ? path : below(path, index);
    const own = child.exclude ? below(term, 0) : term;
    places.set(child.id, { own, term });
    if (child.kind === 'container') placeChildren(child, own, places);
  }
}

const below = (path: string, index: number): string => (path === '' ? String(index) : `${path}.${index}`);

/** Queries for how many people reach each step of a sequence, the last one for all of it. */
export function funnelOf(sequence: Sequence): readonly string[] {
  const whole: Sequence = { ...sequence, exclude: false, off: false, note: '' };
  return sequence.steps.map((_, index) => {
    const ast = toAst(container('', [{ ...whole, steps: whole.steps.slice(0, index + 1) }]));
    return ast === null ? '' : print(ast);
  });
}

/** The smallest node whose text holds a span; null: none does. */
export function nodeAt(spans: ReadonlyMap<NodeId, Span>, { from, to }: Span): NodeId | null {
  let found: NodeId | null = null;
  let length = Infinity;
  for (const [id, span] of spans) {
    if (span.from > from || span.to < to || span.to - span.from > length) continue;
    found = id;
    length = span.to - span.from;
  }
  return found;
}
