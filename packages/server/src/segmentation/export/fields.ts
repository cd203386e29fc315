/** Dotted paths: whether the schema has them, and a document with nothing but them. */
import { nearest } from '@kindred/pql';
import type { ObjectType, Type } from '@kindred/pql';
import type { Document, XdmSchema } from '../../schema/index.ts';
import { SegmentationError } from '../errors.ts';

/** Fields of an exported profile that are no attributes. `identities` is how requests name the identities, which are always in. */
const ELSEWHERE: ReadonlySet<string> = new Set(['identities', 'identityMap', 'segmentMembership', 'xEvent']);

/** Throws SegmentationError `export-field-unknown`. */
export function requireFields(fields: readonly string[], type: XdmSchema['profile']): void {
  for (const field of fields) {
    const [first = '', ...rest] = field.split('.');
    if (ELSEWHERE.has(first)) continue;
    walk(type, [first, ...rest], field);
  }
}

function walk(type: Type, path: readonly string[], field: string): void {
  const [name, ...rest] = path;
  if (name === undefined) return;
  switch (type.kind) {
    case 'object':
      return walk(type.fields[name]?.type ?? unknown(name, type, field), rest, field);
    case 'array':
      return walk(type.items, path, field);
    case 'map':
      return walk(type.values, rest, field);
    case 'unknown':
      return;
    default:
      unknown(name, { kind: 'object', fields: {} }, field);
  }
}

function unknown(name: string, { fields }: ObjectType, field: string): never {
  const near = nearest(name, Object.keys(fields));
  throw new SegmentationError({
    code: 'export-field-unknown',
    message: `The schema has no field ${field}: there is no ${JSON.stringify(name)}.`,
    hint: near === null ? 'See GET /api/schema for the fields there are.' : `Did you mean ${near}?`,
  });
}

interface Tree {
  readonly [name: string]: Tree | true;
}

/** A function that leaves of a document what lies at or below the paths; everything when there are none. */
export function projection(fields: readonly string[]): (document: Document) => Document {
  if (fields.length === 0) return (document) => document;
  const tree = treeOf(fields);
  return (document) => (pick(document, tree) ?? {}) as Document;
}

function treeOf(fields: readonly string[]): Tree {
  const root: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const field of fields) {
    const path = field.split('.');
    let at = root;
    for (const [index, name] of path.entries()) {
      if (at[name] === true) break;
      if (index === path.length - 1) at[name] = true;
      else at = (at[name] ??= Object.create(null)) as Record<string, unknown>;
    }
  }
  return root as Tree;
}

function pick(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) return value.map((item) => pick(item, tree) ?? {});
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    const below = tree[name];
    const picked = below === undefined ? undefined : below === true ? inner : pick(inner, below);
    return picked === undefined ? [] : [[name, picked] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
