/** What is in the schema registry, and what became of it. */
import type { Resource } from '../../schema/index.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { UNIONS } from './registry-unions.ts';
import { versionOf } from './registry-views.ts';
import { ORGANISATION } from './views.ts';

const KINDS = ['schemas', 'classes', 'fieldgroups', 'datatypes'] as const;
const NEWEST = 10;

export function registryHistoryHandlers(rooms: Rooms): Handlers<'schemaRegistryStats' | 'schemaAuditLog'> {
  const { registry } = rooms;
  return {
    schemaRegistryStats: () => Promise.resolve(statsOf(rooms)),
    async schemaAuditLog({ params: { id } }) {
      const known = [...registry.state.resources.values()].find((resource) => resource.id === id || resource.altId === id);
      const history = await registry.history(known?.id ?? id);
      return history.map(({ action, version, body, changedAt, changedBy }) => ({
        id: known?.id ?? id,
        action,
        version: versionOf({ version }),
        title: body?.['title'],
        imsOrg: ORGANISATION,
        updatedTime: changedAt.getTime(),
        updatedUser: changedBy,
        body,
      }));
    },
  };
}

function statsOf({ registry: { state, tenant } }: Rooms) {
  const all = [...state.resources.values()];
  const brief = ({ id, altId, version, body }: Resource) => ({
    $id: id,
    'meta:altId': altId,
    version: versionOf({ version }),
    title: body['title'],
  });
  const newest = (key: 'createdAt' | 'updatedAt') =>
    all.toSorted((one, other) => other[key].getTime() - one[key].getTime()).slice(0, NEWEST);
  const counts = Object.fromEntries(
    KINDS.map((kind) => [kind === 'fieldgroups' ? 'mixins' : kind, all.filter((each) => each.kind === kind).length]),
  );
  return {
    imsOrg: ORGANISATION,
    tenantId: tenant,
    counts: { ...counts, unions: UNIONS.length },
    recentlyCreatedResources: newest('createdAt').map(brief),
    recentlyUpdatedResources: newest('updatedAt').map(brief),
  };
}
