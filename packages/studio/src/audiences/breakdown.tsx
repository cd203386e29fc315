import type { AudienceMovement } from '@kindred/contract';
import { formatCount } from '../ui/format.ts';
import styles from './breakdown.module.css';

/** Who came within a day, who was there before, and who left, as parts of one bar. */
export function Breakdown({ realized, existing, exited }: Pick<AudienceMovement, 'realized' | 'existing' | 'exited'>) {
  const total = realized + existing + exited;
  if (total === 0) return <span className={styles.none}>–</span>;
  const text = `${formatCount(realized)} came, ${formatCount(existing)} stayed, ${formatCount(exited)} left`;
  return (
    <span role="img" aria-label={text} title={text} className={styles.bar}>
      <span className={styles.realized} style={{ flexGrow: realized / total }} />
      <span className={styles.existing} style={{ flexGrow: existing / total }} />
      <span className={styles.exited} style={{ flexGrow: exited / total }} />
    </span>
  );
}
