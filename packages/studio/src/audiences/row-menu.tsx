import type { Audience } from '@kindred/contract';
import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { Menu, MenuItem, MenuTrigger } from '@react-spectrum/s2/Menu';
import { rowActionsOf } from './row-actions.ts';
import type { RowAction } from './row-actions.ts';

export interface RowMenuProps {
  readonly audience: Audience;
  readonly onAct: (action: RowAction, audience: Audience) => void;
}

/** Not an ActionMenu: of that nothing else is loaded with the list. */
export function RowMenu({ audience, onAct }: RowMenuProps) {
  return (
    <MenuTrigger align="end">
      <ActionButton isQuiet size="S" aria-label={`Actions for ${audience.name}`}>
        ⋯
      </ActionButton>
      <Menu items={rowActionsOf(audience)} onAction={(key) => onAct(key as RowAction, audience)}>
        {({ id, title }) => <MenuItem id={id}>{title}</MenuItem>}
      </Menu>
    </MenuTrigger>
  );
}
