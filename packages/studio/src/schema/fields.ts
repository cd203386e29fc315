/** The union schema as a tree of rows, cut down to what is asked for. */
import type { SchemaBody } from '@kindred/contract';
import type { Field, Type } from '@kindred/pql';
import { recordFields } from './records.ts';

export interface FieldNode {
  readonly name: string;
  /** Dotted, as written in a rule. */
  readonly path: string;
  readonly type: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly values: readonly string[];
  /** Holds data, or something below it does. */
  readonly populated: boolean;
  /** Is something to ask about itself, whatever lies below: a value, a list, the id of a record. */
  readonly own: boolean;
  readonly children: readonly FieldNode[];
}

/** XDM types of our standard groups nest a few levels; a tenant's own may refer to themselves. */
const MAX_DEPTH = 12;

export function fieldTree(root: SchemaBody['profile'], populated: readonly string[]): readonly FieldNode[] {
  const known = new Set(populated.flatMap(withParents));
  const visit = (name: string, field: Field, parent: string, depth: number): FieldNode => {
    const path = parent === '' ? name : `${parent}.${name}`;
    const record = recordFields(memberOf(field.type));
    const refers = Object.keys(record).length > 0;
    // Records that refer to records are written, not browsed.
    const below = refers ? MAX_DEPTH : depth + 1;
    const fields = depth >= MAX_DEPTH ? (refers ? {} : fieldsOf(field.type)) : refers ? record : fieldsOf(field.type);
    return {
      name,
      path,
      type: typeText(field.type),
      title: field.title,
      description: field.description,
      values: valuesOf(field.type),
      populated: known.has(path),
      own: refers || field.type.kind === 'array' || Object.keys(fields).length === 0,
      children: sorted(Object.entries(fields).map(([child, childField]) => visit(child, childField, path, below))),
    };
  };
  return sorted(Object.entries(root.fields).map(([name, field]) => visit(name, field, '', 0)));
}

/** Those at and below a field that have none below. */
export function leavesOf(node: FieldNode): readonly FieldNode[] {
  return node.children.length === 0 ? [node] : node.children.flatMap(leavesOf);
}

/** `a.b.c` → `a`, `a.b`, `a.b.c`; marks of arrays and maps in a path are no names. */
function withParents(path: string): readonly string[] {
  const names = path.split('.').filter((name) => name !== '{}' && name !== '[]');
  return names.map((_, index) => names.slice(0, index + 1).join('.'));
}

function fieldsOf(type: Type): Readonly<Record<string, Field>> {
  switch (type.kind) {
    case 'object':
      return type.fields;
    case 'array':
      return fieldsOf(type.items);
    case 'map':
      return fieldsOf(type.values);
    default:
      return {};
  }
}

function memberOf(type: Type): Type {
  return type.kind === 'array' ? memberOf(type.items) : type;
}

export function typeText(type: Type): string {
  switch (type.kind) {
    case 'array':
      return `list of ${typeText(type.items)}`;
    case 'map':
      return `map of ${typeText(type.values)}`;
    case 'datetime':
      return 'date-time';
    default:
      return Object.keys(recordFields(type)).length > 0 ? `${type.kind}, refers to a record` : type.kind;
  }
}

function valuesOf(type: Type): readonly string[] {
  if (type.kind === 'array') return valuesOf(type.items);
  return 'enum' in type ? (type.enum ?? []) : 'suggested' in type ? (type.suggested ?? []) : [];
}

const sorted = (nodes: readonly FieldNode[]): readonly FieldNode[] => nodes.toSorted((a, b) => a.name.localeCompare(b.name));

export interface FieldFilter {
  /** Lower case words, all of which a path, title or description must contain; none: everything. */
  readonly words: readonly string[];
  readonly populatedOnly: boolean;
}

/** Keeps what fits, and the way to it. */
export function filterFields(nodes: readonly FieldNode[], filter: FieldFilter): readonly FieldNode[] {
  return nodes.flatMap((node) => {
    if (filter.populatedOnly && !node.populated) return [];
    if (matches(node, filter.words)) return [{ ...node, children: filterFields(node.children, { ...filter, words: [] }) }];
    const children = filterFields(node.children, filter);
    return children.length > 0 ? [{ ...node, children }] : [];
  });
}

function matches({ path, title, description }: FieldNode, words: readonly string[]): boolean {
  const text = `${path} ${title ?? ''} ${description ?? ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
