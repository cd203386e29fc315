import { routes } from '@kindred/contract';
import type { ImportJob } from '@kindred/contract';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { ProgressBar } from '@react-spectrum/s2/ProgressBar';
import { StatusLight } from '@react-spectrum/s2/StatusLight';
import { call } from '../api/session.ts';
import { useAction } from '../api/use-resource.ts';
import { Ago } from '../ui/ago.tsx';
import { formatCount, formatCountOf, formatDuration } from '../ui/format.ts';
import { Failure } from '../ui/states.tsx';
import { Counts } from './counts.tsx';
import styles from './import-card.module.css';

const STATES = {
  queued: { title: 'Waiting', variant: 'neutral' },
  running: { title: 'Running', variant: 'informative' },
  succeeded: { title: 'Done', variant: 'positive' },
  failed: { title: 'Failed', variant: 'negative' },
  cancelled: { title: 'Stopped', variant: 'notice' },
} as const;

export const isUnderWay = ({ state }: ImportJob): boolean => state === 'queued' || state === 'running';

export function ImportCard({ job, onChanged }: { readonly job: ImportJob; readonly onChanged: () => void }) {
  const stop = useAction(async () => {
    await call(routes.cancelImport, { params: { id: job.id } });
    onChanged();
  });
  const { title, variant } = STATES[job.state];
  return (
    <li className={styles.card}>
      <div className={styles.head}>
        <h3>{job.source}</h3>
        <StatusLight size="S" variant={variant}>
          {title}
        </StatusLight>
        <span className={styles.when}>
          into {job.dataset}, <Ago at={job.createdAt} />
          {job.finishedAt !== null && `, took ${formatDuration(Date.parse(job.finishedAt) - Date.parse(job.createdAt))}`}
        </span>
        {isUnderWay(job) && (
          <ActionButton size="S" isPending={stop.running} onPress={() => void stop.run()}>
            Stop
          </ActionButton>
        )}
      </div>
      {isUnderWay(job) && <Progress job={job} />}
      <Counts read={job.rowsIn} stored={job.rowsOut} duplicates={job.duplicates} skipped={job.skipped} rejected={job.rejected} />
      {stop.error && <Failure error={stop.error} title="The import was not stopped" />}
      {job.error && <JobError error={job.error} />}
      {job.rejected > 0 && <Rejected job={job} />}
    </li>
  );
}

function Progress({ job: { done } }: { readonly job: ImportJob }) {
  if (done === null) return <ProgressBar label="Importing" isIndeterminate UNSAFE_style={{ width: '100%' }} />;
  return <ProgressBar label="Imported" value={done * 100} UNSAFE_style={{ width: '100%' }} />;
}

function JobError({ error }: { readonly error: NonNullable<ImportJob['error']> }) {
  return (
    <p className={styles.error}>
      {error.message} {error.hint}
    </p>
  );
}

function Rejected({ job: { deadLetters, deadLetterFile, rejected } }: { readonly job: ImportJob }) {
  return (
    <details className={styles.rejected}>
      <summary>Why {formatCountOf(rejected, 'record was', 'records were')} rejected</summary>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label="Rejected records">
        <table>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Field</th>
              <th scope="col">Reason</th>
            </tr>
          </thead>
          <tbody>
            {deadLetters.map(({ line, field, reason }) => (
              <tr key={`${line} ${field} ${reason}`}>
                <td>{formatCount(line)}</td>
                <td>{field === '' ? '–' : <code>{field}</code>}</td>
                <td>{reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {deadLetterFile !== null && (
        <p className={styles.file}>
          All of them: <code>{deadLetterFile}</code>
        </p>
      )}
    </details>
  );
}
