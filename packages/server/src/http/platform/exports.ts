/** `/data/core/ups/export/jobs`, and the files that exports made. */
import type { Body, ExportJobBody, Routes } from '@kindred/contract';
import { PROFILE_MODEL } from '@kindred/contract';
import type { ExportJob, ExportRequest } from '../../segmentation/index.ts';
import { MERGE_POLICY } from '../../segmentation/index.ts';
import { SOURCE } from '../audiences.ts';
import { RequestError } from '../errors.ts';
import type { Rooms } from '../rooms.ts';
import type { Handlers } from '../serve.ts';
import { ORGANISATION, sandboxOf } from './views.ts';

type ExportRoutes = 'listExportJobs' | 'createExportJob' | 'getExportJob' | 'deleteExportJob' | 'listExportFiles' | 'downloadExport';

export function exportHandlers({ segmentation, settings }: Rooms): Handlers<ExportRoutes> {
  const { exports } = segmentation;
  const view = (job: ExportJob): ExportJobBody => exportView(job, settings.sandbox);
  return {
    async listExportJobs({ query: { offset, limit, status } }) {
      const found = await exports.list({ offset, limit: limit + 1, ...(status && { status }) });
      const records = found.slice(0, limit).map(view);
      return {
        records,
        page: { sortField: 'createdTime', sort: 'desc', pageOffset: offset, pageSize: records.length },
        link: found.length > limit ? { next: `/export/jobs?limit=${limit}&offset=${offset + limit}` } : {},
      };
    },
    async createExportJob({ body, request }) {
      return view(await segmentation.startExport(requestOf(body), { source: SOURCE, requestId: request.id }));
    },
    getExportJob: async ({ params }) => view(await exports.get(params.id)),
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

/** Throws RequestError for what cannot be answered truly. */
function requestOf(body: Body<Routes['createExportJob']>): ExportRequest {
  const { filter, destination, mergePolicy } = body;
  const events = body.additionalFields?.eventList;
  if (filter.fromIngestTimestamp !== undefined || Object.keys(events?.filter ?? {}).length > 0) {
    throw new RequestError('not-supported', 'Profiles and events cannot be chosen by the time of their ingestion: it is not kept.', {
      hint: 'Leave fromIngestTimestamp and eventList.filter out; say times in the rule of an audience.',
    });
  }
  if (
    mergePolicy !== undefined &&
    (mergePolicy.id !== MERGE_POLICY.id || (mergePolicy.version ?? MERGE_POLICY.version) !== MERGE_POLICY.version)
  ) {
    throw new RequestError('not-supported', `There is no merge policy ${mergePolicy.id}.`, { hint: `There is ${MERGE_POLICY.id} only.` });
  }
  const { startTime, endTime } = filter.segmentQualificationTime ?? {};
  return {
    format: destination.format,
    dataset: destination.datasetId ?? null,
    segmentPerBatch: destination.segmentPerBatch,
    fields: listOf(body.fields),
    segments: filter.segments?.map(({ segmentId, segmentNs, status }) => ({ id: segmentId, namespace: segmentNs, status })) ?? null,
    qualification: { from: startTime === undefined ? null : Date.parse(startTime), to: endTime === undefined ? null : Date.parse(endTime) },
    emptyProfiles: filter.emptyProfiles,
    eventFields: events === undefined ? null : listOf(events.fields),
    evaluate: body.evaluationInfo?.segmentation ?? false,
  };
}

function listOf(fields: string): readonly string[] {
  return fields
    .split(',')
    .map((field) => field.trim())
    .filter((field) => field !== '');
}

function exportView({ id, request, metrics, ...job }: ExportJob, sandbox: string): ExportJobBody {
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
    mergePolicy: { ...MERGE_POLICY },
    filter: filterView(request),
    ...(request.eventFields !== null && { additionalFields: { eventList: { fields: request.eventFields.join(',') } } }),
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

function filterView({ segments, qualification: { from, to }, emptyProfiles }: ExportRequest): ExportJobBody['filter'] {
  const iso = (time: number | null): string | undefined => (time === null ? undefined : new Date(time).toISOString());
  return {
    ...(segments !== null && {
      segments: segments.map(({ id, namespace, status }) => ({ segmentId: id, segmentNs: namespace, status: [...status] })),
    }),
    ...((from !== null || to !== null) && { segmentQualificationTime: { startTime: iso(from), endTime: iso(to) } }),
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
