/** Every dataset: those that somebody described, and those that data came in under. */
import { routes } from '@kindred/contract';
import { Link } from 'react-router';
import { call } from '../api/session.ts';
import { useResource } from '../api/use-resource.ts';
import { useSchemas } from '../schema/use-schemas.ts';
import { useStatus } from '../shell/status-context.tsx';
import { Ago } from '../ui/ago.tsx';
import { formatCount } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import table from '../ui/table.module.css';
import { BatchStatus } from './batch-status.tsx';
import type { BatchView, DatasetView } from './catalog.ts';
import { batchesOf, datasetsOf } from './catalog.ts';
import styles from './datasets.module.css';

const MOST = 100;

export function DatasetListPage() {
  const catalog = useResource('datasets', async (signal) =>
    datasetsOf(await call(routes.listDatasets, { query: { limit: MOST }, signal })),
  );
  const { data, error, loading, reload } = catalog;
  return (
    <Page wide title="Datasets" subtitle="What records come in under: its schema says what they must be, its batches what came as files.">
      <Panel title="All datasets" flush>
        {error && <Failure error={error} retry={reload} title="The datasets could not be loaded" />}
        {!data && loading && <Skeleton lines={6} height={40} label="Loading datasets" />}
        {data?.length === 0 && (
          <Empty title="No dataset yet">
            One is made by the first import or message, or with its schema by <code>POST /data/foundation/catalog/dataSets</code>.
          </Empty>
        )}
        {data !== undefined && data.length > 0 && <Datasets datasets={data} />}
      </Panel>
    </Page>
  );
}

function Datasets({ datasets }: { readonly datasets: readonly DatasetView[] }) {
  const counts = new Map((useStatus().data?.datasets ?? []).map((each) => [each.name, each]));
  const schemas = useSchemas();
  const last = useResource('last batches', loadLastBatches);
  return (
    <div className={table.scroll}>
      {last.error && <Failure error={last.error} retry={last.reload} title="The last batches could not be loaded" />}
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Schema</th>
            <th scope="col">Profile</th>
            <th scope="col" className={table.number}>
              Events
            </th>
            <th scope="col" className={table.number}>
              Records
            </th>
            <th scope="col">Last batch</th>
            <th scope="col">Made</th>
          </tr>
        </thead>
        <tbody>
          {datasets.map(({ id, name, schema, profile, created }) => (
            <tr key={id}>
              <th scope="row">
                <Link to={`/datasets/${encodeURIComponent(id)}`}>{name}</Link>
              </th>
              <td>{schema === null ? 'the union' : (schemas.get(schema)?.title ?? schema)}</td>
              <td>{profile ? 'enabled' : 'off'}</td>
              <td className={table.number}>{formatCount(counts.get(name)?.events ?? 0)}</td>
              <td className={table.number}>{formatCount(counts.get(name)?.records ?? 0)}</td>
              <td>{last.data && <LastBatch batch={last.data.get(id)} />}</td>
              <td>{created === null ? 'by its data' : <Ago at={new Date(created).toISOString()} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Of the newest batches of all, by dataset. */
async function loadLastBatches(signal: AbortSignal): Promise<ReadonlyMap<string, BatchView>> {
  const newestFirst = batchesOf(await call(routes.listBatches, { query: { limit: MOST }, signal }));
  // Of those of one dataset the newest is set last.
  return new Map(newestFirst.toReversed().map((batch) => [batch.dataset, batch]));
}

function LastBatch({ batch }: { readonly batch: BatchView | undefined }) {
  if (batch === undefined) return 'none lately';
  return (
    <span className={styles.last}>
      <BatchStatus status={batch.status} />
      <Ago at={new Date(batch.created).toISOString()} />
    </span>
  );
}
