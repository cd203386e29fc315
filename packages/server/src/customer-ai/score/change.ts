/** What became of a person's score since the scoring before, and what did it. */
import type { PersonFactor, PersonScore } from './read.ts';

/** A family of features at one of two scorings: the one that spoke for it, and what it was for this person. */
export interface FactorThen {
  readonly code: string;
  readonly label: string;
  readonly value: string;
}

export interface FactorChange {
  /** Null: it was not among the strongest. */
  readonly before: FactorThen | null;
  readonly now: FactorThen | null;
  /** How much more the family raises the score than before, log odds; null where one of the two is not known. */
  readonly difference: number | null;
}

export interface PersonChange extends Omit<PersonScore, 'factors'> {
  /** What moved it most comes first; null where another model scored, whose factors are not comparable. */
  readonly factors: readonly FactorChange[] | null;
}

/** Differences too small to be told, log odds. */
const LEAST = 0.005;

/** @param familyOf family of a feature by its code, of the model that scored now */
export function changeOf(score: PersonScore, previous: PersonScore, familyOf: ReadonlyMap<string, string>): PersonChange {
  const { factors, ...before } = previous;
  if (previous.modelVersion !== score.modelVersion) return { ...before, factors: null };
  const byFamily = (each: readonly PersonFactor[]): ReadonlyMap<string, PersonFactor> =>
    new Map(each.map((factor) => [familyOf.get(factor.code) ?? factor.code, factor]));
  return { ...before, factors: changesOf(byFamily(factors), byFamily(score.factors)) };
}

function changesOf(before: ReadonlyMap<string, PersonFactor>, now: ReadonlyMap<string, PersonFactor>): readonly FactorChange[] {
  const changes = [...new Set([...now.keys(), ...before.keys()])].map((family) => {
    const [was, is] = [before.get(family), now.get(family)];
    const difference = was === undefined || is === undefined ? null : is.contribution - was.contribution;
    // Of what is known on one side only, its weight there is the best that can be said of its place.
    return { before: thenOf(was), now: thenOf(is), difference, weight: Math.abs(difference ?? (is ?? was)?.contribution ?? 0) };
  });
  return changes
    .filter(({ weight }) => weight >= LEAST)
    .toSorted((one, other) => other.weight - one.weight)
    .map(({ before: then, now: current, difference }) => ({ before: then, now: current, difference }));
}

function thenOf(factor: PersonFactor | undefined): FactorThen | null {
  if (factor === undefined) return null;
  const { code, label, value } = factor;
  return { code, label, value };
}
