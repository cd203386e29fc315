/** pql/json → syntax tree: the current dialect, the older ones and that of row filters. */
import type { Expr } from '../ast.ts';
import { MAX_NESTING } from '../parse/cursor.ts';
import { isTooDeep } from '../parse/index.ts';
import { applied } from './applied.ts';
import { quantified, setOf } from './declarations.ts';
import { literal } from './literals.ts';
import { isBare, TOP, withVariables } from './nodes.ts';
import type { JsonProblem } from './nodes.ts';
import { arrayAt, at, complain, isNode, SPAN, shown, wholeOf, wordAt } from './reader.ts';
import type { Node, Place, Reader } from './reader.ts';

export interface FromJson {
  /** Null when there are problems. Its spans are empty: print and parse it for places in the text. */
  readonly ast: Expr | null;
  readonly problems: readonly JsonProblem[];
}

/** Reads a pql/json tree (a value, not its text). */
export function fromJson(json: unknown): FromJson {
  const reader: Reader = { problems: [], expr: (each, place) => expression(reader, each, place) };
  const root: Place = { path: '', scope: TOP, depth: 0 };
  const ast = reader.expr(json, root);
  if (reader.problems.length === 0 && isTooDeep(ast)) tooDeep(reader, root);
  return { ast: reader.problems.length > 0 ? null : ast, problems: reader.problems };
}

function tooDeep(reader: Reader, place: Place): Expr {
  return complain(
    reader,
    place,
    `Expressions are nested more than ${MAX_NESTING} deep.`,
    'Split the rule into several audiences and join them with inSegment.',
    'nesting-too-deep',
  );
}

const NODE_TYPES = 'literal, parameterReference, fieldLookup, fnApply, fnCreate, varRef; older: select, quantification, set';

function expression(reader: Reader, json: unknown, around: Place): Expr {
  const place = { ...around, depth: around.depth + 1 };
  if (place.depth > MAX_NESTING) return tooDeep(reader, place);
  if (!isNode(json)) return complain(reader, place, `Expected a node, found ${shown(json)}.`, 'A node is an object with nodeType.');
  switch (json['nodeType']) {
    case 'literal':
      return literal(reader, json, place);
    case 'parameterReference':
      return parameter(reader, json, place);
    case 'fieldLookup':
      return field(reader, json, place);
    case 'varRef':
      return variable(reader, json, place);
    case 'fnCreate':
      return lambda(reader, json, place);
    case 'fnApply':
      return applied(reader, json, place);
    case 'select':
    case 'quantification':
      return quantified(reader, json, place);
    case 'set':
      return setOf(reader, json, place);
    default:
      return complain(reader, at(place, 'nodeType'), `There is no nodeType ${shown(json['nodeType'])} here.`, `Node types: ${NODE_TYPES}.`);
  }
}

function parameter(reader: Reader, { position, name }: Node, place: Place): Expr {
  const number = wholeOf(position);
  if (number === null) return complain(reader, at(place, 'position'), `Expected a position, counted from 1, found ${shown(position)}.`);
  if (number === 1 && name === 'profile') return { kind: 'name', name, up: 0, span: SPAN };
  return { kind: 'parameter', position: number, span: SPAN };
}

/** Without object, or on the profile where the text needs no `$1.`: a bare name. On carets: a name further out. */
function field(reader: Reader, { fieldName, object }: Node, place: Place): Expr {
  const name = wordAt(reader, fieldName, at(place, 'fieldName'));
  if (object === undefined || object === null) return { kind: 'name', name, up: 0, span: SPAN };
  if (isNode(object)) {
    const { nodeType, varName } = object;
    if (nodeType === 'varRef' && typeof varName === 'string' && /^\^{1,100}$/.test(varName))
      return { kind: 'name', name, up: varName.length, span: SPAN };
    if (isProfile(object) && isBare(name, place.scope)) return { kind: 'name', name, up: 0, span: SPAN };
  }
  return { kind: 'field', object: reader.expr(object, at(place, 'object')), name, nameSpan: SPAN, span: SPAN };
}

function isProfile({ nodeType, position, name, literalType, value }: Node): boolean {
  if (nodeType === 'parameterReference') return wholeOf(position) === 1 && name !== '$1' && name !== 'profile';
  return nodeType === 'literal' && value === 'profile' && typeof literalType === 'string' && literalType.toLowerCase() === 'xdmobject';
}

function variable(reader: Reader, { varName }: Node, place: Place): Expr {
  if (varName === 'this') return { kind: 'this', span: SPAN };
  const here = at(place, 'varName');
  const name = wordAt(reader, varName, here);
  if (name === '' || place.scope.variables.has(name)) return { kind: 'name', name, up: 0, span: SPAN };
  const known = [...place.scope.variables];
  return complain(
    reader,
    here,
    `There is no variable \`${name}\` here.`,
    known.length === 0 ? 'Fields of the profile are fieldLookup nodes.' : `Variables: ${known.join(', ')}.`,
  );
}

function lambda(reader: Reader, { params, body }: Node, place: Place): Expr {
  const names = arrayAt(reader, params, at(place, 'params')).map((each, index) => {
    return wordAt(reader, isNode(each) ? each['varName'] : each, at(place, `params/${index}/varName`));
  });
  if (names.length === 0) return complain(reader, at(place, 'params'), 'A function needs at least one parameter.');
  return { kind: 'lambda', parameters: names, body: reader.expr(body, at(place, 'body', withVariables(place.scope, names))), span: SPAN };
}
