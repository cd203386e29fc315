import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { Menu, MenuItem, MenuTrigger } from '@react-spectrum/s2/Menu';
import { useState } from 'react';
import { NameForm } from '../ui/name-form.tsx';
import { COLUMNS } from './columns.tsx';
import type { SavedViews } from './saved-views.ts';

export interface ViewMenuProps {
  readonly saved: SavedViews;
  /** Of the list as it is. */
  readonly query: string;
  readonly onOpen: (query: string) => void;
}

/** Views that were kept, and the present one to keep. */
export function ViewMenu({ saved: { views, save, remove }, query, onOpen }: ViewMenuProps) {
  const [naming, setNaming] = useState(false);
  const open = views.find((view) => view.query === query);
  if (naming) {
    const keep = (name: string) => {
      save({ name, query });
      setNaming(false);
    };
    return <NameForm label="Name of the view" onName={keep} onGiveUp={() => setNaming(false)} />;
  }
  return (
    <MenuTrigger>
      <ActionButton>{open === undefined ? 'Views' : `View: ${open.name}`}</ActionButton>
      <Menu
        onAction={(key) => {
          if (key === 'save') setNaming(true);
          else if (key === 'remove' && open) remove(open.name);
          else onOpen(views.find(({ name }) => `view ${name}` === key)?.query ?? '');
        }}
      >
        {[
          <MenuItem key="all" id="all">
            All audiences
          </MenuItem>,
          ...views.map(({ name }) => (
            <MenuItem key={name} id={`view ${name}`}>
              {name}
            </MenuItem>
          )),
          <MenuItem key="save" id="save">
            Save this view…
          </MenuItem>,
          ...(open === undefined
            ? []
            : [
                <MenuItem key="remove" id="remove">
                  {`Remove the view “${open.name}”`}
                </MenuItem>,
              ]),
        ]}
      </Menu>
    </MenuTrigger>
  );
}

/** Which columns the list has besides the name. */
export function ColumnMenu({
  shown,
  onChange,
}: {
  readonly shown: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
}) {
  return (
    <MenuTrigger>
      <ActionButton>Columns</ActionButton>
      <Menu
        selectionMode="multiple"
        selectedKeys={shown}
        onSelectionChange={(keys) => onChange(COLUMNS.filter(({ id }) => keys === 'all' || keys.has(id)).map(({ id }) => id))}
      >
        {COLUMNS.map(({ id, title }) => (
          <MenuItem key={id} id={id}>
            {title}
          </MenuItem>
        ))}
      </Menu>
    </MenuTrigger>
  );
}
