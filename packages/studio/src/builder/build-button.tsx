import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { DialogContainer } from '@react-spectrum/s2/Dialog';
import { lazy, Suspense, useState } from 'react';
import type { Vocabulary } from '../editor/completion.ts';

const RuleDialog = lazy(async () => ({ default: (await import('./rule-dialog.tsx')).RuleDialog }));

export interface BuildButtonProps {
  /** What the rule is of. */
  readonly title: string;
  readonly pql: string;
  readonly vocabulary: Vocabulary | undefined;
  readonly onUse: (pql: string) => void;
}

/** Opens the picture of a rule that stands beside it as text. */
export function BuildButton({ title, pql, vocabulary, onUse }: BuildButtonProps) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <ActionButton size="S" isDisabled={vocabulary === undefined} onPress={() => setOpen(true)}>
        Build…
      </ActionButton>
      <DialogContainer onDismiss={close}>
        {open && vocabulary !== undefined && (
          <Suspense>
            <RuleDialog title={title} pql={pql} {...vocabulary} onUse={onUse} onClose={close} />
          </Suspense>
        )}
      </DialogContainer>
    </>
  );
}
