import { routes } from '@kindred/contract';
import type { AudienceVersion } from '@kindred/contract';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { AlertDialog } from '@react-spectrum/s2/AlertDialog';
import { DialogTrigger } from '@react-spectrum/s2/Dialog';
import { ToastQueue } from '@react-spectrum/s2/Toast';
import { call } from '../api/session.ts';
import { useAction } from '../api/use-resource.ts';
import { formatCountOf } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Failure } from '../ui/states.tsx';
import { useAudience } from './audience-page.tsx';
import { VersionList } from './version-list.tsx';

/** Every rule that the audience has had; an earlier one is brought back from here. */
export function VersionsTab() {
  const { audience, reload } = useAudience();
  const { id, version } = audience;
  const rollback = useAction(async (earlier: number) => {
    const { size } = await call(routes.rollbackAudience, { params: { id }, body: { version: earlier } });
    ToastQueue.positive(`Version ${earlier} is back: ${formatCountOf(size ?? 0, 'member')}`, { timeout: 5000 });
    reload();
  });
  return (
    <Panel title="Versions of the rule">
      {rollback.error && <Failure error={rollback.error} title="The version was not brought back" />}
      <VersionList
        id={id}
        current={version}
        action={(earlier) =>
          // What a composition said before comes back by changing the composition.
          audience.kind === 'rule' && (
            <BringBack version={earlier} running={rollback.running} onDo={() => void rollback.run(earlier.version)} />
          )
        }
      />
    </Panel>
  );
}

interface BringBackProps {
  readonly version: AudienceVersion;
  readonly running: boolean;
  readonly onDo: () => void;
}

function BringBack({ version: { version }, running, onDo }: BringBackProps) {
  return (
    <DialogTrigger>
      <ActionButton size="S" isDisabled={running} aria-label={`Bring back version ${version}`}>
        Bring back
      </ActionButton>
      <AlertDialog title={`Bring back version ${version}?`} primaryActionLabel="Bring back" cancelLabel="Cancel" onPrimaryAction={onDo}>
        Its rule becomes a new version, which is evaluated at once. The one in force now stays in this list.
      </AlertDialog>
    </DialogTrigger>
  );
}
