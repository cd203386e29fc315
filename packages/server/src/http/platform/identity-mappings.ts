/** `/data/core/identity/mapping(s)`: which identities of one namespace go with others. */
import type { IdentityMappings } from '@kindred/contract';
import type { Identity } from '../../identity/index.ts';
import { xidOf } from '../../identity/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import type { Named } from './identity-names.ts';
import { algorithmOf, allNamed, asGiven, compositeOf, identityFrom, knownIdentity, LIST } from './identity-names.ts';

export function mappingHandlers(rooms: Rooms): Handlers<'getIdentityMapping' | 'getIdentityMappings'> {
  return {
    getIdentityMapping({ query: { targetNs, ...named }, reply }) {
      const answer = mappingsOf(rooms, [{ named, identity: identityFrom(rooms, named) }], targetNs);
      return Promise.resolve(answer.mappings.length > 0 ? answer : void reply.code(204));
    },
    getIdentityMappings({ body: { targetNs, ...many }, reply }) {
      const asked = allNamed(many).map((named) => ({ named, identity: knownIdentity(rooms, named) }));
      const answer = mappingsOf(rooms, asked, targetNs);
      return Promise.resolve(answer.mappings.length > 0 ? answer : void reply.code(204));
    },
  };
}

interface Asked {
  readonly named: Named;
  /** Null: there is no such namespace. */
  readonly identity: Identity | null;
}

/** Who has no identity of the namespace has no entry. Throws RequestError when there is no such namespace. */
function mappingsOf(rooms: Rooms, asked: readonly Asked[], targetNs: number | string): IdentityMappings {
  const namespaces = rooms.namespaces();
  const target = typeof targetNs === 'number' ? namespaces.findByNumber(targetNs) : namespaces.find(targetNs);
  if (target === undefined) throw new RequestError('namespace-unknown', `There is no identity namespace ${targetNs}.`, { hint: LIST });
  const answer: IdentityMappings = { mappings: [], unprocessedRecords: [], algo_type: algorithmOf(rooms) };
  for (const { named, identity } of asked) {
    const person = identity === null ? null : rooms.tables.identities.graphOf(identity);
    if (identity === null || person === null) {
      answer.unprocessedRecords.push(asGiven(named));
      continue;
    }
    const mapping = person.identities
      .filter(({ namespace }) => namespace === target.code)
      .map((each) => ({ compositeXid: compositeOf(namespaces, each), lastAssociationTime: each.last }));
    if (mapping.length > 0) answer.mappings.push({ xid: xidOf(identity), compositeXid: compositeOf(namespaces, identity), mapping });
  }
  return answer;
}
