/** How audiences have the profiles merged that they are about. */
import type { AttributeMerge, MergePolicies } from '../profile/index.ts';

/** By the id of a merge policy; null: the default policy. One that is not known here means the default, too. */
export type MergeOf = (mergePolicyId: string | null) => Promise<AttributeMerge>;

export function mergeOf(policies: MergePolicies): MergeOf {
  return async (id) => (await policies.inForce(id)).attributeMerge;
}
