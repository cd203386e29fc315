/** What reading a picture out of syntax needs at every place. */
import type { Expr, Span } from '../ast.ts';
import type { Scope } from './from-ast-field.ts';
import type { Container, NodeId } from './tree.ts';

export interface Loading {
  readonly mint: () => NodeId;
  /** Where each node stands in the text, as far as it is read. */
  readonly spans: Map<NodeId, Span>;
  /** The conditions of a whole expression as one container, without a group too many. */
  readonly conditions: (expr: Expr, scope: Scope) => Container;
}
