/** The tree of a query as it is written: its parts by place, what they say, and how many profiles each of them has. */
import type { Expr, Plan, Span, UnionSchema } from '@kindred/pql';
import { compile, describe } from '@kindred/pql';
import { Bitmap } from '../bitmap/index.ts';
import { invalidPql } from '../errors.ts';
import type { EvaluateOptions, Evaluator } from '../evaluator.ts';
import { planFor } from '../plans.ts';

export type NodeKind = 'and' | 'or' | 'not' | 'condition';

/** A part of a query: joined by `and`, `or` and `not`, the rest is one condition. */
export interface QueryNode {
  /** Indexes from the root, joined by dots; the root is ''. */
  readonly path: string;
  readonly kind: NodeKind;
  readonly span: Span;
  readonly label: string;
  /** Of a condition; null for what joins others. */
  readonly plan: Plan | null;
  readonly parts: readonly QueryNode[];
}

export interface SizedNode extends Omit<QueryNode, 'parts' | 'plan'> {
  /** Of the part by itself. */
  readonly size: number;
  /** How many more the whole `and` around it would have without it; null for what is no term of an `and`. */
  readonly removes: number | null;
  readonly parts: readonly SizedNode[];
}

export interface Nodes {
  readonly root: SizedNode;
  readonly universe: number;
  /** The state of the data for which the sizes are exact. */
  readonly revision: number;
  /** Of the whole query. */
  readonly members: Bitmap;
}

/** Parts shown at most; what lies deeper stays one condition. */
const MOST = 200;

/** Throws SegmentationError `pql-invalid`. */
export function nodesOf(pql: string, schema: UnionSchema): QueryNode {
  const { plan, ast, problems } = compile(pql, schema);
  if (plan === null || ast === null) throw invalidPql(problems);
  let left = MOST;
  const condition = (span: Span, path: string): QueryNode => {
    const own = path === '' ? plan : planFor(pql.slice(span.from, span.to), schema);
    return { path, kind: 'condition', span, label: describe(own), plan: own, parts: [] };
  };
  const visit = (expr: Expr, path: string): QueryNode => {
    const parts = termsOf(expr);
    left -= parts.length;
    if (parts.length === 0 || left < 0) return condition(expr.span, path);
    const kind = expr.kind === 'logic' ? expr.operator : 'not';
    const below = (index: number): string => (path === '' ? String(index) : `${path}.${index}`);
    return { path, kind, span: expr.span, label: LABELS[kind], plan: null, parts: parts.map((part, index) => visit(part, below(index))) };
  };
  return visit(ast, '');
}

const LABELS = { and: 'all of', or: 'any of', not: 'not' } as const;

function termsOf(expr: Expr): readonly Expr[] {
  if (expr.kind === 'logic') return expr.terms;
  return expr.kind === 'not' ? [expr.operand] : [];
}

export interface SizingOptions extends EvaluateOptions {
  readonly evaluator: Evaluator;
  /** The merge policy by which profiles are seen; the default policy when left out. */
  readonly mergePolicyId?: string | undefined;
  /** Hears of a part as soon as its size is known. */
  readonly onSize?: ((node: QueryNode, size: number) => void) | undefined;
}

/** Throws SegmentationError `audience-reference-unknown`, and StoreError. */
export async function sizeNodes(root: QueryNode, options: SizingOptions): Promise<Nodes> {
  const { universe, revision, bitmapOf } = await answerConditions(root, options);
  const joined = join(root, { universe, bitmapOf, onSize: options.onSize });
  return { root: joined.node, universe: universe.size, revision, members: joined.members };
}

export interface AnsweredConditions {
  /** Everybody. */
  readonly universe: Bitmap;
  /** The state of the data that all answers are about. */
  readonly revision: number;
  /** For whom a condition holds. */
  readonly bitmapOf: (condition: QueryNode) => Bitmap;
}

/** For whom each condition of a query holds. Throws as `sizeNodes`. */
export async function answerConditions(root: QueryNode, options: SizingOptions): Promise<AnsweredConditions> {
  const conditions = conditionsOf(root);
  const asked = conditions.map(async (node) => {
    const answer = await evaluate([node], options);
    options.onSize?.(node, answer.members.get(node.path)?.size ?? 0);
    return answer;
  });
  // Of those that fail the first one tells why; none may go on unseen.
  const settled = await Promise.allSettled(asked);
  const failed = settled.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  let answers = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  // When the data changed meanwhile, all parts are asked about one state of it.
  if (new Set(answers.map(({ revision }) => revision)).size > 1) answers = [await evaluate(conditions, options)];
  const [{ universe, revision } = { universe: Bitmap.empty, revision: 0 }] = answers;
  const members = new Map(answers.flatMap((answer) => [...answer.members]));
  return { universe, revision, bitmapOf: ({ path }) => members.get(path) ?? Bitmap.empty };
}

async function evaluate(nodes: readonly QueryNode[], options: SizingOptions): ReturnType<Evaluator['evaluate']> {
  const { mergePolicyId = null } = options;
  const planned = nodes.flatMap(({ path, plan }) =>
    plan === null ? [] : [{ id: path, name: 'A part of the query', plan, mergePolicyId }],
  );
  return await options.evaluator.evaluate(planned, options);
}

function conditionsOf(node: QueryNode): readonly QueryNode[] {
  return node.kind === 'condition' ? [node] : node.parts.flatMap(conditionsOf);
}

interface Joining {
  readonly universe: Bitmap;
  readonly bitmapOf: (node: QueryNode) => Bitmap;
  readonly onSize: SizingOptions['onSize'];
}

interface Joined {
  readonly node: SizedNode;
  readonly members: Bitmap;
}

function join(node: QueryNode, joining: Joining): Joined {
  const parts = node.parts.map((part) => join(part, joining));
  const sets = parts.map(({ members }) => members);
  const members = node.kind === 'condition' ? joining.bitmapOf(node) : combine(node.kind, sets, joining.universe);
  if (node.kind !== 'condition') joining.onSize?.(node, members.size);
  const sized = parts.map((part, index) => (node.kind === 'and' ? { ...part.node, removes: removedBy(index, sets) } : part.node));
  const { path, kind, span, label } = node;
  return { node: { path, kind, span, label, parts: sized, size: members.size, removes: null }, members };
}

/** For whom a part holds, by for whom its parts hold. */
export function combine(kind: Exclude<NodeKind, 'condition'>, sets: readonly Bitmap[], universe: Bitmap): Bitmap {
  if (kind === 'and') return sets.reduce((a, b) => a.and(b), universe);
  if (kind === 'or') return sets.reduce((a, b) => a.or(b), Bitmap.empty);
  return universe.andNot(sets[0] ?? Bitmap.empty);
}

function removedBy(index: number, sets: readonly Bitmap[]): number {
  const others = sets.filter((_, other) => other !== index);
  const [first, ...rest] = others;
  const without = rest.reduce((a, b) => a.and(b), first ?? Bitmap.empty);
  return without.andNot(sets[index] ?? Bitmap.empty).size;
}
