/** Literals of pql/json, in the spellings of all dialects. */
import type { Expr } from '../ast.ts';
import { at, complain, SPAN, shown } from './reader.ts';
import type { Node, Place, Reader } from './reader.ts';

/** Type names in any case; without one the value tells. */
export function literal(reader: Reader, node: Node, place: Place): Expr {
  const { literalType, value } = node;
  if (literalType === undefined) return plainValue(reader, value, at(place, 'value'));
  switch (typeof literalType === 'string' ? literalType.toLowerCase() : literalType) {
    case 'string':
      return typeof value === 'string' ? { kind: 'string', value, span: SPAN } : mistyped(reader, node, place);
    case 'integer':
    case 'double':
      return number(reader, node, place);
    case 'boolean':
      if (value === true || value === 'true') return { kind: 'boolean', value: true, span: SPAN };
      if (value === false || value === 'false') return { kind: 'boolean', value: false, span: SPAN };
      return mistyped(reader, node, place);
    case 'list':
      return Array.isArray(value) ? list(reader, value, at(place, 'value')) : mistyped(reader, node, place);
    case 'xdmobject':
      return value === 'profile'
        ? { kind: 'parameter', position: 1, span: SPAN }
        : complain(reader, at(place, 'value'), `Expected the XDMObject "profile", found ${shown(value)}.`);
    default:
      return complain(
        reader,
        at(place, 'literalType'),
        `There is no literalType ${shown(literalType)}.`,
        'Types: String, Integer, Double, Boolean, List, XDMObject.',
      );
  }
}

function list(reader: Reader, items: readonly unknown[], place: Place): Expr {
  // A list stands for a node of its own, so its items are one level deeper already.
  return { kind: 'array', items: items.map((item, index) => itemOf(reader, item, at(place, index))), span: SPAN };
}

function itemOf(reader: Reader, item: unknown, place: Place): Expr {
  return typeof item === 'object' && item !== null && !Array.isArray(item) ? reader.expr(item, place) : plainValue(reader, item, place);
}

/** A value that says its type by itself, as row filters have it. */
function plainValue(reader: Reader, value: unknown, place: Place): Expr {
  if (typeof value === 'string') return { kind: 'string', value, span: SPAN };
  if (typeof value === 'boolean') return { kind: 'boolean', value, span: SPAN };
  if (typeof value === 'number') return signed(value, Number.isInteger(value) ? 'integer' : 'double', { reader, place });
  if (Array.isArray(value) && value.every((item) => !Array.isArray(item))) return list(reader, value, place);
  return complain(reader, place, `Expected a string, a number, a Boolean or a list of them, found ${shown(value)}.`);
}

function number(reader: Reader, node: Node, place: Place): Expr {
  const { value, literalType } = node;
  const parsed = typeof value === 'string' && /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(value) ? Number(value) : value;
  if (typeof parsed !== 'number') return mistyped(reader, node, place);
  const kind = String(literalType).toLowerCase() === 'integer' ? 'integer' : 'double';
  if (kind === 'integer' && !Number.isInteger(parsed)) return mistyped(reader, node, place);
  return signed(parsed, kind, { reader, place: at(place, 'value') });
}

function signed(value: number, kind: 'integer' | 'double', { reader, place }: { readonly reader: Reader; readonly place: Place }): Expr {
  if (kind === 'integer' ? !Number.isSafeInteger(value) : !Number.isFinite(value))
    return complain(reader, place, `The number ${value} cannot be represented exactly enough.`, undefined, 'number-out-of-range');
  const amount: Expr = { kind, value: Math.abs(value), span: SPAN };
  return value < 0 ? { kind: 'negative', operand: amount, span: SPAN } : amount;
}

function mistyped(reader: Reader, { literalType, value }: Node, place: Place): Expr {
  return complain(reader, at(place, 'value'), `Expected a value of type ${String(literalType)}, found ${shown(value)}.`);
}
