/** `/data/core/ups/config/schedules` */
import type { ScheduleBody } from '@kindred/contract';
import type { Schedule } from '../../segmentation/index.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { nextStart } from './paging.ts';
import { ORGANISATION, sandboxOf } from './views.ts';

type ScheduleRoutes = 'listSchedules' | 'createSchedule' | 'getSchedule' | 'updateSchedule' | 'deleteSchedule';

export function scheduleHandlers({ segmentation, settings }: Rooms): Handlers<ScheduleRoutes> {
  const { schedules } = segmentation;
  const view = (schedule: Schedule): ScheduleBody => scheduleView(schedule, settings.sandbox);
  return {
    async listSchedules({ query: { start, limit } }) {
      const { schedules: found, total } = await schedules.list({ start, limit });
      const next = nextStart(total, { start, limit });
      return {
        children: found.map(view),
        _page: { totalCount: total, pageSize: found.length, ...(next !== null && { next: String(next) }) },
        _links: { next: next === null ? {} : { href: `@/config/schedules?start=${next}&limit=${limit}` } },
      };
    },
    async createSchedule({ body }) {
      await segmentation.requireAudiences(body.properties.segments);
      return view(await schedules.create(body));
    },
    getSchedule: async ({ params }) => view(await schedules.get(params.id)),
    async updateSchedule({ params, body }) {
      // Of several operations on one path the last one counts, as in JSON Patch.
      const change = Object.fromEntries(body.map(({ path, value }) => [path.slice(1), value]));
      await schedules.update(params.id, change);
      return undefined;
    },
    async deleteSchedule({ params }) {
      await schedules.delete(params.id);
      return undefined;
    },
  };
}

function scheduleView({ id, name, type, properties, schedule, state, ...times }: Schedule, sandbox: string): ScheduleBody {
  return {
    id,
    imsOrgId: ORGANISATION,
    sandbox: sandboxOf(sandbox),
    name,
    type,
    properties: { ...properties, segments: [...properties.segments] },
    schedule,
    state,
    createEpoch: seconds(times.createdAt),
    updateEpoch: seconds(times.updatedAt),
    nextRunEpoch: times.nextRun && seconds(times.nextRun),
    lastRunEpoch: times.lastRun && seconds(times.lastRun),
    lastJobId: times.lastJob,
  };
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
