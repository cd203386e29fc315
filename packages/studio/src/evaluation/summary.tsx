import { routes } from '@kindred/contract';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { methodOf } from '../audiences/method.ts';
import { Chart } from '../ui/chart.tsx';
import { formatCount, formatCountOf } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { ShareBar } from '../ui/share-bar.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import styles from './evaluation.module.css';

/** How many audiences there are of each method. */
export function Summary() {
  const list = useResource('audiences', (signal) => call(routes.listAudiences, { signal }));
  const used = list.data?.audiences.filter(({ lifecycleState }) => lifecycleState !== 'inactive') ?? [];
  const methods = [...Map.groupBy(used, methodOf)].map(([method, audiences]) => [method, audiences.length] as const);
  const rows = methods.toSorted((a, b) => b[1] - a[1]);
  return (
    <Panel title="By method" aside={list.data && formatCountOf(used.length, 'audience')}>
      {list.error && <Failure error={list.error} retry={list.reload} title="The audiences could not be loaded" />}
      {!list.data && list.loading && <Skeleton lines={3} label="Loading audiences" />}
      {list.data && rows.length === 0 && <p className={styles.faint}>There are no audiences in use yet.</p>}
      {rows.length > 0 && (
        <Chart
          name="Audiences by method"
          summary={rows.map(([method, count]) => `${method}: ${formatCount(count)}`).join(', ')}
          data={{ columns: ['Method', 'Audiences'], rows }}
        >
          <ul className={styles.bars}>
            {rows.map(([method, count]) => (
              <li key={method}>
                <span>{method}</span>
                <ShareBar part={count} total={used.length} />
                <span className={styles.count}>{formatCount(count)}</span>
              </li>
            ))}
          </ul>
        </Chart>
      )}
    </Panel>
  );
}
