import { routes } from '@kindred/contract';
import type { Audience } from '@kindred/contract';
import { AlertDialog } from '@react-spectrum/s2/AlertDialog';
import { Button } from '@react-spectrum/s2/Button';
import { DialogContainer } from '@react-spectrum/s2/Dialog';
import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../api/session.ts';
import { toError, useAction } from '../api/use-resource.ts';
import { formatCountOf } from '../ui/format.ts';
import { hintOf } from '../ui/states.tsx';

/** What the dialog says: the question, or why it was not done. */
type Deletion = 'asked' | Error | null;

export function AudienceActions({ audience, onEvaluated }: { readonly audience: Audience; readonly onEvaluated: () => void }) {
  const { id } = audience;
  const [deletion, setDeletion] = useState<Deletion>(null);
  const evaluation = useAction(async () => {
    const { size } = await call(routes.evaluateAudience, { params: { id } });
    ToastQueue.positive(`Evaluated: ${formatCountOf(size ?? 0, 'member')}`, { timeout: 5000 });
    onEvaluated();
  });
  useEffect(() => {
    if (evaluation.error) ToastQueue.negative(`The evaluation failed. ${evaluation.error.message} ${hintOf(evaluation.error) ?? ''}`);
  }, [evaluation.error]);
  return (
    <>
      <Button variant="secondary" onPress={() => setDeletion('asked')}>
        Delete
      </Button>
      {audience.kind === 'rule' && (
        <>
          <Button variant="secondary" isPending={evaluation.running} onPress={() => void evaluation.run()}>
            Evaluate now
          </Button>
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
