import { formatCount, formatCountOf, formatShare } from '../ui/format.ts';
import styles from './palette.module.css';
import { useFieldValues } from './use-field-values.ts';
import type { FieldPlace } from './use-field-values.ts';

const SHOWN = 6;

/** What is in a field: how many have it, and its most frequent values. */
export function FieldSummary({ place, description }: { readonly place: FieldPlace; readonly description: string }) {
  const found = useFieldValues(place, true);
  const most = found?.values[0]?.count ?? 1;
  return (
    <div className={styles.summary}>
      {description !== '' && <p>{description}</p>}
      {found === undefined ? (
        <p>Counting…</p>
      ) : (
        <>
          <p>
            {formatCountOf(found.distinct, 'value')}, {formatCount(found.known)} known
            {found.known <= found.total && `; missing in ${formatShare(found.total - found.known, found.total)}`}
          </p>
          <ul>
            {found.values.slice(0, SHOWN).map(({ value, count }) => (
              <li key={String(value)}>
                <span className={styles.bar} style={{ inlineSize: `${(count / most) * 100}%` }} />
                <span className={styles.value}>{String(value)}</span>
                <span>{formatCount(count)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
