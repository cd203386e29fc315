/** Which audiences are followed, and how: found anew when a rule, the schema or an evaluation changes that. */
import type { UnionSchema } from '@kindred/pql';
import type { ReadableTables } from '../../profile/index.ts';
import { clockKey } from '../clock.ts';
import type { Definition, Definitions } from '../definitions.ts';
import type { Planned } from '../dependencies.ts';
import { inLevels } from '../dependencies.ts';
import { SegmentationError } from '../errors.ts';
import type { Memberships } from '../memberships.ts';
import { Follower } from './follower.ts';
import type { PackedPlaces } from './packed-states.ts';

/** An audience that is followed. */
export interface Followed {
  readonly id: string;
  /** Of its rule. */
  readonly version: number;
  readonly planned: Planned;
  /** Equal where the same decides: its rule, and those that it refers to. */
  readonly decidedBy: string;
  /** Time alone may turn it. */
  readonly readsClock: boolean;
}

export interface FollowedAudiences {
  /** Those that state machines decide, one for each merge policy. */
  readonly followers: readonly Follower[];
  readonly byState: readonly Followed[];
  /** Those that mix merge policies, or depend on a list from outside: decided on whole people, and again and again. */
  readonly others: readonly Followed[];
}

export interface FindFollowedOptions {
  readonly definitions: Definitions;
  readonly memberships: Memberships;
  readonly schema: () => UnionSchema;
  /** What reads people as a merge policy sees them; null: the default policy. */
  readonly tablesOf: (mergePolicyId: string | null) => Promise<ReadableTables>;
  readonly places: PackedPlaces;
  /** IANA name of the zone of calendar words. */
  readonly zone: string;
}

export function isLive({ evaluation, lifecycleState, kind }: Definition): boolean {
  return evaluation !== 'batch' && lifecycleState === 'published' && kind === 'rule';
}

/** Why nobody can decide it for single people; null: one can. */
export function ranks(all: readonly Planned[]): string | null {
  const top = all.find(({ choice }) => choice?.kind === 'top');
  return top === undefined ? null : `It depends on ${top.name}, where everybody is ranked.`;
}

/** Why no state machine decides an audience with all it depends on; null: one does. */
export function mixes(all: readonly Planned[]): string | null {
  const outside = all.find((each) => each.outside !== undefined);
  if (outside !== undefined) return `It depends on ${outside.choice === undefined ? 'the list' : 'the composition of'} ${outside.name}.`;
  const policies = new Set(all.map(({ mergePolicyId = null }) => mergePolicyId));
  return policies.size > 1 ? 'It depends on audiences that see profiles by another merge policy.' : null;
}

/** Those who see profiles by one merge policy. */
interface Group {
  readonly roots: Followed[];
  /** With all they depend on, by id. */
  readonly all: Map<string, Planned>;
}

interface Found {
  /** By merge policy. */
  readonly groups: ReadonlyMap<string | null, Group>;
  readonly others: readonly Followed[];
}

export class FindFollowed {
  readonly #options: FindFollowedOptions;
  #of: readonly unknown[] = [];
  #found: FollowedAudiences = { followers: [], byState: [], others: [] };
  #decidedBy = '';

  constructor(options: FindFollowedOptions) {
    this.#options = options;
  }

  /** The same object as long as they are the same. */
  async current(): Promise<FollowedAudiences> {
    const { definitions, memberships, schema } = this.#options;
    const of = [definitions.revision, memberships.evaluations, schema()];
    if (of.some((each, index) => each !== this.#of[index])) {
      const { groups, others } = await this.#find();
      const byState = [...groups.values()].flatMap(({ roots }) => roots);
      const all = [...byState, ...others].map((followed) => followed.decidedBy).toSorted();
      const text = all.join('\n');
      if (text !== this.#decidedBy) this.#found = { followers: this.#followers(groups), byState, others };
      this.#decidedBy = text;
      this.#of = of;
    }
    return this.#found;
  }

  /** In use, and evaluated before: the first evaluation is that of whoever made or published it. */
  async #find(): Promise<Found> {
    const { definitions, memberships, zone } = this.#options;
    const { definitions: all } = await definitions.list();
    const live = all.filter(isLive);
    const sizes = await memberships.lastSizes(live.map(({ id }) => id));
    const evaluated = live.filter(({ id, version }) => sizes.get(id)?.version === version);
    const groups = new Map<string | null, Group>();
    const others: Followed[] = [];
    for (const definition of evaluated) {
      const levels = await this.#levels(definition);
      if (levels === null || ranks(levels.all) !== null) continue;
      const [{ id, version }, planned] = [definition, levels.root];
      const readsClock = levels.all.some((each) => each.outside !== undefined || doesReadClock(each, zone));
      const followed: Followed = { id, version, planned, decidedBy: decidedBy(version, levels.all), readsClock };
      if (mixes(levels.all) !== null) {
        others.push(followed);
        continue;
      }
      const policy = planned.mergePolicyId ?? null;
      const group: Group = groups.get(policy) ?? { roots: [], all: new Map() };
      groups.set(policy, group);
      group.roots.push(followed);
      for (const each of levels.all) group.all.set(each.id, each);
    }
    return { groups, others };
  }

  #followers(groups: Found['groups']): readonly Follower[] {
    const { tablesOf, places, zone } = this.#options;
    return [...groups].map(([policy, { all }]) => {
      return new Follower({ audiences: [...all.values()], tables: () => tablesOf(policy), zone, packed: places.next() });
    });
  }

  /** With all it depends on; null when its rule is not valid any more, which its next job says. */
  async #levels(definition: Definition): Promise<{ readonly root: Planned; readonly all: readonly Planned[] } | null> {
    const { definitions } = this.#options;
    try {
      const root = definitions.planOf(definition);
      return { root, all: (await inLevels([root], (reference) => definitions.planned(reference))).flat() };
    } catch (error) {
      if (error instanceof SegmentationError) return null;
      throw error;
    }
  }
}

function doesReadClock({ plan }: Planned, zone: string): boolean {
  return Object.values(plan.leaves).some((leaf) => clockKey(leaf, { now: 0, zone }) !== '');
}

function decidedBy(version: number, all: readonly Planned[]): string {
  return `${version} ${all.map(({ id, mergePolicyId, plan }) => `${id} ${mergePolicyId ?? ''} ${JSON.stringify(plan.root)}`).join(' ')}`;
}
