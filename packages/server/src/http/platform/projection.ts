/** Parts of documents by paths. */
import type { Document } from '../../schema/index.ts';

/** The document with nothing but what lies at the paths (`person.name`); through arrays member by member. All of it without paths. */
export function projected(document: Document, paths: readonly string[] | undefined): Document {
  if (paths === undefined) return document;
  const wanted = paths.map((path) => (/^identities(?:\.|$)/.test(path) ? ['identityMap'] : path.split('.')));
  return (pick(document, wanted) ?? {}) as Document;
}

function pick(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0)) return value;
  if (Array.isArray(value)) return value.map((member) => pick(member, paths));
  if (typeof value !== 'object' || value === null) return undefined;
  const below = Map.groupBy(paths, ([name = '']) => name);
  const kept = Object.entries(value).flatMap(([name, part]) => {
    const wanted = below.get(name)?.map((path) => path.slice(1));
    const picked = wanted === undefined ? undefined : pick(part, wanted);
    return picked === undefined ? [] : [[name, picked] as const];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
