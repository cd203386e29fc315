/** People who turned out to be one, or several: their audiences are decided anew as soon as their records lie together. */
import type { ProfileTables } from '../profile/index.ts';
import type { SegmentJobs } from './jobs.ts';
import type { Refresh } from './refresh.ts';
import { ALL } from './run-job.ts';
import type { Upkeep } from './upkeep.ts';

export interface MovesOptions {
  readonly tables: ProfileTables;
  readonly jobs: Pick<SegmentJobs, 'create'>;
  readonly upkeep: Upkeep;
  readonly refresh: Refresh;
  readonly onUnexpected: (error: unknown) => void;
}

/** Beyond so many an evaluation of everybody is sooner done. */
const MOST = 2000;
const SOURCE = 'identity';

export function watchMoves({ tables, jobs, upkeep, refresh, onUnexpected }: MovesOptions): void {
  const decide = async (signal: AbortSignal): Promise<void> => {
    const moved = tables.moved;
    if (moved.length === 0) return;
    try {
      if (moved.length <= MOST) await refresh.people(moved, signal, { cause: 'identity' });
      else await jobs.create([ALL], SOURCE);
      await tables.decided(moved);
    } catch (error) {
      if (!signal.aborted) onUnexpected(error);
    }
  };
  const look = (): void => {
    if (tables.moved.length > 0) upkeep.ask('moves', decide);
  };
  tables.onMoved(look);
  look();
}
