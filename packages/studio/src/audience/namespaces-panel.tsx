import { routes } from '@kindred/contract';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { Chart } from '../ui/chart.tsx';
import { formatCount, formatCountOf } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { ShareBar } from '../ui/share-bar.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import styles from './overview.module.css';

/** By which identities members can be reached. */
export function NamespacesPanel({ id, evaluated }: { readonly id: string; readonly evaluated: string }) {
  const found = useResource(`namespaces/${id}`, (signal) => call(routes.countNamespaces, { params: { id }, signal }), {
    refreshOn: evaluated,
  });
  return (
    <Panel title="Identities by namespace">
      {found.error && <Failure error={found.error} retry={found.reload} title="The identities could not be counted" />}
      {!found.data && found.loading && <Skeleton lines={3} label="Counting identities" />}
      {found.data && <Bars {...found.data} />}
    </Panel>
  );
}

interface BarsProps {
  readonly total: number;
  readonly namespaces: readonly { readonly namespace: string; readonly members: number }[];
}

function Bars({ total, namespaces }: BarsProps) {
  if (namespaces.length === 0) return <p className={styles.faint}>Nobody is in, so there are no identities.</p>;
  const words = namespaces.map(({ namespace, members }) => `${namespace} ${formatCount(members)}`).join(', ');
  return (
    <Chart
      name="Identities by namespace"
      summary={`Of ${formatCountOf(total, 'member')} have an identity of the namespace: ${words}`}
      data={{ columns: ['Namespace', 'Members'], rows: namespaces.map(({ namespace, members }) => [namespace, members]) }}
    >
      <ul className={styles.bars}>
        {namespaces.map(({ namespace, members }) => (
          <li key={namespace}>
            <span>{namespace}</span>
            <ShareBar part={members} total={total} />
            <span>{formatCount(members)}</span>
          </li>
        ))}
      </ul>
    </Chart>
  );
}
