/** Builds the document of a record from what is computed for its XDM paths, each value brought to the type of its field. */
import type { ObjectType, Type } from '@kindred/pql';
import { nearest } from '@kindred/pql';
import type { Problem } from '../../schema/index.ts';
import { ImportError } from '../errors.ts';
import { bring } from './bring.ts';
import type { Manner } from './bring.ts';
import { parsePath } from './language/path.ts';
import { EVERY } from './language/term.ts';
import type { Step } from './language/term.ts';
import type { Evaluate } from './values.ts';
import { Invalid } from './values.ts';

export type BuildDocument = (record: unknown, line: number, problems: Problem[]) => unknown;

/** What is computed for a path. */
export interface Target {
  readonly path: string;
  readonly evaluate: Evaluate;
}

export interface BuilderOptions {
  readonly type: ObjectType;
  readonly manner: Manner;
  /** Who else sets `_id`, `timestamp`, `eventType` and `identityMap`; null: the targets do. */
  readonly elsewhere: Readonly<Record<string, string>> | null;
}

/** A part of the document: what is computed for it, and the parts below by name or index, which come before. */
interface Node {
  readonly type: Type;
  readonly path: string;
  leaf?: Evaluate;
  /** Where the value of the leaf stands among all; -1 without one. */
  slot: number;
  readonly below: Map<Step, Node>;
  /** Those below once all are known: a list is walked faster than a map, and this is done for every record. */
  parts: readonly Part[];
}

interface Part {
  readonly name: string;
  readonly node: Node;
}

/** Throws ImportError when a path is not in the type. */
export function documentBuilder(targets: readonly Target[], options: BuilderOptions): BuildDocument {
  const root: Node = { type: options.type, path: '', slot: -1, below: new Map(), parts: [] };
  for (const { path, evaluate } of targets) {
    const node = descend(root, path, options);
    if (node.leaf !== undefined) throw unknownField(path, 'is mapped twice', 'Leave one of the two.');
    node.leaf = evaluate;
  }
  const leaves = leavesOf(root);
  for (const [slot, leaf] of leaves.entries()) leaf.slot = slot;
  listParts(root);
  return (record, line, problems) => {
    const values = leaves.map((leaf) => valueOf(leaf, record, line, problems));
    return assemble(root, { values, manner: options.manner, problems }) ?? {};
  };
}

function listParts(node: Node): void {
  node.parts = [...node.below].map(([step, part]) => ({ name: String(step), node: part }));
  for (const part of node.below.values()) listParts(part);
}

function leavesOf(node: Node): readonly Node[] {
  const below = [...node.below.values()].flatMap(leavesOf);
  return node.leaf === undefined ? below : [node, ...below];
}

function valueOf({ leaf, path }: Node, record: unknown, line: number, problems: Problem[]): unknown {
  const value = leaf?.(record, line) ?? undefined;
  if (!(value instanceof Invalid)) return value;
  problems.push({ field: path, reason: value.reason });
  return undefined;
}

interface Assembly {
  /** Of the leaves; below an array whose members are mapped one by one, those of one member. */
  readonly values: readonly unknown[];
  readonly manner: Manner;
  readonly problems: Problem[];
}

/** Undefined where nothing below has a value. */
function assemble(node: Node, assembly: Assembly): unknown {
  const value = node.slot < 0 ? undefined : assembly.values[node.slot];
  const whole = value === undefined || value === null ? undefined : brought(value, node, assembly);
  if (node.parts.length === 0) return whole;
  if (node.type.kind === 'array') return membersOf(node, assembly) ?? whole;
  let document: Record<string, unknown> | undefined = typeof whole === 'object' ? { ...whole } : undefined;
  for (const { name, node: below } of node.parts) {
    const part = assemble(below, assembly);
    if (part !== undefined) (document ??= {})[name] = part;
  }
  return document;
}

function brought(value: unknown, { type, path }: Node, { manner, problems }: Assembly): unknown {
  const result = bring(value, type, manner);
  if (!(result instanceof Invalid)) return result;
  problems.push({ field: path, reason: result.reason });
  return undefined;
}

/** Members without a value are left out. */
function membersOf(node: Node, assembly: Assembly): readonly unknown[] | undefined {
  const named = [...node.below].filter(([step]) => step !== EVERY).toSorted(([one], [other]) => Number(one) - Number(other));
  const members = named.map(([, below]) => assemble(below, assembly));
  const each = node.below.get(EVERY);
  const all = each === undefined ? members : [...members, ...eachOf(each, assembly)];
  const present = all.filter((member) => member !== undefined);
  return present.length === 0 ? undefined : present;
}

/** One member for each member of the arrays that its parts are made of; what is no array is the same in all. */
function eachOf(node: Node, assembly: Assembly): readonly unknown[] {
  const slots = leavesOf(node).map(({ slot }) => slot);
  const given = slots.map((slot) => assembly.values[slot]);
  const length = Math.max(...given.map((value) => (Array.isArray(value) ? value.length : value === undefined || value === null ? 0 : 1)));
  return Array.from({ length }, (_, index) => {
    const values = [...assembly.values];
    for (const [at, slot] of slots.entries()) {
      const value = given[at];
      values[slot] = Array.isArray(value) ? (value[index] as unknown) : value;
    }
    return assemble(node, { ...assembly, values });
  });
}

function descend(root: Node, path: string, options: BuilderOptions): Node {
  const steps = parsePath(path);
  if (steps === null) throw unknownField(path, 'is no path', 'Write it like person.name.firstName, or productListItems[0].SKU.');
  let node = root;
  for (const step of steps) {
    let next = node.below.get(step);
    if (next === undefined) {
      next = { type: typeBelow(node, step, { path, options }), path: pathBelow(node, step), slot: -1, below: new Map(), parts: [] };
      node.below.set(step, next);
    }
    node = next;
  }
  return node;
}

function pathBelow(node: Node, step: Step): string {
  if (typeof step !== 'string') return `${node.path}[${step ?? '*'}]`;
  return node.path === '' ? step : `${node.path}.${step}`;
}

interface Asked {
  readonly path: string;
  readonly options: BuilderOptions;
}

function typeBelow(node: Node, step: Step, { path, options }: Asked): Type {
  const { type } = node;
  if (type.kind === 'map' && typeof step === 'string') return type.values;
  if (type.kind === 'array') {
    if (typeof step !== 'string' || /^\d+$/.test(step)) return type.items;
    throw unknownField(path, `goes through the array ${node.path}`, `Say which member, for example ${node.path}[0].${step}.`);
  }
  const fields = type.kind === 'object' ? type.fields : {};
  const name = String(step ?? '*');
  const elsewhere = node.path === '' && (name === 'identityMap' || 'eventType' in fields) ? options.elsewhere?.[name] : undefined;
  if (elsewhere !== undefined) throw unknownField(path, 'is not mapped under "fields"', `Use "${elsewhere}" of the mapping.`);
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field !== undefined) return field.type;
  const near = nearest(name, Object.keys(fields));
  const known =
    near === null
      ? 'See the schema for its fields; own fields lie below _{tenant} and come from a field group: ./kindred schema infer proposes one for a file, ./kindred schema add takes it in.'
      : `Did you mean ${near}?`;
  throw unknownField(path, `is not in the schema: there is no ${name}${node.path === '' ? '' : ` in ${node.path}`}`, known);
}

function unknownField(path: string, message: string, hint: string): ImportError {
  return new ImportError({ code: 'MAPPING_FIELD_UNKNOWN', message: `mapping, fields: ${path} ${message}`, hint });
}
