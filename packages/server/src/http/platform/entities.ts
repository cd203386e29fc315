/** `/data/core/ups/access/entities` */
import type { EventPage, ProfileEntity } from '@kindred/contract';
import { EVENT_MODEL } from '@kindred/contract';
import { identityOfXid, xidOf } from '../../identity/index.ts';
import type { Identity } from '../../identity/index.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import type { EventQuestion } from './event-pages.ts';
import { eventPageOf, NO_EVENTS } from './event-pages.ts';
import { parseConditions } from './event-conditions.ts';
import { projected } from './projection.ts';
import { lookupModel, recordOf } from './lookup-entity.ts';
import { entityOf, nobody } from './profile-entity.ts';

export function entityHandlers(rooms: Rooms): Handlers<'getEntity' | 'getEntities'> {
  return {
    async getEntity({ query }) {
      const { mergePolicyId, fields } = query;
      const paths = fields?.split(',').map((path) => path.trim());
      if (query['schema.name'] === EVENT_MODEL) {
        const who = identityFrom(rooms, { id: query.relatedEntityId, namespace: query.relatedEntityIdNS }, 'relatedEntityId');
        const { startTime, endTime, limit, orderby, start, property } = query;
        return await eventsOf(
          rooms,
          { who, mergePolicyId },
          {
            fields: paths,
            startTime,
            endTime,
            limit,
            start,
            oldestFirst: isAscending(orderby),
            conditions: parseConditions(property),
            linkTo: (next) => ({ href: `/entities?${nextQuery(query, next)}` }),
          },
        );
      }
      const who = identityFrom(rooms, { id: query.entityId, namespace: query.entityIdNS }, 'entityId');
      const lookup = lookupModel(rooms, query['schema.name']);
      const entity = lookup === null ? await entityOf(rooms, who, mergePolicyId) : recordOf(rooms, lookup, who);
      if (entity === null) throw lookup === null ? unknownProfile(who) : unknownRecord(who);
      return { [xidOf(who)]: { ...entity, entity: projected(entity.entity, paths) } };
    },
    async getEntities({ body }) {
      const answers: [string, ProfileEntity | EventPage][] = [];
      for (const given of body.identities) {
        const about = body.schema.name === EVENT_MODEL;
        const [id, code] = about ? [given.relatedEntityId, given.relatedEntityIdNS] : [given.entityId, given.entityIdNS];
        const who = identityFrom(rooms, { id, namespace: code?.code }, about ? 'relatedEntityId' : 'entityId');
        answers.push([xidOf(who), about ? await manyEvents(rooms, who, body, given.start) : await manyProfiles(rooms, who, body)]);
      }
      return Object.fromEntries(answers);
    },
  };
}

type Many = Parameters<Handlers<'getEntities'>['getEntities']>[0]['body'];

async function manyProfiles(rooms: Rooms, who: Identity, { schema, mergePolicyId, fields }: Many): Promise<ProfileEntity> {
  const lookup = lookupModel(rooms, schema.name);
  const known = lookup === null ? await entityOf(rooms, who, mergePolicyId) : recordOf(rooms, lookup, who);
  const entity = known ?? nobody(who, await rooms.mergePolicies.find(mergePolicyId));
  const requestedIdentity = { entityId: who.id, entityIdNS: { code: who.namespace } };
  return { ...entity, requestedIdentity, entity: projected(entity.entity, fields) };
}

async function manyEvents(rooms: Rooms, who: Identity, body: Many, start: string | undefined): Promise<EventPage> {
  const { fields, timeFilter = {}, limit, orderby, orderBy } = body;
  const identityAt = (next: string): object => ({ relatedEntityId: who.id, relatedEntityIdNS: { code: who.namespace }, start: next });
  return await eventsOf(
    rooms,
    { who, mergePolicyId: body.mergePolicyId },
    {
      fields,
      ...timeFilter,
      limit,
      start,
      oldestFirst: isAscending(orderBy ?? orderby ?? 'timestamp'),
      conditions: [],
      linkTo: (next) => ({ href: '/entities', payload: { ...body, identities: [identityAt(next)] } }),
    },
  );
}

/** Throws ProfileError `merge-policy-not-found`. */
async function eventsOf(
  rooms: Rooms,
  { who, mergePolicyId }: { readonly who: Identity; readonly mergePolicyId: string | undefined },
  question: EventQuestion,
): Promise<EventPage> {
  const { identities } = rooms.tables;
  const { identityGraph } = await rooms.mergePolicies.find(mergePolicyId);
  const profile = identities.find(who);
  const identity = identityGraph === 'none' ? identities.numberOf(who) : undefined;
  return profile === undefined ? NO_EVENTS : await eventPageOf(rooms.tables, { who, profile, identity }, question);
}

const isAscending = (orderby: string): boolean => !orderby.startsWith('-');

function nextQuery(query: Readonly<Record<string, unknown>>, start: string): string {
  const entries = Object.entries({ ...query, start }).flatMap(([name, value]) =>
    value === undefined ? [] : (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]),
  );
  return new URLSearchParams(entries).toString();
}

interface Given {
  readonly id: string | undefined;
  readonly namespace: string | undefined;
}

/** By namespace and id, or by XID. Throws RequestError. */
function identityFrom({ namespaces }: Rooms, { id, namespace }: Given, name: string): Identity {
  if (id === undefined || id === '')
    throw new RequestError('request-invalid', `${name} is missing.`, { hint: `Send ${name} and ${name}NS.` });
  if (namespace !== undefined) return { namespace: namespaces().find(namespace)?.code ?? namespace, id };
  const identity = identityOfXid(id);
  if (identity !== null) return identity;
  throw new RequestError('request-invalid', `${name} is no XID, so it needs its namespace.`, { hint: `Send ${name}NS, such as Email.` });
}

function unknownRecord({ namespace, id }: Identity): RequestError {
  return new RequestError('record-not-found', `There is no record with the id ${namespace}:${id}.`, {
    hint: 'It is the primary identity of a record that was sent to a dataset of the class. Ids are case-sensitive.',
  });
}

function unknownProfile({ namespace, id }: Identity): RequestError {
  return new RequestError('profile-not-found', `There is no profile with the identity ${namespace}:${id}.`, {
    hint: 'Identities are case-sensitive.',
  });
}
