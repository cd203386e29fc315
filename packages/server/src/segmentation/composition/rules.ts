/** The blocks of a composition as rules of the language, and what is left to choose beside them. */
import type { CompositionBody, Exclusion, Path, Source } from './body.ts';
import type { Choice } from './choice.ts';
import { WHOLE } from './choice.ts';

/** Who is in a path: those of a rule, or some of them. */
export interface PathRule {
  readonly path: Path;
  readonly pql: string;
  /** Null: all of them. */
  readonly choice: Choice | null;
}

export function sourceRule(source: Source): string {
  if (source.kind === 'rule') return source.pql;
  const each = source.ids.map(inAudience);
  switch (source.merge) {
    case 'union':
      return each.join(' or ');
    case 'intersection':
      return each.join(' and ');
    case 'exclude-overlap':
      return `(${each.join(' or ')}) and not (${each.join(' and ')})`;
    default:
      return source.merge satisfies never;
  }
}

export function exclusionRule(exclusion: Exclusion): string {
  return exclusion.kind === 'rule' ? exclusion.pql : inAudience(exclusion.id);
}

/** Who came in by the audience block and is not excluded by the first ones of the exclusions. */
export function remainingRule({ audience, exclude }: Pick<CompositionBody, 'audience' | 'exclude'>, first = exclude.length): string {
  const excluded = exclude.slice(0, first).map((each) => `(${exclusionRule(each)})`);
  const source = sourceRule(audience);
  return excluded.length === 0 ? source : `(${source}) and not (${excluded.join(' or ')})`;
}

/** @param salt of shares: the id of the composition */
export function pathRules(body: CompositionBody, salt: string): readonly PathRule[] {
  const remaining = remainingRule(body);
  const { rank, split, paths } = body;
  switch (split?.by) {
    case 'percentage':
      return shares(paths).map(({ path, from, to }) => ({ path, pql: remaining, choice: { kind: 'share', salt, from, to } }));
    case 'attribute':
      return paths.map((path, index) => {
        return { path, pql: `(${remaining}) and ${ofValues(split.attribute, path, paths.slice(0, index))}`, choice: null };
      });
    default:
      return paths.map((path) => ({ path, pql: remaining, choice: topOf(rank) }));
  }
}

/** Of several paths with the same value the first takes it. */
function ofValues(attribute: string, path: Path, before: readonly Path[]): string {
  const taken = new Set(before.flatMap(({ values = [] }) => values));
  if (path.values === undefined) return taken.size === 0 ? 'true' : `not (${isOneOf(attribute, [...taken])})`;
  return isOneOf(
    attribute,
    path.values.filter((value) => !taken.has(value)),
  );
}

function isOneOf(attribute: string, values: readonly string[]): string {
  return `(${attribute}) in [${values.map((value) => JSON.stringify(value)).join(', ')}]`;
}

function shares(paths: readonly Path[]): readonly { readonly path: Path; readonly from: number; readonly to: number }[] {
  let from = 0;
  return paths.map((path) => {
    const share = { path, from, to: from + hundredths(path) };
    from = share.to;
    return share;
  });
}

/** Of a percent. */
export function hundredths({ percent = 0 }: Path): number {
  return Math.round((percent * WHOLE) / 100);
}

function topOf(rank: CompositionBody['rank']): Choice | null {
  if (rank === null || rank.limit === null) return null;
  return { kind: 'top', by: rank.by, descending: rank.order === 'descending', limit: rank.limit };
}

function inAudience(id: string): string {
  return `inSegment(${JSON.stringify(id)})`;
}
