/** From an identity to the profile that has it. */
import type { Identity } from '@kindred/contract';
import { RequestError } from './errors.ts';
import type { Rooms } from './rooms.ts';

/** The ordinal of the profile. Throws RequestError `profile-not-found`. */
export function ordinalOf({ tables, namespaces }: Pick<Rooms, 'tables' | 'namespaces'>, { namespace, id }: Identity): number {
  const code = namespaces().find(namespace)?.code ?? namespace;
  return tables.identities.find({ namespace: code, id }) ?? unknownProfile({ namespace, id });
}

/** Throws RequestError `profile-not-found`. */
export function unknownProfile({ namespace, id }: Identity): never {
  throw new RequestError('profile-not-found', `There is no profile with the identity ${namespace}:${id}.`, {
    hint: 'Identities are case-sensitive. Search with GET /api/profiles?search=.',
  });
}
