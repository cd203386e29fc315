import { useRef } from 'react';
import { useButton } from 'react-aria/useButton';
import { useDrag } from 'react-aria/useDrag';
import { mergeProps } from 'react-aria/mergeProps';
import { useBuilder } from './builder-context.ts';
import type { Dragged } from './builder-context.ts';
import styles from './card.module.css';

const TYPE = 'application/x-kindred-rule';

/** Drag props for anything: mouse and touch drag it, Enter on `dragButtonProps` drags it by keyboard. */
export function useDraggable(dragged: Dragged) {
  const { store } = useBuilder();
  const title = dragged.kind === 'node' ? dragged.title : dragged.part.title;
  return useDrag({
    getItems: () => [{ [TYPE]: title, 'text/plain': title }],
    getAllowedDropOperations: () => ['move', 'copy'],
    hasDragButton: true,
    // Places open after the browser has begun to drag: what changes at once would end it.
    onDragStart: () => setTimeout(() => store.change({ dragged })),
    onDragEnd: () => setTimeout(() => store.change({ dragged: null })),
  });
}

/** The grip of a card: to drag it with the keyboard, press Enter, choose a place with Tab, press Enter. */
export function DragHandle({ label, dragButtonProps }: { readonly label: string; readonly dragButtonProps: object }) {
  const ref = useRef<HTMLButtonElement>(null);
  const { buttonProps } = useButton({ ...dragButtonProps, 'aria-label': `Move ${label}` }, ref);
  return (
    <button {...mergeProps(buttonProps)} ref={ref} type="button" className={styles.grip}>
      <svg width="10" height="16" viewBox="0 0 10 16" aria-hidden="true">
        {[2, 8, 14].map((y) => (
          <g key={y}>
            <circle cx="2.5" cy={y} r="1.4" />
            <circle cx="7.5" cy={y} r="1.4" />
          </g>
        ))}
      </svg>
    </button>
  );
}
