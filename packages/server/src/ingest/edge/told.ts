/** What a client is told of the audiences its visitor is in, as the documented handles. */
import type { Json } from '../tracking/values.ts';
import { list, object, text } from '../tracking/values.ts';
import type { Datastream, EdgeDestination } from '../stream/datastreams.ts';
import type { Handle } from './visitor.ts';

const JSON_ITEM = 'https://ns.adobe.com/personalization/json-content-item';
const PROVIDER = 'KND';

/**
 * `activation:push` for cookies and addresses, `activation:pull` for programs. A cookie is written when the visitor is in none as well,
 * so that it does not keep what is no longer true.
 */
export function activationHandles({ destinations }: Datastream, members: ReadonlySet<string>): readonly Handle[] {
  const told = destinations.map((destination, number) => payloadOf(destination, number, members));
  const push = told.filter((payload) => payload !== null && payload['type'] !== 'profileLookup') as Json[];
  const pull = told.filter((payload) => payload !== null && payload['type'] === 'profileLookup') as Json[];
  return [
    ...(push.length === 0 ? [] : [{ type: 'activation:push', payload: push }]),
    ...(pull.length === 0 ? [] : [{ type: 'activation:pull', payload: pull }]),
  ];
}

/** Null when there is nothing to tell. */
function payloadOf(destination: EdgeDestination, number: number, members: ReadonlySet<string>): Json | null {
  const inside = destination.audiences.filter((id) => members.has(id));
  switch (destination.type) {
    case 'cookie': {
      const { name, domain, ttlDays } = destination;
      return { type: 'cookie', spec: { name, value: inside.join(','), ...(domain !== undefined && { domain }), ttlDays } };
    }
    case 'url': {
      const { url, hideReferrer, ttlMinutes } = destination;
      return inside.length === 0 ? null : { type: 'url', id: String(number), spec: { url, hideReferrer, ttlMinutes } };
    }
    case 'profileLookup': {
      const segments = inside.map((id) => ({ id, namespace: 'ups' }));
      return { type: 'profileLookup', destinationId: String(number), alias: destination.alias, segments };
    }
    default:
      return destination satisfies never;
  }
}

/** The decision scopes and surfaces that the events of a request, or the request itself, ask for. */
export function askedScopes(body: Json): ReadonlySet<string> {
  const askers = [body, object(body['event']), ...list(body['events']).map((event) => object(event))];
  return new Set(
    askers.flatMap((asker) => {
      const personalization = object(object(asker?.['query'])?.['personalization']);
      return [...list(personalization?.['decisionScopes']), ...list(personalization?.['surfaces'])].flatMap((scope) => text(scope) ?? []);
    }),
  );
}

/** `personalization:decisions`: of each scope that is asked for the payload of the first choice that fits. */
export function decisionHandles(
  { id, decisions }: Datastream,
  asked: { readonly scopes: ReadonlySet<string>; readonly members: ReadonlySet<string>; readonly requestId: string },
): readonly Handle[] {
  const payload = decisions.flatMap(({ scope, choices }) => {
    const number = choices.findIndex(({ audience }) => audience === null || asked.members.has(audience));
    const choice = choices[number];
    if (choice === undefined || !asked.scopes.has(scope)) return [];
    const item = { id: `${scope}-${number}`, schema: JSON_ITEM, data: { id: `${scope}-${number}`, content: choice.payload } };
    const scopeDetails = { decisionProvider: PROVIDER, correlationID: asked.requestId, activity: { id: `${id}:${scope}` } };
    return [{ id: `${id}:${scope}:${number}`, scope, scopeDetails, items: [item] }];
  });
  return payload.length === 0 ? [] : [{ type: 'personalization:decisions', payload }];
}
