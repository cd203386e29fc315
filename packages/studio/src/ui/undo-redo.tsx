import { ActionButton } from '@react-spectrum/s2/ActionButton';

export interface UndoRedoProps {
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
}

export function UndoRedo({ canUndo, canRedo, onUndo, onRedo }: UndoRedoProps) {
  return (
    <>
      <ActionButton onPress={onUndo} isDisabled={!canUndo}>
        Undo
      </ActionButton>
      <ActionButton onPress={onRedo} isDisabled={!canRedo}>
        Redo
      </ActionButton>
    </>
  );
}
