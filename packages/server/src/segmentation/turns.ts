/** Some tasks at a time, the others in their turn; the first failure stops them all. */

/**
 * The results in the order of the tasks. Settles when everything under way has ended; throws the first failure, or the
 * reason of the outer signal.
 */
export async function inTurns<Result>(
  atOnce: number,
  outer: AbortSignal | undefined,
  make: (signal: AbortSignal) => readonly (() => Promise<Result>)[],
): Promise<readonly Result[]> {
  const failure = new AbortController();
  const signal = AbortSignal.any([failure.signal, ...(outer === undefined ? [] : [outer])]);
  const tasks = make(signal);
  const results = new Map<number, Result>();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < tasks.length && !failure.signal.aborted) {
      const place = next++;
      try {
        signal.throwIfAborted();
        const task = tasks[place];
        if (task !== undefined) results.set(place, await task());
      } catch (error) {
        // The others' work is for nothing.
        failure.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, tasks.length) }, work));
  if (failure.signal.aborted) throw failure.signal.reason;
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}
