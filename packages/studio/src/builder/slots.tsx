import type { Slot, TreeNode } from '@kindred/pql';
import { useRef } from 'react';
import { useDrop } from 'react-aria/useDrop';
import { canFollow, dropCommand, fits, useBuilderState } from './builder-context.ts';
import { nodeFor } from './parts.ts';
import styles from './slots.module.css';

/** A place between rules. It is there for the eye and the keyboard while something that fits is dragged. */
export function DropSlot({ at, label, wide = false }: { readonly at: Slot; readonly label: string; readonly wide?: boolean }) {
  const { root, dragged, run, drag } = useBuilderState();
  const open = dragged !== null && fits(root, dragged, at);
  return (
    <Target
      open={open}
      label={label}
      className={wide ? styles.wide : styles.slot}
      onDrop={() => {
        const command = dragged && dropCommand(root, dragged, at);
        if (command) run(command);
        drag(null);
      }}
    />
  );
}

/** Below an event card: what is dropped here happens after it. */
export function ThenSlot({ target, label }: { readonly target: TreeNode; readonly label: string }) {
  const { root, dragged, run, drag } = useBuilderState();
  if (dragged === null || !canFollow(root, dragged, target)) return null;
  const next = dragged.kind === 'node' ? dragged.id : nodeFor(dragged.part, 'steps');
  return (
    <Target
      open
      label={label}
      className={styles.then}
      text="Then…"
      onDrop={() => {
        if (next !== null) run({ type: 'then', next, target: target.id });
        drag(null);
      }}
    />
  );
}

interface TargetProps {
  readonly open: boolean;
  readonly label: string;
  readonly className: string | undefined;
  readonly text?: string;
  readonly onDrop: () => void;
}

function Target({ open, label, className, text, onDrop }: TargetProps) {
  const ref = useRef<HTMLDivElement>(null);
  const { dropProps, isDropTarget } = useDrop({
    ref,
    isDisabled: !open,
    getDropOperation: (_, allowed) => (allowed.includes('move') ? 'move' : 'copy'),
    onDrop,
  });
  if (!open) return <div className={className} aria-hidden="true" />;
  return (
    <div
      {...dropProps}
      ref={ref}
      role="button"
      tabIndex={-1}
      aria-label={label}
      className={[className, styles.open, isDropTarget && styles.over].filter(Boolean).join(' ')}
    >
      {text ?? ''}
    </div>
  );
}
