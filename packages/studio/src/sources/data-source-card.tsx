import { routes } from '@kindred/contract';
import type { DataSourceBody } from '@kindred/contract';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { AlertDialog } from '@react-spectrum/s2/AlertDialog';
import { DialogContainer } from '@react-spectrum/s2/Dialog';
import { StatusLight } from '@react-spectrum/s2/StatusLight';
import { useState } from 'react';
import { call } from '../api/session.ts';
import { useAction } from '../api/use-resource.ts';
import { Ago } from '../ui/ago.tsx';
import { formatCountOf } from '../ui/format.ts';
import { Failure } from '../ui/states.tsx';
import { Counts } from './counts.tsx';
import styles from './import-card.module.css';

export function DataSourceCard({ source, onChanged }: { readonly source: DataSourceBody; readonly onChanged: () => void }) {
  const { id, name, dataset, kind, state, counts, intervalSeconds, lastRun } = source;
  const act = useAction(async (work: () => Promise<unknown>) => {
    await work();
    onChanged();
  });
  const set = (next: 'active' | 'paused') => act.run(() => call(routes.updateDataSource, { params: { id }, body: { state: next } }));
  return (
    <li className={styles.card}>
      <div className={styles.head}>
        <h3>{name}</h3>
        <State source={source} />
        <span className={styles.when}>
          {kind}, into {dataset}, every {intervalSeconds} s
          {lastRun && (
            <>
              , last data <Ago at={lastRun.endedAt} />
            </>
          )}
        </span>
        <ActionButton size="S" isPending={act.running} onPress={() => void act.run(() => call(routes.runDataSource, { params: { id } }))}>
          Run now
        </ActionButton>
        <ActionButton size="S" isDisabled={act.running} onPress={() => void set(state === 'active' ? 'paused' : 'active')}>
          {state === 'active' ? 'Pause' : 'Resume'}
        </ActionButton>
        <Removal source={source} onRemoved={onChanged} />
      </div>
      <p className={styles.when}>
        {Object.entries(source.settings)
          .map(([setting, value]) => `${setting}: ${String(value)}`)
          .join(' · ')}
      </p>
      <Counts
        read={counts.rowsIn}
        stored={counts.accepted}
        duplicates={counts.duplicates}
        skipped={counts.skipped}
        rejected={counts.rejected}
      />
      {act.error && <Failure error={act.error} title="That did not work" />}
      {lastRun?.error && (
        <p className={styles.error}>
          {lastRun.error.message} {lastRun.error.hint}
        </p>
      )}
      {lastRun !== null && <Passed run={lastRun} />}
    </li>
  );
}

function State({ source: { state, running, lastRun } }: { readonly source: DataSourceBody }) {
  const [variant, title] =
    state === 'paused'
      ? (['notice', 'Paused'] as const)
      : lastRun?.error
        ? (['negative', 'Failing'] as const)
        : running
          ? (['informative', 'Running'] as const)
          : (['positive', 'Waiting for data'] as const);
  return (
    <StatusLight size="S" variant={variant}>
      {title}
    </StatusLight>
  );
}

/** What of the last run needs a look. */
function Passed({ run: { skipped, letterFiles } }: { readonly run: NonNullable<DataSourceBody['lastRun']> }) {
  if (skipped.length === 0 && letterFiles.length === 0) return null;
  return (
    <details className={styles.rejected}>
      <summary>What the last run could not take</summary>
      <ul>
        {skipped.map(({ name, reason }) => (
          <li key={name}>
            <code>{name}</code>: {reason}
          </li>
        ))}
      </ul>
      {letterFiles.length > 0 && (
        <p className={styles.file}>
          Rejected records are in {formatCountOf(letterFiles.length, 'file')} on the server: <code>{letterFiles.join(', ')}</code>
        </p>
      )}
    </details>
  );
}

function Removal({ source: { id, name }, onRemoved }: { readonly source: DataSourceBody; readonly onRemoved: () => void }) {
  const [asked, setAsked] = useState(false);
  const removal = useAction(async () => {
    await call(routes.deleteDataSource, { params: { id } });
    onRemoved();
  });
  return (
    <>
      <ActionButton size="S" isPending={removal.running} onPress={() => setAsked(true)}>
        Remove
      </ActionButton>
      <DialogContainer onDismiss={() => setAsked(false)}>
        {asked && (
          <AlertDialog
            title={`Remove “${name}”?`}
            variant="destructive"
            primaryActionLabel="Remove"
            cancelLabel="Keep"
            onPrimaryAction={() => void removal.run()}
          >
            Nothing more is fetched from it. What it brought stays.
          </AlertDialog>
        )}
      </DialogContainer>
      {removal.error && <Failure error={removal.error} title="The source was not removed" />}
    </>
  );
}
