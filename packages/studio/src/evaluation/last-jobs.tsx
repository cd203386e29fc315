import { routes } from '@kindred/contract';
import { Link } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { formatCountOf } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import table from '../ui/table.module.css';
import { askedBy, JobTable } from './job-table.tsx';

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
        <JobTable
          jobs={list}
          reason={({ errors }) => errors[0]?.msg}
          columns={[
            { title: 'Of', cell: ({ segments }) => <Subject ids={segments.map(({ segmentId }) => segmentId)} names={names} /> },
            { title: 'By', cell: askedBy },
          ]}
        />
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
