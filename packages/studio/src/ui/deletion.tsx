import { AlertDialog } from '@react-spectrum/s2/AlertDialog';
import { DialogContainer } from '@react-spectrum/s2/Dialog';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { toError } from '../api/use-resource.ts';
import { hintOf } from './states.tsx';

export interface DeletionProps {
  readonly isAsked: boolean;
  /** Name of what goes. */
  readonly name: string;
  /** What else goes, and what stays. */
  readonly children: ReactNode;
  readonly remove: () => Promise<unknown>;
  readonly onRemoved: () => void;
  readonly onClose: () => void;
}

/** Asks before something goes for good; and says why it did not. */
export function Deletion({ isAsked, name, children, remove, onRemoved, onClose }: DeletionProps) {
  const [refusal, setRefusal] = useState<Error | null>(null);
  const act = async () => {
    try {
      await remove();
      ToastQueue.positive(`Deleted “${name}”`, { timeout: 5000 });
      onRemoved();
    } catch (error) {
      setRefusal(toError(error));
    }
  };
  const close = () => {
    setRefusal(null);
    onClose();
  };
  return (
    <DialogContainer onDismiss={close}>
      {refusal === null && isAsked && (
        <AlertDialog
          title={`Delete “${name}”?`}
          variant="destructive"
          primaryActionLabel="Delete"
          cancelLabel="Keep"
          onPrimaryAction={() => void act()}
        >
          {children}
        </AlertDialog>
      )}
      {refusal !== null && (
        <AlertDialog title={`“${name}” was not deleted`} variant="error" primaryActionLabel="Close">
          {refusal.message} {hintOf(refusal)}
        </AlertDialog>
      )}
    </DialogContainer>
  );
}
