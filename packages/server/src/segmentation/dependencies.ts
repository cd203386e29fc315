/** Audiences made of audiences: which come first, and rules that go in circles. */
import type { Plan } from '@kindred/pql';
import { SegmentationError } from './errors.ts';
import { dependenciesOf } from './plans.ts';

/** An audience with a plan. */
export interface Planned {
  readonly id: string;
  readonly name: string;
  readonly plan: Plan;
}

/** Finds an audience that a rule refers to; undefined when there is none. */
export type FindPlanned = (id: string) => Promise<Planned | undefined>;

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
  readonly #roots: ReadonlyMap<string, Planned>;
  readonly #find: FindPlanned;
  readonly #level = new Map<Planned, number>();
  readonly #known = new Map<string, Planned>();

  constructor(roots: readonly Planned[], find: FindPlanned) {
    this.#roots = new Map(roots.map((root) => [root.id, root]));
    this.#find = find;
  }

  /** @param path the audiences on the way to this one */
  async levelOf(planned: Planned, path: readonly Planned[]): Promise<number> {
    const known = this.#level.get(planned);
    if (known !== undefined) return known;
    if (path.includes(planned)) throw cycle([...path.slice(path.indexOf(planned)), planned]);
    let level = 0;
    for (const id of dependenciesOf(planned.plan)) {
      level = Math.max(level, 1 + (await this.levelOf(await this.#audience(id, planned), [...path, planned])));
    }
    this.#level.set(planned, level);
    return level;
  }

  levels(): readonly (readonly Planned[])[] {
    const groups = Map.groupBy(this.#level, ([, level]) => level);
    return [...groups.keys()].toSorted((a, b) => a - b).map((level) => (groups.get(level) ?? []).map(([planned]) => planned));
  }

  async #audience(id: string, referrer: Planned): Promise<Planned> {
    const known = this.#roots.get(id) ?? this.#known.get(id) ?? (await this.#find(id));
    if (known === undefined) throw unknownReference(id, referrer);
    this.#known.set(id, known);
    return known;
  }
}

function cycle(path: readonly Planned[]): SegmentationError {
  return new SegmentationError({
    code: 'audience-cycle',
    message: `The audience would depend on itself: ${path.map(({ name }) => name).join(' → ')}`,
    hint: 'Take one of the inSegment(…) out of this circle.',
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
