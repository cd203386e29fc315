/**
 * Several sets of audiences, each of which sees people in a way of its own (a merge policy). A set may ask for members of those before it:
 * they are told it as `segmentMembership`.
 */
import type { EvaluationContext, EvaluationLimit } from '../evaluate/index.ts';
import type { DataObject } from '../evaluate/values.ts';
import { testOfLeaf } from '../plan/leaf-test.ts';
import { usesOf } from '../plan/free.ts';
import type { AudienceName } from '../stream/network.ts';
import { eachNode } from '../terms.ts';
import { EdgeEvaluator } from './evaluator.ts';
import type { InHand, KnownProfile, Projection, WrittenProjection } from './evaluator.ts';
import { laidOver, MEMBERSHIP } from './fields.ts';
import type { EdgePlans } from './plans.ts';
import { hashesOf } from './plans.ts';

export class EdgeSets {
  readonly plans: readonly EdgePlans[];
  readonly #evaluators: readonly EdgeEvaluator[];
  readonly #names: ReadonlyMap<string, readonly AudienceName[]>;

  /** Throws PlansMismatch, AudienceCycle. */
  constructor(plans: readonly EdgePlans[], lookup?: NonNullable<EvaluationContext['lookup']>) {
    this.plans = plans;
    this.#evaluators = plans.map((each) => new EdgeEvaluator({ plans: each, ...(lookup !== undefined && { lookup }) }));
    this.#names = new Map(plans.flatMap(({ audiences }) => audiences.map(({ key, names }) => [key, names] as const)));
  }

  /** Whether some rule reads this field of the profile. */
  reads(field: string): boolean {
    return this.#evaluators.some(({ fields }) => fields === null || fields.has(field));
  }

  /** What the rules need of a person, set by set, for an instant (epoch ms) and later ones. @param known as each of the sets sees it */
  project(known: readonly KnownProfile[], now: number): readonly Projection[] {
    return this.#evaluators.map((evaluator, at) => evaluator.project(known[at] ?? { record: {}, events: [] }, now));
  }

  /** Keys of the audiences somebody is in, with what is in hand; null: nothing is known of them. */
  memberships(known: readonly Projection[] | null, inHand: InHand): ReadonlySet<string> {
    const members = new Set<string>();
    for (const [at, evaluator] of this.#evaluators.entries()) {
      const { attributes = {} } = inHand;
      const told = at > 0 && evaluator.fields?.has(MEMBERSHIP) !== false ? laidOver(attributes, this.#told(members)) : attributes;
      for (const key of evaluator.memberships(known?.[at] ?? null, { ...inHand, attributes: told })) members.add(key);
    }
    return members;
  }

  /** Of conditions that took too many steps for somebody, and count as false there. */
  get limits(): readonly EvaluationLimit[] {
    return this.#evaluators.flatMap(({ limited }) => [...limited.values()]);
  }

  write(projections: readonly Projection[]): readonly WrittenProjection[] {
    return this.#evaluators.flatMap((evaluator, at) => {
      const projection = projections[at];
      return projection === undefined ? [] : [evaluator.write(projection)];
    });
  }

  /** Throws StateMismatch when they were written for other plans. */
  read(written: readonly WrittenProjection[]): readonly Projection[] {
    return this.#evaluators.flatMap((evaluator, at) => {
      const each = written[at];
      return each === undefined ? [] : [evaluator.read(each)];
    });
  }

  #told(members: ReadonlySet<string>): DataObject {
    return membershipOf([...members].flatMap((key) => this.#names.get(key) ?? []));
  }
}

/** `segmentMembership` of somebody who is in audiences of these names. */
export function membershipOf(names: readonly AudienceName[]): DataObject {
  const spaces = Object.entries(Object.groupBy(names, ({ namespace }) => namespace));
  return {
    [MEMBERSHIP]: Object.fromEntries(
      spaces.map(([space, list = []]) => [space, Object.fromEntries(list.map(({ id }) => [id, { status: 'realized' }]))]),
    ),
  };
}

/** Keys of audiences whose rules need records of lookup entities, or ask for an audience whose rules do. */
export function needLookups(plans: readonly EdgePlans[]): ReadonlySet<string> {
  const found = new Set<string>();
  const names = new Set<string>();
  // Those that are asked for come first.
  for (const { audiences, leaves } of plans) {
    for (let before = -1; found.size > before;) {
      before = found.size;
      for (const { key, root, names: own } of audiences) {
        if (found.has(key) || !hashesOf(root).some((hash) => needs(leaves[hash], names))) continue;
        found.add(key);
        for (const { namespace, id } of own) names.add(`${namespace}\0${id}`);
      }
    }
  }
  return found;
}

function needs(leaf: EdgePlans['leaves'][string] | undefined, names: ReadonlySet<string>): boolean {
  if (leaf === undefined) return false;
  const test = testOfLeaf(leaf);
  let asks = usesOf(test).lookups;
  eachNode({ test }, (node) => {
    if (node.op === 'audience' && names.has(`${node.namespace}\0${node.id}`)) asks = true;
  });
  return asks;
}
