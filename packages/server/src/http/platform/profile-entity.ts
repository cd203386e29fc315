/** A person as entity access shows one: attributes merged by a policy, identities, memberships. */
import type { ProfileEntity } from '@kindred/contract';
import { xidOf } from '../../identity/index.ts';
import type { Identity } from '../../identity/index.ts';
import type { MergePolicy } from '../../profile/index.ts';
import type { Document } from '../../schema/index.ts';
import { identitiesOf } from '../members.ts';
import { originsOf } from '../read-models.ts';
import type { Rooms } from '../rooms.ts';
import { wholeProfile } from '../whole-profile.ts';

/** The namespace of audiences that are evaluated here, in segmentMembership. */
const EVALUATED = 'ups';

/** Null when nobody has the identity. Throws ProfileError `merge-policy-not-found`. */
export async function entityOf(rooms: Rooms, who: Identity, mergePolicyId: string | undefined): Promise<ProfileEntity | null> {
  const { tables, mergePolicies, stores } = rooms;
  const policy = await mergePolicies.find(mergePolicyId);
  const profile = tables.identities.find(who);
  if (profile === undefined) return null;
  const [document, origins, segmentMembership] = await Promise.all([
    wholeProfile(rooms, profile, { ...policy, who }),
    originsOf(stores.clickhouse, profile),
    membershipOf(rooms, profile),
  ]);
  if (document === null) return null;
  return {
    entityId: xidOf(who),
    mergePolicy: { id: policy.id },
    sources: origins.datasets,
    tags: [],
    identityGraph: identitiesOf(document).identities.map(xidOf),
    entity: { ...document, ...(Object.keys(segmentMembership).length > 0 && { segmentMembership }) },
    lastModifiedAt: origins.last.toISOString(),
  };
}

/** The documented answer about somebody nobody knows. */
export function nobody(who: Identity, policy: MergePolicy): ProfileEntity {
  return {
    entityId: xidOf(who),
    mergePolicy: { id: policy.id },
    sources: [''],
    tags: [],
    identityGraph: [],
    entity: {},
    lastModifiedAt: new Date(0).toISOString(),
  };
}

/** Namespace → audience → membership, as XDM has it. */
async function membershipOf({ segmentation }: Rooms, profile: number): Promise<Document> {
  const memberships = await segmentation.audiences.ofProfile(profile);
  const groups = Map.groupBy(memberships, ({ audience }) => (audience.kind !== 'external' ? EVALUATED : audience.namespace));
  return Object.fromEntries(
    [...groups].map(([namespace, list]) => [
      namespace,
      Object.fromEntries(
        list.map(({ audience, since }) => [
          audience.externalId ?? audience.id,
          { status: 'realized', lastQualificationTime: since.toISOString() },
        ]),
      ),
    ]),
  );
}
