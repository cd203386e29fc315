/** People in lists: who they are, and the attributes that tell it. */
import type { Identity, Member } from '@kindred/contract';
import type { ProfileTables } from '../profile/index.ts';
import { readProfiles } from '../profile/index.ts';
import type { Document } from '../schema/index.ts';

/** What a person would be recognised by, as far as it is known. */
const TELLING: readonly (readonly string[])[] = [
  ['person', 'name', 'firstName'],
  ['person', 'name', 'lastName'],
  ['personalEmail', 'address'],
  ['homeAddress', 'city'],
  ['homeAddress', 'country'],
  ['homeAddress', 'countryCode'],
  ['loyalty', 'tier'],
];

/** In the order of the ordinals; profiles that do not exist any more are left out. */
export async function membersOf(tables: ProfileTables, ordinals: readonly number[]): Promise<Member[]> {
  const documents = await readProfiles(tables, ordinals);
  return ordinals.flatMap((profile) => {
    const document = documents.get(profile);
    if (document === undefined) return [];
    const { identities, primary } = identitiesOf(document);
    return [{ profile, identity: primary, identities, attributes: telling(document) }];
  });
}

type IdentityMap = Readonly<Record<string, readonly { readonly id: string; readonly primary?: boolean }[]>>;

/** The identities of a document's `identityMap`; a profile has one at least. */
export function identitiesOf(document: Document): { readonly identities: Identity[]; readonly primary: Identity } {
  const all = Object.entries((document['identityMap'] ?? {}) as IdentityMap).flatMap(([namespace, list]) =>
    list.map(({ id, primary }) => ({ namespace, id, primary: primary === true })),
  );
  const first = all.find(({ primary }) => primary) ?? all[0];
  if (first === undefined) throw new Error('a profile without any identity');
  return { identities: all.map(({ namespace, id }) => ({ namespace, id })), primary: { namespace: first.namespace, id: first.id } };
}

function telling(document: Document): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const path of TELLING) {
    const value = path.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
    if (value === undefined) continue;
    const parent = path.slice(0, -1).reduce<Record<string, unknown>>((at, name) => (at[name] ??= {}) as Record<string, unknown>, result);
    parent[path.at(-1) ?? ''] = value;
  }
  return result;
}
