/** `/data/core/ups/export/jobs`, and the files that exports made. */
import type { Body, ExportJobBody, Routes } from '@kindred/contract';
import { PROFILE_MODEL } from '@kindred/contract';
import type { MergePolicies, MergePolicy } from '../../profile/index.ts';
import type { ExportJob, ExportRequest } from '../../segmentation/index.ts';
import { SOURCE } from '../audiences.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { ORGANISATION, sandboxOf } from './views.ts';

type ExportRoutes = 'listExportJobs' | 'createExportJob' | 'getExportJob' | 'deleteExportJob' | 'listExportFiles' | 'downloadExport';

export function exportHandlers({ segmentation, mergePolicies, settings }: Rooms): Handlers<ExportRoutes> {
  const { exports } = segmentation;
  const views = async (jobs: readonly ExportJob[]): Promise<ExportJobBody[]> => {
    const { id, version } = await mergePolicies.find(null);
    return jobs.map((job) => exportView(job, { sandbox: settings.sandbox, defaultPolicy: { id, version } }));
  };
  const view = async (job: ExportJob): Promise<ExportJobBody> => {
    const [only] = await views([job]);
    if (only === undefined) throw new Error('one view for each job');
    return only;
  };
  return {
    async listExportJobs({ query: { offset, limit, status } }) {
      const found = await exports.list({ offset, limit: limit + 1, ...(status && { status }) });
      const records = await views(found.slice(0, limit));
      return {
        records,
        page: { sortField: 'createdTime', sort: 'desc', pageOffset: offset, pageSize: records.length },
        link: found.length > limit ? { next: `/export/jobs?limit=${limit}&offset=${offset + limit}` } : {},
      };
    },
    async createExportJob({ body, request }) {
      const policy = await requirePolicy(mergePolicies, body.mergePolicy);
      return await view(await segmentation.startExport(requestOf(body, policy), { source: SOURCE, requestId: request.id }));
    },
    getExportJob: async ({ params }) => await view(await exports.get(params.id)),
    async deleteExportJob({ params: { id } }) {
      return { status: true, message: `Export job ${id} ${await exports.delete(id)}` };
    },
    listExportFiles: async ({ params }) => ({ files: [...(await exports.get(params.id)).files] }),
    async downloadExport({ params: { id, name }, reply }) {
      const { file, bytes } = await exports.file(id, name);
      const quoted = file.name.replaceAll(/[^\w.-]/g, '_');
      reply.headers({ 'content-length': file.bytes, 'content-disposition': `attachment; filename="${quoted}"` });
      return bytes;
    },
  };
}

/** The policy that is named, or the default. Throws ProfileError `merge-policy-not-found`, RequestError `not-supported`. */
async function requirePolicy(policies: MergePolicies, named: Body<Routes['createExportJob']>['mergePolicy']): Promise<MergePolicy> {
  const policy = await policies.find(named?.id);
  if (named?.version === undefined || named.version === policy.version) return policy;
  throw new RequestError('not-supported', `The merge policy ${policy.id} has no version ${named.version} any more.`, {
    hint: `It is at version ${policy.version}; leave the version out to take it as it is.`,
  });
}

function requestOf(body: Body<Routes['createExportJob']>, policy: MergePolicy): ExportRequest {
  const { filter, destination } = body;
  const events = body.additionalFields?.eventList;
  const { startTime, endTime } = filter.segmentQualificationTime ?? {};
  return {
    format: destination.format,
    dataset: destination.datasetId ?? null,
    segmentPerBatch: destination.segmentPerBatch,
    fields: listOf(body.fields),
    segments: filter.segments?.map(({ segmentId, segmentNs, status }) => ({ id: segmentId, namespace: segmentNs, status })) ?? null,
    qualification: { from: instantOf(startTime), to: instantOf(endTime) },
    emptyProfiles: filter.emptyProfiles,
    mergePolicy: { id: policy.id, version: policy.version },
    receivedAfter: instantOf(filter.fromIngestTimestamp),
    eventsReceived: { after: instantOf(events?.filter?.fromIngestTimestamp), until: instantOf(events?.filter?.toIngestTimestamp) },
    eventFields: events === undefined ? null : listOf(events.fields),
    evaluate: body.evaluationInfo?.segmentation ?? false,
  };
}

/** Epoch ms. */
function instantOf(text: string | undefined): number | null {
  return text === undefined ? null : Date.parse(text);
}

function listOf(fields: string): readonly string[] {
  return fields
    .split(',')
    .map((field) => field.trim())
    .filter((field) => field !== '');
}

interface ViewOptions {
  readonly sandbox: string;
  readonly defaultPolicy: ExportJobBody['mergePolicy'];
}

function exportView({ id, request, metrics, ...job }: ExportJob, { sandbox, defaultPolicy }: ViewOptions): ExportJobBody {
  const batchId = `export-${id}`;
  const { totalTime } = metrics;
  return {
    id,
    jobType: 'BATCH',
    imsOrgId: ORGANISATION,
    sandbox: sandboxOf(sandbox),
    profileInstanceId: 'ups',
    status: job.status,
    ...(job.requestId !== null && { requestId: job.requestId }),
    schema: { name: PROFILE_MODEL },
    fields: request.fields.join(','),
    mergePolicy: request.mergePolicy ?? defaultPolicy,
    filter: filterView(request),
    ...(request.eventFields !== null && { additionalFields: { eventList: eventListView(request.eventFields, request.eventsReceived) } }),
    destination: destinationView(request, batchId),
    computeGatewayJobId: { exportJob: batchId, pushJob: batchId },
    metrics: {
      totalTime,
      profileExportTime: totalTime,
      aCPDatasetWriteTime: totalTime,
      totalExportedProfileCounter: metrics.profiles,
      exportedProfileByNamespaceCounter: { ...metrics.byNamespace },
    },
    errors: job.errors.map(({ code, msg }) => ({ code, msg, callStack: [] })),
    properties: { ...job.properties },
    files: [...job.files],
    creationTime: job.createdAt.getTime(),
    updateTime: job.updatedAt.getTime(),
  };
}

function iso(time: number | null): string | undefined {
  return time === null ? undefined : new Date(time).toISOString();
}

function eventListView(fields: readonly string[], { after, until }: ExportRequest['eventsReceived']): object {
  const isOpen = after === null && until === null;
  return { fields: fields.join(','), ...(!isOpen && { filter: { fromIngestTimestamp: iso(after), toIngestTimestamp: iso(until) } }) };
}

function filterView({ segments, qualification: { from, to }, receivedAfter, emptyProfiles }: ExportRequest): ExportJobBody['filter'] {
  return {
    ...(segments !== null && {
      segments: segments.map(({ id, namespace, status }) => ({ segmentId: id, segmentNs: namespace, status: [...status] })),
    }),
    ...((from !== null || to !== null) && { segmentQualificationTime: { startTime: iso(from), endTime: iso(to) } }),
    ...(receivedAfter !== null && { fromIngestTimestamp: iso(receivedAfter) }),
    emptyProfiles,
  };
}

function destinationView({ dataset, segmentPerBatch, format, segments }: ExportRequest, batchId: string): ExportJobBody['destination'] {
  const batches = (segments ?? []).map(({ id, namespace, status }) => ({
    segmentId: id,
    segmentNs: namespace,
    status: [...status],
    batchId: `${batchId}-${id}`,
  }));
  return { ...(dataset !== null && { datasetId: dataset }), batchId, segmentPerBatch, format, ...(segmentPerBatch && { batches }) };
}
