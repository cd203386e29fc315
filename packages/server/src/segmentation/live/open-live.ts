/** What keeps memberships right between jobs. */
import { keepLogShort } from '../log-retention.ts';
import { watchMoves } from '../moves.ts';
import { Refresh } from '../refresh.ts';
import type { LiveOptions } from './live.ts';
import { Live } from './live.ts';
import type { MovesOptions } from '../moves.ts';

export type OpenLiveOptions = Omit<LiveOptions & MovesOptions, 'refresh'> & {
  /** For how many days changes of membership are kept; 0: for ever. */
  readonly logDays: number;
};

/** Gives what ends it. */
export function openLive(options: OpenLiveOptions): () => Promise<void> {
  const { memberships, logDays, clock, onUnexpected } = options;
  const refresh = new Refresh(options);
  watchMoves({ ...options, refresh });
  const live = new Live({ ...options, refresh });
  live.start();
  const endRetention = keepLogShort({ memberships, days: logDays, clock, onUnexpected });
  return async () => {
    live.close();
    await endRetention();
  };
}
