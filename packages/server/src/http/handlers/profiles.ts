/** One person over HTTP. */
import type { ProfileBody, Result, Routes, TimelineEvent } from '@kindred/contract';
import { readEvents, readRecords } from '../../profile/index.ts';
import type { Document } from '../../schema/index.ts';
import { ordinalOf, unknownProfile } from '../find-profile.ts';
import { identitiesOf, membersOf } from '../members.ts';
import { datasetsOf, eventHistory, searchProfiles } from '../read-models.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { pastProfile, wholeProfile } from '../whole-profile.ts';
import { whyBody } from '../why.ts';

type ProfileRoutes =
  | 'findProfiles'
  | 'findProfilesByRule'
  | 'getProfile'
  | 'listProfileRecords'
  | 'listEvents'
  | 'explainMembership'
  | 'explainMembershipOf';

export function profileHandlers(rooms: Rooms): Handlers<ProfileRoutes> {
  const { stores, tables, namespaces, segmentation, clock } = rooms;
  return {
    async findProfiles({ query }) {
      const namespace = query.namespace === undefined ? undefined : (namespaces().find(query.namespace)?.code ?? query.namespace);
      const found = await searchProfiles(stores.clickhouse, { ...query, namespace, limit: query.limit + 1 });
      return { profiles: await membersOf(tables, found.slice(0, query.limit)), more: found.length > query.limit };
    },
    async findProfilesByRule({ body: { pql, now, mergePolicyId, ...page }, signal }) {
      const at = now === undefined ? clock() : new Date(now);
      const { size, universe, evaluatedAt, revision, profiles } = await segmentation.findProfiles(pql, {
        ...page,
        now: at,
        mergePolicyId,
        signal,
      });
      const members = await membersOf(tables, profiles);
      return { total: size, universe, start: page.start, profiles: members, evaluatedAt: evaluatedAt.toISOString(), revision };
    },
    async getProfile({ params, query: { asOf } }) {
      const at = asOf === undefined ? undefined : new Date(asOf);
      return (await profileAt(rooms, ordinalOf(rooms, params), at)) ?? unknownProfile(params);
    },
    listProfileRecords: async ({ params, query }) => await recordsOf(rooms, ordinalOf(rooms, params), query.limit),
    async listEvents({ params, query }) {
      const profile = ordinalOf(rooms, params);
      const beyond = query.before === undefined ? {} : { beyond: { timestamp: Date.parse(query.before), id: query.beforeId ?? '' } };
      const found = await readEvents(tables, profile, { limit: query.limit + 1, ...beyond });
      const page = found.slice(0, query.limit);
      const datasets = await datasetsOf(
        stores.clickhouse,
        profile,
        page.map(({ _id }) => _id as string),
      );
      return { events: page.map((event) => timelineEvent(event, datasets)), more: found.length > query.limit };
    },
    explainMembership: async ({ params }) => whyBody(await segmentation.why(params.audienceId, ordinalOf(rooms, params), clock())),
    async explainMembershipOf({ params: { id, audienceId } }) {
      const colon = id.indexOf(':');
      const profile = ordinalOf(rooms, { namespace: id.slice(0, colon), id: id.slice(colon + 1) });
      return whyBody(await segmentation.why(audienceId, profile, clock()));
    },
  };
}

/** Null when there is no such profile. @param at as it was then; left out, as it is */
async function profileAt(rooms: Rooms, profile: number, at: Date | undefined): Promise<ProfileBody | null> {
  const [document, history, audiences] = await Promise.all([
    at === undefined ? wholeProfile(rooms, profile) : pastProfile(rooms, profile, at),
    eventHistory(rooms.stores.clickhouse, profile, at),
    rooms.segmentation.audiences.ofProfile(profile, at),
  ]);
  if (document === null) return null;
  const { identityMap: _, ...attributes } = document;
  return {
    profile,
    identities: identitiesOf(document).identities,
    attributes,
    audiences: audiences.map(({ audience, since }) => ({
      id: audience.id,
      name: audience.name,
      status: 'realized',
      since: since.toISOString(),
    })),
    eventCounts: history.map((each) => ({ ...each, first: each.first.toISOString(), last: each.last.toISOString() })),
  };
}

async function recordsOf({ tables }: Rooms, profile: number, limit: number): Promise<Result<Routes['listProfileRecords']>> {
  const found = await readRecords(tables, profile, limit + 1);
  const records = found.slice(0, limit).map(({ dataset, identity, time, received, document }) => ({
    dataset,
    identity: tables.identities.nameOf(identity),
    time: new Date(time).toISOString(),
    received: received === null ? null : new Date(received).toISOString(),
    fields: document,
  }));
  return { records, more: found.length > limit };
}

/** What every stored event has. */
interface EventDocument extends Document {
  readonly _id: string;
  readonly timestamp: string;
  readonly eventType?: string;
}

function timelineEvent(document: Document, datasets: ReadonlyMap<string, string>): TimelineEvent {
  const { _id: id, timestamp, eventType = '', ...fields } = document as EventDocument;
  return { id, eventType, timestamp, dataset: datasets.get(id) ?? '', fields };
}
