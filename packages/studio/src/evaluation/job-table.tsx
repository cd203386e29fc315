import type { Result, Routes } from '@kindred/contract';
import type { ReactNode } from 'react';
import { formatDuration } from '../ui/format.ts';
import { Instant } from '../ui/instant.tsx';
import { JobStatus } from '../ui/job-status.tsx';
import table from '../ui/table.module.css';

export type SegmentJob = Result<Routes['listSegmentJobs']>['children'][number];

export interface JobColumn {
  readonly title: string;
  /** Its cells are numbers. */
  readonly isNumber?: boolean;
  readonly cell: (job: SegmentJob) => ReactNode;
}

export interface JobTableProps {
  readonly jobs: readonly SegmentJob[];
  /** Why it failed, beside its state. */
  readonly reason: (job: SegmentJob) => string | undefined;
  /** Between the state and how long it took. */
  readonly columns: readonly JobColumn[];
}

/** Segment jobs: when, what became of them, and how long they took. */
export function JobTable({ jobs, reason, columns }: JobTableProps) {
  const shown: readonly JobColumn[] = [...columns, TOOK];
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Started</th>
            <th scope="col">Status</th>
            {shown.map(({ title, isNumber }) => (
              <th key={title} scope="col" className={isNumber ? table.number : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <tr key={job.id}>
              <th scope="row">
                <Instant at={new Date(job.creationTime).toISOString()} />
              </th>
              <td>
                <JobStatus state={job.status} />
                {reason(job)}
              </td>
              {shown.map(({ title, isNumber, cell }) => (
                <td key={title} className={isNumber ? table.number : undefined}>
                  {cell(job)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const TOOK: JobColumn = {
  title: 'Took',
  isNumber: true,
  cell: ({ metrics: { totalTime } }) => (totalTime.totalTimeInMs === null ? '–' : formatDuration(totalTime.totalTimeInMs)),
};

/** Who asked for a job. */
export const askedBy = ({ source }: SegmentJob): string => (source === 'scheduler' ? 'a schedule' : 'a request');
