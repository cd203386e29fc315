import type { Audience } from '@kindred/contract';
import { DialogContainer } from '@react-spectrum/s2/Dialog';
import { AudienceDeletion } from '../audience/audience-deletion.tsx';
import { OrganiseDialog } from './organise-dialog.tsx';
import type { Change } from './organise-dialog.tsx';
import type { RowActionsOptions } from './row-acting.tsx';

/** What the menu of a row asks first. A deletion that was refused says so when its question is closed. */
export interface Asked {
  readonly of: 'organise' | 'delete';
  readonly audience: Audience;
  readonly isOpen: boolean;
}

export interface RowDialogsProps extends RowActionsOptions {
  readonly asked: Asked;
  readonly onOrganise: (audience: Audience, change: Change) => void;
  readonly onClose: () => void;
}

export function RowDialogs({ asked, all, folders, onOrganise, onChanged, onClose }: RowDialogsProps) {
  const { of, audience, isOpen } = asked;
  if (of === 'delete')
    return <AudienceDeletion key={audience.id} audience={audience} isAsked={isOpen} onRemoved={onChanged} onClose={onClose} />;
  const apply = (changeOf: (audience: Audience) => Change) => {
    onClose();
    onOrganise(audience, changeOf(audience));
  };
  return (
    <DialogContainer onDismiss={onClose}>
      {isOpen && <OrganiseDialog selected={[audience]} all={all} folders={folders} onDo={apply} />}
    </DialogContainer>
  );
}
