import type { MembershipEntry } from '@kindred/contract';
import { routes, serverEvents } from '@kindred/contract';
import { useEffect, useState } from 'react';
import { call } from '../api/session.ts';

/** How long to wait before following again when the connection broke, in ms. */
const AGAIN = 5000;
/** Changes that come together are one, in ms. */
const TOGETHER = 500;

/** The place in the log of the last change of an audience since the page is open; 0 before the first. */
export function useLastChange(audience: string): number {
  const [last, setLast] = useState(0);
  useEffect(() => {
    const gone = new AbortController();
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const later = (work: () => void, ms: number): void => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        work();
      }, ms);
      timers.add(timer);
    };
    const follow = async (): Promise<void> => {
      const response = await call(routes.followMembershipLog, { query: { audience }, signal: gone.signal });
      let [seen, waits] = [0, false];
      for await (const { data } of serverEvents(response)) {
        seen = (data as MembershipEntry).offset;
        if (!waits) later(() => ((waits = false), setLast(seen)), TOGETHER);
        waits = true;
      }
    };
    // What is missed in between is shown by the next change, or the next look at the page.
    const keep = (): void => {
      const again = (): void => {
        if (!gone.signal.aborted) later(keep, AGAIN);
      };
      follow().then(again, again);
    };
    keep();
    return () => {
      gone.abort();
      for (const timer of timers) clearTimeout(timer);
    };
  }, [audience]);
  return last;
}
