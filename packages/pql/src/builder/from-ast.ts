/** Syntax → picture. Whatever has no picture becomes code, so that nothing is lost and the meaning stays. */
import type { Expr, Span } from '../ast.ts';
import { print } from '../print.ts';
import { settledConditions } from './card.ts';
import { loadEvent } from './from-ast-event.ts';
import { fieldCondition, itemScope, pathOf, PROFILE_SCOPE } from './from-ast-field.ts';
import type { Scope } from './from-ast-field.ts';
import { loadSequence } from './from-ast-sequence.ts';
import type { Loading } from './loading.ts';
import { noteVariable } from './to-ast.ts';
import { container } from './tree.ts';
import type { Container, Join, NodeId, RuleNode } from './tree.ts';

export interface Loaded {
  readonly root: Container;
  /** Where each node stands in the text. */
  readonly spans: ReadonlyMap<NodeId, Span>;
}

/** @param mint makes ids; see `minter` */
export function fromAst(ast: Expr | null, mint: () => NodeId): Loaded {
  const loading: Loading = { mint, spans: new Map(), conditions: (expr, scope) => loadConditions(expr, scope, loading) };
  if (ast === null) return { root: container(mint()), spans: loading.spans };
  return { root: loadConditions(ast, PROFILE_SCOPE, loading), spans: loading.spans };
}

function loadConditions(expr: Expr, scope: Scope, loading: Loading): Container {
  const only = loadNode(expr, { scope, join: 'and', loading });
  const root = settledConditions({ ...container(loading.mint(), [only]) });
  loading.spans.set(root.id, expr.span);
  return root;
}

interface Place {
  readonly scope: Scope;
  readonly join: Join;
  readonly loading: Loading;
}

function loadNode(expr: Expr, place: Place): RuleNode {
  const off = whatIsOff(expr, place.join);
  const afterOff = off ?? expr;
  const noted = remarkOf(afterOff);
  const afterNote = noted === null ? afterOff : noted.body;
  const exclude = afterNote.kind === 'not';
  const core = afterNote.kind === 'not' ? afterNote.operand : afterNote;
  const wrapped = off !== null || noted !== null || exclude;
  const node = wrapped && isWrapper(core) ? group([loadNode(core, { ...place, join: 'and' })], 'and', place) : loadCore(core, place);
  place.loading.spans.set(node.id, expr.span);
  return { ...node, exclude, off: off !== null, note: noted?.note ?? '' };
}

const isWrapper = (expr: Expr): boolean => expr.kind === 'not' || whatIsOff(expr, 'and') !== null || remarkOf(expr) !== null;

/** `true or X` has no effect in an `and`, `false and X` none in an `or`. */
function whatIsOff(expr: Expr, join: Join): Expr | null {
  if (expr.kind !== 'logic' || expr.operator === join || expr.terms.length !== 2) return null;
  const [mark, rest] = expr.terms;
  return mark?.kind === 'boolean' && mark.value === (join === 'and') ? (rest ?? null) : null;
}

function remarkOf(expr: Expr): { readonly note: string; readonly body: Expr } | null {
  if (expr.kind !== 'let' || expr.value.kind !== 'string' || expr.value.value === '' || expr.name !== noteVariable(expr.body)) return null;
  return { note: expr.value.value, body: expr.body };
}

function group(children: readonly RuleNode[], join: Join, { loading }: Place): Container {
  return container(loading.mint(), children, join);
}

/** What an expression is that is neither off nor remarked upon nor negated. */
function loadCore(expr: Expr, place: Place): RuleNode {
  const { scope, loading } = place;
  const base = { id: loading.mint(), exclude: false, off: false, note: '' };
  const audience = scope.of === 'profile' ? audienceOf(expr) : null;
  if (audience !== null) return { kind: 'audience', ...base, ...audience };
  const field = fieldCondition(expr, scope);
  if (field !== null) return { kind: 'attribute', ...base, ...field };
  const special = scope.of === 'profile' ? (loadEvent(expr, base, loading) ?? loadSequence(expr, base, loading)) : null;
  if (special !== null) return special;
  const items = itemsOf(expr, scope);
  if (items !== null) return { kind: 'items', ...base, path: items.path, where: loadConditions(items.where, itemScope(scope), loading) };
  if (expr.kind !== 'logic') return { kind: 'code', ...base, pql: print(expr) };
  const join = expr.operator;
  return {
    ...container(
      base.id,
      expr.terms.map((term) => loadNode(term, { ...place, join })),
      join,
    ),
  };
}

/** `path.exists(condition)` and `path[condition]`. */
function itemsOf(expr: Expr, scope: Scope) {
  const [list, where] =
    expr.kind === 'filter'
      ? [expr.list, expr.where]
      : expr.kind === 'method' && expr.name === 'exists' && expr.args.length === 1
        ? [expr.receiver, expr.args[0]]
        : [];
  const path = list && pathOf(list, scope);
  return path && where && where.kind !== 'lambda' ? { path, where } : null;
}

function audienceOf(expr: Expr): { readonly namespace: string; readonly audience: string } | null {
  if (expr.kind === 'call') {
    const [id] = expr.args;
    return expr.name === 'inSegment' && id?.kind === 'string' && expr.args.length === 1 ? { namespace: 'ups', audience: id.value } : null;
  }
  if (expr.kind !== 'binary' || expr.operator !== 'in' || expr.right.kind !== 'array') return null;
  const statuses = expr.right.items.map((item) => (item.kind === 'string' ? item.value : null));
  if (statuses.join() !== 'realized,existing') return null;
  const [root, namespace, audience, status, ...rest] = pathOf(expr.left, PROFILE_SCOPE) ?? [];
  if (root !== 'segmentMembership' || status !== 'status' || rest.length > 0) return null;
  if (typeof namespace !== 'object' || typeof audience !== 'object' || namespace.key === 'ups') return null;
  return { namespace: namespace.key, audience: audience.key };
}
