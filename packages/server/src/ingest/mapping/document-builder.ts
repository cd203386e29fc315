/** Builds the document of a record from expressions by XDM path, each value brought to the type of its field. */
import type { ObjectType, ScalarKind, Type } from '@kindred/pql';
import { nearest } from '@kindred/pql';
import type { Problem } from '../../schema/index.ts';
import { isScalar, parseDate, parseInstant } from '../../schema/index.ts';
import { ImportError } from '../errors.ts';
import type { FindColumn } from './expression.ts';
import { compileExpression } from './expression.ts';
import type { Evaluate } from './values.ts';
import { Invalid, show, toBoolean, toNumber, toText } from './values.ts';

export type BuildDocument = (record: unknown, line: number, problems: Problem[]) => unknown;

/** Undefined where nothing below has a value. */
type Build = (record: unknown, line: number, problems: Problem[]) => unknown;

/** A part of the document: a field with an expression, or the parts below, by field name, key or index. */
interface Node {
  readonly type: Type;
  readonly path: string;
  leaf?: Evaluate;
  readonly below: Map<string, Node>;
}

/** Throws ImportError when a path is not in the type. */
export function documentBuilder(fields: Readonly<Record<string, unknown>>, type: ObjectType, find: FindColumn): BuildDocument {
  const root: Node = { type, path: '', below: new Map() };
  for (const [path, expression] of Object.entries(fields)) {
    const node = descend(root, path);
    if (node.leaf !== undefined || node.below.size > 0) throw unknownField(path, 'is mapped twice', 'Leave one of the two.');
    node.leaf = compileExpression(expression, find, `fields.${path}`);
  }
  const build = compile(root);
  return (record, line, problems) => build(record, line, problems) ?? {};
}

const OWN_KEYS: Readonly<Record<string, string>> = { _id: 'id', identityMap: 'identity', timestamp: 'timestamp', eventType: 'eventType' };

function descend(root: Node, path: string): Node {
  let node = root;
  for (const step of path.replace(/\[(\d+)\]/g, '.$1').split('.')) {
    if (node.leaf !== undefined) throw unknownField(path, `lies below ${node.path}, which is mapped as a whole`, 'Leave one of the two.');
    let next = node.below.get(step);
    if (next === undefined) {
      next = { type: typeBelow(node, step, path), path: pathBelow(node, step), below: new Map() };
      node.below.set(step, next);
    }
    node = next;
  }
  return node;
}

function pathBelow(node: Node, step: string): string {
  if (node.type.kind === 'array') return `${node.path}[${step}]`;
  return node.path === '' ? step : `${node.path}.${step}`;
}

function typeBelow(node: Node, step: string, path: string): Type {
  const { type } = node;
  if (type.kind === 'map') return type.values;
  if (type.kind === 'array') {
    if (/^\d+$/.test(step)) return type.items;
    throw unknownField(path, `goes through the array ${node.path}`, `Say which member, for example ${node.path}[0].${step}.`);
  }
  const fields = type.kind === 'object' ? type.fields : {};
  const field = fields[step];
  const own = node.path === '' && (step === 'identityMap' || 'eventType' in fields) ? OWN_KEYS[step] : undefined;
  if (own !== undefined) throw unknownField(path, 'is not mapped under "fields"', `Use "${own}" of the mapping.`);
  if (field !== undefined) return field.type;
  const near = nearest(step, Object.keys(fields));
  const known =
    near === null
      ? 'See the schema for its fields; own fields lie below _{tenant} and come from a field group file.'
      : `Did you mean ${near}?`;
  throw unknownField(path, `is not in the schema: there is no ${step}${node.path === '' ? '' : ` in ${node.path}`}`, known);
}

function unknownField(path: string, message: string, hint: string): ImportError {
  return new ImportError({ code: 'MAPPING_FIELD_UNKNOWN', message: `mapping, fields: ${path} ${message}`, hint });
}

function compile(node: Node): Build {
  if (node.leaf !== undefined) return leaf(node.leaf, node.type, node.path);
  const parts = [...node.below].map(([name, below]) => [name, compile(below)] as const);
  return node.type.kind === 'array' ? arrayOf(parts) : objectOf(parts);
}

function objectOf(parts: readonly (readonly [string, Build])[]): Build {
  return (record, line, problems) => {
    let document: Record<string, unknown> | undefined;
    for (const [name, build] of parts) {
      const value = build(record, line, problems);
      if (value !== undefined) (document ??= {})[name] = value;
    }
    return document;
  };
}

/** Members without a value are left out. */
function arrayOf(parts: readonly (readonly [string, Build])[]): Build {
  const inOrder = parts.toSorted(([one], [other]) => Number(one) - Number(other));
  return (record, line, problems) => {
    const members = inOrder.map(([, build]) => build(record, line, problems)).filter((member) => member !== undefined);
    return members.length === 0 ? undefined : members;
  };
}

function leaf(evaluate: Evaluate, type: Type, path: string): Build {
  const bring = isScalar(type) ? bringTo(type.kind) : (value: unknown) => value;
  return (record, line, problems) => {
    const value = evaluate(record, line);
    if (value === undefined) return undefined;
    const result = value instanceof Invalid ? value : bring(value);
    if (!(result instanceof Invalid)) return result;
    problems.push({ field: path, reason: result.reason });
    return undefined;
  };
}

function bringTo(kind: ScalarKind): (value: unknown) => unknown {
  switch (kind) {
    case 'string':
      return toText;
    case 'boolean':
      return toBoolean;
    case 'integer':
    case 'number':
      return toNumber;
    case 'date':
      return (value) => toTime(value, parseDate, 'a date such as 2026-01-31');
    case 'datetime':
      return (value) => toTime(value, parseInstant, 'a time with zone such as 2026-01-31T09:30:00Z (other forms: "format" and "zone")');
  }
}

function toTime(value: unknown, parse: (text: string) => number, expected: string): Date | Invalid {
  if (value instanceof Date) return value;
  const instant = typeof value === 'string' ? parse(value) : NaN;
  return Number.isNaN(instant) ? new Invalid(`expected ${expected}, found ${show(value)}`) : new Date(instant);
}
