import { routes } from '@kindred/contract';
import type { Audience } from '@kindred/contract';
import { ActionMenu } from '@react-spectrum/s2/ActionMenu';
import { AlertDialog } from '@react-spectrum/s2/AlertDialog';
import { Button } from '@react-spectrum/s2/Button';
import { DialogContainer } from '@react-spectrum/s2/Dialog';
import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { MenuItem } from '@react-spectrum/s2/Menu';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../api/session.ts';
import { toError, useAction } from '../api/use-resource.ts';
import { formatCountOf } from '../ui/format.ts';
import { hintOf } from '../ui/states.tsx';

/** What the dialog says: the question, or why it was not done. */
type Deletion = 'asked' | Error | null;

export function AudienceActions({ audience, onChanged }: { readonly audience: Audience; readonly onChanged: () => void }) {
  const { id } = audience;
  const [deletion, setDeletion] = useState<Deletion>(null);
  const evaluation = useAction(async () => {
    const { size } = await call(routes.evaluateAudience, { params: { id } });
    ToastQueue.positive(`Evaluated: ${formatCountOf(size ?? 0, 'member')}`, { timeout: 5000 });
    onChanged();
  });
  useToldFailure(evaluation.error, 'The evaluation failed.');
  return (
    <>
      <More audience={audience} onChanged={onChanged} />
      <Button variant="secondary" onPress={() => setDeletion('asked')}>
        Delete
      </Button>
      {audience.kind === 'rule' && (
        <>
          {audience.lifecycleState !== 'inactive' && (
            <Button variant="secondary" isPending={evaluation.running} onPress={() => void evaluation.run()}>
              Evaluate now
            </Button>
          )}
          <LinkButton variant="secondary" href={`/audiences/${id}/edit`}>
            Edit PQL
          </LinkButton>
          <LinkButton variant="accent" href={`/audiences/${id}/build`}>
            Edit
          </LinkButton>
        </>
      )}
      <DialogContainer onDismiss={() => setDeletion(null)}>
        {deletion === 'asked' && <Question audience={audience} onRefused={setDeletion} />}
        {deletion instanceof Error && <Refusal audience={audience} error={deletion} />}
      </DialogContainer>
    </>
  );
}

function useToldFailure(error: Error | undefined, what: string): void {
  useEffect(() => {
    if (error) ToastQueue.negative(`${what} ${error.message} ${hintOf(error) ?? ''}`);
  }, [error, what]);
}

type Lifecycle = Audience['lifecycleState'];

/** Where a state can go; what has been published is never a draft again. */
const STEPS: Readonly<Record<Lifecycle, { readonly to: Lifecycle; readonly title: string }>> = {
  draft: { to: 'published', title: 'Publish' },
  published: { to: 'inactive', title: 'Deactivate' },
  inactive: { to: 'published', title: 'Publish again' },
};

function More({ audience: { id, kind, lifecycleState }, onChanged }: { readonly audience: Audience; readonly onChanged: () => void }) {
  const navigate = useNavigate();
  const step = STEPS[lifecycleState];
  const change = useAction(async () => {
    await call(routes.updateAudience, { params: { id }, body: { lifecycleState: step.to } });
    ToastQueue.positive(step.to === 'published' ? 'Published' : 'Deactivated: its members stay as they are', { timeout: 5000 });
    onChanged();
  });
  const copy = useAction(async () => {
    const made = await call(routes.copyAudience, { params: { id }, body: {} });
    ToastQueue.positive(`“${made.name}” is a draft`, { timeout: 5000 });
    await navigate(`/audiences/${made.id}`);
  });
  useToldFailure(change.error, 'The state was not changed.');
  useToldFailure(copy.error, 'The audience was not copied.');
  return (
    <ActionMenu aria-label="More actions" onAction={(key) => void (key === 'copy' ? copy : change).run()}>
      {[
        <MenuItem key="state" id="state">
          {step.title}
        </MenuItem>,
        ...(kind === 'rule'
          ? [
              <MenuItem key="copy" id="copy">
                Copy
              </MenuItem>,
            ]
          : []),
      ]}
    </ActionMenu>
  );
}

function Question({ audience: { id, name }, onRefused }: { readonly audience: Audience; readonly onRefused: (error: Error) => void }) {
  const navigate = useNavigate();
  const remove = async () => {
    try {
      await call(routes.deleteAudience, { params: { id } });
      ToastQueue.positive(`Deleted “${name}”`, { timeout: 5000 });
      await navigate('/audiences');
    } catch (error) {
      onRefused(toError(error));
    }
  };
  return (
    <AlertDialog
      title={`Delete “${name}”?`}
      variant="destructive"
      primaryActionLabel="Delete"
      cancelLabel="Keep"
      onPrimaryAction={() => void remove()}
    >
      The audience, its members and its history go for good. Profiles and events stay.
    </AlertDialog>
  );
}

function Refusal({ audience: { name }, error }: { readonly audience: Audience; readonly error: Error }) {
  return (
    <AlertDialog title={`“${name}” was not deleted`} variant="error" primaryActionLabel="Close">
      {error.message} {hintOf(error)}
    </AlertDialog>
  );
}
