import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useButton } from 'react-aria/useButton';
import { useBuilder } from './builder-context.ts';
import { useDraggable } from './drag-handle.tsx';
import { FieldSummary } from './field-summary.tsx';
import styles from './palette.module.css';
import type { Part } from './parts.ts';
import { placeFor } from './places.ts';
import { rememberPath } from './recent-parts.ts';
import type { FieldPlace } from './use-field-values.ts';

export interface PaletteTileProps {
  readonly part: Part;
  readonly detail: string;
  readonly below?: string | undefined;
  readonly description?: string;
  /** Where the field lies in the data: then what is in it can be shown. */
  readonly place?: FieldPlace;
}

/** Dragged, or pressed: then it goes beside what is selected. */
export function PaletteTile({ part, detail, below, description = '', place }: PaletteTileProps) {
  const { store, run } = useBuilder();
  const { dragProps, dragButtonProps, isDragging } = useDraggable({ kind: 'part', part });
  const grip = useRef<HTMLButtonElement>(null);
  const { buttonProps } = useButton({ ...dragButtonProps, 'aria-label': `Drag ${part.title}` }, grip);
  const [open, setOpen] = useState(false);
  const add = () => {
    const { root, selected } = store.current();
    const target = placeFor(root, selected, part);
    if (target === null) return;
    run({ type: 'insert', ...target });
    if (place !== undefined) rememberPath(place.of, place.path.join('.'));
    store.change({ said: `Added ${part.title}` });
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
        {place !== undefined && (
          <button
            type="button"
            className={styles.info}
            aria-expanded={open}
            aria-label={`About ${part.title}`}
            onClick={() => setOpen(!open)}
          >
            i
          </button>
        )}
      </div>
      {open && place !== undefined && <FieldSummary place={place} description={description} />}
    </div>
  );
}

/** Names may break after their dots. */
function breakable(name: string): readonly ReactNode[] {
  return name.split('.').flatMap((part, index) => (index === 0 ? [part] : ['.', <wbr key={index} />, part]));
}
