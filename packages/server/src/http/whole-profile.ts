/** One profile with everything a rule can read of it, its events apart. */
import type { Identity } from '../identity/index.ts';
import type { MergePolicy } from '../profile/index.ts';
import { readAttributes, readDocuments, readEvents, readProfile, TIMESTAMP_ORDERED } from '../profile/index.ts';
import type { Document } from '../schema/index.ts';
import type { Rooms } from './rooms.ts';

/** The zone of calendar words in rules; the language says UTC. */
const ZONE = 'UTC';

export interface View extends Pick<MergePolicy, 'attributeMerge' | 'identityGraph'> {
  /** Whom a policy without a graph is about. */
  readonly who?: Identity;
}

type Parts = Pick<Rooms, 'tables' | 'computed' | 'clock'>;

/** Attributes merged by the time of records unless told, `identityMap`, and computed attributes; null when there is no such profile. */
export async function wholeProfile(
  rooms: Parts,
  profile: number,
  view: View = { attributeMerge: TIMESTAMP_ORDERED, identityGraph: 'pdg' },
): Promise<Document | null> {
  const { computed, clock } = rooms;
  const document = view.identityGraph === 'none' && view.who ? await alone(rooms, view.who, view) : await stitched(rooms, profile, view);
  if (document === null) return null;
  const { xEvent: _, ...attributes } = computed.completed(document, { now: clock().getTime(), zone: ZONE });
  return attributes;
}

/** What is known by all identities of the person. */
async function stitched({ tables, computed }: Parts, profile: number, { attributeMerge: by }: View): Promise<Document | null> {
  const stored = computed.inUse ? (await readDocuments(tables, [profile])).get(profile) : await readProfile(tables, profile);
  if (stored === undefined || stored === null) return null;
  if (by.type === 'timestampOrdered') return stored;
  const attributes = (await readAttributes(tables, [profile], { by })).get(profile);
  const { identityMap, xEvent } = stored;
  return { ...attributes, identityMap, xEvent };
}

/** What is known by one identity alone. */
async function alone({ tables, computed }: Parts, who: Identity, { attributeMerge: by }: View): Promise<Document | null> {
  const [identity, profile] = [tables.identities.numberOf(who), tables.identities.find(who)];
  if (identity === undefined || profile === undefined) return null;
  const attributes = (await readAttributes(tables, [profile], { by, identity })).get(profile);
  const xEvent = computed.inUse ? await readEvents(tables, profile, { identity, order: 'oldest' }) : undefined;
  return { ...attributes, identityMap: { [who.namespace]: [{ id: who.id, primary: true }] }, ...(xEvent && { xEvent }) };
}

/** What could be said of a person at an instant: records and events up to it, by the identities that are known now. */
export async function pastProfile({ tables, computed }: Parts, profile: number, asOf: Date): Promise<Document | null> {
  const until = asOf.getTime();
  const now = await readProfile(tables, profile);
  if (now === null) return null;
  const attributes = (await readAttributes(tables, [profile], { by: TIMESTAMP_ORDERED, until })).get(profile);
  const xEvent = computed.inUse ? await readEvents(tables, profile, { order: 'oldest', to: until + 1 }) : undefined;
  const document = { ...attributes, identityMap: now['identityMap'], ...(xEvent && { xEvent }) };
  const { xEvent: _, ...past } = computed.completed(document, { now: until, zone: ZONE });
  return past;
}
