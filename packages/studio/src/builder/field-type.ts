/** Types of paths, and paths as people type them. */
import type { Field, FieldOwner, FieldPath, Type } from '@kindred/pql';
import { recordFields } from '../schema/records.ts';

export type Fields = Readonly<Record<string, Field>>;
export const UNKNOWN: Type = { kind: 'unknown' };

/** Fields of an object, of the members of a list, of the values of a map. */
export function fieldsIn(type: Type): Fields {
  switch (type.kind) {
    case 'object':
      return type.fields;
    case 'array':
      return fieldsIn(type.items);
    default:
      return recordFields(type);
  }
}

const ownField = (fields: Fields, name: string): Field | undefined => (Object.hasOwn(fields, name) ? fields[name] : undefined);

/** A field's type is a list when a list is on the way to it. */
export function typeOf(fields: Fields, path: FieldPath): Type {
  let type: Type = { kind: 'object', fields };
  let many = false;
  for (const part of path) {
    while (type.kind === 'array') {
      many = true;
      type = type.items;
    }
    if (typeof part !== 'string') type = type.kind === 'map' ? type.values : UNKNOWN;
    else type = type.kind === 'map' ? UNKNOWN : (ownField(fieldsIn(type), part)?.type ?? UNKNOWN);
  }
  return many && type.kind !== 'array' && type.kind !== 'unknown' ? { kind: 'array', items: type } : type;
}

export function fieldOf(fields: Fields, path: FieldPath): Field | undefined {
  const last = path.at(-1);
  return typeof last === 'string'
    ? (fieldsIn(typeOf({ ...fields }, path.slice(0, -1)))[last] ?? (path.length === 1 ? fields[last] : undefined))
    : undefined;
}

export const pathText = (path: FieldPath): string =>
  path.map((part, index) => (typeof part === 'string' ? (index === 0 ? part : `.${part}`) : `[${JSON.stringify(part.key)}]`)).join('');

/** What a person calls the field. */
export function titleOf(fields: Fields, path: FieldPath): string {
  const last = path.at(-1);
  if (last !== undefined && typeof last !== 'string') return `${titleOf(fields, path.slice(0, -1))} “${last.key}”`;
  return fieldOf(fields, path)?.title ?? wordsOf(last ?? '');
}

/** `priceTotal` → `Price total` */
function wordsOf(name: string): string {
  const words = name
    .replace(/^_+/, '')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The last list's members count, whatever the list is of. */
export const memberType = (type: Type): Type => (type.kind === 'array' ? memberType(type.items) : type);

export function suggestionsOf(type: Type): readonly string[] {
  const member = memberType(type);
  return member.kind === 'string' ? (member.enum ?? member.suggested ?? []) : [];
}

export const ownerText = (of: FieldOwner): string => (of === 'own' ? '' : of === 'profile' ? 'profile.' : `${of.step}.`);

/** `C0.channel`, `profile.loyalty.points`, `prefs["lang"]`. Null: no path. */
export function parsePath(text: string, labels: readonly string[]): { readonly of: FieldOwner; readonly path: FieldPath } | null {
  const path: (string | { readonly key: string })[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const name = /^\.?([\p{L}_][\p{L}\p{M}\p{N}_$]*)/u.exec(rest);
    const key = /^\["((?:[^"\\]|\\.)*)"\]/.exec(rest);
    if (name?.[1] !== undefined) path.push(name[1]);
    else if (key?.[1] !== undefined && path.length > 0) path.push({ key: JSON.parse(`"${key[1]}"`) as string });
    else return null;
    rest = rest.slice((name ?? key)?.[0].length ?? rest.length);
  }
  const [first, ...others] = path;
  if (typeof first !== 'string') return null;
  if (first === 'profile' && others.length > 0) return { of: 'profile', path: others };
  if (labels.includes(first) && others.length > 0) return { of: { step: first }, path: others };
  return { of: 'own', path };
}

/** Dotted paths of everything below, for lists to choose from. */
export function leafPaths(fields: Fields, depth = 5): readonly string[] {
  return Object.entries(fields).flatMap(([name, { type }]) => {
    const below = 'record' in type ? {} : fieldsIn(type);
    if (Object.keys(below).length === 0) return [name];
    return depth === 0 ? [] : leafPaths(below, depth - 1).map((path) => `${name}.${path}`);
  });
}
