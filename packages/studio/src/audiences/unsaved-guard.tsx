import { AlertDialog } from '@react-spectrum/s2/AlertDialog';
import { DialogContainer } from '@react-spectrum/s2/Dialog';
import { useEffect, useRef } from 'react';
import { useBlocker } from 'react-router';

/** Asks before unsaved work is left. */
export function UnsavedGuard({ active }: { readonly active: boolean }) {
  const blocker = useBlocker(({ currentLocation, nextLocation }) => active && currentLocation.pathname !== nextLocation.pathname);
  const leaving = useRef(false);
  useEffect(() => {
    if (!active) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [active]);
  // The dialog closes before it tells what was chosen, so the answer is read once both have happened.
  const settle = () =>
    queueMicrotask(() => {
      if (leaving.current) blocker.proceed?.();
      else blocker.reset?.();
    });
  return (
    <DialogContainer onDismiss={settle}>
      {blocker.state === 'blocked' && (
        <AlertDialog
          title="Leave without saving?"
          variant="warning"
          primaryActionLabel="Leave"
          cancelLabel="Keep editing"
          onPrimaryAction={() => {
            leaving.current = true;
          }}
        >
          What you changed in this audience would be lost.
        </AlertDialog>
      )}
    </DialogContainer>
  );
}
