export type { Chunk, WriteResult } from './chunk.ts';
export { EVENT_KEYS, FRAGMENT_KEYS } from './chunk.ts';
export type { EventPosition, EventsOptions, ReadableTables } from './read.ts';
export { countEvents, countProfiles, readDocuments, readEvents, readProfile, readProfiles } from './read.ts';
export type { ProfileTablesOptions } from './tables.ts';
export { ProfileTables } from './tables.ts';
