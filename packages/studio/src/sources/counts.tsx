import { formatCount } from '../ui/format.ts';
import styles from './counts.module.css';

export interface CountsProps {
  readonly read: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly skipped: number;
  readonly rejected: number;
}

/** What became of records that were read. */
export function Counts({ read, stored, duplicates, skipped, rejected }: CountsProps) {
  const counts = [
    ['Read', read],
    ['Stored', stored],
    ['Known already', duplicates],
    ['Skipped', skipped],
    ['Rejected', rejected],
  ] as const;
  return (
    <dl className={styles.counts}>
      {counts.map(([title, count]) => (
        <div key={title} className={title === 'Rejected' && count > 0 ? styles.bad : undefined}>
          <dt>{title}</dt>
          <dd>{formatCount(count)}</dd>
        </div>
      ))}
    </dl>
  );
}
