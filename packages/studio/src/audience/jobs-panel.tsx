import { routes } from '@kindred/contract';
import type { Audience, Result, Routes } from '@kindred/contract';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { formatCount, formatDuration } from '../ui/format.ts';
import { Instant } from '../ui/instant.tsx';
import { JobStatus } from '../ui/job-status.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import table from '../ui/table.module.css';

type Job = Result<Routes['listSegmentJobs']>['children'][number];

const SHOWN = 20;
const POLL_MS = 10_000;

/** The last segment jobs that evaluated the audience, by itself or with all others. */
export function JobsPanel({ audience: { id, lastEvaluated } }: { readonly audience: Audience }) {
  const jobs = useResource(`jobs/${id}`, (signal) => jobsOf(id, signal), { refreshOn: lastEvaluated, everyMs: POLL_MS });
  return (
    <Panel title="Evaluations" aside="The last segment jobs" flush>
      {jobs.error && <Failure error={jobs.error} retry={jobs.reload} title="The jobs could not be loaded" />}
      {!jobs.data && jobs.loading && <Skeleton lines={4} height={32} label="Loading jobs" />}
      {jobs.data?.length === 0 && <p className={table.none}>No job has evaluated it yet. “Evaluate now” starts one.</p>}
      {jobs.data !== undefined && jobs.data.length > 0 && <Jobs id={id} jobs={jobs.data} />}
    </Panel>
  );
}

async function jobsOf(id: string, signal: AbortSignal): Promise<readonly Job[]> {
  const lists = await Promise.all(
    [id, '*'].map((segment) =>
      call(routes.listSegmentJobs, {
        query: { property: `segments~segmentId==${segment}`, limit: SHOWN, sort: 'creationTime:desc' },
        signal,
      }),
    ),
  );
  return lists
    .flatMap(({ children }) => children)
    .toSorted((a, b) => b.creationTime - a.creationTime)
    .slice(0, SHOWN);
}

function Jobs({ id, jobs }: { readonly id: string; readonly jobs: readonly Job[] }) {
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Started</th>
            <th scope="col">Status</th>
            <th scope="col">By</th>
            <th scope="col" className={table.number}>
              Came
            </th>
            <th scope="col" className={table.number}>
              Stayed
            </th>
            <th scope="col" className={table.number}>
              Left
            </th>
            <th scope="col" className={table.number}>
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <JobRow key={job.id} id={id} job={job} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function JobRow({ id, job: { status, source, segments, metrics, errors, creationTime } }: { readonly id: string; readonly job: Job }) {
  const counts = metrics.segmentedProfileByStatusCounter[id];
  const reason = errors.find(({ segmentId }) => segmentId === undefined || segmentId === id)?.msg;
  const number = (value: number | undefined) => <td className={table.number}>{value === undefined ? '–' : formatCount(value)}</td>;
  return (
    <tr>
      <th scope="row">
        <Instant at={new Date(creationTime).toISOString()} />
      </th>
      <td>
        <JobStatus state={status} />
        {reason}
      </td>
      <td>
        {source === 'scheduler' ? 'a schedule' : 'a request'}
        {segments.length !== 1 || segments[0]?.segmentId === '*' ? ', with others' : ''}
      </td>
      {number(counts?.realized)}
      {number(counts?.existing)}
      {number(counts?.exited)}
      <td className={table.number}>{metrics.totalTime.totalTimeInMs === null ? '–' : formatDuration(metrics.totalTime.totalTimeInMs)}</td>
    </tr>
  );
}
