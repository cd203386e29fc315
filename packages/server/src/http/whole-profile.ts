/** One profile with everything a rule can read of it, its events apart. */
import type { AttributeMerge } from '../profile/index.ts';
import { readAttributes, readDocuments, readProfile } from '../profile/index.ts';
import type { Document } from '../schema/index.ts';
import type { Rooms } from './rooms.ts';

/** The zone of calendar words in rules; the language says UTC. */
const ZONE = 'UTC';

/** Attributes merged by the time of records unless told, `identityMap`, and computed attributes; null when there is no such profile. */
export async function wholeProfile(
  { tables, computed, clock }: Pick<Rooms, 'tables' | 'computed' | 'clock'>,
  profile: number,
  by: AttributeMerge = { type: 'timestampOrdered' },
): Promise<Document | null> {
  const stored = computed.inUse ? (await readDocuments(tables, [profile])).get(profile) : await readProfile(tables, profile);
  if (stored === undefined || stored === null) return null;
  const document = by.type === 'timestampOrdered' ? stored : await mergedBy(tables, by, { profile, stored });
  const { xEvent: _, ...attributes } = computed.completed(document, { now: clock().getTime(), zone: ZONE });
  return attributes;
}

async function mergedBy(
  tables: Rooms['tables'],
  by: AttributeMerge,
  { profile, stored }: { readonly profile: number; readonly stored: Document },
): Promise<Document> {
  const attributes = (await readAttributes(tables, [profile], by)).get(profile);
  const { identityMap, xEvent } = stored;
  return { ...attributes, identityMap, xEvent };
}
