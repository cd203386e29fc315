/** Bodies of requests on their way to the rooms. */

export type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the members that were left out: rooms take absence for "as it is", never undefined. */
export function given<T extends object>(body: T): Given<T> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as Given<T>;
}
