import { routes } from '@kindred/contract';
import type { Audience, Folder } from '@kindred/contract';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../api/session.ts';
import { useAction } from '../api/use-resource.ts';
import { useSteps } from '../audience/use-steps.ts';
import { useToldFailure } from '../ui/use-told-failure.ts';
import type { Change } from './organise-dialog.tsx';
import type { RowAction } from './row-actions.ts';
import { RowDialogs } from './row-dialogs.tsx';
import type { Asked } from './row-dialogs.tsx';

export interface RowActionsOptions {
  readonly all: readonly Audience[];
  readonly folders: readonly Folder[];
  readonly onChanged: () => void;
}

/** Something chosen in the menu of a row; another object each time. */
export interface Chosen {
  readonly action: RowAction;
  readonly audience: Audience;
}

export interface RowActingProps extends RowActionsOptions {
  readonly chosen: Chosen;
}

/** Does what the menu of a row says; what asks something first is a dialog. Loaded with the first choice. */
export function RowActing({ chosen, all, folders, onChanged }: RowActingProps) {
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
  const done = useRef<Chosen | null>(null);
  useEffect(() => {
    if (done.current === chosen) return;
    done.current = chosen;
    act(chosen.action, chosen.audience);
  });
  if (asked === null) return null;
  return (
    <RowDialogs
      asked={asked}
      all={all}
      folders={folders}
      onOrganise={(audience, change) => void organise.run(audience, change)}
      onChanged={onChanged}
      onClose={() => setAsked({ ...asked, isOpen: false })}
    />
  );
}
