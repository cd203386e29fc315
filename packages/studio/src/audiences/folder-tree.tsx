import { routes } from '@kindred/contract';
import type { Folder } from '@kindred/contract';
import { ActionMenu } from '@react-spectrum/s2/ActionMenu';
import { MenuItem } from '@react-spectrum/s2/Menu';
import { useState } from 'react';
import { call } from '../api/session.ts';
import { useAction } from '../api/use-resource.ts';
import { formatCount } from '../ui/format.ts';
import { NameForm } from '../ui/name-form.tsx';
import { Failure } from '../ui/states.tsx';
import styles from './folder-tree.module.css';
import { inOrder, within } from './folders.ts';

export interface FolderTreeProps {
  readonly folders: readonly Folder[];
  /** How many audiences there are, in any folder or none. */
  readonly total: number;
  /** Null: all; `none`: those in no folder. */
  readonly chosen: string | null;
  readonly onChoose: (folder: string | null) => void;
  readonly onChanged: () => void;
}

/** A folder that is named: a new one below another, or an old one. */
type Naming = { readonly parent: string | null } | { readonly folder: Folder } | null;

export function FolderTree({ folders, total, chosen, onChoose, onChanged }: FolderTreeProps) {
  const { naming, setNaming, save, remove } = useFolderChanges(onChanged);
  const filed = folders.reduce((sum, { audiences }) => sum + audiences, 0);
  const countIn = (id: string) => {
    const inside = within(folders, id);
    return folders.reduce((sum, folder) => sum + (inside.has(folder.id) ? folder.audiences : 0), 0);
  };
  const place = (id: string | null, title: string, count: number) => (
    <button type="button" className={styles.place} aria-pressed={chosen === id} onClick={() => onChoose(id)}>
      <span>{title}</span>
      <span className={styles.count}>{formatCount(count)}</span>
    </button>
  );
  return (
    <section aria-label="Folders">
      <ul className={styles.tree}>
        <li>{place(null, 'All audiences', total)}</li>
        {folders.length > 0 && <li>{place('none', 'In no folder', total - filed)}</li>}
        {inOrder(folders).map((folder) => (
          <li key={folder.id} className={styles.folder} style={{ paddingInlineStart: folder.depth * 14 }}>
            {place(folder.id, folder.name, countIn(folder.id))}
            <FolderMenu
              name={folder.name}
              onNew={() => setNaming({ parent: folder.id })}
              onRename={() => setNaming({ folder })}
              onDelete={() => {
                if (chosen === folder.id) onChoose(null);
                void remove.run(folder);
              }}
            />
          </li>
        ))}
      </ul>
      {naming === null ? (
        <button type="button" className={styles.add} onClick={() => setNaming({ parent: null })}>
          New folder
        </button>
      ) : (
        <NameForm
          key={'folder' in naming ? naming.folder.id : `in ${naming.parent}`}
          label="Name of the folder"
          before={'folder' in naming ? naming.folder.name : ''}
          onName={(name) => void save.run(name)}
          onGiveUp={() => setNaming(null)}
        />
      )}
      {save.error && <Failure error={save.error} title="The folder was not saved" />}
      {remove.error && <Failure error={remove.error} title="The folder was not deleted" />}
    </section>
  );
}

function useFolderChanges(onChanged: () => void) {
  const [naming, setNaming] = useState<Naming>(null);
  const save = useAction(async (name: string) => {
    if (naming !== null && 'folder' in naming) await call(routes.updateFolder, { params: { id: naming.folder.id }, body: { name } });
    else await call(routes.createFolder, { body: { name, parentId: naming?.parent ?? null } });
    setNaming(null);
    onChanged();
  });
  const remove = useAction(async ({ id, parentId }: Folder) => {
    await call(routes.deleteFolder, { params: { id }, query: { moveTo: parentId ?? 'top' } });
    onChanged();
  });
  return { naming, setNaming, save, remove };
}

interface FolderMenuProps {
  readonly name: string;
  readonly onNew: () => void;
  readonly onRename: () => void;
  readonly onDelete: () => void;
}

function FolderMenu({ name, onNew, onRename, onDelete }: FolderMenuProps) {
  const actions = { new: onNew, rename: onRename, delete: onDelete };
  return (
    <ActionMenu isQuiet size="S" aria-label={`Folder ${name}`} onAction={(key) => actions[key as keyof typeof actions]()}>
      <MenuItem id="new">New folder in it</MenuItem>
      <MenuItem id="rename">Rename</MenuItem>
      <MenuItem id="delete">Delete; what is in it moves up</MenuItem>
    </ActionMenu>
  );
}
