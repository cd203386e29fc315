import { routes } from '@kindred/contract';
import type { Audience } from '@kindred/contract';
import { ActionMenu } from '@react-spectrum/s2/ActionMenu';
import { Button } from '@react-spectrum/s2/Button';
import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { MenuItem } from '@react-spectrum/s2/Menu';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../api/session.ts';
import { useAction } from '../api/use-resource.ts';
import { Deletion } from '../ui/deletion.tsx';
import { formatCountOf } from '../ui/format.ts';
import { useToldFailure } from '../ui/use-told-failure.ts';

export function AudienceActions({ audience, onChanged }: { readonly audience: Audience; readonly onChanged: () => void }) {
  const { id, name } = audience;
  const [deletionAsked, setDeletionAsked] = useState(false);
  const navigate = useNavigate();
  const evaluation = useAction(async () => {
    const { size } = await call(routes.evaluateAudience, { params: { id } });
    ToastQueue.positive(`Evaluated: ${formatCountOf(size ?? 0, 'member')}`, { timeout: 5000 });
    onChanged();
  });
  useToldFailure(evaluation.error, 'The evaluation failed.');
  return (
    <>
      <More audience={audience} onChanged={onChanged} />
      {audience.composition === null && (
        <Button variant="secondary" onPress={() => setDeletionAsked(true)}>
          Delete
        </Button>
      )}
      {audience.kind !== 'external' && audience.lifecycleState !== 'inactive' && (
        <Button variant="secondary" isPending={evaluation.running} onPress={() => void evaluation.run()}>
          Evaluate now
        </Button>
      )}
      {audience.composition !== null && (
        <LinkButton variant="accent" href={`/audiences/compositions/${audience.composition.id}`}>
          Open composition
        </LinkButton>
      )}
      {audience.kind === 'rule' && (
        <>
          <LinkButton variant="secondary" href={`/audiences/${id}/edit`}>
            Edit PQL
          </LinkButton>
          <LinkButton variant="accent" href={`/audiences/${id}/build`}>
            Edit
          </LinkButton>
        </>
      )}
      <Deletion
        isAsked={deletionAsked}
        name={name}
        remove={async () => await call(routes.deleteAudience, { params: { id } })}
        onRemoved={() => void navigate('/audiences')}
        onClose={() => setDeletionAsked(false)}
      >
        The audience, its members and its history go for good. Profiles and events stay.
      </Deletion>
    </>
  );
}

type Lifecycle = Audience['lifecycleState'];

/** Where a state can go; what has been published is never a draft again. */
const STEPS: Readonly<Record<Lifecycle, { readonly to: Lifecycle; readonly title: string }>> = {
  draft: { to: 'published', title: 'Publish' },
  published: { to: 'inactive', title: 'Deactivate' },
  inactive: { to: 'published', title: 'Publish again' },
};

function More({
  audience: { id, kind, lifecycleState, lastEvaluated },
  onChanged,
}: {
  readonly audience: Audience;
  readonly onChanged: () => void;
}) {
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
    <ActionMenu
      aria-label="More actions"
      onAction={(key) => {
        if (key === 'export') void navigate(`/audiences/${id}/activity`);
        else void (key === 'copy' ? copy : change).run();
      }}
    >
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
        ...(lastEvaluated === null
          ? []
          : [
              <MenuItem key="export" id="export">
                Export members
              </MenuItem>,
            ]),
      ]}
    </ActionMenu>
  );
}
