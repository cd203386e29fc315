import type { Audience } from '@kindred/contract';
import { ActionMenu } from '@react-spectrum/s2/ActionMenu';
import { MenuItem } from '@react-spectrum/s2/Menu';
import { rowActionsOf } from './row-actions.ts';
import type { RowAction } from './row-actions.ts';

export interface RowMenuProps {
  readonly audience: Audience;
  readonly onAct: (action: RowAction, audience: Audience) => void;
}

export function RowMenu({ audience, onAct }: RowMenuProps) {
  return (
    <ActionMenu
      isQuiet
      size="S"
      aria-label={`Actions for ${audience.name}`}
      items={rowActionsOf(audience)}
      onAction={(key) => onAct(key as RowAction, audience)}
    >
      {({ id, title }) => <MenuItem id={id}>{title}</MenuItem>}
    </ActionMenu>
  );
}
