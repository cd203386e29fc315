/** How the records of a profile become one: the newest known value of each field (profile/merge.ts). The only policy so far. */
export const MERGE_POLICY = { id: 'timestamp-ordered', version: 1 } as const;
