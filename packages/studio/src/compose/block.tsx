import type { CompositionProblem } from '@kindred/contract';
import { useId } from 'react';
import type { ReactNode } from 'react';
import { formatCount } from '../ui/format.ts';
import { Ticked } from '../ui/ticked.tsx';
import styles from './canvas.module.css';
import { useCanvas } from './canvas-context.ts';

export interface BlockProps {
  readonly title: string;
  readonly kind: 'audience' | 'exclude' | 'enrich' | 'rank' | 'split' | 'path';
  /** How many people, and what they are here. */
  readonly count?: ReactNode;
  readonly problems?: readonly CompositionProblem[];
  readonly onRemove?: (() => void) | undefined;
  readonly children: ReactNode;
}

/** One block in the flow: what it says, whom it has, what it lacks. */
export function Block({ title, kind, count, problems = [], onRemove, children }: BlockProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={[styles.block, styles[kind]].join(' ')}>
      <header className={styles.head}>
        <h2 id={id}>{title}</h2>
        {count}
        {onRemove !== undefined && (
          <button type="button" className={styles.remove} aria-label={`Remove ${title}`} onClick={onRemove}>
            ×
          </button>
        )}
      </header>
      <div className={styles.body}>{children}</div>
      <Problems problems={problems} />
    </section>
  );
}

/** @param named away from their blocks: each says which one it is about */
export function Problems({ problems, named = false }: { readonly problems: readonly CompositionProblem[]; readonly named?: boolean }) {
  if (problems.length === 0) return null;
  return (
    <ul className={styles.problems} role="status">
      {problems.map(({ block, message, hint, index }) => (
        <li key={`${block} ${index} ${message}`}>
          {named && <strong>{placeOf(block, index)}: </strong>}
          <Ticked text={message} /> <Ticked text={hint} />
        </li>
      ))}
    </ul>
  );
}

const BLOCKS: Readonly<Record<CompositionProblem['block'], string>> = {
  audience: 'Audience',
  exclude: 'Exclusion',
  enrich: 'Enrichment',
  rank: 'Rank',
  split: 'Split',
  save: 'Path',
};

function placeOf(block: CompositionProblem['block'], index: number | null): string {
  if (index === null) return BLOCKS[block];
  return `${block === 'split' ? BLOCKS.save : BLOCKS[block]} ${index + 1}`;
}

/** People, with a word for what becomes of them; faint while the blocks have changed since it was counted. */
export function Count({ value, word, sign = '' }: { readonly value: number | undefined; readonly word: string; readonly sign?: string }) {
  const { current } = useCanvas();
  if (value === undefined) return <span className={styles.count}>– {word}</span>;
  return (
    <span className={current ? styles.count : styles.stale} aria-live="polite">
      <strong>
        {sign}
        {formatCount(value)}
      </strong>{' '}
      {word}
    </span>
  );
}
