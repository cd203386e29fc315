/** Variables over lists: our `from` nodes, and select, quantification and set of the older dialects. */
import type { Declaration, Expr } from '../ast.ts';
import { AGGREGATES, withVariables } from './nodes.ts';
import { arrayAt, at, complain, isNode, MISSING, oneOf, param, SPAN, shown, wordAt } from './reader.ts';
import type { Apply, Node, Place, Reader } from './reader.ts';

/** `from(varRef, list[, where])` */
export function isDeclaration(json: unknown): boolean {
  if (!isNode(json) || json['nodeType'] !== 'fnApply' || json['fnName'] !== 'from' || json['form'] !== undefined) return false;
  const { params } = json;
  return Array.isArray(params) && isNode(params[0]) && params[0]['nodeType'] === 'varRef';
}

/** `select`, `exists`, `forall` and the prefix aggregates; null when the last param declares nothing: a method or call then. */
export function declaring(reader: Reader, apply: Apply): Expr | null {
  const { name, params, place } = apply;
  if (!isDeclaration(params.at(-1))) return null;
  const fn = oneOf(AGGREGATES, name);
  const quantifier = oneOf(['select', 'exists', 'forall'] as const, name);
  if (fn === null && quantifier === null) return null;
  const hasValue = fn !== null && !isDeclaration(params[0]);
  const first = hasValue ? 1 : 0;
  let { scope } = place;
  const declarations = params.slice(first).map((each, index) => {
    const read = declaration(reader, each, param(place, index + first, scope));
    scope = withVariables(scope, [read.variable]);
    return read;
  });
  if (fn === null) return { kind: quantifier ?? 'exists', declarations, span: SPAN };
  if (!hasValue && declarations.length > 1) return complain(reader, place, `\`${name}\` over several variables needs a value first.`);
  return { kind: 'aggregate', fn, value: hasValue ? reader.expr(params[0], param(place, 0, scope)) : null, declarations, span: SPAN };
}

function declaration(reader: Reader, json: unknown, place: Place): Declaration {
  const params: readonly unknown[] = isDeclaration(json) && isNode(json) && Array.isArray(json['params']) ? json['params'] : [];
  const [variable, from, where] = params;
  if (params.length < 2 || params.length > 3 || !isNode(variable)) {
    complain(reader, place, `Expected a declaration, found ${shown(json)}.`, 'from(varRef, list) or from(varRef, list, condition)');
    return declared('', MISSING, null);
  }
  const name = wordAt(reader, variable['varName'], at(place, 'params/0/varName'));
  const inner = withVariables(place.scope, [name]);
  const list = reader.expr(from, param(place, 1));
  return declared(name, list, where === undefined ? null : reader.expr(where, param(place, 2, inner)));
}

const declared = (variable: string, from: Expr, where: Expr | null): Declaration => ({
  variable,
  variableSpan: SPAN,
  from,
  where,
  span: SPAN,
});

interface Variables {
  readonly declarations: readonly Declaration[];
  /** Conditions before the first declaration. */
  readonly conditions: readonly Expr[];
}

/** `select` and `quantification` of the older dialects; the variables may stand in a set. */
export function quantified(reader: Reader, node: Node, place: Place): Expr {
  const kind = node['nodeType'] === 'select' ? 'select' : quantifierOf(node['quantifier']);
  if (kind === null)
    return complain(
      reader,
      at(place, 'quantifier'),
      `There is no quantifier ${shown(node['quantifier'])}.`,
      'Quantifiers: some, exists, forall.',
    );
  const { declarations, conditions } = variables(reader, node['variables'], at(place, 'variables'));
  if (declarations.length === 0) return complain(reader, at(place, 'variables'), 'Expected at least one varDecl.');
  return conjunction([...conditions, { kind, declarations, span: SPAN }]);
}

const quantifierOf = (quantifier: unknown): 'exists' | 'forall' | null =>
  quantifier === 'some' || quantifier === 'exists' ? 'exists' : quantifier === 'forall' ? 'forall' : null;

/** A `set` by itself: its conditions hold, for some choice of its variables. */
export function setOf(reader: Reader, node: Node, place: Place): Expr {
  const { declarations, conditions } = variables(reader, node['variables'], at(place, 'variables'));
  if (declarations.length > 0) return conjunction([...conditions, { kind: 'exists', declarations, span: SPAN }]);
  return conditions.length > 0 ? conjunction(conditions) : complain(reader, at(place, 'variables'), 'Expected conditions or declarations.');
}

/** Conditions among the declarations narrow the declaration before them. */
function variables(reader: Reader, json: unknown, place: Place): Variables {
  const inSet = isNode(json) && json['nodeType'] === 'set';
  const list = inSet ? json['variables'] : json;
  const around = inSet ? at(place, 'variables') : place;
  const declarations: Declaration[] = [];
  const conditions: Expr[] = [];
  let { scope } = place;
  for (const [index, each] of flattened(arrayAt(reader, list, around)).entries()) {
    const here = at(around, index, scope);
    if (isNode(each) && each['nodeType'] === 'varDecl') {
      const read = varDecl(reader, each, here);
      declarations.push(read);
      scope = withVariables(scope, [read.variable]);
      continue;
    }
    const condition = reader.expr(each, here);
    const last = declarations.pop();
    if (last === undefined) conditions.push(condition);
    else declarations.push({ ...last, where: conjunction(last.where === null ? [condition] : [last.where, condition]) });
  }
  return { declarations, conditions };
}

/** The members of a set directly among declarations stand for themselves. */
function flattened(list: readonly unknown[]): readonly unknown[] {
  return list.flatMap((each): readonly unknown[] =>
    isNode(each) && each['nodeType'] === 'set' && Array.isArray(each['variables']) ? (each['variables'] as readonly unknown[]) : [each],
  );
}

function varDecl(reader: Reader, node: Node, place: Place): Declaration {
  const name = wordAt(reader, node['varName'], at(place, 'varName'));
  const source = node['from'] === undefined ? 'range' : 'from';
  const from = reader.expr(node[source], at(place, source));
  const { where } = node;
  const inner = withVariables(place.scope, [name]);
  return declared(name, from, where === undefined || where === null ? null : reader.expr(where, at(place, 'where', inner)));
}

function conjunction(terms: readonly Expr[]): Expr {
  const [only] = terms;
  return terms.length === 1 && only !== undefined ? only : { kind: 'logic', operator: 'and', terms, span: SPAN };
}
