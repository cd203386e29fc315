/** What the Web SDK is told beside who its visitor is: audiences, and what to show. */
import type { DataObject } from '@kindred/pql';
import type { Identity } from '@kindred/contract';
import type { Datastream, Handle, StreamRecord, VisitorRequest } from '../ingest/index.ts';
import { activationHandles, askedScopes, decisionHandles, hasRefused, withoutIdentities } from '../ingest/index.ts';
import type { EdgeScope } from '../segmentation/index.ts';
import { visit } from './edge-visit.ts';
import type { Rooms } from './rooms.ts';

export interface Personalized {
  readonly datastream: Datastream;
  readonly visiting: VisitorRequest;
  readonly ecid: string;
  /** Epoch ms. */
  readonly receivedAt: number;
  readonly requestId: string;
}

/** The events of the request count; those that would not be stored do not. */
export async function personalizationHandles(
  rooms: Rooms,
  asked: Personalized,
  records: readonly StreamRecord[],
): Promise<readonly Handle[]> {
  const { datastream, visiting, requestId } = asked;
  const scopes = askedScopes(visiting.body);
  const decides = datastream.decisions.some(({ scope }) => scopes.has(scope));
  if (datastream.destinations.length === 0 && !decides) return [];
  const members = hasRefused(visiting) ? new Set<string>() : await membersOf(rooms, asked, records);
  return [...activationHandles(datastream, members), ...decisionHandles(datastream, { scopes, members, requestId })];
}

async function membersOf(
  rooms: Rooms,
  { datastream, ecid, receivedAt }: Personalized,
  records: readonly StreamRecord[],
): Promise<ReadonlySet<string>> {
  const { intake } = rooms.stream;
  const events = records
    .filter((record) => intake.validate(record).length === 0)
    .map(({ document }) => document as Record<string, unknown>);
  const { audiences } = await visit(rooms, {
    identities: identitiesOf(events, ecid),
    events: events.map((event) => withoutIdentities(event) as DataObject),
    attributes: {},
    now: new Date(receivedAt),
    scope: await scopeOf(rooms, datastream),
  });
  return new Set(audiences.map(({ id }) => id));
}

/** The smallest that has all audiences the datastream tells of. */
async function scopeOf({ segmentation }: Rooms, { destinations, decisions }: Datastream): Promise<EdgeScope> {
  const edge = await segmentation.edge.audiences('edge');
  const wanted = [
    ...destinations.flatMap(({ audiences }) => audiences),
    ...decisions.flatMap(({ choices }) => choices.flatMap(({ audience }) => audience ?? [])),
  ];
  return wanted.every((id) => edge.has(id)) ? 'edge' : 'streaming';
}

/** All that the events say, and the device. */
function identitiesOf(events: readonly Readonly<Record<string, unknown>>[], ecid: string): readonly Identity[] {
  const maps = events.map(({ identityMap }) => (identityMap ?? {}) as Readonly<Record<string, unknown>>);
  const said = maps.flatMap((map) =>
    Object.entries(map).flatMap(([namespace, list]) =>
      (Array.isArray(list) ? (list as readonly { readonly id?: unknown }[]) : []).flatMap((entry) =>
        typeof entry?.id === 'string' ? [{ namespace, id: entry.id }] : [],
      ),
    ),
  );
  const known = new Map([...said, { namespace: 'ECID', id: ecid }].map((identity) => [`${identity.namespace}\0${identity.id}`, identity]));
  return [...known.values()];
}
