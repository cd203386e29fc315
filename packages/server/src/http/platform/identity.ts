/** `/data/core/identity` */
import type { IdentityClusters, IdentityGraphBody } from '@kindred/contract';
import type { Identity } from '../../identity/index.ts';
import { xidOf } from '../../identity/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import type { Named } from './identity-names.ts';
import { algorithmOf, allNamed, asGiven, compositeOf, identityFrom, knownIdentity, limited, numberOf } from './identity-names.ts';

type IdentityRoutes = 'getXid' | 'getIdentityCluster' | 'getIdentityClusters' | 'getIdentityGraphs';

export function identityHandlers(rooms: Rooms): Handlers<IdentityRoutes> {
  const { tables } = rooms;
  const required = (named: Named): Identity => identityFrom(rooms, named);
  const known = (named: Named): Identity | null => knownIdentity(rooms, named);
  const clustersOf = (
    identityOf: (named: Named) => Identity | null,
    asked: readonly Named[],
    graph: string | undefined,
  ): IdentityClusters => {
    const answer: IdentityClusters = { version: '1.1.0', clusters: [], unprocessedRecords: [], algo_type: algorithmOf(rooms) };
    for (const named of asked) {
      const namespaces = rooms.namespaces();
      const identity = identityOf(named);
      const person = identity === null ? null : tables.identities.graphOf(identity);
      if (identity === null || person === null) answer.unprocessedRecords.push(asGiven(named));
      else {
        const members = isAlone(graph) ? [identity] : person.identities;
        const compositeXid = compositeOf(namespaces, identity);
        answer.clusters.push({ xid: xidOf(identity), compositeXid, members: members.map((each) => compositeOf(namespaces, each)) });
      }
    }
    return answer;
  };
  return {
    getXid: ({ query }) => Promise.resolve({ xid: xidOf(identityFrom(rooms, query)) }),
    getIdentityCluster: ({ query: { 'graph-type': graph, ...named } }) => Promise.resolve(clustersOf(required, [named], graph)),
    getIdentityClusters: ({ body }) => Promise.resolve(clustersOf(known, allNamed(body), body['graph-type'])),
    getIdentityGraphs({ body }) {
      const { xids = [], composite_xids: composites = [], projection_type: projection, require_edge_meta_data: detailed } = body;
      for (const option of ['traverse', 'filter'] as const) {
        if (body[option] === undefined) continue;
        throw new RequestError('not-supported', `"${option}" is not supported.`, {
          hint: 'Leave it out, and choose from the whole graph.',
        });
      }
      const alone = isAlone(body.graph_type);
      const asked = limited([
        ...xids.map((xid): Named => ({ xid })),
        ...composites.map(({ ns, ...rest }): Named => ({ ...rest, namespace: ns })),
      ]);
      const found = asked.map((named) => ({ named, graph: graphView(rooms, named, { projection, detailed, alone }) }));
      const missing = found.filter(({ graph }) => graph === null).map(({ named }) => named);
      return Promise.resolve({
        version: '2.0' as const,
        graphs: found.flatMap(({ graph }) => graph ?? []),
        unprocessed_xids: missing.flatMap(({ xid }) => xid ?? []),
        unprocessed_composite_xids: missing.flatMap(({ xid, namespace: ns, nsid, id = '' }) =>
          xid === undefined ? [{ ns, nsid, id }] : [],
        ),
        algo_type: algorithmOf(rooms),
      });
    },
  };
}

interface Projection {
  readonly projection: 'set' | 'graph';
  readonly detailed: boolean;
  /** The identity without those that it came together with. */
  readonly alone: boolean;
}

/** Asked for without a graph. */
function isAlone(graphType: string | undefined): boolean {
  return graphType?.toLowerCase() === 'none';
}

function graphView(rooms: Rooms, named: Named, { projection, detailed, alone }: Projection): IdentityGraphBody | null {
  const namespaces = rooms.namespaces();
  const identity = knownIdentity(rooms, named);
  const graph = identity === null ? null : rooms.tables.identities.graphOf(identity);
  if (identity === null || graph === null) return null;
  const person = alone ? { identities: graph.identities.filter((each) => isSame(each, identity)), links: [] } : graph;
  const ref = ({ namespace, id }: Identity) => ({ ns: namespace, nsid: numberOf(namespaces, namespace), id });
  const about = { xid: xidOf(identity), composite_xid: ref(identity) };
  if (projection === 'set') return { ...about, members: person.identities.map(ref) };
  return {
    ...about,
    vertices: person.identities.map((each) => ({ xid: xidOf(each), composite_xid: ref(each), last_updated_ts: each.last })),
    edges: person.links.map(({ one, other, first, last, datasets }) => ({
      xid_pair: [xidOf(one), xidOf(other)],
      composite_xid_pair: [ref(one), ref(other)],
      ...(detailed && { first_established_ts: first, last_established_ts: last, dataset_ids: [...datasets] }),
    })),
  };
}

function isSame(one: Identity, other: Identity): boolean {
  return one.namespace === other.namespace && one.id === other.id;
}
