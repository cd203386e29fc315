import { routes } from '@kindred/contract';
import type { Audience, Result, Routes } from '@kindred/contract';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { Button } from '@react-spectrum/s2/Button';
import { TextField } from '@react-spectrum/s2/TextField';
import { useEffect, useState } from 'react';
import { call } from '../api/session.ts';
import { useAction, useResource } from '../api/use-resource.ts';
import { Choice } from '../ui/fields.tsx';
import { Ago } from '../ui/ago.tsx';
import { downloadBlob } from '../ui/csv.ts';
import { formatBytes, formatCountOf } from '../ui/format.ts';
import { isJobOver, JobStatus } from '../ui/job-status.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import table from '../ui/table.module.css';
import styles from './exports-panel.module.css';

type ExportJob = Result<Routes['listExportJobs']>['records'][number];

const FORMATS = [
  ['csv', 'CSV'],
  ['jsonl', 'JSON Lines'],
  ['parquet', 'Parquet'],
] as const;
type Format = (typeof FORMATS)[number][0];

const BUSY_MS = 1000;

/** Members into files: new ones, and those that were made before. */
export function ExportsPanel({ audience: { id, lastEvaluated } }: { readonly audience: Audience }) {
  const [everyMs, setEveryMs] = useState<number | null>(null);
  const exports = useResource(`exports/${id}`, (signal) => exportsOf(id, signal), { everyMs });
  const busy = exports.data?.some(({ status }) => !isJobOver(status)) ?? false;
  useEffect(() => setEveryMs(busy ? BUSY_MS : null), [busy]);
  return (
    <Panel title="Exports" flush>
      {lastEvaluated === null ? (
        <p className={table.none}>Evaluate the audience first: members are exported as they were found.</p>
      ) : (
        <NewExport id={id} onStarted={exports.reload} />
      )}
      {exports.error && <Failure error={exports.error} retry={exports.reload} title="The exports could not be loaded" />}
      {!exports.data && exports.loading && <Skeleton lines={2} height={32} label="Loading exports" />}
      <ul>
        {exports.data?.map((job) => (
          <ExportCard key={job.id} job={job} onChanged={exports.reload} />
        ))}
      </ul>
    </Panel>
  );
}

async function exportsOf(id: string, signal: AbortSignal): Promise<readonly ExportJob[]> {
  const { records } = await call(routes.listExportJobs, { query: { limit: 200 }, signal });
  return records.filter(({ filter }) => JSON.stringify(filter['segments'] ?? []).includes(id));
}

function NewExport({ id, onStarted }: { readonly id: string; readonly onStarted: () => void }) {
  const [format, setFormat] = useState<Format>('csv');
  const [fields, setFields] = useState('');
  const start = useAction(async () => {
    const list = fields
      .split(/[\s,]+/)
      .filter(Boolean)
      .join(',');
    await call(routes.createExportJob, {
      body: {
        fields: list,
        filter: { segments: [{ segmentId: id }], emptyProfiles: true },
        destination: { format },
        schema: { name: '_xdm.context.profile' },
      },
    });
    onStarted();
  });
  return (
    <div className={styles.form}>
      <TextField
        label="Fields"
        placeholder="All; or person.name.lastName, …"
        value={fields}
        onChange={setFields}
        UNSAFE_style={{ width: '100%' }}
      />
      <div className={styles.line}>
        <Choice label="Format" value={format} options={FORMATS} onChange={setFormat} />
        <Button variant="secondary" size="S" isPending={start.running} onPress={() => void start.run()}>
          Export members
        </Button>
      </div>
      {start.error && <Failure error={start.error} title="The export was not started" />}
    </div>
  );
}

function ExportCard({ job, onChanged }: { readonly job: ExportJob; readonly onChanged: () => void }) {
  const { id, status, errors, files, creationTime, destination, metrics } = job;
  const remove = useAction(async () => {
    await call(routes.deleteExportJob, { params: { id } });
    onChanged();
  });
  return (
    <li className={styles.card}>
      <div className={styles.head}>
        <JobStatus state={status} />
        <span className={styles.when}>
          {destination.format}, {formatCountOf(metrics.totalExportedProfileCounter, 'profile')},{' '}
          <Ago at={new Date(creationTime).toISOString()} />
        </span>
        <ActionButton size="S" isQuiet isDisabled={remove.running} onPress={() => void remove.run()}>
          {isJobOver(status) ? 'Delete' : 'Stop'}
          <span className="visually-hidden"> export {id}</span>
        </ActionButton>
      </div>
      {errors.map(({ msg }) => (
        <p key={msg} className={styles.error}>
          {msg}
        </p>
      ))}
      {files.map((file) => (
        <FileLink key={file.name} job={id} file={file} />
      ))}
      {remove.error && <Failure error={remove.error} title="The export was not removed" />}
    </li>
  );
}

/** Through the client: a plain link would not carry the key. */
function FileLink({ job, file: { name, bytes } }: { readonly job: number; readonly file: ExportJob['files'][number] }) {
  const fetching = useAction(async () => {
    const response = await call(routes.downloadExport, { params: { id: job, name } });
    downloadBlob(name, await response.blob());
  });
  return (
    <p>
      <ActionButton size="S" isPending={fetching.running} onPress={() => void fetching.run()}>
        {`Download ${name} (${formatBytes(bytes)})`}
      </ActionButton>
      {fetching.error && <Failure error={fetching.error} title="The file could not be fetched" />}
    </p>
  );
}
