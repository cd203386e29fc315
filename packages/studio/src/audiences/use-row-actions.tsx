/** Does what the menu of a row says; what asks something first is a dialog. */
import { routes } from '@kindred/contract';
import type { Audience, Folder } from '@kindred/contract';
import { DialogContainer } from '@react-spectrum/s2/Dialog';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../api/session.ts';
import { useAction } from '../api/use-resource.ts';
import { AudienceDeletion } from '../audience/audience-deletion.tsx';
import { useSteps } from '../audience/use-steps.ts';
import { useToldFailure } from '../ui/use-told-failure.ts';
import type { Change } from './organise-dialog.tsx';
import type { RowAction } from './row-actions.ts';

const OrganiseDialog = lazy(async () => ({ default: (await import('./organise-dialog.tsx')).OrganiseDialog }));

export interface RowActionsOptions {
  readonly all: readonly Audience[];
  readonly folders: readonly Folder[];
  readonly onChanged: () => void;
}

export interface RowActions {
  /** The same for as long as the list is open. */
  readonly act: (action: RowAction, audience: Audience) => void;
  readonly dialogs: ReactNode;
}

/** A deletion that was refused says so when its question is closed. */
interface Asked {
  readonly of: 'organise' | 'delete';
  readonly audience: Audience;
  readonly isOpen: boolean;
}

export function useRowActions({ all, folders, onChanged }: RowActionsOptions): RowActions {
  const navigate = useNavigate();
  const steps = useSteps(onChanged);
  const [asked, setAsked] = useState<Asked | null>(null);
  const organise = useAction(async ({ id }: Audience, change: Change) => {
    await call(routes.updateAudience, { params: { id }, body: change });
    ToastQueue.positive('Changed', { timeout: 5000 });
    onChanged();
  });
  useToldFailure(organise.error, 'The audience was not changed.');
  const act = (action: RowAction, audience: Audience): void => {
    const { id, composition } = audience;
    switch (action) {
      case 'build':
      case 'edit':
        void navigate(`/audiences/${id}/${action}`);
        break;
      case 'compose':
        void navigate(`/audiences/compositions/${composition?.id}`);
        break;
      case 'export':
        void navigate(`/audiences/${id}/activity`);
        break;
      case 'organise':
      case 'delete':
        setAsked({ of: action, audience, isOpen: true });
        break;
      case 'evaluate':
      case 'change':
      case 'copy':
        void steps[action].run(audience);
        break;
      default:
        action satisfies never;
    }
  };
  return {
    act: useLatest(act),
    dialogs: (
      <Dialogs
        asked={asked}
        all={all}
        folders={folders}
        onOrganise={(audience, change) => void organise.run(audience, change)}
        onChanged={onChanged}
        onClose={() => setAsked(asked && { ...asked, isOpen: false })}
      />
    ),
  };
}

interface DialogsProps extends RowActionsOptions {
  readonly asked: Asked | null;
  readonly onOrganise: (audience: Audience, change: Change) => void;
  readonly onClose: () => void;
}

function Dialogs({ asked, all, folders, onOrganise, onChanged, onClose }: DialogsProps) {
  if (asked === null) return null;
  const { of, audience, isOpen } = asked;
  if (of === 'delete')
    return <AudienceDeletion key={audience.id} audience={audience} isAsked={isOpen} onRemoved={onChanged} onClose={onClose} />;
  const apply = (changeOf: (audience: Audience) => Change) => {
    onClose();
    onOrganise(audience, changeOf(audience));
  };
  return (
    <DialogContainer onDismiss={onClose}>
      {isOpen && (
        <Suspense>
          <OrganiseDialog selected={[audience]} all={all} folders={folders} onDo={apply} />
        </Suspense>
      )}
    </DialogContainer>
  );
}

/** Rows are drawn anew when what they are given is another: this never is. */
function useLatest(act: RowActions['act']): RowActions['act'] {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  return useCallback((action, audience) => latest.current(action, audience), []);
}
