/** What keeps memberships right between jobs. */
import { keepLogShort } from '../log-retention.ts';
import { watchMoves } from '../moves.ts';
import { Refresh } from '../refresh.ts';
import { Upkeep } from '../upkeep.ts';
import type { Kysely } from 'kysely';
import type { Database, Lmdb } from '../../store/index.ts';
import type { WhyOptions } from '../why.ts';
import { whyMember } from '../why.ts';
import { Drift } from './drift.ts';
import type { LiveOptions } from './live.ts';
import { Live } from './live.ts';
import type { MovesOptions } from '../moves.ts';
import { PackedPlaces } from './packed-states.ts';

export type OpenLiveOptions = Omit<LiveOptions & MovesOptions, 'refresh' | 'upkeep' | 'places'> & {
  readonly lmdb: Lmdb;
  readonly db: Kysely<Database>;
  readonly external: WhyOptions['external'];
  /** For how many days changes of membership are kept; 0: for ever. */
  readonly logDays: number;
};

export interface OpenedLive {
  readonly drift: Drift;
  readonly live: Pick<Live, 'states'>;
  close(): Promise<void>;
}

export function openLive(options: OpenLiveOptions): OpenedLive {
  const { memberships, logDays, clock, onUnexpected } = options;
  const [refresh, upkeep] = [new Refresh(options), new Upkeep()];
  watchMoves({ ...options, refresh, upkeep });
  const live = new Live({ ...options, refresh, upkeep, places: new PackedPlaces(options.lmdb) });
  live.start();
  const endRetention = keepLogShort({ memberships, days: logDays, clock, onUnexpected });
  const reference = async (audience: string, profile: number, now: Date): Promise<boolean> =>
    (await whyMember(audience, profile, now, options)).member;
  const drift = new Drift({ ...options, live, reference });
  return {
    drift,
    live,
    async close() {
      drift.close();
      live.close();
      await upkeep.close();
      await live.told();
      await endRetention();
    },
  };
}
