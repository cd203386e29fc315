import { formatCompact, formatCount } from '../ui/format.ts';
import { useStatus } from './status-context.tsx';
import styles from './status-footer.module.css';

/** What the server holds, and whether it answers. */
export function StatusFooter() {
  const { data, error } = useStatus();
  const healthy = error === undefined;
  return (
    <footer className={styles.footer}>
      <p className={styles.health} role="status">
        <span aria-hidden="true" className={healthy ? styles.good : styles.bad} />
        {healthy ? (data ? 'Connected' : 'Connecting…') : 'No answer from the server'}
      </p>
      {data && (
        <dl className={styles.facts}>
          <Fact title="Profiles" value={data.profiles} />
          <Fact title="Events" value={data.events} />
          <Fact title="Revision" value={data.revision} exact />
        </dl>
      )}
      {data && <p className={styles.version}>Kindred {data.version}</p>}
    </footer>
  );
}

function Fact({ title, value, exact = false }: { readonly title: string; readonly value: number; readonly exact?: boolean }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd title={formatCount(value)}>{exact ? formatCount(value) : formatCompact(value)}</dd>
    </div>
  );
}
