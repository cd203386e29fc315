/** `/data/core/identity` */
import type { IdentityClusters, IdentityGraphBody } from '@kindred/contract';
import type { Identity, Namespaces } from '../../identity/index.ts';
import { identityOfXid, xidOf } from '../../identity/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

type IdentityRoutes = 'getXid' | 'getIdentityCluster' | 'getIdentityClusters' | 'getIdentityGraphs';

/** Identities in one question. */
const MOST = 1000;

/** How somebody was named in a question. */
interface Named {
  readonly xid?: string | undefined;
  readonly nsid?: number | undefined;
  readonly namespace?: string | undefined;
  readonly id?: string | undefined;
}

export function identityHandlers(rooms: Rooms): Handlers<IdentityRoutes> {
  const { tables } = rooms;
  const required = (named: Named): Identity => identityFrom(rooms, named);
  const known = (named: Named): Identity | null => knownIdentity(rooms, named);
  const clustersOf = (
    identityOf: (named: Named) => Identity | null,
    asked: readonly Named[],
    graph: string | undefined,
  ): IdentityClusters => {
    const answer: IdentityClusters = { version: '1.1.0', clusters: [], unprocessedRecords: [], algo_type: 'STITCH_ALL' };
    for (const named of limited(asked)) {
      const namespaces = rooms.namespaces();
      const identity = identityOf(named);
      const person = identity === null ? null : tables.identities.graphOf(identity);
      if (identity === null || person === null) answer.unprocessedRecords.push(asGiven(named));
      else {
        const members = graph?.toLowerCase() === 'none' ? [identity] : person.identities;
        const compositeXid = compositeOf(namespaces, identity);
        answer.clusters.push({ xid: xidOf(identity), compositeXid, members: members.map((each) => compositeOf(namespaces, each)) });
      }
    }
    return answer;
  };
  return {
    getXid: ({ query }) => Promise.resolve({ xid: xidOf(identityFrom(rooms, query)) }),
    getIdentityCluster: ({ query: { 'graph-type': graph, ...named } }) => Promise.resolve(clustersOf(required, [named], graph)),
    getIdentityClusters({ body: { xids = [], compositeXids = [], compositeXidsWithNamespace = [], 'graph-type': graph } }) {
      const asked = [...xids.map((xid) => ({ xid })), ...compositeXids, ...compositeXidsWithNamespace];
      return Promise.resolve(clustersOf(known, asked, graph));
    },
    getIdentityGraphs({ body }) {
      const { xids = [], composite_xids: composites = [], projection_type: projection, require_edge_meta_data: detailed } = body;
      const asked = limited([
        ...xids.map((xid): Named => ({ xid })),
        ...composites.map(({ ns, ...rest }): Named => ({ ...rest, namespace: ns })),
      ]);
      const found = asked.map((named) => ({ named, graph: graphView(rooms, named, { projection, detailed }) }));
      const missing = found.filter(({ graph }) => graph === null).map(({ named }) => named);
      return Promise.resolve({
        version: '2.0' as const,
        graphs: found.flatMap(({ graph }) => graph ?? []),
        unprocessed_xids: missing.flatMap(({ xid }) => xid ?? []),
        unprocessed_composite_xids: missing.flatMap(({ xid, namespace: ns, nsid, id = '' }) =>
          xid === undefined ? [{ ns, nsid, id }] : [],
        ),
        algo_type: 'STITCH_ALL' as const,
      });
    },
  };
}

/** Throws RequestError for none and for too many. */
function limited(asked: readonly Named[]): readonly Named[] {
  if (asked.length > 0 && asked.length <= MOST) return asked;
  throw new RequestError('bulk-count', `${asked.length} identities were asked for; it takes 1 to ${MOST}.`);
}

/** Null when there is no such namespace: of many identities the others are answered. Throws RequestError. */
function knownIdentity(rooms: Rooms, named: Named): Identity | null {
  try {
    return identityFrom(rooms, named);
  } catch (error) {
    if (error instanceof RequestError && error.code === 'namespace-unknown') return null;
    throw error;
  }
}

/** By XID, or by namespace and id. Throws RequestError. */
function identityFrom({ namespaces: current, tables }: Rooms, { xid, nsid, namespace, id }: Named): Identity {
  if (xid !== undefined) {
    const identity = identityOfXid(xid);
    if (identity !== null) return identity;
    throw new RequestError('request-invalid', `${xid} is no XID.`, { hint: 'Ask for it with GET /data/core/identity/identity.' });
  }
  if (id === undefined || id === '' || (namespace ?? nsid) === undefined) {
    throw new RequestError('request-invalid', 'An identity needs its namespace (namespace or nsid) and its id.', { hint: LIST });
  }
  const namespaces = current();
  const found = namespace === undefined ? namespaces.findByNumber(nsid ?? 0) : namespaces.find(namespace);
  if (found !== undefined) return { namespace: found.code, id };
  // Mappings declare namespaces that are in no list.
  if (namespace !== undefined && tables.identities.find({ namespace, id }) !== undefined) return { namespace, id };
  throw new RequestError('namespace-unknown', `There is no identity namespace ${namespace ?? nsid}.`, { hint: LIST });
}

const LIST = 'List the namespaces with GET /data/core/idnamespace/identities.';

function asGiven({ xid, nsid, namespace, id = '' }: Named): IdentityClusters['unprocessedRecords'][number] {
  if (xid !== undefined) return xid;
  return namespace === undefined ? { nsid: nsid ?? 0, id } : { namespace, id };
}

/** Every identity stored has a namespace that is known, or was declared by a mapping; those of mappings have no number. */
function numberOf(namespaces: Namespaces, code: string): number | undefined {
  const namespace = namespaces.find(code);
  return namespace === undefined ? undefined : namespaces.numberOf(namespace);
}

function compositeOf(namespaces: Namespaces, { namespace, id }: Identity): IdentityClusters['clusters'][number]['compositeXid'] {
  return { nsid: numberOf(namespaces, namespace), namespace, id };
}

interface Projection {
  readonly projection: 'set' | 'graph';
  readonly detailed: boolean;
}

function graphView(rooms: Rooms, named: Named, { projection, detailed }: Projection): IdentityGraphBody | null {
  const namespaces = rooms.namespaces();
  const identity = knownIdentity(rooms, named);
  const person = identity === null ? null : rooms.tables.identities.graphOf(identity);
  if (identity === null || person === null) return null;
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
