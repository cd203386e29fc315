import { useRef } from 'react';
import type { ReactNode } from 'react';
import { useButton } from 'react-aria/useButton';
import { useBuilderState, placeFor } from './builder-context.ts';
import { useDraggable } from './drag-handle.tsx';
import styles from './palette.module.css';
import type { Part } from './parts.ts';

export interface PaletteTileProps {
  readonly part: Part;
  readonly detail: string;
  readonly below?: string | undefined;
  readonly description?: string;
}

/** Dragged, or pressed: then it goes beside what is selected. */
export function PaletteTile({ part, detail, below, description = '' }: PaletteTileProps) {
  const { root, selected, run, announce } = useBuilderState();
  const { dragProps, dragButtonProps, isDragging } = useDraggable({ kind: 'part', part });
  const grip = useRef<HTMLButtonElement>(null);
  const { buttonProps } = useButton({ ...dragButtonProps, 'aria-label': `Drag ${part.title}` }, grip);
  const add = () => {
    const place = placeFor(root, selected, part);
    if (place === null) return;
    run({ type: 'insert', ...place });
    announce(`Added ${part.title}`);
  };
  return (
    <div {...dragProps} className={`${styles.tile} ${isDragging ? styles.dragging : ''}`} title={description}>
      <button {...buttonProps} ref={grip} type="button" className={styles.grip}>
        <span aria-hidden="true">⠿</span>
      </button>
      <div className={styles.text}>
        <button type="button" className={styles.add} onClick={add} aria-label={`Add ${part.title}`}>
          {breakable(part.title)}
        </button>
        <span className={styles.detail}>{detail}</span>
        {below !== undefined && <span className={styles.below}>{below}</span>}
      </div>
    </div>
  );
}

/** Names may break after their dots. */
function breakable(name: string): readonly ReactNode[] {
  return name.split('.').flatMap((part, index) => (index === 0 ? [part] : ['.', <wbr key={index} />, part]));
}
