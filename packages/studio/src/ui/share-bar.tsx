import { formatShare } from './format.ts';
import styles from './share-bar.module.css';

/** A part of a whole as a bar with its percentage. The bar repeats the text, so it is decoration. */
export function ShareBar({ part, total, label }: { readonly part: number; readonly total: number; readonly label?: string }) {
  const share = total === 0 ? 0 : Math.min(1, part / total);
  return (
    <span className={styles.share}>
      <span aria-hidden="true" className={styles.track}>
        <span style={{ width: part === 0 ? 0 : `max(2px, ${share * 100}%)` }} />
      </span>
      <span className={styles.text}>
        {formatShare(part, total)}
        {label !== undefined && ` ${label}`}
      </span>
    </span>
  );
}
