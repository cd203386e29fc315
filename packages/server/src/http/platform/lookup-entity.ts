/** A record of a lookup entity as entity access shows one. */
import type { ProfileEntity } from '@kindred/contract';
import { PROFILE_MODEL } from '@kindred/contract';
import type { Identity } from '../../identity/index.ts';
import { xidOf } from '../../identity/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';

/** The `$id` of the class that a model names; null for profiles. Throws RequestError for what is neither. */
export function lookupModel({ registry, tables }: Pick<Rooms, 'registry' | 'tables'>, model: string): string | null {
  if (model === PROFILE_MODEL) return null;
  const entities = Object.keys(tables.schema.lookups);
  const named = [...registry.state.resources.values()].filter(({ id }) => entities.includes(id));
  const found = named.find(({ id, altId }) => altId === model || id === model);
  if (found !== undefined) return found.id;
  throw new RequestError('request-invalid', `schema.name: there are no entities of the class ${model}.`, {
    hint: `Classes with entities: ${[PROFILE_MODEL, '_xdm.context.experienceevent', ...named.map(({ altId }) => altId)].join(', ')}.`,
  });
}

/** Null when there is none. */
export function recordOf({ tables }: Pick<Rooms, 'tables'>, entity: string, who: Identity): ProfileEntity | null {
  const record = tables.lookups.find(entity, who.id);
  if (record === null || record.namespace !== who.namespace) return null;
  return {
    entityId: xidOf(who),
    mergePolicy: { id: '' },
    sources: [record.dataset],
    tags: [],
    identityGraph: [xidOf(who)],
    entity: { ...record.document },
    lastModifiedAt: new Date(record.time).toISOString(),
  };
}
