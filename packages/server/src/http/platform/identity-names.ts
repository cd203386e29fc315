/** How questions of the Identity Service name identities. */
import type { IdentityClusters } from '@kindred/contract';
import type { Identity, Namespaces } from '../../identity/index.ts';
import { identityOfXid } from '../../identity/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';

/** Identities in one question. */
const MOST = 1000;

/** How somebody was named in a question. */
export interface Named {
  readonly xid?: string | undefined;
  readonly nsid?: number | undefined;
  readonly namespace?: string | undefined;
  readonly id?: string | undefined;
}

/** What a question for many identities may hold. */
export interface NamedMany {
  readonly xids?: readonly string[] | undefined;
  readonly compositeXids?: readonly Named[] | undefined;
  readonly compositeXidsWithNamespace?: readonly Named[] | undefined;
}

/** Throws RequestError for none and for too many. */
export function allNamed({ xids = [], compositeXids = [], compositeXidsWithNamespace = [] }: NamedMany): readonly Named[] {
  return limited([...xids.map((xid) => ({ xid })), ...compositeXids, ...compositeXidsWithNamespace]);
}

/** The rules decide whether everything that occurs together is one person. */
export function algorithmOf({ tables }: Rooms): IdentityClusters['algo_type'] {
  return tables.identities.rules.unique.length === 0 ? 'STITCH_ALL' : 'UNIQUE_NAMESPACES';
}

/** Throws RequestError for none and for too many. */
export function limited(asked: readonly Named[]): readonly Named[] {
  if (asked.length > 0 && asked.length <= MOST) return asked;
  throw new RequestError('bulk-count', `${asked.length} identities were asked for; it takes 1 to ${MOST}.`);
}

/** Null when there is no such namespace: of many identities the others are answered. Throws RequestError. */
export function knownIdentity(rooms: Rooms, named: Named): Identity | null {
  try {
    return identityFrom(rooms, named);
  } catch (error) {
    if (error instanceof RequestError && error.code === 'namespace-unknown') return null;
    throw error;
  }
}

/** By XID, or by namespace and id. Throws RequestError. */
export function identityFrom({ namespaces: current, tables }: Rooms, { xid, nsid, namespace, id }: Named): Identity {
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

/** What to do about a namespace that is none. */
export const LIST = 'List the namespaces with GET /data/core/idnamespace/identities.';

export function asGiven({ xid, nsid, namespace, id = '' }: Named): IdentityClusters['unprocessedRecords'][number] {
  if (xid !== undefined) return xid;
  return namespace === undefined ? { nsid: nsid ?? 0, id } : { namespace, id };
}

/** Every identity stored has a namespace that is known, or was declared by a mapping; those of mappings have no number. */
export function numberOf(namespaces: Namespaces, code: string): number | undefined {
  const namespace = namespaces.find(code);
  return namespace === undefined ? undefined : namespaces.numberOf(namespace);
}

export function compositeOf(namespaces: Namespaces, { namespace, id }: Identity): IdentityClusters['clusters'][number]['compositeXid'] {
  return { nsid: numberOf(namespaces, namespace), namespace, id };
}
