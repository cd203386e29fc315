import { routes } from '@kindred/contract';
import { AlertDialog } from '@react-spectrum/s2/AlertDialog';
import { Button } from '@react-spectrum/s2/Button';
import { DialogContainer } from '@react-spectrum/s2/Dialog';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../api/session.ts';
import { useAction } from '../api/use-resource.ts';
import { Failure } from '../ui/states.tsx';
import type { MappingSet } from './draft.ts';
import { nameOf } from './draft.ts';

export function DeleteMapping({ set }: { readonly set: MappingSet }) {
  const [asked, setAsked] = useState(false);
  const navigate = useNavigate();
  const deletion = useAction(async () => {
    await call(routes.deleteMappingSet, { params: { id: set.id } });
    await navigate('/sources/mappings');
  });
  return (
    <>
      <Button variant="secondary" isDisabled={deletion.running} onPress={() => setAsked(true)}>
        Delete
      </Button>
      <DialogContainer onDismiss={() => setAsked(false)}>
        {asked && (
          <AlertDialog
            title={`Delete “${nameOf(set)}”?`}
            variant="destructive"
            primaryActionLabel="Delete"
            cancelLabel="Keep"
            onPrimaryAction={() => void deletion.run()}
          >
            What was imported by it stays. Flows that name it take nothing in any more.
          </AlertDialog>
        )}
      </DialogContainer>
      {deletion.error && <Failure error={deletion.error} title="It was not deleted" />}
    </>
  );
}
