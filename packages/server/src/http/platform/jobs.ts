/** `/data/core/ups/segment/jobs` */
import type { SegmentJob as SegmentJobBody } from '@kindred/contract';
import { PROFILE_MODEL, SHOWN_SEGMENTS } from '@kindred/contract';
import type { MergePolicy } from '../../profile/index.ts';
import type { Definition, JobQuery, JobSortKey, SegmentJob } from '../../segmentation/index.ts';
import { ALL, parseJobProperty } from '../../segmentation/index.ts';
import { SOURCE } from '../audiences.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { nextStart, parseSortBy } from './paging.ts';
import { ORGANISATION, expressionOf, sandboxOf } from './views.ts';

type JobRoutes = 'listSegmentJobs' | 'createSegmentJob' | 'getSegmentJob' | 'cancelSegmentJob' | 'bulkGetSegmentJobs';

const SORTS: Readonly<Record<string, JobSortKey>> = { creationTime: 'createdAt', updateTime: 'updatedAt', status: 'status', id: 'id' };
/** Most ids of a bulk-get. */
const BULK = 100;

export function jobHandlers(rooms: Rooms): Handlers<JobRoutes> {
  const { jobs } = rooms.segmentation;
  return {
    async listSegmentJobs({ query: { start, limit, status, sort, property, 'snapshot.name': snapshot } }) {
      const filters = { ...(status && { status }), ...(snapshot !== undefined && { snapshot }), ...propertyFilter(property) };
      const { jobs: found, total } = await jobs.list({ start, limit, sort: parseSortBy(sort, SORTS), ...filters });
      const next = nextStart(total, { start, limit });
      return {
        children: await jobViews(rooms, found),
        _page: { totalCount: total, pageSize: found.length },
        _links: { next: next === null ? {} : { href: `@/segment/jobs?start=${next}&limit=${limit}` } },
      };
    },
    async createSegmentJob({ body, request }) {
      const segments = Array.isArray(body) ? body : body.segments;
      const ids = [...new Set(segments.map(({ segmentId }) => segmentId))];
      return jobView(rooms, await jobs.create(ids, SOURCE, { requestId: request.id }));
    },
    getSegmentJob: async ({ params }) => jobView(rooms, await jobs.get(params.id)),
    async bulkGetSegmentJobs({ body }) {
      if (body.ids.length === 0 || body.ids.length > BULK) {
        throw new RequestError('bulk-count', `${body.ids.length} ids were asked for; it takes 1 to ${BULK}.`);
      }
      const found = await jobs.getMany(body.ids.map(({ id }) => id));
      if (found.length === 0) throw new RequestError('bulk-none', 'None of the ids is a segment job.');
      return { results: Object.fromEntries((await jobViews(rooms, found)).map((view) => [view.id, view])) };
    },
    async cancelSegmentJob({ params }) {
      await jobs.cancel(params.id);
      return undefined;
    },
  };
}

function propertyFilter(text: string | undefined): Pick<JobQuery, 'property'> {
  if (text === undefined) return {};
  const property = parseJobProperty(text);
  if (property !== null) return { property };
  throw new RequestError('request-invalid', `property=${text} is not understood.`, {
    hint: 'It takes path==value, as in source==scheduler, or array~path==value, as in segments~segmentId==….',
  });
}

async function jobView(rooms: Rooms, job: SegmentJob): Promise<SegmentJobBody> {
  const [view] = await jobViews(rooms, [job]);
  if (view === undefined) throw new Error('one view for each job');
  return view;
}

async function jobViews({ segmentation, mergePolicies, settings }: Rooms, jobs: readonly SegmentJob[]): Promise<SegmentJobBody[]> {
  const definitions = await segmentation.definitions.getMany([...new Set(jobs.flatMap(shownIds))]);
  const byId = new Map(definitions.map((definition) => [definition.id, definition]));
  const policies = new Map<string | null, MergePolicy>();
  for (const id of new Set(definitions.map(({ mergePolicyId }) => mergePolicyId))) policies.set(id, await mergePolicies.inForce(id));
  const segmentOf = (id: string): Pick<SegmentView, 'segment'> => segmentView(byId.get(id), policies);
  return jobs.map((job) => viewOf(job, segmentOf, settings.sandbox));
}

function shownIds({ segmentIds }: SegmentJob): readonly string[] {
  return segmentIds.length > SHOWN_SEGMENTS || segmentIds.includes(ALL) ? [ALL] : segmentIds;
}

type SegmentView = SegmentJobBody['segments'][number];

function viewOf(job: SegmentJob, segmentOf: (id: string) => Pick<SegmentView, 'segment'>, sandbox: string): SegmentJobBody {
  const href = `/segment/jobs/${job.id}`;
  return {
    id: job.id,
    imsOrgId: ORGANISATION,
    sandbox: sandboxOf(sandbox),
    profileInstanceId: 'ups',
    batchId: job.id,
    computeJobId: job.attempts,
    computeGatewayJobId: job.id,
    ...(job.requestId !== null && { requestId: job.requestId }),
    status: job.status,
    source: job.source === 'scheduler' ? 'scheduler' : 'api',
    schema: { name: PROFILE_MODEL },
    ...(job.snapshot !== null && { snapshot: { name: job.snapshot } }),
    properties: { ...job.properties },
    segments: shownIds(job).map((segmentId) => ({ segmentId, ...segmentOf(segmentId) })),
    metrics: job.metrics,
    errors: job.errors.map((error) => ({ ...error, callStack: [] })),
    creationTime: job.createdAt.getTime(),
    updateTime: job.updatedAt.getTime(),
    _links: { checkStatus: { href }, cancel: { href } },
  };
}

/** Nothing when the definition is gone, or stands for all. */
function segmentView(definition: Definition | undefined, policies: ReadonlyMap<string | null, MergePolicy>): Pick<SegmentView, 'segment'> {
  const policy = policies.get(definition?.mergePolicyId ?? null);
  if (definition === undefined || policy === undefined) return {};
  const { id, version } = definition;
  const mergePolicy = { id: policy.id, version: policy.version };
  return { segment: { id, version, expression: expressionOf(definition), mergePolicyId: policy.id, mergePolicy } };
}
