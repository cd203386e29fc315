/** What each block of a composition does, counted: who comes in, whom it takes out, whom each path gets. All at one instant. */
import type { Bitmap } from '../bitmap/index.ts';
import type { Definitions } from '../definitions.ts';
import type { Planned } from '../dependencies.ts';
import type { Evaluator } from '../evaluator.ts';
import type { CompositionBody, Enrich, Exclusion } from './body.ts';
import type { Choice } from './choice.ts';
import type { BlockName, CompositionProblem } from './problems.ts';
import { exclusionRule, pathRules, remainingRule, sourceRule } from './rules.ts';

export interface CompositionCounts {
  /** Each audience by itself, in their order; empty for a rule. */
  readonly inputs: readonly number[];
  /** Who comes in. */
  readonly audience: number;
  /** Of each exclusion: whom it holds for at all, and whom it takes out of those whom the ones before it left. */
  readonly exclude: readonly { readonly size: number; readonly removes: number }[];
  /** Who is left. */
  readonly remaining: number;
  /** Of them, those whose record is known; left out without an enrich block. */
  readonly enriched?: number;
  readonly rank: RankCounts | null;
  /** In the order of the paths. */
  readonly paths: readonly number[];
  /** Who is left and in no path: cut off by the ranking, or without a value that a path takes. */
  readonly unassigned: number;
}

/** As far as the blocks have no problems. */
export type KnownCounts = Pick<CompositionCounts, 'inputs' | 'audience'> & Partial<CompositionCounts>;

export interface RankCounts {
  /** Who is kept. */
  readonly size: number;
  /** The number of the last one who is kept; null: nobody's number is known. */
  readonly last: number | null;
  /** Who has no number, and so comes last. */
  readonly unknown: number;
}

export interface CompositionPreview {
  readonly problems: readonly CompositionProblem[];
  /** What can be counted: a block with a problem, and all behind it, is left out. Null: not even who comes in. */
  readonly counts: KnownCounts | null;
  readonly universe: number;
  readonly evaluatedAt: Date;
  readonly revision: number;
  readonly tookMs: number;
}

export interface PreviewOptions {
  readonly definitions: Pick<Definitions, 'planRule'>;
  readonly evaluator: Evaluator;
  /** Those whose record is known. */
  readonly recorded: (enrich: Enrich, signal: AbortSignal | undefined) => Promise<Bitmap>;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
  readonly now: Date;
  readonly signal?: AbortSignal | undefined;
}

/** Throws SegmentationError for audiences that would depend on themselves, and StoreError. */
export async function previewOf(
  body: CompositionBody,
  { id, problems }: { readonly id: string; readonly problems: readonly CompositionProblem[] },
  options: PreviewOptions,
): Promise<CompositionPreview> {
  const started = performance.now();
  const { definitions, evaluator, now, zone, signal } = options;
  const reach = reachOf(problems);
  const rules = rulesOf(body, id, reach).map((rule): Planned => {
    return definitions.planRule({ name: 'The composition', excludeOptOut: false, mergePolicyId: null, ...rule });
  });
  const { enrich } = body;
  const counted = enrich === undefined || problems.some(({ block }) => block === 'enrich') ? undefined : enrich;
  const recorded = counted && (await options.recorded(counted, signal));
  const { members, cuts, universe, revision } = await evaluator.evaluate(rules, { now: now.getTime(), zone, signal });
  const of = (rule: string): Bitmap => {
    const found = members.get(rule);
    if (found === undefined) throw new Error(`no answer for ${rule}`);
    return found;
  };
  return {
    problems,
    counts: reach.has('audience') ? countsOf(body, reach, { of, recorded, cut: cuts.get('path 0') }) : null,
    universe: universe.size,
    evaluatedAt: now,
    revision,
    tookMs: performance.now() - started,
  };
}

const ORDER: readonly BlockName[] = ['audience', 'exclude', 'rank', 'split'];

/** The blocks up to the first one that has a problem. A path without a name is counted all the same. */
function reachOf(problems: readonly CompositionProblem[]): ReadonlySet<BlockName> {
  const broken = ORDER.findIndex((block) => problems.some((each) => each.block === block));
  return new Set(broken === -1 ? ORDER : ORDER.slice(0, broken));
}

interface Rule {
  readonly id: string;
  readonly pql: string;
  readonly choice: Choice | null;
}

function rulesOf(body: CompositionBody, id: string, reach: ReadonlySet<BlockName>): readonly Rule[] {
  const rule = (name: string, pql: string): Rule => ({ id: name, pql, choice: null });
  const rules: Rule[] = [];
  const { audience, exclude } = body;
  if (reach.has('audience')) {
    rules.push(rule('audience', sourceRule(audience)));
    if (audience.kind === 'audiences') {
      for (const [index, each] of audience.ids.entries()) rules.push(rule(`input ${index}`, exclusionRule({ kind: 'audience', id: each })));
    }
  }
  if (reach.has('exclude')) {
    for (const [index, each] of exclude.entries()) {
      rules.push(rule(`excluded ${index}`, exclusionRule(each)), rule(`remaining ${index}`, remainingRule(body, index + 1)));
    }
  }
  if (reach.has('split')) {
    for (const [index, { pql, choice }] of pathRules(limited(body), id).entries()) rules.push({ id: `path ${index}`, pql, choice });
  }
  return rules;
}

/** A ranking that keeps all has a last one and people without a number too. */
function limited(body: CompositionBody): CompositionBody {
  return body.rank === null ? body : { ...body, rank: { ...body.rank, limit: body.rank.limit ?? Number.MAX_SAFE_INTEGER } };
}

interface Answers {
  readonly of: (rule: string) => Bitmap;
  readonly recorded: Bitmap | undefined;
  readonly cut: { readonly last: number | null; readonly unknown: number } | undefined;
}

function countsOf(body: CompositionBody, reach: ReadonlySet<BlockName>, { of, recorded, cut }: Answers): KnownCounts {
  const { audience, exclude, rank, paths } = body;
  const comes = of('audience').size;
  const inputs = audience.kind === 'audiences' ? audience.ids.map((_, index) => of(`input ${index}`).size) : [];
  if (!reach.has('exclude')) return { audience: comes, inputs };
  const left = [comes, ...exclude.map((_, index) => of(`remaining ${index}`).size)];
  const remaining = left.at(-1) ?? comes;
  const enriched = recorded?.and(of(exclude.length === 0 ? 'audience' : `remaining ${exclude.length - 1}`)).size;
  const counts = {
    audience: comes,
    inputs,
    exclude: excludedOf(exclude, left, of),
    remaining,
    ...(enriched !== undefined && { enriched }),
  };
  if (!reach.has('split')) return counts;
  const sizes = paths.map((_, index) => of(`path ${index}`).size);
  const [size = 0] = sizes;
  const ranked = rank === null ? null : { size, last: cut?.last ?? null, unknown: cut?.unknown ?? 0 };
  // People are in one path at most.
  const assigned = sizes.reduce((all, each) => all + each, 0);
  return { ...counts, rank: ranked, paths: sizes, unassigned: remaining - assigned };
}

function excludedOf(exclude: readonly Exclusion[], left: readonly number[], of: Answers['of']): CompositionCounts['exclude'] {
  return exclude.map((_, index) => ({ size: of(`excluded ${index}`).size, removes: (left[index] ?? 0) - (left[index + 1] ?? 0) }));
}
