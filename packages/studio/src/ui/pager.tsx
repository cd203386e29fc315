import { ActionButton } from '@react-spectrum/s2/ActionButton';
import { formatCount } from './format.ts';
import { NextIcon, PreviousIcon } from './icons.ts';
import styles from './pager.module.css';

export interface PagerProps {
  readonly start: number;
  readonly size: number;
  readonly total: number;
  /** What is leafed through, in the plural. */
  readonly of: string;
  readonly onGo: (start: number) => void;
}

/** Where one is in a long list, and the ways back and on. */
export function Pager({ start, size, total, of, onGo }: PagerProps) {
  const last = Math.min(total, start + size);
  return (
    <div className={styles.pager}>
      <span aria-live="polite">
        {formatCount(start + 1)}–{formatCount(last)} of {formatCount(total)}
      </span>
      <ActionButton isQuiet size="S" aria-label={`Previous ${of}`} isDisabled={start === 0} onPress={() => onGo(Math.max(0, start - size))}>
        <PreviousIcon />
      </ActionButton>
      <ActionButton isQuiet size="S" aria-label={`Next ${of}`} isDisabled={last >= total} onPress={() => onGo(start + size)}>
        <NextIcon />
      </ActionButton>
    </div>
  );
}
