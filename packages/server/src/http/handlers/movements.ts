/** How audiences move and whom they are made of, over HTTP. */
import { dailyChanges, dailyJobs, sizesWithin } from '../../segmentation/index.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export function movementHandlers({
  segmentation,
  stores: { clickhouse, postgres },
  clock,
}: Rooms): Handlers<'listMovements' | 'listDailyChanges' | 'listDailyJobs' | 'countNamespaces'> {
  return {
    async listMovements({ query: { hours } }) {
      const movements = await segmentation.log.movements(new Date(clock().getTime() - hours * HOUR));
      return {
        movements: movements.map(({ audience: id, realized, existing, exited }) => {
          const before = existing + exited;
          return { id, realized, existing, exited, churn: before === 0 ? null : (realized + exited) / before };
        }),
      };
    },
    async listDailyChanges({ params: { id }, query: { days, zone } }) {
      await segmentation.definitions.get(id);
      const since = new Date(clock().getTime() - days * DAY);
      return { days: [...(await dailyChanges(clickhouse, id, { since, zone }))] };
    },
    async listDailyJobs({ query: { days, zone } }) {
      const since = new Date(clock().getTime() - days * DAY);
      return { days: [...(await dailyJobs(postgres, { since, zone }))] };
    },
    async countNamespaces({ params: { id } }) {
      const members = await segmentation.audiences.present(await segmentation.definitions.get(id));
      const sizes = Object.entries(sizesWithin(members, await segmentation.namespaces()));
      return {
        total: members.size,
        namespaces: sizes.map(([namespace, count]) => ({ namespace, members: count })).toSorted((a, b) => b.members - a.members),
      };
    },
  };
}
