import { routes } from '@kindred/contract';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { formatCountOf } from '../ui/format.ts';
import styles from './properties.module.css';

export interface ChangesProps {
  /** The rule as it is saved, and as it stands. */
  readonly before: string;
  readonly now: string;
  /** Null: the default policy. */
  readonly mergePolicyId: string | null;
}

/** Who would come in and who would go if the rule were saved as it stands. */
export function Changes({ before, now, mergePolicyId }: ChangesProps) {
  const entering = useSizeOf(`(${now}) and not (${before})`, mergePolicyId);
  const leaving = useSizeOf(`(${before}) and not (${now})`, mergePolicyId);
  return (
    <section aria-label="Compared with the saved rule" className={styles.part}>
      <h2>Compared with the saved rule</h2>
      {entering.error || leaving.error ? (
        <p className={styles.faint}>This could not be counted: {(entering.error ?? leaving.error)?.message}</p>
      ) : entering.data === undefined || leaving.data === undefined ? (
        <p className={styles.faint}>Counting…</p>
      ) : (
        <ul className={styles.changes}>
          <li data-size={entering.data}>
            <strong className={styles.enter}>+</strong> {formatCountOf(entering.data, 'profile')} would enter
          </li>
          <li data-size={leaving.data}>
            <strong className={styles.leave}>−</strong> {formatCountOf(leaving.data, 'profile')} would leave
          </li>
        </ul>
      )}
    </section>
  );
}

function useSizeOf(pql: string, mergePolicyId: string | null) {
  const body = { pql, ...(mergePolicyId !== null && { mergePolicyId }) };
  return useResource(`size of ${mergePolicyId} ${pql}`, async (signal) => (await call(routes.estimatePql, { body, signal })).size);
}
