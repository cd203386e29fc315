import { routes } from '@kindred/contract';
import type { Audience, Ingestion } from '@kindred/contract';
import { Button } from '@react-spectrum/s2/Button';
import { useEffect, useState } from 'react';
import { call } from '../api/session.ts';
import { useAction, useResource } from '../api/use-resource.ts';
import { Choice } from '../ui/fields.tsx';
import { FileChoice } from '../import-audience/file-choice.tsx';
import { upload } from '../import-audience/upload.ts';
import { Ago } from '../ui/ago.tsx';
import { formatCount, formatCountOf } from '../ui/format.ts';
import { JobStatus } from '../ui/job-status.tsx';
import { Panel } from '../ui/panel.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import table from '../ui/table.module.css';
import styles from './exports-panel.module.css';

const MODES = [
  ['replace', 'Replace the members'],
  ['add', 'Add to the members'],
] as const;

const BUSY_MS = 700;

export interface ListsPanelProps {
  readonly audience: Audience;
  readonly onTaken: () => void;
}

/** The lists of an audience from outside: another one to take in, and what became of the earlier ones. */
export function ListsPanel({ audience: { id, external }, onTaken }: ListsPanelProps) {
  const [everyMs, setEveryMs] = useState<number | null>(null);
  const lists = useResource(`lists/${id}`, (signal) => call(routes.listIngestions, { params: { id }, signal }), { everyMs });
  const busy = lists.data?.ingestions.some(({ status }) => status === 'PROCESSING') ?? false;
  useEffect(() => {
    setEveryMs(busy ? BUSY_MS : null);
    if (!busy) onTaken();
    // What the page shows of the audience changes with the end of a list, not with the page.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [busy]);
  return (
    <Panel title="Lists" aside="Taken in, newest first" flush>
      {external?.identity ? (
        <NewList id={id} onStarted={lists.reload} />
      ) : (
        <p className={table.none}>It takes no lists here: it was made known without a column that identifies people.</p>
      )}
      {lists.error && <Failure error={lists.error} retry={lists.reload} title="The lists could not be loaded" />}
      {!lists.data && lists.loading && <Skeleton lines={3} height={32} label="Loading lists" />}
      {lists.data?.ingestions.length === 0 && <p className={table.none}>No list has been taken in yet.</p>}
      <ul>
        {lists.data?.ingestions.map((list) => (
          <ListCard key={list.id} list={list} />
        ))}
      </ul>
    </Panel>
  );
}

function NewList({ id, onStarted }: { readonly id: string; readonly onStarted: () => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [mode, setMode] = useState<'replace' | 'add'>('replace');
  const take = useAction(async (chosen: File) => {
    await call(routes.ingestAudience, { params: { id }, body: { upload: await upload(chosen), mode } });
    setFile(null);
    onStarted();
  });
  return (
    <div className={styles.form}>
      <FileChoice label="Another list" onFile={setFile} />
      <div className={styles.line}>
        <Choice label="What becomes of the members" value={mode} options={MODES} onChange={setMode} />
        <Button
          variant="secondary"
          size="S"
          isDisabled={file === null}
          isPending={take.running}
          onPress={() => file && void take.run(file)}
        >
          Take in
        </Button>
      </div>
      {take.error && <Failure error={take.error} title="The list was not taken in" />}
    </div>
  );
}

function ListCard({ list }: { readonly list: Ingestion }) {
  const { number, status, mode, source, createdAt, createdBy, recordsIn, knownProfiles, newProfiles, failed, problems, error } = list;
  return (
    <li className={styles.card}>
      <div className={styles.head}>
        <strong>List {number}</strong>
        <JobStatus state={status} />
        <span className={styles.when}>
          {source}, {mode === 'replace' ? 'replaced the members' : 'added to them'}, by {createdBy}, <Ago at={createdAt} />
        </span>
      </div>
      <p>
        {formatCountOf(recordsIn, 'record')}: {formatCount(knownProfiles)} people known before, {formatCount(newProfiles)} new,{' '}
        {formatCount(failed)} that name nobody or have a wrong value
      </p>
      {error && (
        <p className={styles.error}>
          {error.message} {error.hint}
        </p>
      )}
      {problems.map(({ line, field, reason }) => (
        <p key={`${line} ${field}`} className={styles.error}>
          Line {line}
          {field !== '' && `, ${field}`}: {reason}
        </p>
      ))}
    </li>
  );
}
