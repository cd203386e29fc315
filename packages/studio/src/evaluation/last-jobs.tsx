import { routes } from '@kindred/contract';
import { Link } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { formatCountOf, formatDuration } from '../ui/format.ts';
import { Instant } from '../ui/instant.tsx';
import { JobStatus } from '../ui/job-status.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import table from '../ui/table.module.css';

const SHOWN = 25;
const POLL_MS = 10_000;

/** The last segment jobs, whoever asked for them. */
export function LastJobs() {
  const jobs = useResource('last jobs', (signal) => call(routes.listSegmentJobs, { query: { limit: SHOWN }, signal }), {
    everyMs: POLL_MS,
  });
  const audiences = useResource('audiences', (signal) => call(routes.listAudiences, { signal })).data?.audiences;
  const names = new Map(audiences?.map(({ id, name }) => [id, name]));
  const list = jobs.data?.children ?? [];
  return (
    <Panel title="Last jobs" aside={`The last ${SHOWN} at most`} flush>
      {jobs.error && <Failure error={jobs.error} retry={jobs.reload} title="The jobs could not be loaded" />}
      {!jobs.data && jobs.loading && <Skeleton lines={5} height={28} label="Loading jobs" />}
      {jobs.data && list.length === 0 && <p className={table.none}>No segment job yet.</p>}
      {list.length > 0 && (
        <div className={table.scroll}>
          <table className={table.table}>
            <thead>
              <tr>
                <th scope="col">Started</th>
                <th scope="col">Status</th>
                <th scope="col">Of</th>
                <th scope="col">By</th>
                <th scope="col" className={table.number}>
                  Took
                </th>
              </tr>
            </thead>
            <tbody>
              {list.map(({ id, creationTime, status, segments, source, metrics, errors }) => (
                <tr key={id}>
                  <th scope="row">
                    <Instant at={new Date(creationTime).toISOString()} />
                  </th>
                  <td>
                    <JobStatus state={status} />
                    {errors[0]?.msg}
                  </td>
                  <td>
                    <Subject ids={segments.map(({ segmentId }) => segmentId)} names={names} />
                  </td>
                  <td>{source === 'scheduler' ? 'a schedule' : 'a request'}</td>
                  <td className={table.number}>
                    {metrics.totalTime.totalTimeInMs === null ? '–' : formatDuration(metrics.totalTime.totalTimeInMs)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

interface SubjectProps {
  readonly ids: readonly string[];
  /** Of the audiences there are. */
  readonly names: ReadonlyMap<string, string>;
}

function Subject({ ids, names }: SubjectProps) {
  const [first = '*'] = ids;
  if (first === '*') return 'all audiences';
  if (ids.length > 1) return formatCountOf(ids.length, 'audience');
  const name = names.get(first);
  return name === undefined ? 'an audience that is gone' : <Link to={`/audiences/${first}/activity`}>{name}</Link>;
}
