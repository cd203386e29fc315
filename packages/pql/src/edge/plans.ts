/** The rules of a set of audiences as plain JSON, to be sent where they are evaluated; equal leaves of several audiences once. */
import type { Leaf, LeafHash, Logic, Plan } from '../plan.ts';
import { PLAN_VERSION } from '../plan.ts';
import type { AudienceName, StreamAudience } from '../stream/network.ts';

export interface EdgePlans {
  readonly version: typeof PLAN_VERSION;
  /** IANA time zone of calendar words. */
  readonly zone: string;
  readonly leaves: Readonly<Record<LeafHash, Leaf>>;
  readonly audiences: readonly EdgeAudience[];
}

export interface EdgeAudience {
  readonly key: string;
  readonly root: Logic;
  /** What other audiences of the set call it. */
  readonly names: readonly AudienceName[];
}

/** Plans of another version than this code understands. */
export class PlansMismatch extends Error {
  readonly code = 'edge-plans-mismatch';
  readonly hint = 'Fetch the plans and the library from the same server.';

  constructor(version: unknown) {
    super(`The plans have version ${JSON.stringify(version)}, not ${PLAN_VERSION}.`);
  }
}

export interface PlannedAudience {
  readonly key: string;
  readonly plan: Pick<Plan, 'root' | 'leaves'>;
  readonly names: readonly AudienceName[];
}

export function edgePlans(audiences: readonly PlannedAudience[], zone: string): EdgePlans {
  return {
    version: PLAN_VERSION,
    zone,
    leaves: Object.assign({}, ...audiences.map(({ plan }) => plan.leaves)) as EdgePlans['leaves'],
    audiences: audiences.map(({ key, plan, names }) => ({ key, root: plan.root, names })),
  };
}

/** Throws PlansMismatch. */
export function audiencesOf({ version, leaves, audiences }: EdgePlans): readonly StreamAudience[] {
  if (version !== PLAN_VERSION) throw new PlansMismatch(version);
  return audiences.map(({ key, root, names }) => {
    const own = hashesOf(root).map((hash) => [hash, leaves[hash]] as const);
    return { key, plan: { root, leaves: Object.fromEntries(own) as Plan['leaves'] }, refersAs: names };
  });
}

/** Of the leaves of a rule, as often as they stand in it. */
export function hashesOf(logic: Logic): readonly LeafHash[] {
  switch (logic.op) {
    case 'constant':
      return [];
    case 'leaf':
      return [logic.hash];
    case 'not':
      return hashesOf(logic.term);
    default:
      return logic.terms.flatMap(hashesOf);
  }
}
