/** What schedules start: evaluations and exports, each once for each run. */
import type { ScheduleType } from '../store/index.ts';
import type { ExportRequest } from './export/request.ts';
import { EXPORT_FORMATS, UNSAID } from './export/request.ts';
import type { Exports, ExportJob } from './export/exports.ts';
import type { SegmentJob, SegmentJobs } from './jobs.ts';
import { ALL } from './run-job.ts';
import type { ScheduledWork, ScheduleProperties } from './schedule/schedules.ts';

const SOURCE = 'scheduler';
const OVER: ReadonlySet<SegmentJob['status']> = new Set(['CANCELLED', 'FAILED', 'SUCCEEDED']);

export interface ScheduledWorkOptions {
  readonly jobs: SegmentJobs;
  readonly exports: Exports;
  /** Ids of all audiences that are evaluated. */
  readonly all: () => Promise<readonly string[]>;
}

export function scheduledWork({ jobs, exports, all }: ScheduledWorkOptions): Readonly<Record<ScheduleType, ScheduledWork>> {
  return {
    batch_segmentation: {
      async start({ segments }, origin) {
        const job = (await jobs.ofRun(origin.runId)) ?? (await jobs.create(segments, SOURCE, { properties: { ...origin } }));
        return job.id;
      },
      isOver: async (id) => isOver((await jobs.getMany([id]))[0]),
    },
    export: {
      async start(properties, origin) {
        const segments = properties.segments.includes(ALL) ? await all() : properties.segments;
        const request = exportRequestOf({ ...properties, segments });
        const job = (await exports.ofRun(origin.runId)) ?? (await exports.create(request, { source: SOURCE, properties: { ...origin } }));
        return String(job.id);
      },
      isOver: async (id) => isOver((await exports.list({ offset: 0, limit: 1, id: Number(id) }))[0]),
    },
  };
}

function isOver(job: Pick<SegmentJob | ExportJob, 'status'> | undefined): boolean {
  return job === undefined || OVER.has(job.status);
}

/** A schedule says as much of an export as it likes; what is not what it should be is left out. */
export function exportRequestOf({ segments, fields, destination }: ScheduleProperties): ExportRequest {
  const { format, datasetId } = (destination ?? {}) as { readonly format?: unknown; readonly datasetId?: unknown };
  return {
    ...UNSAID,
    format: EXPORT_FORMATS.find((known) => known === format) ?? 'jsonl',
    dataset: typeof datasetId === 'string' ? datasetId : null,
    segmentPerBatch: true,
    fields: typeof fields === 'string' ? fields.split(',').map((field) => field.trim()) : [],
    segments: segments.map((id) => ({ id, namespace: 'ups', status: ['realized', 'existing'] })),
    qualification: { from: null, to: null },
    emptyProfiles: true,
    eventFields: null,
    evaluate: false,
  };
}
