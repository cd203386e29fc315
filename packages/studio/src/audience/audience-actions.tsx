import type { Audience } from '@kindred/contract';
import { ActionMenu } from '@react-spectrum/s2/ActionMenu';
import { Button } from '@react-spectrum/s2/Button';
import { LinkButton } from '@react-spectrum/s2/LinkButton';
import { MenuItem } from '@react-spectrum/s2/Menu';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { AudienceDeletion } from './audience-deletion.tsx';
import { isEvaluated, NEXT_STATE } from './next-state.ts';
import { useSteps } from './use-steps.ts';

export function AudienceActions({ audience, onChanged }: { readonly audience: Audience; readonly onChanged: () => void }) {
  const { id, kind, composition } = audience;
  const [deletionAsked, setDeletionAsked] = useState(false);
  const navigate = useNavigate();
  const steps = useSteps(onChanged);
  return (
    <>
      <More audience={audience} steps={steps} />
      {composition === null && (
        <Button variant="secondary" onPress={() => setDeletionAsked(true)}>
          Delete
        </Button>
      )}
      {isEvaluated(audience) && (
        <Button variant="secondary" isPending={steps.evaluate.running} onPress={() => void steps.evaluate.run(audience)}>
          Evaluate now
        </Button>
      )}
      {composition !== null && (
        <LinkButton variant="accent" href={`/audiences/compositions/${composition.id}`}>
          Open composition
        </LinkButton>
      )}
      {kind === 'rule' && (
        <>
          <LinkButton variant="secondary" href={`/audiences/${id}/edit`}>
            Edit PQL
          </LinkButton>
          <LinkButton variant="accent" href={`/audiences/${id}/build`}>
            Edit
          </LinkButton>
        </>
      )}
      <AudienceDeletion
        audience={audience}
        isAsked={deletionAsked}
        onRemoved={() => void navigate('/audiences')}
        onClose={() => setDeletionAsked(false)}
      />
    </>
  );
}

function More({ audience, steps }: { readonly audience: Audience; readonly steps: ReturnType<typeof useSteps> }) {
  const { id, kind, lifecycleState, lastEvaluated } = audience;
  const navigate = useNavigate();
  return (
    <ActionMenu
      aria-label="More actions"
      onAction={(key) => {
        if (key === 'export') void navigate(`/audiences/${id}/activity`);
        else void steps[key === 'copy' ? 'copy' : 'change'].run(audience);
      }}
    >
      {[
        <MenuItem key="state" id="state">
          {NEXT_STATE[lifecycleState].title}
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
