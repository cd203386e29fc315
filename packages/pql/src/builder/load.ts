/** Between texts and pictures. */
import type { Expr, Span } from '../ast.ts';
import { format } from '../format.ts';
import { parse } from '../parse/index.ts';
import { print } from '../print.ts';
import { hasErrors } from '../problems.ts';
import { fromAst } from './from-ast.ts';
import type { Loaded } from './from-ast.ts';
import { reuseIds } from './reuse-ids.ts';
import { toAst } from './to-ast.ts';
import type { Container, NodeId } from './tree.ts';
import { minter } from './walk.ts';

/** The text of a picture, laid out; '' when it says nothing. */
export function treeText(root: Container): string {
  const ast = toAst(root);
  return ast === null ? '' : format(print(ast));
}

/** The picture of a text; null: it does not parse. Nodes that were in `before` keep their ids. */
export function loadText(text: string, before: Container | null = null): Loaded | null {
  const ast = text.trim() === '' ? null : parsed(text);
  if (ast === undefined) return null;
  const loaded = fromAst(ast, minter(before));
  return before === null ? loaded : renamed(loaded, before);
}

/** Undefined: it does not parse. */
function parsed(text: string): Expr | undefined {
  const { ast, problems } = parse(text);
  return ast === null || hasErrors(problems) ? undefined : ast;
}

function renamed({ root, spans }: Loaded, before: Container): Loaded {
  const { tree, names } = reuseIds(root, before);
  const moved = new Map<NodeId, Span>();
  for (const [id, span] of spans) moved.set(names.get(id) ?? id, span);
  return { root: tree, spans: moved };
}
