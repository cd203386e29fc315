import { routes } from '@kindred/contract';
import type { Prediction } from '@kindred/contract';
import { AlertDialog } from '@react-spectrum/s2/AlertDialog';
import { Button } from '@react-spectrum/s2/Button';
import { DialogContainer } from '@react-spectrum/s2/Dialog';
import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../api/session.ts';
import { toError } from '../api/use-resource.ts';
import { hintOf } from '../ui/states.tsx';
import { EditPrediction } from './edit-prediction.tsx';

export interface PredictionActionsProps {
  readonly prediction: Prediction;
  readonly onChanged: () => void;
}

export function PredictionActions({ prediction, onChanged }: PredictionActionsProps) {
  const [dialog, setDialog] = useState<'edit' | 'delete' | Error | null>(null);
  const close = () => setDialog(null);
  return (
    <>
      <Button variant="secondary" onPress={() => setDialog('delete')}>
        Delete
      </Button>
      <LinkButton variant="secondary" href={`/predictions/new?from=${prediction.id}`}>
        Clone
      </LinkButton>
      <Button variant="secondary" onPress={() => setDialog('edit')}>
        Edit
      </Button>
      <DialogContainer onDismiss={close}>
        {dialog === 'edit' && <EditPrediction prediction={prediction} onClose={close} onChanged={onChanged} />}
        {dialog === 'delete' && <Question prediction={prediction} onRefused={setDialog} />}
        {dialog instanceof Error && (
          <AlertDialog title={`“${prediction.name}” was not deleted`} variant="error" primaryActionLabel="Close">
            {dialog.message} {hintOf(dialog)}
          </AlertDialog>
        )}
      </DialogContainer>
    </>
  );
}

function Question({
  prediction: { id, name },
  onRefused,
}: {
  readonly prediction: Prediction;
  readonly onRefused: (error: Error) => void;
}) {
  const navigate = useNavigate();
  const remove = async () => {
    try {
      await call(routes.deletePrediction, { params: { id } });
      ToastQueue.positive(`Deleted “${name}”`, { timeout: 5000 });
      await navigate('/predictions');
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
      Its models, its runs and the scores of every person go for good, and rules can no longer read them.
    </AlertDialog>
  );
}
