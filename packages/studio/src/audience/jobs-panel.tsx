import { routes } from '@kindred/contract';
import type { Audience } from '@kindred/contract';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { askedBy, JobTable } from '../evaluation/job-table.tsx';
import type { JobColumn, SegmentJob } from '../evaluation/job-table.tsx';
import { formatCount } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import table from '../ui/table.module.css';

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
      {jobs.data !== undefined && jobs.data.length > 0 && <JobTable jobs={jobs.data} reason={reasonFor(id)} columns={columnsFor(id)} />}
    </Panel>
  );
}

async function jobsOf(id: string, signal: AbortSignal): Promise<readonly SegmentJob[]> {
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

/** What became of the audience in each. */
function columnsFor(id: string): readonly JobColumn[] {
  const counted = (title: string, of: 'realized' | 'existing' | 'exited'): JobColumn => ({
    title,
    isNumber: true,
    cell: ({ metrics }) => {
      const counts = metrics.segmentedProfileByStatusCounter[id];
      return counts === undefined ? '–' : formatCount(counts[of]);
    },
  });
  return [
    { title: 'By', cell: (job) => `${askedBy(job)}${isOfOne(job) ? '' : ', with others'}` },
    counted('Came', 'realized'),
    counted('Stayed', 'existing'),
    counted('Left', 'exited'),
  ];
}

const isOfOne = ({ segments }: SegmentJob): boolean => segments.length === 1 && segments[0]?.segmentId !== '*';

/** Why the audience was not evaluated. */
const reasonFor =
  (id: string) =>
  ({ errors }: SegmentJob): string | undefined =>
    errors.find(({ segmentId }) => segmentId === undefined || segmentId === id)?.msg;
