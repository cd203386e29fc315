export type { Chunk, DataChange, Erased, WriteResult } from './chunk.ts';
export { EVENT_KEYS, FRAGMENT_KEYS } from './chunk.ts';
export type { ComputedAttribute, ComputedStatus, NewComputedAttribute } from './computed-attribute.ts';
export { ComputedAttributes } from './computed-attributes.ts';
export { COMPUTED } from './computed-schema.ts';
export { byTimeAndId } from './event-order.ts';
export { ProfileError } from './errors.ts';
export type { ProfileErrorCode } from './errors.ts';
export type { KeptRecord, LookupOrigin, LookupRecord, LookupTable } from './lookups.ts';
export { Lookups } from './lookups.ts';
export type { AttributeMerge, MergePolicy } from './merge-policy.ts';
export { MergePolicies, requireStitched } from './merge-policies.ts';
export type { MergePolicyChange, NewMergePolicy } from './merge-policies.ts';
export { TIMESTAMP_ORDERED } from './merge-policy.ts';
export { PolicyTables } from './policy-tables.ts';
export type { EventPosition, EventsOptions, OwnedEvent, ProfileRecord, ReadableTables, Received } from './read.ts';
export {
  countEvents,
  countProfiles,
  readAttributes,
  readDocuments,
  readEvents,
  readEventsSince,
  readHistories,
  readProfile,
  readProfiles,
  readRecent,
  readRecords,
  readRest,
  receivedSql,
  storedColumns,
} from './read.ts';
export { mergedProfiles } from './merge.ts';
export type { AmendedScores, ScoredModel } from './scores.ts';
export { SCORES, scoresOf } from './scores.ts';
export { instantBefore, Retention } from './retention.ts';
export type { Kept } from './retention.ts';
export type { ProfileTablesOptions } from './tables.ts';
export { ProfileTables } from './tables.ts';
