/** What changed between two versions of a rule: its words, and who would come and go. */
import { diffArrays } from 'diff';
import { choiceInWords } from './composition/choice.ts';
import type { Definitions } from './definitions.ts';
import { SegmentationError } from './errors.ts';
import type { Evaluator } from './evaluator.ts';
import type { Version } from './versions.ts';

export interface TextPart {
  readonly op: 'same' | 'removed' | 'added';
  readonly text: string;
}

export interface MembersDiff {
  readonly a: number;
  readonly b: number;
  /** In b only. */
  readonly entering: number;
  /** In a only. */
  readonly leaving: number;
  readonly staying: number;
  readonly evaluatedAt: Date;
}

export interface VersionDiff {
  readonly a: Version;
  readonly b: Version;
  /** Same and removed make the rule of a, same and added that of b. */
  readonly text: readonly TextPart[];
  /** Both rules evaluated at one instant; null when one of them cannot be any more. */
  readonly members: MembersDiff | null;
  /** Why one of them cannot be evaluated any more. */
  readonly problem: string | null;
}

/** Words, runs of white space, whole strings, and single other characters. */
const TOKENS = /"(?:[^"\\]|\\.)*"|\w+|\s+|[^\w\s]/gu;
/** Rules that differ in more tokens than that are shown as replaced. */
const MOST_EDITS = 2_000;

export function textDiff(a: string, b: string): readonly TextPart[] {
  const changes = diffArrays(a.match(TOKENS) ?? [], b.match(TOKENS) ?? [], { maxEditLength: MOST_EDITS });
  if (changes === undefined) return [{ op: 'removed', text: a } as const, { op: 'added', text: b } as const];
  return changes.map(({ added, removed, value }) => ({ op: added ? 'added' : removed ? 'removed' : 'same', text: value.join('') }));
}

function wordsOf({ pql, choice }: Version): string {
  return choice === null ? pql : `${pql}, of these ${choiceInWords(choice)}`;
}

export interface VersionDiffOptions {
  readonly definitions: Definitions;
  readonly evaluator: Evaluator;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

/** Throws SegmentationError `audience-not-found` and `version-not-found`. */
export async function diffVersions(
  audience: string,
  versions: { readonly a: number; readonly b: number; readonly now: Date },
  { definitions, evaluator, zone }: VersionDiffOptions,
): Promise<VersionDiff> {
  const { now } = versions;
  const definition = await definitions.get(audience);
  const [a, b] = [await definitions.versions.get(audience, versions.a), await definitions.versions.get(audience, versions.b)];
  const text = textDiff(wordsOf(a), wordsOf(b));
  try {
    // Under ids of their own: a rule may refer to the audience as it is now, which is no circle here.
    const [planA, planB] = [a, b].map(({ pql, excludeOptOut, choice, version }, index) =>
      definitions.planOf({ ...definition, id: `version ${index}`, name: `Version ${version}`, pql, excludeOptOut, choice }),
    );
    if (planA === undefined || planB === undefined) throw new Error('two versions have two plans');
    const answer = await evaluator.evaluate([planA, planB], { now: now.getTime(), zone });
    const [inA, inB] = [answer.members.get(planA.id), answer.members.get(planB.id)];
    if (inA === undefined || inB === undefined) throw new Error('two plans have two answers');
    const staying = inA.and(inB).size;
    const members = { a: inA.size, b: inB.size, entering: inB.size - staying, leaving: inA.size - staying, staying, evaluatedAt: now };
    return { a, b, text, members, problem: null };
  } catch (error) {
    if (!(error instanceof SegmentationError)) throw error;
    return { a, b, text, members: null, problem: error.message };
  }
}
