import { routes } from '@kindred/contract';
import type { Audience, Body, Folder, Routes } from '@kindred/contract';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { AlertDialog } from '@react-spectrum/s2/AlertDialog';
import { DialogContainer } from '@react-spectrum/s2/Dialog';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { lazy, Suspense, useState } from 'react';
import { call } from '../api/session.ts';
import { toError } from '../api/use-resource.ts';
import { isEvaluated } from '../audience/next-state.ts';
import { formatCountOf } from '../ui/format.ts';
import { Failure } from '../ui/states.tsx';
import styles from './list-page.module.css';

const OrganiseDialog = lazy(async () => ({ default: (await import('./organise-dialog.tsx')).OrganiseDialog }));

export interface BulkBarProps {
  readonly selected: readonly Audience[];
  readonly all: readonly Audience[];
  readonly folders: readonly Folder[];
  readonly onClear: () => void;
  readonly onChanged: () => void;
}

interface Refused {
  readonly name: string;
  readonly error: Error;
}

/** What is done with several audiences at once; those that refuse are told by name. */
export function BulkBar({ selected, all, folders, onClear, onChanged }: BulkBarProps) {
  const [open, setOpen] = useState<'organise' | 'delete' | null>(null);
  const { each, evaluate, refused } = useBulk(selected, onChanged);
  const update = (what: string, changeOf: (audience: Audience) => Change) => {
    setOpen(null);
    void each(what, (audience) => call(routes.updateAudience, { params: { id: audience.id }, body: changeOf(audience) }));
  };
  const remove = () => {
    setOpen(null);
    void each('deleted', ({ id }) => call(routes.deleteAudience, { params: { id } }));
  };
  return (
    <section aria-label="Actions for the selection">
      <div className={styles.bulk}>
        <strong role="status">{formatCountOf(selected.length, 'audience')} selected</strong>
        <ActionButton onPress={() => setOpen('organise')}>Folder, tags, labels…</ActionButton>
        <ActionButton isDisabled={!selected.some(isEvaluated)} onPress={() => void evaluate()}>
          Evaluate
        </ActionButton>
        <ActionButton onPress={() => update('published', () => ({ lifecycleState: 'published' }))}>Publish</ActionButton>
        <ActionButton onPress={() => update('deactivated', () => ({ lifecycleState: 'inactive' }))}>Deactivate</ActionButton>
        <ActionButton onPress={() => setOpen('delete')}>Delete…</ActionButton>
        <ActionButton isQuiet onPress={onClear}>
          Clear selection
        </ActionButton>
      </div>
      {refused.map(({ name, error }) => (
        <Failure key={name} error={error} title={`“${name}” stays as it is`} />
      ))}
      <DialogContainer onDismiss={() => setOpen(null)}>
        {open === 'organise' && (
          <Suspense>
            <OrganiseDialog selected={selected} all={all} folders={folders} onDo={(changeOf) => update('changed', changeOf)} />
          </Suspense>
        )}
        {open === 'delete' && <DeleteQuestion count={selected.length} onDelete={remove} />}
      </DialogContainer>
    </section>
  );
}

type Change = Body<Routes['updateAudience']>;

function useBulk(selected: readonly Audience[], onChanged: () => void) {
  const [refused, setRefused] = useState<readonly Refused[]>([]);
  const each = async (what: string, act: (audience: Audience) => Promise<unknown>) => {
    const failures: Refused[] = [];
    // One after the other: some refer to others of them.
    for (const audience of selected) {
      await act(audience).catch((error: unknown) => failures.push({ name: audience.name, error: toError(error) }));
    }
    setRefused(failures);
    const done = selected.length - failures.length;
    if (done > 0) ToastQueue.positive(`${formatCountOf(done, 'audience')} ${what}`, { timeout: 5000 });
    onChanged();
  };
  const evaluate = async () => {
    const ids = selected.filter(isEvaluated).map(({ id }) => ({ segmentId: id }));
    try {
      await call(routes.createSegmentJob, { body: ids });
      setRefused([]);
      ToastQueue.info(`One job evaluates ${formatCountOf(ids.length, 'audience')}`, { timeout: 5000 });
    } catch (error) {
      setRefused([{ name: 'The selection', error: toError(error) }]);
    }
    onChanged();
  };
  return { each, evaluate, refused };
}

function DeleteQuestion({ count, onDelete }: { readonly count: number; readonly onDelete: () => void }) {
  return (
    <AlertDialog
      title={`Delete ${formatCountOf(count, 'audience')}?`}
      variant="destructive"
      primaryActionLabel="Delete"
      cancelLabel="Keep"
      onPrimaryAction={onDelete}
    >
      They, their members and their histories go for good. Profiles and events stay. Those that others refer to are kept.
    </AlertDialog>
  );
}
