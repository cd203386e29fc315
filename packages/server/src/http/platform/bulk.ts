/** Bulk reads by id. */
import { RequestError } from '../errors.ts';

/** Most ids of a bulk read. */
const MOST = 100;

/** Each id once. Throws RequestError for none and for too many. */
export function bulkIdsOf({ ids }: { readonly ids: readonly { readonly id: string }[] }): readonly string[] {
  if (ids.length === 0 || ids.length > MOST) {
    throw new RequestError('bulk-count', `${ids.length} ids were asked for; it takes 1 to ${MOST}.`);
  }
  return [...new Set(ids.map(({ id }) => id))];
}
