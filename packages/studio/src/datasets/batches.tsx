/** Batches of a dataset: what came, what failed and why; a batch can be taken away again. */
import { routes } from '@kindred/contract';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { AlertDialog } from '@react-spectrum/s2/AlertDialog';
import { Button } from '@react-spectrum/s2/Button';
import { DialogContainer } from '@react-spectrum/s2/Dialog';
import { useState } from 'react';
import { call } from '../api/session.ts';
import { useAction, useResource } from '../api/use-resource.ts';
import { Ago } from '../ui/ago.tsx';
import { formatBytes, formatCount, formatCountOf } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { BatchStatus } from './batch-status.tsx';
import type { BatchView } from './catalog.ts';
import { batchesOf } from './catalog.ts';
import styles from './datasets.module.css';
import { FailedRecords } from './failed-records.tsx';

const PAGE = 20;
const POLL_MS = 5000;

export function Batches({ dataset, described }: { readonly dataset: string; readonly described: boolean }) {
  const [start, setStart] = useState(0);
  const query = { dataSet: dataset, limit: PAGE, start };
  const found = useResource(`batches ${dataset} ${start}`, async (signal) => batchesOf(await call(routes.listBatches, { query, signal })), {
    everyMs: POLL_MS,
  });
  const batches = found.data;
  return (
    <Panel title="Batches" flush>
      {found.error && <Failure error={found.error} retry={found.reload} title="The batches could not be loaded" />}
      {!batches && found.loading && <Skeleton lines={5} height={48} label="Loading batches" />}
      {batches?.length === 0 && (
        <Empty title="No batches">
          {described
            ? 'Files for it come with POST /data/foundation/import/batches.'
            : 'Batches are for datasets with a schema of their own; this one is filled by imports, sources or the stream.'}
        </Empty>
      )}
      <ul>
        {batches?.map((batch) => (
          <BatchCard key={batch.id} batch={batch} onChanged={found.reload} />
        ))}
      </ul>
      {(start > 0 || batches?.length === PAGE) && (
        <nav aria-label="Pages" className={styles.pages}>
          <Button variant="secondary" isDisabled={start === 0} onPress={() => setStart(Math.max(0, start - PAGE))}>
            Newer
          </Button>
          <Button variant="secondary" isDisabled={(batches?.length ?? 0) < PAGE} onPress={() => setStart(start + PAGE)}>
            Older
          </Button>
        </nav>
      )}
    </Panel>
  );
}

function BatchCard({ batch, onChanged }: { readonly batch: BatchView; readonly onChanged: () => void }) {
  const { id, status, format, bytes, created, read, stored, failed, errors } = batch;
  return (
    <li className={styles.card}>
      <div className={styles.head}>
        <h3>{id}</h3>
        <BatchStatus status={status} />
        <span className={styles.when}>
          {format}, {bytes !== null && `${formatBytes(bytes)}, `}
          <Ago at={new Date(created).toISOString()} />
        </span>
        {status === 'success' && <Removal id={id} onRemoved={onChanged} />}
      </div>
      {read !== null && (
        <p>
          {formatCountOf(read, 'record')}: {formatCount(stored ?? 0)} stored, {formatCount(failed ?? 0)} failed
        </p>
      )}
      {errors.length > 0 && (
        <ul className={styles.errors}>
          {errors.map(({ code, description, recordCount }) => (
            <li key={code + description}>
              <code>{code}</code> {description}
              {recordCount !== undefined && ` (${formatCountOf(recordCount, 'record')})`}
            </li>
          ))}
        </ul>
      )}
      {failed !== null && failed > 0 && <FailedRecords batch={id} />}
    </li>
  );
}

function Removal({ id, onRemoved }: { readonly id: string; readonly onRemoved: () => void }) {
  const [asked, setAsked] = useState(false);
  const removal = useAction(async () => {
    await call(routes.actOnBatch, { params: { id }, query: { action: 'REVERT' } });
    onRemoved();
  });
  return (
    <>
      <ActionButton size="S" isDisabled={removal.running} onPress={() => setAsked(true)}>
        Take away
      </ActionButton>
      <DialogContainer onDismiss={() => setAsked(false)}>
        {asked && (
          <AlertDialog
            title="Take away what this batch brought?"
            variant="destructive"
            primaryActionLabel="Take away"
            cancelLabel="Keep"
            onPrimaryAction={() => void removal.run()}
          >
            Its events and records go, and profiles are merged anew from what is left. Send the files again to have them back.
          </AlertDialog>
        )}
      </DialogContainer>
      {removal.error && <Failure error={removal.error} title="It was not taken away" />}
    </>
  );
}
