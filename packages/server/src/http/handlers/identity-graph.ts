/** The graph of identities over HTTP: what it is made of, and links changed by hand. */
import type { AmendedLinks, IdentityGraphViewBody } from '@kindred/contract';
import type { AmendedLink, Amendment, Identity } from '../../identity/index.ts';
import { identityStatistics } from '../../identity/index.ts';
import { countProfiles } from '../../profile/index.ts';
import { evaluateEverything } from '../audiences.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type GraphRoutes =
  | 'getIdentityGraph'
  | 'getIdentityStatistics'
  | 'listRemovedLinks'
  | 'repairIdentityGraph'
  | 'restoreLinks'
  | 'unlinkIdentities';

/** Links with other people in one answer: one tablet may have a hundred thousand. */
const OUTSIDE = 200;

export function identityGraphHandlers(rooms: Rooms): Handlers<GraphRoutes> {
  const { tables, stores } = rooms;
  return {
    getIdentityGraph: ({ query }) => Promise.resolve(graphView(rooms, spelled(rooms, query))),
    async getIdentityStatistics() {
      const { links, removed } = tables.identities.linkCounts;
      const { people, identities, namespaces, sizes } = await identityStatistics(stores.clickhouse);
      return { people, identities, links, removedLinks: removed, namespaces: [...namespaces], sizes: [...sizes] };
    },
    unlinkIdentities: ({ body }) => amend(rooms, 'remove', body),
    restoreLinks: ({ body }) => amend(rooms, 'restore', body),
    listRemovedLinks({ query: { start, limit } }) {
      const all = tables.identities.removedLinks;
      return Promise.resolve({
        total: all.length,
        links: all.slice(start, start + limit).map((link) => ({ ...viewOf(link), removed: link.removed })),
      });
    },
    async repairIdentityGraph() {
      await tables.relink(tables.identities.rules);
      return { profiles: await countProfiles(tables), evaluation: await evaluateEverything(rooms) };
    },
  };
}

async function amend(
  rooms: Rooms,
  amendment: Amendment,
  { identity, from }: { readonly identity: Identity; readonly from?: Identity | undefined },
): Promise<AmendedLinks> {
  const { tables, clock } = rooms;
  const named = { identity: spelled(rooms, identity), ...(from !== undefined && { from: spelled(rooms, from) }) };
  const links = await tables.amendLinks(amendment, named, clock().getTime());
  return { links: links.map(viewOf), people: peopleOf(rooms, links), evaluation: await evaluateEverything(rooms) };
}

function spelled({ namespaces }: Rooms, { namespace, id }: Identity): Identity {
  return { namespace: namespaces().find(namespace)?.code ?? namespace, id };
}

function graphView({ tables, namespaces }: Rooms, identity: Identity): IdentityGraphViewBody {
  const { identities } = tables;
  const [profile, person, outside] = [
    identities.find(identity),
    identities.graphOf(identity),
    identities.outsideLinksOf(identity, OUTSIDE),
  ];
  if (profile === undefined || person === null || outside === null) {
    const { namespace, id } = identity;
    throw new RequestError('identity-unknown', `Nobody has the identity ${namespace}:${id}.`, {
      hint: 'Find people by what they have with GET /api/profiles?search=.',
    });
  }
  const primary = identities
    .identitiesOf([profile])
    .get(profile)
    ?.find((each) => each.primary);
  const known = namespaces();
  return {
    identities: person.identities.map(({ namespace, id, last }) => ({
      namespace,
      id,
      idType: known.find(namespace)?.idType ?? null,
      primary: primary?.namespace === namespace && primary.id === id,
      last,
    })),
    links: person.links.map(viewOf),
    outside: { total: outside.total, links: outside.links.map((link) => ({ ...viewOf(link), reason: link.reason })) },
  };
}

/** The people that the ends of links belong to now, each once. */
function peopleOf({ tables: { identities } }: Rooms, links: readonly AmendedLink[]): { identities: Identity[] }[] {
  const profiles = new Set(links.flatMap(({ one, other }) => [one, other]).flatMap((end) => identities.find(end) ?? []));
  return [...identities.identitiesOf([...profiles]).values()].map((all) => ({
    identities: all.map(({ namespace, id }) => ({ namespace, id })),
  }));
}

function viewOf({ one, other, first, last, datasets }: AmendedLink) {
  return { one, other, first, last, datasets: [...datasets] };
}
