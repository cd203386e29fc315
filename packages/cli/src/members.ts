/** People in a list. */
import type { Member } from '@kindred/contract';
import { table } from './output.ts';

export function describeMembers(members: readonly Member[]): string {
  const rows = members.map(({ identity, attributes }) => [`${identity.namespace}:${identity.id}`, inWords(attributes)]);
  return table(['identity', 'attributes'], rows);
}

/** Leaves of a document as `path=value`. */
export function inWords(document: Readonly<Record<string, unknown>>): string {
  return leavesOf(document, '')
    .map(([path, value]) => `${path}=${value}`)
    .join(' ');
}

/** Every scalar of a document with its dotted path. */
export function leavesOf(value: unknown, path: string): readonly (readonly [path: string, value: string])[] {
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object') return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  const entries = Array.isArray(value)
    ? value.map((item, index) => [`${path}[${index}]`, item] as const)
    : Object.entries(value).map(([key, item]) => [path === '' ? key : `${path}.${key}`, item] as const);
  return entries.flatMap(([below, item]) => leavesOf(item, below));
}
