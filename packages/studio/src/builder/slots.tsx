import type { TreeNode } from '@kindred/pql';
import { memo, useRef } from 'react';
import { useDrop } from 'react-aria/useDrop';
import { useBuilder, useMoment } from './builder-context.ts';
import { nodeFor } from './parts.ts';
import type { Part } from './parts.ts';
import { canFollow, dropCommand, fits } from './places.ts';
import styles from './slots.module.css';

export interface DropSlotProps {
  readonly parent: string;
  readonly index: number;
  readonly label: string;
  readonly wide?: boolean;
}

/** A place between rules. It is there for the eye and the keyboard while something that fits is dragged. */
export const DropSlot = memo(function DropSlot({ parent, index, label, wide = false }: DropSlotProps) {
  const { store, run } = useBuilder();
  const at = { parent, index };
  const open = useMoment(({ root, dragged }) => dragged !== null && fits(root, dragged, at));
  const onDrop = () => {
    const { root, dragged } = store.current();
    const command = dragged && dropCommand(root, dragged, at);
    if (command) run(command);
    store.change({ dragged: null });
  };
  const className = wide ? styles.wide : styles.slot;
  return open ? <Target label={label} className={className} onDrop={onDrop} /> : <div className={className} aria-hidden="true" />;
});

/** Below an event card: what is dropped here happens after it. */
export function ThenSlot({ target, label }: { readonly target: TreeNode; readonly label: string }) {
  const { store, run } = useBuilder();
  const open = useMoment(({ root, dragged }) => dragged !== null && canFollow(root, dragged, target));
  if (!open) return null;
  const onDrop = () => {
    const { dragged } = store.current();
    const next = dragged?.kind === 'part' ? nodeFor(dragged.part, 'steps') : dragged?.id;
    if (next) run({ type: 'then', next, target: target.id });
    store.change({ dragged: null });
  };
  return <Target label={label} className={styles.then} text="Then…" onDrop={onDrop} />;
}

/** A field that is dropped here is what a condition compares with. */
export function FieldSlot({ label, accepts, onField }: FieldSlotProps) {
  const { store } = useBuilder();
  const open = useMoment(({ dragged }) => dragged?.kind === 'part' && accepts(dragged.part));
  if (!open) return null;
  const onDrop = () => {
    const { dragged } = store.current();
    if (dragged?.kind === 'part') onField(dragged.part);
    store.change({ dragged: null });
  };
  return <Target label={label} className={styles.field} text="Compare" onDrop={onDrop} />;
}

export interface FieldSlotProps {
  readonly label: string;
  readonly accepts: (part: Part) => boolean;
  readonly onField: (part: Part) => void;
}

interface TargetProps {
  readonly label: string;
  readonly className: string | undefined;
  readonly text?: string;
  readonly onDrop: () => void;
}

function Target({ label, className, text = '', onDrop }: TargetProps) {
  const ref = useRef<HTMLDivElement>(null);
  const { dropProps, isDropTarget } = useDrop({
    ref,
    getDropOperation: (_, allowed) => (allowed.includes('move') ? 'move' : 'copy'),
    onDrop,
  });
  const classes = [className, styles.open, isDropTarget && styles.over].filter(Boolean).join(' ');
  return (
    <div {...dropProps} ref={ref} role="button" tabIndex={-1} aria-label={label} className={classes}>
      {text}
    </div>
  );
}
