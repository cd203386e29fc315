import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { Button } from '@react-spectrum/s2/Button';
import { ToggleButton } from '@react-spectrum/s2/ToggleButton';
import { Link } from 'react-router';
import styles from './toolbar.module.css';
import { UndoRedo } from '../ui/undo-redo.tsx';

export interface ToolbarProps {
  readonly title: string;
  readonly isDraft: boolean;
  readonly code: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly saving: boolean;
  /** The page began with a draft that was kept in the browser. */
  readonly restored: boolean;
  readonly onDiscard: () => void;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
  readonly onCode: (code: boolean) => void;
  readonly onCancel: () => void;
  /** Null: the state it has. */
  readonly onSave: (state: 'draft' | 'published' | null) => void;
}

export function Toolbar(props: ToolbarProps) {
  const { title, isDraft, code, canUndo, canRedo, saving, restored, onDiscard, onUndo, onRedo, onCode, onCancel, onSave } = props;
  return (
    <header className={styles.bar}>
      <div className={styles.heading}>
        <nav aria-label="Breadcrumb">
          <Link to="/audiences">Audiences</Link> <span aria-hidden="true">/</span>
        </nav>
        <h1>{title}</h1>
        {restored && (
          <span className={styles.restored}>
            Draft restored
            <ActionButton size="S" isQuiet onPress={onDiscard}>
              Discard draft
            </ActionButton>
          </span>
        )}
      </div>
      <div className={styles.actions}>
        <UndoRedo canUndo={canUndo} canRedo={canRedo} onUndo={onUndo} onRedo={onRedo} />
        <ToggleButton isSelected={code} onChange={onCode}>
          Code view
        </ToggleButton>
        <Button variant="secondary" onPress={onCancel}>
          Cancel
        </Button>
        {isDraft && (
          <Button variant="secondary" onPress={() => onSave('draft')} isDisabled={saving}>
            Save as draft
          </Button>
        )}
        <Button variant="accent" onPress={() => onSave(isDraft ? 'published' : null)} isPending={saving}>
          {isDraft ? 'Publish' : 'Save'}
        </Button>
      </div>
    </header>
  );
}
