/** Audiences made of audiences: which come first, and rules that go in circles. */
import type { Plan } from '@kindred/pql';
import type { Bitmap } from './bitmap/index.ts';
import type { PlannedChoice } from './composition/choice.ts';
import { SegmentationError } from './errors.ts';
import { audienceKey } from './evaluation.ts';
import type { AudienceReference } from './plans.ts';
import { isOwn, referencesOf } from './plans.ts';

/** An audience with a plan. */
export interface Planned {
  readonly id: string;
  readonly name: string;
  readonly plan: Plan;
  /** Whose view of the profiles the rule is about; the default policy's when left out. */
  readonly mergePolicyId?: string | null;
  /**
   * Present when the plan does not tell who is in: the members come from outside, or some of those for whom it holds are chosen. Then
   * these count for whoever decides about single people.
   */
  readonly outside?: Outside;
  /** How an evaluation of everybody chooses from those for whom the plan holds. */
  readonly choice?: PlannedChoice;
}

export interface Outside {
  /** What rules may call the audience besides its id. */
  readonly names: readonly AudienceReference[];
  /** Who is in at an instant, epoch ms; of those who are chosen, at the last evaluation. */
  readonly members: (now: number) => Promise<Bitmap>;
}

/** Finds an audience that a rule refers to; undefined when there is none. */
export type FindPlanned = (reference: AudienceReference) => Promise<Planned | undefined>;

/** What rules may call an audience. */
export function namesOf({ id, outside }: Pick<Planned, 'id' | 'outside'>): readonly AudienceReference[] {
  return [{ namespace: 'ups', id }, { namespace: 'AEPSegments', id }, ...(outside?.names ?? [])];
}

/** Keys of all references that mean an audience. */
export function keysOf(planned: Pick<Planned, 'id' | 'outside'>): readonly string[] {
  return namesOf(planned).map(({ namespace, id }) => audienceKey(namespace, id));
}

/**
 * The given audiences and all they depend on, in levels: those of a level refer to earlier levels only.
 * Throws SegmentationError `audience-cycle` and `audience-reference-unknown`.
 */
export async function inLevels(roots: readonly Planned[], find: FindPlanned): Promise<readonly (readonly Planned[])[]> {
  const walk = new Walk(roots, find);
  for (const root of roots) await walk.levelOf(root, []);
  return walk.levels();
}

class Walk {
  readonly #find: FindPlanned;
  readonly #level = new Map<Planned, number>();
  /** By `audienceKey`. */
  readonly #known = new Map<string, Planned>();

  constructor(roots: readonly Planned[], find: FindPlanned) {
    this.#find = find;
    for (const root of roots) this.#learn(root);
  }

  /** @param path the audiences on the way to this one */
  async levelOf(planned: Planned, path: readonly Planned[]): Promise<number> {
    const known = this.#level.get(planned);
    if (known !== undefined) return known;
    if (path.includes(planned)) throw cycle([...path.slice(path.indexOf(planned)), planned]);
    let level = 0;
    for (const reference of referencesOf(planned.plan)) {
      const referred = await this.#audience(reference, planned);
      if (referred !== undefined) level = Math.max(level, 1 + (await this.levelOf(referred, [...path, planned])));
    }
    this.#level.set(planned, level);
    return level;
  }

  levels(): readonly (readonly Planned[])[] {
    const groups = Map.groupBy(this.#level, ([, level]) => level);
    return [...groups.keys()].toSorted((a, b) => a - b).map((level) => (groups.get(level) ?? []).map(([planned]) => planned));
  }

  /** Undefined for an audience of somebody else's that nobody told us of: it has no members here. */
  async #audience(reference: AudienceReference, referrer: Planned): Promise<Planned | undefined> {
    const known = this.#known.get(audienceKey(reference.namespace, reference.id)) ?? (await this.#find(reference));
    if (known !== undefined) return this.#learn(known);
    if (isOwn(reference)) throw unknownReference(reference.id, referrer);
    return undefined;
  }

  /** One audience under different names stays one. */
  #learn(planned: Planned): Planned {
    const keys = keysOf(planned);
    const first = keys.map((key) => this.#known.get(key)).find((known) => known !== undefined) ?? planned;
    for (const key of keys) this.#known.set(key, first);
    return first;
  }
}

function cycle(path: readonly Planned[]): SegmentationError {
  return new SegmentationError({
    code: 'audience-cycle',
    message: `The audience would depend on itself: ${path.map(({ name }) => name).join(' → ')}`,
    hint: 'Take one of the inSegment(…), or of the audiences of a composition, out of this circle.',
    details: path.map(({ id }) => id),
  });
}

function unknownReference(id: string, referrer: Planned): SegmentationError {
  return new SegmentationError({
    code: 'audience-reference-unknown',
    message: `${referrer.name} refers to the audience ${JSON.stringify(id)}, which does not exist or is not active.`,
    hint: 'inSegment(…) takes the id of an audience that is evaluated. List the audiences for their ids.',
    details: { id },
  });
}
