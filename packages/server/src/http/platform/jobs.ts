/** `/data/core/ups/segment/jobs` */
import type { SegmentJob as SegmentJobBody } from '@kindred/contract';
import { PROFILE_MODEL } from '@kindred/contract';
import type { Definition, SegmentJob } from '../../segmentation/index.ts';
import { SOURCE } from '../audiences.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { nextStart } from './paging.ts';
import { ORGANISATION, expressionOf, sandboxOf } from './views.ts';

type JobRoutes = 'listSegmentJobs' | 'createSegmentJob' | 'getSegmentJob' | 'cancelSegmentJob';

export function jobHandlers(rooms: Rooms): Handlers<JobRoutes> {
  const { jobs } = rooms.segmentation;
  return {
    async listSegmentJobs({ query: { start, limit, status, sort } }) {
      const oldestFirst = isOldestFirst(sort);
      const { jobs: found, total } = await jobs.list({ start, limit, oldestFirst, ...(status && { status }) });
      const next = nextStart(total, { start, limit });
      return {
        children: await jobViews(rooms, found),
        _page: { totalCount: total, pageSize: found.length },
        _links: { next: next === null ? {} : { href: `@/segment/jobs?start=${next}&limit=${limit}` } },
      };
    },
    async createSegmentJob({ body }) {
      const segments = Array.isArray(body) ? body : body.segments;
      return jobView(rooms, await jobs.create([...new Set(segments.map(({ segmentId }) => segmentId))], SOURCE));
    },
    getSegmentJob: async ({ params }) => jobView(rooms, await jobs.get(params.id)),
    async cancelSegmentJob({ params }) {
      await jobs.cancel(params.id);
      return undefined;
    },
  };
}

function isOldestFirst(sort: string): boolean {
  if (sort === 'creationTime:asc') return true;
  if (sort === 'creationTime:desc') return false;
  throw new RequestError('request-invalid', `sort=${sort} is not understood.`, { hint: 'It takes creationTime:asc or creationTime:desc.' });
}

async function jobView(rooms: Rooms, job: SegmentJob): Promise<SegmentJobBody> {
  const [view] = await jobViews(rooms, [job]);
  if (view === undefined) throw new Error('one view for each job');
  return view;
}

async function jobViews({ segmentation, settings }: Rooms, jobs: readonly SegmentJob[]): Promise<SegmentJobBody[]> {
  const definitions = await segmentation.definitions.getMany([...new Set(jobs.flatMap(({ segmentIds }) => segmentIds))]);
  const byId = new Map(definitions.map((definition) => [definition.id, definition]));
  return jobs.map((job) => viewOf(job, byId, settings.sandbox));
}

function viewOf(job: SegmentJob, definitions: ReadonlyMap<string, Definition>, sandbox: string): SegmentJobBody {
  const href = `/segment/jobs/${job.id}`;
  return {
    id: job.id,
    imsOrgId: ORGANISATION,
    sandbox: sandboxOf(sandbox),
    status: job.status,
    source: job.source === 'scheduler' ? 'scheduler' : 'api',
    schema: { name: PROFILE_MODEL },
    segments: job.segmentIds.map((segmentId) => {
      const definition = definitions.get(segmentId);
      return {
        segmentId,
        ...(definition && { segment: { id: segmentId, version: definition.version, expression: expressionOf(definition) } }),
      };
    }),
    metrics: job.metrics,
    errors: [...job.errors],
    creationTime: job.createdAt.getTime(),
    updateTime: job.updatedAt.getTime(),
    _links: { checkStatus: { href }, cancel: { href } },
  };
}
